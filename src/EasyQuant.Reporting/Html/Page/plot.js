// The frame that charts are drawn in: as wide as its place, with axes and ticks.
const observer = new ResizeObserver(entries => {
  for (const { target } of entries) {
    if (target.isConnected) target.redraw();
    else observer.unobserve(target);
  }
});

// Draws now and whenever the width of the place changes.
function plot(place, height, label, draw) {
  let drawn = 0;
  place.redraw = () => {
    const { paddingLeft, paddingRight } = getComputedStyle(place);
    const width = Math.floor(place.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight));
    if (width <= 0 || width === drawn) return;
    drawn = width;
    const svg = svgElement('svg', { viewBox: `0 0 ${width} ${height}`, height, role: 'img', 'aria-label': label });
    draw(svg, width, height);
    place.replaceChildren(svg);
  };
  observer.observe(place);
  place.redraw();
  return place;
}

function linear(from, to, low, high) {
  const span = to - from || 1;
  const scale = x => low + (x - from) / span * (high - low);
  scale.ticks = wanted => {
    const rough = (to - from) / wanted || 1;
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].find(m => m * power >= rough * 0.999) * power;
    const ticks = [];
    for (let i = Math.ceil(from / step - 1e-9); i * step <= to + step * 1e-9; i++) ticks.push(Number((i * step).toPrecision(12)));
    return ticks;
  };
  return scale;
}

function logarithmic(from, to, low, high) {
  const inner = linear(Math.log10(from), Math.log10(to), low, high);
  const scale = x => inner(Math.log10(x));
  scale.ticks = wanted => {
    const powers = inner.ticks(wanted).filter(Number.isInteger).map(p => 10 ** p);
    return powers.length >= 2 ? powers : linear(from, to, low, high).ticks(wanted);
  };
  return scale;
}

// As many digits as it takes to tell the ticks apart.
function distinct(ticks) {
  for (let digits = 2; digits < 7; digits++) {
    const texts = ticks.map(t => significant(t, digits));
    if (new Set(texts).size === texts.length) return t => significant(t, digits);
  }
  return t => significant(t, 7);
}

function axisBelow(svg, scale, ticks, y, title, format = significant) {
  const [first, last] = [svg.viewBox.baseVal.x, svg.viewBox.baseVal.width];
  for (const tick of ticks) {
    const x = scale(tick);
    const anchor = x > last - 24 ? 'end' : x < first + 12 ? 'start' : 'middle';
    svg.append(svgElement('line', { class: 'axis', x1: x, x2: x, y1: y, y2: y + 4 }), svgElement('text', { x, y: y + 16, 'text-anchor': anchor }, format(tick)));
  }
  if (title) svg.append(svgElement('text', { x: last, y: y + 30, 'text-anchor': 'end' }, title));
}

function axisLeft(svg, scale, ticks, left, right, title, format = significant) {
  for (const tick of ticks) {
    const y = scale(tick);
    svg.append(svgElement('line', { class: 'grid', x1: left, x2: right, y1: y, y2: y }), svgElement('text', { x: left - 6, y: y + 4, 'text-anchor': 'end' }, format(tick)));
  }
  if (title) svg.append(svgElement('text', { x: 0, y: 10 }, title));
}

const path = points => points.map(([x, y], i) => `${i ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`).join('');
