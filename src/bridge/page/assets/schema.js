// JSON Schemas of the contract: what they come to, and how they are shown.

import { fill, h, prose } from './dom.js';

const DEEPEST = 12;

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
export function kind(schema) {
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
