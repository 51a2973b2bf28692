// The samples whose outputs differ most, with both networks' best classes.
function showSamples(report) {
  const samples = report.samples ?? [];
  byId('samples').hidden = samples.length === 0;
  byId('samples-note').textContent = `The ${samples.length} of ${report.summary.samples} samples of the calibration whose outputs have the least cosine with the float model’s.`;
  const className = c => report.classNames?.[c] ?? `class ${c}`;
  byId('sample-list').append(...samples.map(s => element('li', { class: 'card' },
    s.picture ? picture(s) : null,
    element('div', { class: 'about' },
      element('h3', {}, s.name),
      s.label === undefined ? null : element('p', { class: 'muted' }, `labelled ${className(s.label)}`),
      element('p', {}, `cosine ${cosine(s.cosine)}`),
      element('p', {}, s.sqnrDb === Infinity ? 'exact' : `SQNR ${decibels(s.sqnrDb)} dB`),
      s.float && s.float[0].class !== s.quantized[0].class ? element('p', { class: 'flag' }, 'another class comes first') : null),
    s.float ? element('div', { class: 'scores' }, scores('Float', s.float, s.float, className), scores('Quantized', s.quantized, s.float, className)) : null)));
}

function picture(sample) {
  const image = element('img', { src: sample.picture, alt: `Sample ${sample.name}` });
  image.addEventListener('load', () => image.classList.toggle('small', image.naturalWidth < 64));
  return image;
}

// Places where the order of classes differs from the reference's stand out.
function scores(title, list, reference, className) {
  return element('div', {}, element('h4', {}, title), element('ol', {}, list.map((s, i) =>
    element('li', { class: s.class === reference[i]?.class ? null : 'changed' }, element('span', { title: className(s.class) }, className(s.class)), element('span', {}, significant(s.score))))));
}
