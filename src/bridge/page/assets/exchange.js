// Trying an operation: a form and JSON that are kept in step, what the front answers, and JSON and the SOAP that it becomes side by side: what
// belongs together lights up together.

import { button, fill, fresh, h } from './dom.js';
import { Refused, address, call, caller, copy, dryRun, indented, lines, parse, write } from './message.js';
import { Form } from './schema.js';

const PAUSE = 250;
const AT_ONCE = 150;

/** The part of the page in which `operation` is tried. */
export function exchange(operation, data, schemas) {
  const linked = new Linked();
  const example = operation.example ? parse(operation.example) : new Map();
  if (example instanceof Map && operation.credentials) example.delete(operation.credentials.object);
  const problems = h('div', { class: 'problems', role: 'status' });
  const id = fresh('json');
  const editor = h('textarea', { id, rows: '16', spellcheck: 'false', autocomplete: 'off', autocapitalize: 'off', wrap: 'off' });
  const form = new Form({ schemas, schema: operation.request, hidden: operation.credentials?.object, changed: () => {
    editor.value = write(form.value);
    later();
  } });
  let waiting;
  let running;

  const told = (errors) => {
    form.mark(errors);
    fill(problems, errors.map(({ pointer, code, message }) => h('p', { class: 'problem' },
      pointer ? button(pointer, () => form.field(pointer)?.focus(), { class: 'link' }) : null, ' ', message, ' ', code && h('span', { class: 'quiet' }, code))));
  };

  const look = async () => {
    running?.abort();
    running = new AbortController();
    try {
      const { ok, said } = await dryRun(operation, editor.value, running.signal);
      told(ok ? [] : problemsOf(said));
      if (ok) linked.show(said);
      else linked.clear('The message does not follow its contract yet.');
    } catch (error) {
      if (error.name !== 'AbortError') linked.clear(`No dry run: ${error.message}`);
    }
  };
  const later = () => {
    clearTimeout(waiting);
    waiting = setTimeout(look, PAUSE);
  };

  editor.addEventListener('input', () => {
    try {
      form.show(parse(editor.value));
      later();
    } catch (error) {
      clearTimeout(waiting);
      told([{ message: `This is no JSON: ${error.message}` }]);
    }
  });
  const use = (value) => {
    form.show(copy(value));
    editor.value = write(value);
    look();
  };
  const point = (event) => {
    const field = event.target.closest?.('[data-pointer]');
    if (field) linked.point(field.dataset.pointer);
  };
  form.element.addEventListener('focusin', point);
  form.element.addEventListener('pointermove', (event) => moved(event) && point(event));

  const answer = h('section', { class: 'answer', 'aria-label': 'Answer', tabindex: '-1' });
  const send = button('Send', async () => {
    send.disabled = true;
    clearTimeout(waiting);
    look();
    fill(answer, h('p', { role: 'status' }, 'Sending…'));
    try {
      const got = await call(operation, editor.value, data);
      fill(answer, shown(got));
      told(problemsIn(got));
    } catch (error) {
      if (error instanceof Refused) told(problemsOf(error.said));
      fill(answer, h('p', { role: 'status', class: 'problem' }, `Not sent: ${error.message}`));
    }
    send.disabled = false;
  }, { class: 'primary' });

  use(example);
  return h('div', { class: 'try' },
    credentials(data, operation),
    h('div', { class: 'columns' },
      h('section', { class: 'pane' }, h('h3', {}, 'Form'), form.element),
      h('section', { class: 'pane' }, h('h3', {}, h('label', { for: id }, 'JSON')), editor)),
    problems,
    h('div', { class: 'actions' }, send, button('Example', () => use(example)), button('Empty', () => use(form.empty(operation.request))),
      h('span', { class: 'quiet' }, `POST ${new URL(address(operation, data)).pathname}`)),
    answer,
    h('h2', {}, 'What it becomes'),
    h('p', { class: 'quiet' }, 'A dry run: nothing is sent to the backend, secrets are masked, and so is what the service file puts in. Conditions of the service are asked when it is sent.'),
    linked.element);
}

/** Fields for who calls, as the front wants to know it. */
function credentials(data, operation) {
  const { kind, header } = data.auth;
  const inBody = operation.credentials?.used;
  const words = {
    basic: inBody ? `In the body, as ${operation.credentials.object}.` : 'HTTP Basic.',
    bearer: 'A bearer token.',
    certificate: 'The certificate that this browser shows.',
    key: `The header ${header}.`,
    name: 'A UsernameToken without a password.',
    none: 'Nobody is asked.',
    parts: 'Header parts of the message.',
    token: 'A UsernameToken in the message.',
  }[kind];
  const field = (label, key, type) => {
    const id = fresh('caller');
    const input = h('input', { id, type, autocomplete: 'off', spellcheck: 'false', input: () => { caller[key] = input.value; } });
    input.value = caller[key];
    return h('div', { class: 'field' }, h('label', { for: id }, label), input);
  };
  const named = kind === 'basic' || kind === 'token' || data.auth.parts.some((part) => part.named);
  const names = inBody ? [operation.credentials.username, operation.credentials.password] : ['User', 'Password'];
  const fields = kind === 'name' ? [field('User', 'name', 'text')] : named ? [field(names[0], 'name', 'text'), field(names[1], 'secret', 'password')] : ['bearer', 'key', 'parts'].includes(kind) ? [field(kind === 'key' ? 'Key' : 'Token', 'secret', 'password')] : [];
  return h('fieldset', { class: 'caller' }, h('legend', {}, 'Who calls'), h('p', { class: 'quiet' }, words, fields.length ? ' It is kept in the memory of this page alone.' : ''), fields);
}

/** What a front says is wrong, in its own shape, in that of a problem, or in the system's own. */
function problemsOf(said) {
  const errors = Array.isArray(said?.errors) ? said.errors : [];
  const known = errors.filter((error) => error && typeof error.message === 'string');
  return known.length ? known.map(({ pointer, code, message }) => ({ pointer, code, message })) : [{ message: said?.detail ?? said?.title ?? 'The message was refused.' }];
}

function problemsIn({ text }) {
  try {
    return problemsOf(JSON.parse(text)).filter(({ pointer }) => pointer);
  } catch {
    return [];
  }
}

/** An answer, as it came. */
function shown({ status, headers, text, ms }) {
  const named = ['content-type', 'x-request-id', 'retry-after', 'warning'].filter((name) => headers.has(name));
  let body = text;
  try {
    body = text.trimStart().startsWith('<') ? indented(text) : write(parse(text));
  } catch {
    // What is no JSON is shown as it is.
  }
  return [
    h('p', { role: 'status' }, h('strong', { class: status < 400 ? 'good' : 'bad' }, `HTTP ${status}`), ` in ${Math.round(ms)} ms`),
    h('dl', {}, named.map((name) => [h('dt', {}, name), h('dd', {}, headers.get(name))])),
    body ? h('pre', { tabindex: '0', 'aria-label': 'Body of the answer' }, body) : h('p', { class: 'quiet' }, 'No body.'),
  ];
}

/** Two columns and a line that says what is known of the place that is looked at. */
class Linked {
  constructor() {
    this.about = h('p', { class: 'about', role: 'status' });
    this.left = this.column('JSON', 'JSON, with secrets masked');
    this.right = this.column('SOAP', 'SOAP, with secrets masked');
    this.element = h('div', { class: 'linked' }, h('div', { class: 'columns' }, this.left.frame, this.right.frame), this.about);
    this.clear('');
  }

  column(name, label) {
    const id = fresh('lines');
    const list = h('div', { role: 'listbox', id, tabindex: '0', class: 'lines', 'aria-label': label });
    const column = { list, rows: [], at: 0, frame: h('section', { class: 'pane' }, h('h3', {}, name), list) };
    list.addEventListener('pointermove', (event) => moved(event) && this.look(column, column.rows.indexOf(event.target.closest('[role=option]'))));
    list.addEventListener('click', (event) => this.look(column, column.rows.indexOf(event.target.closest('[role=option]'))));
    list.addEventListener('focus', () => this.look(column, column.at));
    list.addEventListener('keydown', (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -column.rows.length, End: column.rows.length }[event.key];
      if (!step) return;
      event.preventDefault();
      this.look(column, Math.min(Math.max(column.at + step, 0), column.rows.length - 1), true);
    });
    return column;
  }

  /** Nothing is shown but a sentence. */
  clear(sentence) {
    this.drawn = {};
    for (const column of [this.left, this.right]) {
      Object.assign(column, { rows: [], lit: [], entries: [] });
      fill(column.list, h('p', { class: 'quiet' }, sentence || '…'));
      column.list.setAttribute('role', 'group');
      column.list.removeAttribute('aria-activedescendant');
    }
    fill(this.about);
  }

  /** What a dry run said. */
  show({ json, lines: soap, links }) {
    const drawn = {};
    this.drawn = drawn;
    this.seen = null;
    this.links = links;
    this.byPointer = new Map();
    links.forEach(({ pointer }, at) => pointer !== undefined && put(this.byPointer, pointer, at));
    this.within = new Map();
    links.forEach(({ pointer }, at) => {
      // What has no link of its own, as a list, has those of what is in it.
      for (let above = outer(pointer); above && !this.byPointer.has(above); above = outer(above)) put(this.within, above, at);
    });
    const ofJson = [...lines(parse(json))].map(({ depth, pointer, key, text }) => ({ depth, pointer, key, text, links: this.under(pointer) }));
    this.draw(this.left, ofJson, drawn);
    this.draw(this.right, soap, drawn);
    fill(this.about, 'Point at a line, or move through a column with the arrow keys.');
  }

  /** The links of a value. */
  under(pointer) {
    return this.byPointer.get(pointer) ?? this.within.get(pointer) ?? [];
  }

  /** Draws what is seen first, and the rest when there is time. */
  draw(column, entries, drawn) {
    Object.assign(column, { entries, rows: [], at: 0, lit: [], byLink: new Map() });
    entries.forEach(({ links }, at) => links.forEach((link) => put(column.byLink, link, at)));
    column.list.setAttribute('role', 'listbox');
    fill(column.list);
    const more = () => {
      if (this.drawn !== drawn) return;
      const begin = column.rows.length;
      const some = entries.slice(begin, begin + AT_ONCE).map(row);
      column.rows.push(...some);
      column.list.append(...some);
      if (column.rows.length < entries.length) setTimeout(more);
    };
    more();
  }

  /** Lights up what belongs to the line `at` of a column. */
  look(column, at, scroll) {
    if (at < 0 || !column.rows[at] || (this.seen === column && column.at === at && !scroll)) return;
    this.seen = column;
    column.at = at;
    column.list.setAttribute('aria-activedescendant', column.rows[at].id);
    this.light(column.entries[at].links, column, scroll);
    column.selected?.setAttribute('aria-selected', 'false');
    column.selected = column.rows[at];
    column.selected.setAttribute('aria-selected', 'true');
    if (scroll) column.rows[at].scrollIntoView({ block: 'nearest' });
  }

  /** Lights up what belongs to the value at `pointer`. */
  point(pointer) {
    if (!this.byPointer || !this.left.rows.length) return;
    this.seen = null;
    this.light(this.under(pointer), null, true);
  }

  light(links, from, scroll) {
    for (const column of [this.left, this.right]) {
      column.lit.forEach((known) => known.classList.remove('lit'));
      const places = links.flatMap((link) => column.byLink.get(link) ?? []).sort((one, other) => one - other);
      column.lit = places.map((at) => column.rows[at]).filter(Boolean);
      column.lit.forEach((known) => known.classList.add('lit'));
      if (column.lit.length && column !== from && (scroll || from)) within(column.list, column.lit[0]);
    }
    fill(this.about, this.told(links));
  }

  told(links) {
    if (!links.length) return 'Nothing of the other side belongs to this line alone.';
    const some = links.slice(0, 4).map((at) => this.links[at]);
    return some.map(({ pointer, place, rules = [] }) => h('span', { class: 'fact' },
      h('code', {}, pointer === undefined ? 'not in the JSON' : pointer || 'the whole message'),
      place && [' declared at ', h('code', {}, place)],
      rules.map((rule) => [' changed by ', h('code', {}, rule.place), ` (${rule.meaning})`])));
  }
}

/** The pointer of what is around a value; nothing around the whole. */
function outer(pointer) {
  return pointer?.slice(0, pointer.lastIndexOf('/'));
}

function put(map, key, value) {
  if (!map.has(key)) map.set(key, []);
  map.get(key).push(value);
}

/** Whether somebody moved the pointer, and not the page below it. */
function moved({ screenX, screenY }) {
  const place = `${screenX} ${screenY}`;
  const is = place !== pointed;
  pointed = place;
  return is;
}

let pointed = '';

/** Scrolls a column, and nothing around it, to a line. */
function within(list, line) {
  const [outer, inner] = [list.getBoundingClientRect(), line.getBoundingClientRect()];
  if (inner.top < outer.top || inner.bottom > outer.bottom) list.scrollTop += inner.top - outer.top - outer.height / 3;
}

function row({ depth, key, text }) {
  const line = h('div', { role: 'option', id: fresh('line'), 'aria-selected': 'false' });
  line.style.setProperty('--depth', depth);
  if (key !== undefined && key !== null) line.append(h('span', { class: 'key' }, JSON.stringify(key)), ': ');
  line.append(...coloured(text));
  return line;
}

/** A line of XML with its tags set apart; JSON as it is. */
function coloured(text) {
  if (!text.startsWith('<')) return [h('span', { class: text.startsWith('"') ? 'string' : 'plain' }, text)];
  return text.split(/(<[^>]*>)/).filter(Boolean).map((piece) => h('span', { class: piece.startsWith('<') ? 'tag' : 'string' }, piece));
}
