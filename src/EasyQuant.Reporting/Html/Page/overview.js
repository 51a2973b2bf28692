// One number of every layer along the network; a click selects the layer.
const measures = [
  { key: 'sqnrDb', label: 'SQNR', unit: 'dB', text: l => `${decibels(l.sqnrDb)} dB`, note: 'Signal to quantization noise of each layer’s output, in the order of computation. A layer’s error contains that of the layers before it: look for steps downwards.' },
  { key: 'noise', label: '1 − cosine', unit: '1 − cos', log: true, text: l => `cosine ${cosine(l.cosine)}`, note: 'How far each layer’s output turns away from the float network’s, in the order of computation.' },
  { key: 'timeMs', label: 'Time', unit: 'ms', text: l => `${milliseconds(l.timeMs)} ms`, bars: true, note: 'Measured time of each layer in one run.' },
  { key: 'macs', label: 'MACs', unit: 'MACs', text: l => count(l.macs), bars: true, format: count, note: 'Multiply-accumulates of each layer for one sample.' },
];

function overview(layers, select) {
  const valueOf = (measure, l) => measure.key === 'noise' ? isNumber(l.cosine) ? Math.max(1 - l.cosine, 1e-12) : undefined : l[measure.key];
  const usable = measures.filter(m => layers.some(l => Number.isFinite(valueOf(m, l))));
  let [measure, current] = [usable[0], undefined];
  const buttons = usable.map(m => element('button', { type: 'button', onclick: () => { measure = m; draw(); } }, m.label));
  byId('measures').append(...buttons);

  function draw() {
    if (!measure) {
      byId('overview').hidden = true;
      return;
    }
    buttons.forEach((b, i) => b.setAttribute('aria-pressed', `${usable[i] === measure}`));
    byId('overview-note').textContent = measure.note;
    plot(byId('overview-plot'), 220, `${measure.label} of ${layers.length} layers in the order of computation`, (svg, width, height) => drawMeasure(svg, width, height));
  }

  function drawMeasure(svg, width, height) {
    const base = height - 24;
    const numbers = layers.map(l => valueOf(measure, l)).filter(Number.isFinite);
    const room = Math.min(width / 4, 48);
    const x = linear(-0.5, layers.length - 0.5, room, width - 6);
    const y = measure.log ? logarithmic(Math.min(...numbers) / 1.5, Math.max(...numbers) * 1.5, base, 20)
      : linear(Math.min(0, ...numbers), Math.max(...numbers) * 1.06 || 1, base, 20);
    axisLeft(svg, y, y.ticks(5), room, width - 6, measure.unit, measure.log ? t => t.toExponential(0) : measure.format ?? significant);
    const points = layers.map(l => [x(l.index), Number.isFinite(valueOf(measure, l)) ? y(valueOf(measure, l)) : undefined]);
    const wide = Math.max(1, (x(1) - x(0)) * 0.7);
    if (measure.bars) {
      svg.append(svgElement('path', { class: 'bars', d: points.map(([px, py]) => py === undefined ? '' : bar(px - wide / 2, px + wide / 2, py, base)).join('') }));
    } else {
      svg.append(svgElement('path', { class: 'line pale', d: path(points.filter(p => p[1] !== undefined)) }));
    }
    const radius = Math.max(2, Math.min(4, (x(1) - x(0)) * 0.35));
    layers.forEach((l, i) => {
      const [px, py] = points[i];
      const at = py ?? base;
      if (!measure.bars || l === current || py === undefined) {
        svg.append(svgElement('circle', { class: `dot${py === undefined || l.reason ? ' none' : ''}${l === current ? ' current' : ''}`, cx: px, cy: at, r: radius }));
      }
      const hit = svgElement('rect', { class: 'hit', x: x(i - 0.5), width: x(1) - x(0), y: 14, height: base - 14, onclick: () => select(l) });
      hit.append(svgElement('title', {}, `${l.index + 1}. ${l.name}: ${measure.text(l)}`));
      svg.append(hit);
    });
    axisBelow(svg, x, linear(1, layers.length, 0, 1).ticks(Math.min(10, width / 60)).filter(t => Number.isInteger(t) && t >= 1).map(t => t - 1), base, '', t => `${t + 1}`);
  }

  draw();
  return { mark: layer => { current = layer; draw(); } };
}
