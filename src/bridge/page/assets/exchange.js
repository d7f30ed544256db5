// Trying an operation: a form and JSON that are kept in step, the SOAP that comes of it, and what the front answers.

import { button, fill, fresh, h } from './dom.js';
import { Form } from './form.js';
import { copy, parse, write } from './json.js';
import { Linked, moved } from './linked.js';
import { Refused, address, call, caller, dryRun } from './send.js';
import { indented } from './xml.js';

const PAUSE = 250;

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
