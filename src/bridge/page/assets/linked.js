// JSON and the SOAP that it becomes, side by side: what belongs together lights up together.

import { fill, fresh, h } from './dom.js';
import { lines, parse } from './json.js';

const AT_ONCE = 150;

/** Two columns and a line that says what is known of the place that is looked at. */
export class Linked {
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
export function moved({ screenX, screenY }) {
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
