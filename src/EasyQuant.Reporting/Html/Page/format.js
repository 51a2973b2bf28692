// Numbers as people read them, the same in every locale.
const none = '–';
const isKnown = x => x !== undefined && x !== null;
const isNumber = x => typeof x === 'number' && !Number.isNaN(x);
const signed = text => text.replace(/^-/, '−');
const fixed = (x, digits) => !isNumber(x) ? none : signed(x.toFixed(digits));
const significant = (x, digits = 3) => !isNumber(x) ? none : signed(x !== 0 && Math.abs(x) < 1e-3 ? x.toExponential(digits - 1) : `${Number(x.toPrecision(digits))}`);
const decibels = x => x === Infinity ? 'exact' : fixed(x, 1);
const cosine = x => fixed(x, 6);
const percent = (x, digits = 1) => isNumber(x) ? `${fixed(x, digits)} %` : none;
const milliseconds = x => !isNumber(x) ? none : fixed(x, x < 10 ? 3 : 1);

function count(n) {
  if (!isNumber(n)) return none;
  return n < 1e3 ? `${n}` : n < 1e6 ? `${fixed(n / 1e3, 1)} K` : n < 1e9 ? `${fixed(n / 1e6, 2)} M` : `${fixed(n / 1e9, 2)} G`;
}

function bytes(n) {
  return n < 1e3 ? `${n} B` : n < 1e6 ? `${fixed(n / 1e3, 0)} KB` : `${fixed(n / 1e6, 1)} MB`;
}

function duration(seconds) {
  return seconds < 60 ? `${fixed(seconds, 1)} s` : `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`;
}

// Bits of all quantized layers together: one number, or from the fewest to the most.
function bitsOf(layers, key) {
  const all = layers.map(l => l[key]).filter(isNumber);
  const [least, most] = [Math.min(...all), Math.max(...all)];
  return least === most ? `${least}` : `${least} to ${most}`;
}

function bits(layer) {
  return layer.activationBits === undefined ? none : layer.weightBits === undefined ? `- / ${layer.activationBits}` : `${layer.weightBits} / ${layer.activationBits}`;
}
