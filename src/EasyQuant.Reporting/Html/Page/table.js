// The table of layers: sorted by any column, filtered by text, walked with the arrow keys.
const columns = [
  { key: 'name', label: 'Layer', value: l => l.name },
  { key: 'index', label: 'Place', title: 'Place in the order of computation', number: true, value: l => l.index + 1 },
  { key: 'op', label: 'Op', value: l => l.op },
  { key: 'bits', label: 'Bits', title: 'Bits of the weights / of the input', number: true, value: l => l.weightBits === undefined ? undefined : l.weightBits * 100 + l.activationBits, text: bits },
  { key: 'sqnrDb', label: 'SQNR, dB', title: 'Of the output, with the errors of the layers before it', number: true, value: l => l.sqnrDb, text: l => decibels(l.sqnrDb), meter: l => l.sqnrDb / 60 },
  { key: 'cosine', label: 'Cosine', title: 'Of the output, with the errors of the layers before it', number: true, value: l => l.cosine, text: l => cosine(l.cosine) },
  { key: 'inputScale', label: 'Input step', title: 'Of the tensor that the layer reads', number: true, value: l => l.inputScale, text: l => significant(l.inputScale) },
  { key: 'weightScale', label: 'Weight step', title: 'The largest of the output channels', number: true, value: l => l.largestWeightScale, text: l => significant(l.largestWeightScale) },
  { key: 'macs', label: 'MACs', title: 'Multiply-accumulates of one sample', number: true, value: l => l.macs, text: l => count(l.macs) },
  { key: 'timeMs', label: 'Time, ms', title: 'Median of several runs of the integer engine', number: true, value: l => l.timeMs, text: l => milliseconds(l.timeMs) },
  { key: 'kernel', label: 'Kernel', title: 'What computes it in the integer engine', value: l => l.kernel },
  { key: 'reason', label: 'In float because', long: true, value: l => l.reason },
];

function layerTable(layers, select) {
  const shown = columns.filter(c => layers.some(l => isKnown(c.value(l))));
  const rows = layers.map(layer => tableRow(layer, shown, select));
  const body = element('tbody');
  const state = { key: 'index', descending: false, filter: '' };
  const heads = shown.map(column => tableHead(column, () => {
    state.descending = state.key === column.key && !state.descending;
    state.key = column.key;
    update();
  }));

  function update() {
    const column = shown.find(c => c.key === state.key);
    const visible = layers.filter(l => matches(l, state.filter)).sort((a, b) => compare(column.value(a), column.value(b), state.descending) || a.index - b.index);
    body.replaceChildren(...visible.map(l => rows[l.index]));
    byId('count').textContent = visible.length === layers.length ? `${layers.length} layers` : `${visible.length} of ${layers.length} layers`;
    if (visible.length === 0) body.append(element('tr', {}, element('td', { class: 'empty', colspan: shown.length }, 'No layer matches.')));
    heads.forEach((head, i) => {
      const active = shown[i].key === state.key;
      if (active) head.setAttribute('aria-sort', state.descending ? 'descending' : 'ascending');
      else head.removeAttribute('aria-sort');
      head.querySelector('.arrow').textContent = active ? state.descending ? '↓' : '↑' : '';
    });
  }

  byId('filter').addEventListener('input', event => {
    state.filter = event.target.value;
    update();
  });
  body.addEventListener('keydown', moveByArrows);
  byId('table').append(element('thead', {}, element('tr', {}, heads)), body);
  update();
  return {
    visible: () => [...body.children].filter(r => r.layer).map(r => r.layer),
    mark: layer => rows.forEach((row, i) => i === layer.index ? row.setAttribute('aria-current', 'true') : row.removeAttribute('aria-current')),
    reveal: layer => scrollTo(rows[layer.index]),
  };
}

// Moves the table in its box, and not the page.
function scrollTo(row) {
  const box = byId('table-box');
  const head = byId('table').tHead.offsetHeight;
  if (row.offsetTop - head < box.scrollTop) box.scrollTop = row.offsetTop - head;
  else if (row.offsetTop + row.offsetHeight > box.scrollTop + box.clientHeight) box.scrollTop = row.offsetTop + row.offsetHeight - box.clientHeight;
}

function tableHead(column, sort) {
  return element('th', { scope: 'col', class: column.number ? 'number' : null, title: column.title },
    element('button', { type: 'button', onclick: sort }, column.label, element('span', { class: 'arrow', 'aria-hidden': 'true' })));
}

function tableRow(layer, shown, select) {
  const row = element('tr', { class: layer.reason === undefined ? null : 'float', onclick: () => select(layer) }, shown.map(column => {
    const text = column.text ? column.text(layer) : column.value(layer) ?? none;
    if (column.key === 'name') return element('th', { scope: 'row', title: layer.name }, element('button', { type: 'button' }, text));
    const cell = element('td', { class: column.number ? 'number' : column.long ? 'long' : null, title: column.long ? layer.reason : null }, `${text}`);
    if (column.meter) {
      const level = element('i');
      level.style.width = `${Math.min(Math.max(column.meter(layer) || 0, 0), 1) * 100}%`;
      cell.append(element('span', { class: 'meter', 'aria-hidden': 'true' }, level));
    }
    return cell;
  }));
  row.layer = layer;
  return row;
}

const matches = (layer, filter) => filter.toLowerCase().split(/\s+/).every(word =>
  [layer.name, layer.op, layer.kernel, layer.reason].some(text => text?.toLowerCase().includes(word)));

// Layers of which the column says nothing come last either way.
function compare(a, b, descending) {
  if (!isKnown(a) || !isKnown(b)) return !isKnown(a) - !isKnown(b);
  const order = typeof a === 'string' ? a.localeCompare(b, 'en', { numeric: true }) : a < b ? -1 : a > b ? 1 : 0;
  return descending ? -order : order;
}

function moveByArrows(event) {
  const row = event.target.closest('tr');
  const next = event.key === 'ArrowDown' ? row?.nextElementSibling : event.key === 'ArrowUp' ? row?.previousElementSibling : null;
  if (next?.layer) {
    event.preventDefault();
    next.querySelector('button').focus();
  }
}
