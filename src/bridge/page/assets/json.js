// JSON without loss: numbers keep their digits, and objects are maps, so that no key means anything to the language.

/** A number as it is written. */
export class Digits {
  constructor(text) {
    this.text = text;
  }
}

/** What is no JSON, with the line on which that is seen. */
export class NotJson extends Error {
  constructor(message, line) {
    super(`line ${line}: ${message}`);
  }
}

const TOKEN = /[ \t\r\n]*(?:([{}[\],:])|("(?:[^"\\\u0000-\u001f]|\\.)*")|(-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)(?![\w.])|(true|false|null)(?!\w)|$)/y;
const DEEPEST = 64;

/** The value that `text` is. Throws a `NotJson`. */
export function parse(text) {
  let at = 0;
  let token;
  const wrong = (message) => {
    const line = text.slice(0, at).split('\n').length;
    return new NotJson(message, line);
  };
  const next = () => {
    TOKEN.lastIndex = at;
    const found = TOKEN.exec(text);
    if (!found) throw wrong('a value, a key or a sign is malformed');
    at = TOKEN.lastIndex;
    token = { sign: found[1], string: found[2], number: found[3], word: found[4], end: at === text.length && !found[0].trim() };
  };
  const expect = (sign) => {
    if (token.sign !== sign) throw wrong(`expected ${sign}`);
    next();
  };
  const string = () => {
    let value;
    try {
      value = JSON.parse(token.string);
    } catch {
      throw wrong('a string is malformed');
    }
    next();
    return value;
  };
  const list = (close, item) => {
    next();
    if (token.sign === close) return next();
    for (;;) {
      item();
      if (token.sign === close) return next();
      expect(',');
    }
  };
  const value = (depth) => {
    if (depth > DEEPEST) throw wrong('nested too deep');
    if (token.sign === '{') {
      const object = new Map();
      list('}', () => {
        if (token.string === undefined) throw wrong('expected a key');
        const key = string();
        if (object.has(key)) throw wrong(`the key ${JSON.stringify(key)} is there twice`);
        expect(':');
        object.set(key, value(depth + 1));
      });
      return object;
    }
    if (token.sign === '[') {
      const array = [];
      list(']', () => array.push(value(depth + 1)));
      return array;
    }
    if (token.string !== undefined) return string();
    const { number, word } = token;
    if (number === undefined && word === undefined) throw wrong('expected a value');
    next();
    return number === undefined ? { true: true, false: false, null: null }[word] : new Digits(number);
  };
  next();
  const whole = value(0);
  if (!token.end) throw wrong('something follows the value');
  return whole;
}

/** `value` as text, indented by two spaces. */
export function write(value, indent = '') {
  const inner = `${indent}  `;
  if (value instanceof Digits) return value.text;
  if (Array.isArray(value)) {
    return value.length ? `[\n${value.map((item) => inner + write(item, inner)).join(',\n')}\n${indent}]` : '[]';
  }
  if (value instanceof Map) {
    const members = [...value].map(([key, member]) => `${inner}${JSON.stringify(key)}: ${write(member, inner)}`);
    return members.length ? `{\n${members.join(',\n')}\n${indent}}` : '{}';
  }
  return JSON.stringify(value);
}

/** The lines of `value`, each with the JSON Pointer of what stands on it: `{ depth, pointer, key, text }`. */
export function* lines(value, pointer = '', depth = 0, key = null, end = '') {
  const line = (text, of = key) => ({ depth, pointer, key: of, text });
  const entries = Array.isArray(value) ? value.map((item, at) => [at, item]) : value instanceof Map ? [...value] : null;
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  if (!entries) return yield line((value instanceof Digits ? value.text : JSON.stringify(value)) + end);
  if (!entries.length) return yield line(open + close + end);
  yield line(open);
  for (const [at, [name, member]] of entries.entries()) {
    const own = typeof name === 'string' ? name : null;
    yield* lines(member, `${pointer}/${escape(name)}`, depth + 1, own, at < entries.length - 1 ? ',' : '');
  }
  yield line(close + end, null);
}

/** A key or a place as a segment of a JSON Pointer. */
export function escape(segment) {
  return String(segment).replaceAll('~', '~0').replaceAll('/', '~1');
}

/** A copy of which nothing is shared. */
export function copy(value) {
  if (Array.isArray(value)) return value.map(copy);
  return value instanceof Map ? new Map([...value].map(([key, member]) => [key, copy(member)])) : value;
}
