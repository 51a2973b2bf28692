// The charts of a layer's details.
const margin = { left: 52, right: 8, top: 18, bottom: 34 };

// Counts on a logarithmic axis, what is clipped shaded; thresholds as [position, is the start's].
function histogramChart(place, label, values, thresholds, clips) {
  return plot(place, 168, label, (svg, width, height) => {
    const marks = thresholds.map(t => t[0]);
    const x = linear(Math.min(values.minimum, ...marks), Math.max(values.maximum, ...marks), margin.left, width - margin.right);
    const most = Math.max(...values.counts, 1);
    const base = height - margin.bottom;
    const y = logarithmic(0.5, most * 1.5, base, margin.top);
    for (const [from, to] of clips) {
      const [a, b] = [Math.max(x(from), margin.left), Math.min(x(to), width - margin.right)];
      if (b > a) svg.append(svgElement('rect', { class: 'clip', x: a, width: b - a, y: margin.top, height: base - margin.top }));
    }
    axisLeft(svg, y, y.ticks(4).filter(t => t >= 1), margin.left, width - margin.right, 'count', count);
    const step = (values.maximum - values.minimum) / values.counts.length;
    const bars = values.counts.map((n, i) => n === 0 ? '' : bar(x(values.minimum + i * step), x(values.minimum + (i + 1) * step), y(n), base));
    svg.append(svgElement('path', { class: 'bars', d: bars.join('') }));
    for (const [at, isStart] of thresholds) {
      svg.append(svgElement('line', { class: isStart ? 'threshold start' : 'threshold', x1: x(at), x2: x(at), y1: margin.top, y2: base }));
    }
    axisBelow(svg, x, x.ticks(5), base, 'value');
  });
}

const bar = (left, right, top, base) => `M${left.toFixed(1)} ${base}V${top.toFixed(1)}H${Math.max(right - 0.4, left + 0.4).toFixed(1)}V${base}Z`;

// The losses of one step's candidates, a line for each round, the last in front.
function searchChart(place, label, searches) {
  return plot(place, 178, label, (svg, width, height) => {
    const { x, y } = lossAxes(svg, width, height, searches.flatMap(s => s.ratios), searches.flatMap(s => s.losses));
    searches.forEach((search, i) => svg.append(svgElement('path', {
      class: i === searches.length - 1 ? 'line' : 'line earlier', d: path(search.ratios.map((r, k) => [x(r), y(search.losses[k])])),
    })));
    const last = searches[searches.length - 1];
    markCandidate(svg, x, y, last, last.present, 'dot start', 'before the search');
    markCandidate(svg, x, y, last, last.chosen, 'dot', 'chosen');
  });
}

function markCandidate(svg, x, y, search, ratio, name, title) {
  const nearest = search.ratios.reduce((best, r, i) => Math.abs(r - ratio) < Math.abs(search.ratios[best] - ratio) ? i : best, 0);
  const loss = search.losses[nearest];
  svg.append(svgElement('circle', { class: name, cx: x(search.ratios[nearest]), cy: y(loss), r: 4.5 }, svgElement('title', {}, `${title}: ${significant(ratio)} × start, 1 − cos ${significant(loss)}`)));
}

// Quantiles of the losses of a layer's channels; below them how often each ratio was chosen.
function channelChart(place, label, search) {
  return plot(place, 204, label, (svg, width, height) => {
    const { x, y, base } = lossAxes(svg, width, height - 26, search.ratios, [...search.lower, ...search.median, ...search.upper], false);
    const at = losses => search.ratios.map((r, i) => [x(r), y(losses[i])]);
    svg.append(
      svgElement('path', { class: 'band', d: `${path(at(search.upper))}${path(at(search.lower).reverse()).replace('M', 'L')}Z` }),
      svgElement('path', { class: 'line', d: path(at(search.median)) }));
    const { minimum, maximum, counts } = search.chosen;
    const floor = base + 28;
    const top = linear(0, Math.max(...counts, 1), floor, base + 6);
    const end = linear(Math.log(x.from), Math.log(x.to), margin.left, width - margin.right);
    const inside = r => end(Math.log(Math.min(Math.max(r, x.from), x.to)));
    const step = (maximum - minimum) / counts.length;
    svg.append(svgElement('path', { class: 'bars', d: counts.map((n, i) => n === 0 ? '' : bar(inside(minimum + i * step), inside(minimum + (i + 1) * step), top(n), floor)).join('') }));
    svg.append(svgElement('text', { x: margin.left - 6, y: floor - 4, 'text-anchor': 'end' }, 'chosen'));
    axisBelow(svg, x, x.marks, floor, 'step ÷ start step');
  });
}

// Step over start step across, mean of 1 − cos upwards, both logarithmic.
function lossAxes(svg, width, height, ratios, losses, below = true) {
  const [from, to] = [Math.min(...ratios), Math.max(...ratios)];
  const positive = losses.filter(l => l > 0);
  const least = positive.length ? Math.min(...positive) : 1e-9;
  const most = positive.length ? Math.max(...positive) : 1;
  const base = height - margin.bottom;
  const across = logarithmic(from * 0.985, to * 1.015, margin.left, width - margin.right);
  const pad = Math.max((most / least) ** 0.08, 1.01);
  const up = logarithmic(least / pad, most * pad, base, margin.top);
  const y = loss => up(Math.max(loss, least / pad));
  across.marks = [0.25, 0.5, 0.7, 1, 1.4, 2, 4].filter(t => t >= from * 0.99 && t <= to * 1.01);
  if (across.marks.length < 2) across.marks = across.ticks(4);
  [across.from, across.to] = [from * 0.985, to * 1.015];
  const ticks = up.ticks(4);
  axisLeft(svg, up, ticks, margin.left, width - margin.right, '1 − cos', distinct(ticks));
  if (below) axisBelow(svg, across, across.marks, base, 'step ÷ start step');
  return { x: across, y, base };
}
