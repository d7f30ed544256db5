// Elements made of data: everything from outside becomes text or the value of an attribute that is none of markup, style or script.

/** An element. `with` has its attributes; a function is a listener, `true` an attribute without a value, and what is missing is left out. */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name, value);
    else if (value === true) element.setAttribute(name, '');
    else if (value !== false && value !== undefined && value !== null) element.setAttribute(name, value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Puts `children` in place of what is in `element`. */
export function fill(element, ...children) {
  element.replaceChildren(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** A button that does something on this page. */
export function button(label, click, attributes = {}) {
  return h('button', { type: 'button', click, ...attributes }, label);
}

/** Words of a contract: paragraphs, with line feeds kept. */
export function prose(text) {
  return text ? h('div', { class: 'prose' }, text.split('\n\n').map((part) => h('p', {}, part))) : null;
}

/** Tabs that are moved through with the arrow keys; a panel is made when it is first looked at. */
export function tabs(label, panels) {
  const made = new Map();
  const body = h('div', { role: 'tabpanel', tabindex: '0', id: fresh('panel') });
  const select = (at) => {
    list.forEach((tab, index) => {
      tab.setAttribute('aria-selected', String(index === at));
      tab.tabIndex = index === at ? 0 : -1;
    });
    if (!made.has(at)) made.set(at, panels[at].make());
    body.setAttribute('aria-labelledby', list[at].id);
    fill(body, made.get(at));
  };
  const move = (event, at) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step) return;
    const next = (at + step + list.length) % list.length;
    select(next);
    list[next].focus();
    event.preventDefault();
  };
  const list = panels.map(({ name }, at) =>
    h('button', { type: 'button', role: 'tab', id: fresh('tab'), 'aria-controls': body.id, click: () => select(at), keydown: (event) => move(event, at) }, name));
  select(0);
  return [h('div', { role: 'tablist', class: 'tabs', 'aria-label': label }, list), body];
}

let counted = 0;

/** An identifier that no other element has. */
export function fresh(name) {
  counted += 1;
  return `${name}-${counted}`;
}
