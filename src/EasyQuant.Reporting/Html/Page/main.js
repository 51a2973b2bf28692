const report = JSON.parse(byId('data').textContent);
report.layers.forEach((layer, index) => { layer.index = index; });

themeToggle();
showSummary(report);
const table = layerTable(report.layers, choose);
const chart = overview(report.layers, choose);
showSamples(report);
showSensitivity(report, choose);
showFront(report);

for (const section of document.querySelectorAll('main > section:not([hidden])')) {
  const title = section.querySelector('h2')?.textContent ?? 'Summary';
  byId('nav').append(element('a', { href: `#${section.id}` }, title));
}

function select(layer) {
  const move = step => {
    const visible = table.visible();
    const next = visible[visible.indexOf(layer) + step];
    if (next) {
      select(next);
      byId(step > 0 ? 'next' : 'previous').focus();
    }
  };
  table.mark(layer);
  chart.mark(layer);
  showDetail(report, layer, move);
  table.reveal(layer);
}

// What the reader has picked is brought into view, also where the details lie below the table.
function choose(layer) {
  select(layer);
  byId('detail').scrollIntoView({ block: 'nearest' });
}

// Something to look at from the start: the layer that has lost most.
const worst = report.layers.filter(l => isNumber(l.sqnrDb)).sort((a, b) => a.sqnrDb - b.sqnrDb)[0] ?? report.layers[0];
if (worst) select(worst);
