// The page about a front: its operations on the left, and the one that is looked at.

import { fill, h, prose, tabs } from './dom.js';
import { exchange } from './exchange.js';
import { Schemas, schemaView } from './schema.js';
import { address, description } from './send.js';

const page = document.getElementById('page');

/** What is told of one operation. */
function operationView(operation, data, schemas) {
  const hidden = operation.credentials?.object;
  const panels = [
    { name: 'Try it', make: () => exchange(operation, data, schemas) },
    { name: 'Request', make: () => schemaView(schemas, operation.request, hidden) },
  ];
  if (operation.response) panels.push({ name: 'Response', make: () => schemaView(schemas, operation.response) });
  if (operation.faults.length) {
    panels.push({ name: 'Faults', make: () => h('div', {}, operation.faults.map(({ name, detail }) => [h('h3', {}, name), schemaView(schemas, detail)])) });
  }
  const way = data.front === 'json'
    ? [h('code', {}, `POST ${address(operation, data)}`), operation.native && [' or ', h('code', {}, operation.native)]]
    : [h('code', {}, `POST ${address(operation, data)}`), ` SOAP ${operation.soap}`, operation.action && [' action ', h('code', {}, operation.action)]];
  return [
    h('h1', { tabindex: '-1' }, operation.name),
    h('p', { class: 'way' }, way, operation.idempotent && h('span', { class: 'chip' }, 'idempotent'), !operation.response && h('span', { class: 'chip' }, 'one-way')),
    prose(operation.text),
    tabs(operation.name, panels),
  ];
}

/** The list of operations, with a field to find one where there are many. */
function navigation(data, choose) {
  const links = data.operations.map((operation) => h('a', { href: `#${encodeURIComponent(operation.name)}` }, operation.name));
  const list = h('ul', {}, links.map((link) => h('li', {}, link)));
  const find = h('input', { type: 'search', placeholder: 'Find', 'aria-label': 'Find an operation', autocomplete: 'off' });
  find.addEventListener('input', () => {
    const wanted = find.value.trim().toLowerCase();
    links.forEach((link) => { link.parentElement.hidden = !link.textContent.toLowerCase().includes(wanted); });
  });
  const unserved = data.unserved.length > 0 && h('details', {}, h('summary', {}, `${data.unserved.length} not served`),
    h('ul', {}, data.unserved.map(({ name, reason }) => h('li', {}, h('strong', {}, name), ` ${reason}`))));
  const ports = [...data.ports.map(({ name, path, versions }) => h('li', {}, h('strong', {}, name), ' ', h('code', {}, path || '/'), ` ${versions.join(', ')}`)),
    ...data.others.map(({ name, reason }) => h('li', {}, h('strong', {}, name), ` is not served: ${reason}`))];
  const places = data.front === 'soap' && ports.length > 0 && h('details', {}, h('summary', {}, 'Ports'), h('ul', {}, ports));
  choose.links = links;
  return h('nav', { 'aria-label': 'Operations' }, data.operations.length > 8 && find, list, unserved, places);
}

/** Lets the browser do what else there is to do: a large contract is shown in steps. */
const pause = () => new Promise((resolve) => setTimeout(resolve));

async function begin(data) {
  await pause();
  const schemas = new Schemas(data.$defs);
  const main = h('main', { id: 'operation' });
  const choose = (focus) => {
    const wanted = location.hash.slice(1);
    const at = Math.max(0, data.operations.findIndex(({ name }) => encodeURIComponent(name) === wanted || name === wanted));
    choose.links.forEach((link, index) => (index === at ? link.setAttribute('aria-current', 'page') : link.removeAttribute('aria-current')));
    fill(main, data.operations.length ? operationView(data.operations[at], data, schemas) : h('p', {}, 'No operation is served.'));
    if (focus) main.querySelector('h1')?.focus();
  };
  const nav = navigation(data, choose);
  const base = new URL('..', import.meta.url).href;
  const documents = data.front === 'soap' ? [h('a', { href: `${base.replace(/\/$/, '')}?wsdl` }, 'WSDL')]
    : data.openapi ? [h('a', { href: `${base}openapi.json` }, 'OpenAPI')] : [];
  fill(page,
    h('a', { href: '#operation', class: 'skip', click: (event) => { event.preventDefault(); main.querySelector('h1')?.focus(); } }, 'To the operation'),
    h('header', {}, h('strong', {}, data.service), h('span', { class: 'chip' }, data.front.toUpperCase()), h('code', {}, data.path || '/'), documents),
    nav, main);
  addEventListener('hashchange', () => choose(true));
  await pause();
  choose(false);
  performance.mark('shown');
}

try {
  await begin(await description());
} catch (error) {
  fill(page, h('main', {}, h('h1', {}, 'Nothing to show'), h('p', { role: 'alert' }, `The description of this service cannot be read: ${error.message}`)));
}
