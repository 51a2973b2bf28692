// Elements. Text always goes in as text, so no name of a layer or sample can become markup.
const byId = id => document.getElementById(id);

function element(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}

function svgElement(name, attributes = {}, ...children) {
  return fill(document.createElementNS('http://www.w3.org/2000/svg', name), attributes, children);
}

function fill(node, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith('on')) node.addEventListener(key.slice(2), value);
    else if (value !== undefined && value !== null && value !== false) node.setAttribute(key, value === true ? '' : value);
  }
  node.append(...children.flat().filter(child => child !== undefined && child !== null));
  return node;
}

// Terms and what is said of them; those of which nothing is known are left out.
function definitions(list, entries) {
  list.replaceChildren(...entries.filter(([, value]) => value !== undefined && value !== none).flatMap(([term, value]) =>
    [element('dt', {}, term), element('dd', {}, value)]));
}
