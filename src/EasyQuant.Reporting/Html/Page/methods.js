// Sections that are there only where a run has measured them: sensitivity, and the front of accuracy and cost.
function showSensitivity(report, select) {
  const table = report.sensitivity;
  byId('sensitivity').hidden = !table;
  if (!table) return;
  const widths = [...new Set(table.rows.map(r => r.bits))].sort((a, b) => b - a);
  const useDrop = table.measure !== undefined && table.rows.some(r => isNumber(r.drop));
  const value = r => useDrop ? r.drop : r.sqnrDb;
  const narrowest = table.rows.filter(r => r.bits === widths[widths.length - 1]);
  const order = [...narrowest].sort((a, b) => useDrop ? value(b) - value(a) : value(a) - value(b)).map(r => r.layer);
  const rowHeight = 20;
  const shown = order.slice(0, 40);
  byId('sensitivity-note').textContent = `One layer quantized at a time, all others in float, at ${widths.join(', ')} bits: ${useDrop ? `what is lost (${table.measure})` : 'SQNR of the output, dB'}. `
    + (shown.length < order.length ? `The ${shown.length} most sensitive of ${order.length} layers; the details of a layer give its own.` : 'The most sensitive first.');
  plot(byId('sensitivity-plot'), shown.length * rowHeight + 58, `Sensitivity of ${shown.length} layers`, (svg, width, height) => {
    const left = Math.min(width * 0.42, 240);
    const values = table.rows.map(value).filter(Number.isFinite);
    const x = linear(Math.min(0, ...values), Math.max(...values, 0) * 1.03 || 1, left, width - 14);
    axisBelow(svg, x, x.ticks(Math.min(6, width / 90)), height - 34, useDrop ? table.measure : 'SQNR, dB');
    shown.forEach((name, i) => {
      const y = 14 + i * rowHeight;
      const layer = report.layers.find(l => l.name === name);
      svg.append(
        svgElement('line', { class: 'grid', x1: left, x2: width - 14, y1: y, y2: y }),
        svgElement('text', { class: 'label', x: left - 10, y: y + 4, 'text-anchor': 'end' }, shorten(name, Math.floor(left / 7)), svgElement('title', {}, name)));
      for (const row of table.rows.filter(r => r.layer === name && Number.isFinite(value(r)))) {
        const place = widths.indexOf(row.bits);
        svg.append(svgElement('circle', { class: place === 0 ? 'dot start' : place === widths.length - 1 ? 'dot' : 'dot second', cx: x(value(row)), cy: y, r: 4.5 },
          svgElement('title', {}, `${name}, ${row.bits} bits: ${significant(value(row))}`)));
      }
      if (layer) svg.append(svgElement('rect', { class: 'hit', x: 0, width: left, y: y - rowHeight / 2, height: rowHeight, onclick: () => select(layer) }));
    });
    widths.forEach((w, i) => svg.append(
      svgElement('circle', { class: i === 0 ? 'dot start' : i === widths.length - 1 ? 'dot' : 'dot second', cx: 8 + i * 64, cy: height - 8, r: 4.5 }),
      svgElement('text', { x: 17 + i * 64, y: height - 4 }, `${w} bits`)));
  });
}

const shorten = (text, length) => text.length <= length ? text : `…${text.slice(text.length - length + 1)}`;

function showFront(report) {
  const front = report.front;
  byId('front').hidden = !front;
  if (!front) return;
  const points = [...front.points].sort((a, b) => a.cost - b.cost);
  // A choice is on the front where nothing cheaper is as accurate.
  const best = points.filter((p, i) => points.slice(0, i).every(q => q.accuracy < p.accuracy));
  byId('front-note').textContent = 'Each dot is a network that was quantized and measured; on the line are those that nothing beats in both. The large orange one was written.';
  plot(byId('front-plot'), 280, `${front.accuracy} against ${front.cost}, ${points.length} choices`, (svg, width, height) => {
    const base = height - 40;
    const pad = (values, share) => [Math.min(...values) - share * range(values), Math.max(...values) + share * range(values)];
    const x = linear(...pad(points.map(p => p.cost), 0.08), 56, width - 16);
    const y = linear(...pad([...points.map(p => p.accuracy), ...(isNumber(front.floatAccuracy) ? [front.floatAccuracy] : [])], 0.12), base, 24);
    const levels = y.ticks(5);
    axisLeft(svg, y, levels, 56, width - 16, front.accuracy, distinct(levels));
    axisBelow(svg, x, x.ticks(Math.min(7, width / 80)), base, front.cost);
    if (isNumber(front.floatAccuracy)) {
      const at = y(front.floatAccuracy);
      svg.append(
        svgElement('line', { class: 'threshold start', x1: 56, x2: width - 16, y1: at, y2: at }),
        svgElement('text', { x: width - 16, y: at - 5, 'text-anchor': 'end' }, `float ${significant(front.floatAccuracy, 4)}`));
    }
    svg.append(svgElement('path', { class: 'line', d: path(best.map(p => [x(p.cost), y(p.accuracy)])) }));
    for (const p of points) {
      svg.append(svgElement('circle', { class: p.chosen ? 'dot second' : best.includes(p) ? 'dot' : 'dot start', cx: x(p.cost), cy: y(p.accuracy), r: p.chosen ? 6 : 4.5 },
        svgElement('title', {}, `${p.name}: ${significant(p.accuracy, 4)} at ${significant(p.cost, 4)}`)));
    }
  });
  byId('front-table').append(
    element('thead', {}, element('tr', {}, ['Choice', front.accuracy, front.cost].map((t, i) => element('th', { scope: 'col', class: i ? 'plain number' : 'plain' }, t)))),
    element('tbody', {}, points.map(p => element('tr', {},
      element('th', { scope: 'row' }, p.name, p.chosen ? element('span', { class: 'flag' }, ' · written') : null),
      element('td', { class: 'number' }, significant(p.accuracy, 4)), element('td', { class: 'number' }, significant(p.cost, 4))))));
}

const range = values => Math.max(...values) - Math.min(...values) || Math.abs(values[0]) * 0.1 || 1;
