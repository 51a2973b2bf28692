// The head of the report: names, verdict, figures, settings.
function showSummary(report) {
  const s = report.summary;
  const quantized = report.layers.filter(l => l.reason === undefined);
  const macs = report.layers.reduce((sum, l) => sum + (l.macs ?? 0), 0);
  const integer = quantized.reduce((sum, l) => sum + (l.macs ?? 0), 0);
  byId('title').append(s.model);
  const [weightBits, activationBits] = quantized.length ? [bitsOf(quantized, 'weightBits'), bitsOf(quantized, 'activationBits')] : [`${s.weightBits}`, `${s.activationBits}`];
  byId('subtitle').append(`${methodName(s.method)}, ${weightBits === activationBits ? `${weightBits} bits` : `weights of ${weightBits} bits, activations of ${activationBits}`}, calibrated on ${s.samples} samples`);
  const v = report.verdict;
  byId('verdict').append(element('p', { class: 'verdict' }, element('span', { class: `badge ${v.kind.toLowerCase()}` }, v.title), element('span', {}, v.text)));
  byId('figures').append(...[
    isNumber(s.cosine) && figure('Output cosine', cosine(s.cosine), 'mean, against the float model'),
    isNumber(s.sqnrDb) && figure('Output SQNR', s.sqnrDb === Infinity ? 'exact' : `${decibels(s.sqnrDb)} dB`, 'signal to quantization noise'),
    isNumber(s.agreement) && figure('Same first class', percent(s.agreement), `of ${s.samples} samples`),
    figure('File size', bytes(s.bytesAfter), `was ${bytes(s.bytesBefore)}, ${fixed(s.bytesBefore / s.bytesAfter, 1)} × as much`),
    figure('Layers in integers', `${quantized.length} of ${report.layers.length}`, macs > 0 ? `${percent(100 * integer / macs)} of the multiply-accumulates` : ''),
    isNumber(s.latencyMs) && figure('One run in integers', `${significant(s.latencyMs)} ms`, isNumber(s.floatLatencyMs) ? `${significant(s.floatLatencyMs)} ms in our float executor` : s.machine),
  ].filter(Boolean));
  byId('warnings').append(...(report.warnings ?? []).map(w => element('li', {}, w)));
  byId('warnings').hidden = !report.warnings?.length;
  definitions(byId('facts'), [
    ['Model', s.model], ['Written to', s.output], ['Method', methodName(s.method)], ['Weights', `${weightBits} bits, a step for each output channel`],
    ['Activations', `${activationBits} bits, a step for each tensor`], ['Calibration', `${s.samples} samples${s.seed === undefined ? '' : `, seed ${s.seed}`}`],
    ['Preparation', s.preprocess], ['Timed on', s.machine],
    ['One run', isNumber(s.latencyMs) ? `${significant(s.latencyMs)} ms; its layers one by one ${significant(sum(report.layers, l => l.timeMs))} ms, the rest is sums, pooling, moves and what is computed in float` : undefined], ['Took', isNumber(s.seconds) ? duration(s.seconds) : undefined],
    ['Made', s.created?.replace('T', ' ').replace(/(:\d\d)(:\d\d(\.\d+)?)/, '$1')],
  ]);
}

function figure(term, value, note) {
  return element('div', {}, element('dt', {}, term), element('dd', {}, value), note ? element('dd', { class: 'note' }, note) : null);
}

function methodName(method) {
  return { eq: 'EasyQuant', minmax: 'Min-max', kl: 'KL divergence', percentile: 'Percentile', mse: 'Mean squared error' }[method] ?? method;
}
