// The page about a front: its operations on the left, whose names the page came with, and the one that is looked at.

import { fill, h, prose, tabs } from './dom.js';
import { exchange } from './exchange.js';
import { address, description } from './message.js';
import { Schemas, schemaView } from './schema.js';

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

/** Makes the field useful that finds an operation where there are many, and says which ones are not served; gives the links to all others. */
function navigation(nav, { front, unserved, ports, others }) {
  const links = [...nav.querySelectorAll('ul a')];
  const find = nav.querySelector('input');
  const look = () => {
    const wanted = find.value.trim().toLowerCase();
    links.forEach((link) => { link.parentElement.hidden = !link.textContent.toLowerCase().includes(wanted); });
  };
  find?.addEventListener('input', look);
  if (unserved.length) {
    nav.append(h('details', {}, h('summary', {}, `${unserved.length} not served`),
      h('ul', {}, unserved.map(({ name, reason }) => h('li', {}, h('strong', {}, name), ` ${reason}`)))));
  }
  const places = [...ports.map(({ name, path, versions }) => h('li', {}, h('strong', {}, name), ' ', h('code', {}, path || '/'), ` ${versions.join(', ')}`)),
    ...others.map(({ name, reason }) => h('li', {}, h('strong', {}, name), ` is not served: ${reason}`))];
  if (front === 'soap' && places.length) {
    nav.append(h('details', {}, h('summary', {}, 'Ports'), h('ul', {}, places)));
  }
  return links;
}

/** Lets the browser do what else there is to do: a large contract is shown in steps. */
const pause = () => new Promise((resolve) => setTimeout(resolve));

async function begin(data) {
  await pause();
  const schemas = new Schemas(data.$defs);
  const main = page.querySelector('main');
  const links = navigation(page.querySelector('nav'), data);
  const choose = (focus) => {
    const at = Math.max(0, links.findIndex((link) => link.hash === location.hash || link.textContent === location.hash.slice(1)));
    links.forEach((link, index) => (index === at ? link.setAttribute('aria-current', 'page') : link.removeAttribute('aria-current')));
    // By its name: the service may have been read again since the page came.
    const operation = data.operations.find(({ name }) => name === links[at]?.textContent);
    fill(main, operation ? operationView(operation, data, schemas) : h('p', {}, 'No operation is served.'));
    if (focus) main.querySelector('h1')?.focus();
  };
  const base = new URL('..', import.meta.url).href;
  if (data.front === 'soap') page.querySelector('header').append(h('a', { href: `${base.replace(/\/$/, '')}?wsdl` }, 'WSDL'));
  else if (data.openapi) page.querySelector('header').append(h('a', { href: `${base}openapi.json` }, 'OpenAPI'));
  page.prepend(h('a', { href: '#operation', class: 'skip', click: (event) => { event.preventDefault(); main.querySelector('h1')?.focus(); } }, 'To the operation'));
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
