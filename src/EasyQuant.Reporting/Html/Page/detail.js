// What is known of one layer: facts, distributions with thresholds, search curves.
function showDetail(report, layer, step) {
  const title = element('h3', { id: 'detail-title', tabindex: '-1' }, layer.name);
  const facts = element('dl', { class: 'facts' });
  const totals = { macs: sum(report.layers, l => l.macs), time: sum(report.layers, l => l.timeMs) };
  const tensor = report.tensors?.[layer.tensor];
  definitions(facts, [
    ['Operator', `${layer.op}${layer.shape ? ` ${layer.shape.replaceAll('x', ' × ')}` : ''}`],
    ['In float because', layer.reason],
    ['Bits', layer.activationBits === undefined ? undefined : layer.weightBits === undefined ? `${layer.activationBits} for both factors` : `${layer.weightBits} for weights, ${layer.activationBits} for the input`],
    ['Input step', isNumber(layer.inputScale) ? significant(layer.inputScale, 4) : undefined],
    ['Weight steps', layer.smallestWeightScale === undefined ? undefined : `${significant(layer.smallestWeightScale)} to ${significant(layer.largestWeightScale)}`],
    ['Output SQNR', isNumber(layer.sqnrDb) ? layer.sqnrDb === Infinity ? 'exact' : `${decibels(layer.sqnrDb)} dB` : undefined],
    ['Output cosine', cosine(layer.cosine)],
    ['Search', isNumber(layer.searchEnd) ? `cosine ${cosine(layer.searchStart)} → ${cosine(layer.searchEnd)}` : undefined],
    ['MACs', isNumber(layer.macs) ? `${count(layer.macs)}, ${percent(100 * layer.macs / totals.macs)} of all` : undefined],
    ['Time', isNumber(layer.timeMs) ? `${milliseconds(layer.timeMs)} ms, ${percent(100 * layer.timeMs / totals.time)} of all layers` : undefined],
    ['Kernel', layer.kernel],
    ['Alone', aloneText(report.sensitivity, layer)],
  ]);
  byId('detail').replaceChildren(
    element('div', { class: 'detail-head' }, title,
      element('button', { type: 'button', class: 'quiet', id: 'previous', 'aria-label': 'Previous layer', onclick: () => step(-1) }, '↑'),
      element('button', { type: 'button', class: 'quiet', id: 'next', 'aria-label': 'Next layer', onclick: () => step(1) }, '↓')),
    facts);
  const figures = [];
  if (tensor) figures.push(inputFigure(tensor), ...inputSearchFigure(tensor));
  if (layer.weights) figures.push(weightFigure(layer), ...weightSearchFigure(layer));
  for (const { title: heading, draw, caption } of figures) {
    const place = element('div', { class: 'plot' });
    byId('detail').append(element('figure', {}, element('h3', {}, heading), place, element('figcaption', {}, caption)));
    draw(place, heading);
  }
}

// What it costs to quantize this layer alone.
function aloneText(sensitivity, layer) {
  const rows = (sensitivity?.rows ?? []).filter(r => r.layer === layer.name).sort((a, b) => b.bits - a.bits);
  return rows.length === 0 ? undefined : rows.map(r => `${r.bits} bits: ${isNumber(r.drop) ? `−${significant(r.drop, 2)} ${sensitivity.measure}` : `${decibels(r.sqnrDb)} dB`}`).join('; ');
}

const sum = (items, value) => items.reduce((total, item) => total + (value(item) ?? 0), 0);
const key = (name = '') => element('span', { class: `key ${name}`, 'aria-hidden': 'true' });

function inputFigure(tensor) {
  const { values, threshold, startThreshold, lowestShare, highestShare } = tensor;
  const [low, high] = [lowestShare * threshold, highestShare * threshold];
  const ends = [lowestShare, highestShare].filter(share => share !== 0);
  const marks = [...ends.map(share => [share * startThreshold, true]), ...ends.map(share => [share * threshold, false])];
  const clips = [[high, Infinity], [-Infinity, low]];
  const limits = lowestShare === -highestShare ? `±${significant(high)}` : lowestShare === 0 ? significant(high) : `${significant(low)} and ${significant(high)}`;
  return {
    title: 'Input values',
    draw: (place, label) => histogramChart(place, `${label}: histogram of tensor ${tensor.name}`, values, marks, clips),
    caption: [element('span', {}, `${tensor.name}: `), key(), `clips at ${limits} `, key('start'), `start ${significant(startThreshold)}; ${clippedShare(values, low, high)}`],
  };
}

// Bins that a threshold divides count in proportion.
function clippedShare(values, low, high) {
  const step = (values.maximum - values.minimum) / values.counts.length;
  let [clipped, all] = [0, 0];
  values.counts.forEach((n, i) => {
    const [from, to] = [values.minimum + i * step, values.minimum + (i + 1) * step];
    const inside = Math.max(0, Math.min(to, high) - Math.max(from, low)) / step;
    clipped += n * (1 - Math.min(inside, 1));
    all += n;
  });
  return clipped < 1e-6 * all ? 'clips nothing to speak of' : `about ${significant(100 * clipped / all, 2)} % of the values are clipped`;
}

function inputSearchFigure(tensor) {
  if (!tensor.searches.length) return [];
  const last = tensor.searches[tensor.searches.length - 1];
  return [{
    title: 'Search for the input step',
    draw: (place, label) => searchChart(place, `${label}: loss of ${last.ratios.length} candidates`, tensor.searches),
    caption: [`${last.ratios.length} candidates${tensor.searches.length > 1 ? `, round ${last.round} in front` : ''}: chosen ${significant(last.chosen)} × the start step; the hollow dot is the step before the search`],
  }];
}

function weightFigure(layer) {
  const w = layer.weights;
  const marks = [...new Set([w.smallestThreshold, w.largestThreshold])].flatMap(t => [[t, false], [-t, false]]);
  return {
    title: 'Weights',
    draw: (place, label) => histogramChart(place, `${label}: histogram`, w.values, marks, []),
    caption: [key(), `${w.channels} channels clip at ±${significant(w.smallestThreshold)} to ±${significant(w.largestThreshold)}, each at its own`],
  };
}

function weightSearchFigure(layer) {
  return layer.weights.searches.slice(-1).map(last => ({
    title: 'Search for the weight steps',
    draw: (place, label) => channelChart(place, `${label}: quantiles of the losses of ${layer.weights.channels} channels`, last),
    caption: [`Median over ${layer.weights.channels} channels, shaded from the 10th to the 90th percentile; below, how often each ratio was chosen${last.round > 1 ? ` (round ${last.round})` : ''}`],
  }));
}
