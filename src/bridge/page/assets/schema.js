// JSON Schemas of the contract: what they come to, how they are shown, and the form that is made of one and a value.

import { button, fill, fresh, h, prose } from './dom.js';
import { Digits, escape } from './message.js';

const DEEPEST = 12;
const NUMBER = /^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$/;
const LONG_HINT = 240;
// Fields that are made at once: what is behind them is opened where it is looked at.
const FIELDS = 120;

/** The schemas of a service, by name. */
export class Schemas {
  constructor(definitions) {
    this.definitions = definitions;
  }

  /** `schema` without references, and what is said of it on the way. */
  resolve(schema) {
    let said = {};
    for (let step = 0; schema.$ref && step < DEEPEST; step += 1) {
      const { $ref, ...beside } = schema;
      said = { ...beside, ...said };
      schema = this.definitions[$ref.slice($ref.lastIndexOf('/') + 1).replaceAll('~1', '/').replaceAll('~0', '~')] ?? {};
    }
    return { ...schema, ...said };
  }

  /** The schemas of which a value follows one; a single one where there is no choice. What is null alone is no branch. */
  branches(schema, depth = 0) {
    const whole = this.resolve(schema);
    const choice = whole.oneOf ?? whole.anyOf;
    if (!choice || whole.properties || depth > DEEPEST) return [whole];
    const all = choice.flatMap((branch) => this.branches(branch, depth + 1));
    const some = all.filter((branch) => branch.type !== 'null');
    const text = whole.description;
    return some.map((branch) => (text && some.length === 1 && !branch.description ? { ...branch, description: text } : branch));
  }

  /** The name of the component that `schema` refers to. */
  name(schema) {
    return schema.$ref ? schema.$ref.slice(schema.$ref.lastIndexOf('/') + 1) : '';
  }
}

/** The type of a schema in a word. */
function kind(schema) {
  const { type } = schema;
  if (Array.isArray(type)) return type.filter((name) => name !== 'null')[0];
  if (type) return type;
  if (schema.properties) return 'object';
  const known = schema.const ?? schema.enum?.[0];
  return known === undefined ? 'any' : typeof known;
}

/** What a value has to be, in words. */
function facts(schema) {
  const told = [];
  const put = (key, word) => schema[key] !== undefined && told.push(`${word} ${schema[key]}`);
  const whole = /^int(32|64)$/.test(schema.format ?? '');
  for (const said of [schema.format, schema.contentMediaType]) if (said) told.push(said);
  // The bounds of these are known, and more than a number of the language holds.
  if (!whole || Math.abs(schema.minimum) < 2 ** 31 - 1) put('minimum', '≥');
  put('exclusiveMinimum', '>');
  if (!whole || Math.abs(schema.maximum) < 2 ** 31 - 1) put('maximum', '≤');
  put('exclusiveMaximum', '<');
  put('minLength', 'at least characters:');
  put('maxLength', 'at most characters:');
  put('minItems', 'at least items:');
  put('maxItems', 'at most items:');
  put('pattern', 'pattern');
  if (schema.const !== undefined) told.push(`always ${JSON.stringify(schema.const)}`);
  if (schema.enum) told.push(`one of ${schema.enum.slice(0, 40).map((value) => JSON.stringify(value)).join(', ')}${schema.enum.length > 40 ? ', …' : ''}`);
  if (schema.default !== undefined) told.push(`by default ${JSON.stringify(schema.default)}`);
  return told.join('; ');
}

/** A schema as a tree that opens where it is looked at. */
export function schemaView(schemas, schema, hidden) {
  const body = h('ul', { class: 'schema' });
  fill(body, members(schemas, schema, hidden, 0));
  return body;
}

function members(schemas, schema, hidden, depth) {
  const branches = schemas.branches(schema);
  if (branches.length > 1) {
    return branches.map((branch, at) => node(schemas, { key: `choice ${at + 1}`, schema: branch, word: 'choice', depth }));
  }
  const [whole] = branches;
  if (whole.items) return [node(schemas, { key: 'each item', schema: whole.items, word: 'item', depth })];
  const required = new Set(whole.required ?? []);
  const entries = Object.entries(whole.properties ?? {}).filter(([key]) => key !== hidden);
  if (!entries.length) return [h('li', { class: 'quiet' }, whole.properties || whole.type === 'object' ? 'no members' : `${kind(whole)} ${facts(whole)}`)];
  return entries.map(([key, member]) => node(schemas, { key, schema: member, word: required.has(key) ? 'required' : 'optional', depth }));
}

function node(schemas, { key, schema, word, depth }) {
  const branches = schemas.branches(schema);
  const whole = branches.length === 1 ? branches[0] : schemas.resolve(schema);
  const items = whole.items ? schemas.branches(whole.items) : [];
  const name = schemas.name(whole.items ?? schema) || (whole.items ? items.map(kind)[0] ?? 'any' : kind(whole));
  const head = [
    h('code', { class: 'key' }, key), ' ',
    h('span', { class: 'type' }, whole.items ? `list of ${name}` : name), ' ',
    h('span', { class: word === 'required' ? 'needed' : 'quiet' }, word),
  ];
  const told = [facts(whole) && h('div', { class: 'quiet facts' }, facts(whole)), prose(whole.description)];
  const opens = branches.length > 1 || whole.properties || items.some((item) => item.properties || item.oneOf || item.anyOf) || items.length > 1;
  if (!opens || depth > DEEPEST) return h('li', {}, head, told);
  const list = h('ul', { class: 'schema' });
  const details = h('details', {
    toggle: () => {
      if (details.open && !list.hasChildNodes()) fill(list, members(schemas, whole.items && branches.length === 1 ? whole.items : schema, null, depth + 1));
    },
  }, h('summary', {}, head), told, list);
  return h('li', {}, details);
}

/** The form of one request. `changed` is told of each change. */
export class Form {
  constructor({ schemas, schema, hidden, changed }) {
    Object.assign(this, { schemas, schema, hidden, changed });
    this.element = h('div', { class: 'form', role: 'group', 'aria-label': 'Request as a form' });
    this.value = new Map();
    this.opened = new Set();
  }

  /** Shows `value`; the field at `pointer` has the focus then, where one is given. */
  show(value, pointer) {
    this.value = value;
    this.left = FIELDS;
    fill(this.element, this.content(this.schema, { value, pointer: '', put: (other) => { this.value = other; } }));
    if (pointer !== undefined) this.field(pointer)?.focus();
  }

  /** What can be typed into, or pressed, at `pointer`. */
  field(pointer) {
    const found = [...this.element.querySelectorAll('[data-pointer]')].find((known) => known.dataset.pointer === pointer);
    if (!found || found.matches('input, select, textarea, button')) return found;
    return found.querySelector('input, select, textarea') ?? found.querySelector('button.add') ?? found.querySelector('button');
  }

  /** Shows what is wrong at the fields where it is; gives those that no field has. */
  mark(errors) {
    this.element.querySelectorAll('.wrong').forEach((old) => old.remove());
    this.element.querySelectorAll('[aria-invalid]').forEach((old) => {
      old.removeAttribute('aria-invalid');
      old.removeAttribute('aria-describedby');
    });
    for (const { pointer, message } of errors) {
      const field = this.field(pointer ?? '');
      if (!field || !pointer) continue;
      const told = h('p', { class: 'wrong', id: fresh('wrong') }, message);
      field.setAttribute('aria-invalid', 'true');
      field.setAttribute('aria-describedby', told.id);
      field.closest('.field, fieldset')?.append(told);
    }
  }

  /** The value changed in its shape: the form is made anew. */
  again(pointer) {
    this.show(this.value, pointer);
    this.changed();
  }

  /** What is in a place: `value`, or undefined; `put` sets another one. */
  content(schema, place) {
    const branches = this.schemas.branches(schema);
    const objects = branches.filter((branch) => branch.properties);
    if (place.value instanceof Map && objects.length) return this.choice(objects, place);
    const list = branches.find((branch) => branch.items);
    if (Array.isArray(place.value) && list) return this.list(list, place);
    return this.raw(place);
  }

  /** An object, of several kinds where there is a choice. */
  choice(branches, place) {
    const fitting = branches.length > 1 ? best(branches, place.value) : branches[0];
    if (branches.length === 1) return this.object(fitting, place);
    const id = fresh('choice');
    const options = branches.map((branch, at) => h('option', { value: at, selected: branch === fitting }, label(branch, at)));
    const change = (event) => {
      const branch = branches[event.target.value];
      place.put(this.empty(branch));
      this.again(place.pointer);
    };
    return [h('div', { class: 'field' }, h('label', { for: id }, 'Kind'), h('select', { id, change, 'data-pointer': place.pointer }, options)), this.object(fitting, place)];
  }

  object(schema, { value, pointer }) {
    const required = new Set(schema.required ?? []);
    const known = Object.keys(schema.properties).filter((key) => pointer || key !== this.hidden);
    const put = (key, other) => {
      if (other === undefined) value.delete(key);
      else if (value.has(key)) value.set(key, other);
      else place(value, key, other, Object.keys(schema.properties));
    };
    const member = (key, of) => this.member(of, { key, value: value.get(key), pointer: `${pointer}/${escape(key)}`, required: required.has(key), put: (other) => put(key, other) });
    const others = [...value.keys()].filter((key) => !Object.hasOwn(schema.properties, key) && (pointer || key !== this.hidden));
    return [...known.map((key) => member(key, schema.properties[key])), ...others.map((key) => member(key, {}))];
  }

  /** A member of an object, there or not. */
  member(schema, place) {
    const branches = this.schemas.branches(schema);
    const deep = branches.find((branch) => branch.properties || branch.items);
    if (!deep && !(place.value instanceof Map) && !Array.isArray(place.value)) return this.scalar(branches, place);
    const { key, pointer, required, value, put } = place;
    if (value === undefined || value === null) {
      const add = () => {
        put(this.empty(deep));
        this.again(pointer);
      };
      return h('div', { class: 'field absent' }, button(`+ ${key}`, add, { 'data-pointer': pointer, class: 'add' }), required && h('span', { class: 'needed' }, 'required'));
    }
    if (this.left <= 0 && !this.opened.has(pointer)) return this.closed(key, pointer);
    const remove = () => {
      put(undefined);
      this.again(pointer);
    };
    const head = h('legend', {}, h('code', {}, key), !required && button('Remove', remove, { class: 'small', 'aria-label': `Remove ${key}` }));
    return h('fieldset', { 'data-pointer': pointer }, head, this.content(schema, place));
  }

  /** What is there and not shown yet. */
  closed(key, pointer) {
    const open = () => {
      this.opened.add(pointer);
      this.show(this.value, pointer);
    };
    return h('div', { class: 'field absent' }, button(`${key} …`, open, { 'data-pointer': pointer, class: 'add' }));
  }

  list(schema, { value, pointer }) {
    const item = (entry, at) => {
      const remove = () => {
        value.splice(at, 1);
        this.again(pointer);
      };
      const own = { key: String(at), value: entry, pointer: `${pointer}/${at}`, required: true, put: (other) => { value[at] = other; } };
      return h('div', { class: 'item' }, this.member(schema.items, own), button('Remove', remove, { class: 'small', 'aria-label': `Remove item ${at}` }));
    };
    const add = () => {
      value.push(this.empty(this.schemas.branches(schema.items)[0]));
      this.again(`${pointer}/${value.length - 1}`);
    };
    const shown = [];
    for (const [at, entry] of value.entries()) {
      const more = `${pointer}/${at}`;
      if (this.left <= 0 && !this.opened.has(more)) {
        shown.push(this.closed(`item ${at} to ${value.length - 1}`, more));
        break;
      }
      if (this.opened.has(more)) this.left = Math.max(this.left, FIELDS / 3);
      shown.push(item(entry, at));
    }
    return [...shown, button('+ item', add, { class: 'add', 'data-pointer': value.length ? undefined : pointer })];
  }

  /** A field for a text, a number or a truth value. */
  scalar(branches, { key, value, pointer, required, put }) {
    this.left -= 1;
    const schema = branches[0] ?? {};
    const id = fresh('field');
    const values = choices(branches);
    const change = (event) => {
      put(typed(event.target.value, schema, required));
      this.changed();
    };
    const shared = { id, 'data-pointer': pointer, 'aria-required': required ? 'true' : undefined };
    const shown = text(value);
    const field = values
      ? h('select', { ...shared, change }, (!required || !values.includes(shown)) && h('option', { value: '' }, ''), values.map((known) => h('option', { value: known, selected: known === shown }, known)))
      : h('input', { ...shared, input: change, type: schema.format === 'password' ? 'password' : 'text', autocomplete: 'off', spellcheck: 'false', inputmode: ['integer', 'number'].includes(kind(schema)) ? 'decimal' : undefined });
    if (!values) field.value = shown;
    const about = schema.description;
    return h('div', { class: 'field' },
      h('label', { for: id }, h('code', {}, key), required && h('span', { class: 'needed', title: 'required' }, ' *')), field,
      about && h('p', { class: 'hint' }, about.length > LONG_HINT ? `${about.slice(0, LONG_HINT)}…` : about));
  }

  /** What has no form. */
  raw({ value, pointer }) {
    return h('p', { class: 'hint', 'data-pointer': pointer }, value === undefined ? 'nothing' : 'This part is edited as JSON.');
  }

  /** The least value of a schema. */
  empty(schema) {
    const [whole] = schema.properties || schema.items ? [schema] : this.schemas.branches(schema);
    if (whole.items) return [];
    if (whole.properties) {
      const required = (whole.required ?? []).filter((key) => Object.hasOwn(whole.properties, key) && key !== this.hidden);
      const scalar = (key) => !this.schemas.branches(whole.properties[key]).some((branch) => branch.properties || branch.items);
      return new Map(required.filter(scalar).map((key) => [key, this.empty(whole.properties[key])]));
    }
    const known = whole.const ?? whole.enum?.[0];
    if (known !== undefined) return typeof known === 'number' ? new Digits(String(known)) : known;
    return { boolean: false, integer: new Digits('0'), number: new Digits('0') }[kind(whole)] ?? '';
  }
}

/** Puts a member where the schema has it among those that are there. */
function place(map, key, value, order) {
  const rank = (name) => order.indexOf(name);
  const entries = [...map];
  const at = entries.findIndex(([known]) => rank(known) > rank(key));
  entries.splice(at < 0 ? entries.length : at, 0, [key, value]);
  map.clear();
  entries.forEach(([known, member]) => map.set(known, member));
}

/** The branch that has most of the members of `value`. */
function best(branches, value) {
  const score = ({ properties, required = [] }) => {
    const known = (key) => Object.hasOwn(properties, key);
    const has = (key) => value.has(key) && known(key) && (properties[key].const === undefined || properties[key].const === value.get(key));
    const keys = [...value.keys()];
    return keys.filter(has).length - keys.filter((key) => !known(key)).length - required.filter((key) => !has(key)).length;
  };
  return branches.reduce((one, other) => (score(other) > score(one) ? other : one));
}

function label(branch, at) {
  const named = branch.properties['@type']?.const;
  const keys = (branch.required?.length ? branch.required : Object.keys(branch.properties)).slice(0, 3);
  return named ?? (keys.join(', ') || `choice ${at + 1}`);
}

/** The texts of which a scalar is one; nothing where there are others. */
function choices(branches) {
  if (branches.length === 1 && kind(branches[0]) === 'boolean' && !branches[0].enum) return ['true', 'false'];
  const all = branches.map((branch) => branch.enum ?? (branch.const !== undefined ? [branch.const] : null));
  return all.length && all.every(Boolean) ? all.flat().filter((value) => value !== null).map(String) : null;
}

function text(value) {
  if (value === undefined || value === null) return '';
  return value instanceof Digits ? value.text : String(value);
}

/** What was typed, as the schema wants it; what it is not, the bridge says. */
function typed(entered, schema, required) {
  const sort = kind(schema);
  if (entered === '') return required && sort === 'string' ? '' : undefined;
  if (sort === 'boolean') return entered === 'true' ? true : entered === 'false' ? false : entered;
  return (sort === 'integer' || sort === 'number') && NUMBER.test(entered) ? new Digits(entered) : entered;
}
