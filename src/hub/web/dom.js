// Building the page from nodes, never from markup: specs and outputs are text of strangers.
import { duration, SLUG, SLUG_RULE } from './format.js';

const SVG = 'http://www.w3.org/2000/svg';

function fill(node, first, rest) {
  const [props, children] = first?.constructor === Object ? [first, rest] : [{}, [first, ...rest]];
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false || name === 'value') continue;
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? '' : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  if ('value' in props) node.value = props.value ?? '';
  return node;
}

// h('a', {href: '/'}, 'text', node) or h('p', 'text'): attributes, on… listeners, `value` as the property; empty children are left out.
export const h = (tag, first, ...rest) => fill(document.createElement(tag), first, rest);
export const svg = (tag, first, ...rest) => fill(document.createElementNS(SVG, tag), first, rest);

export const heading = (text) => h('h1', { tabindex: '-1', class: text.length > 44 && 'long' }, text);
export const row = (...content) => h('div', { class: 'row' }, content);
// The head of a table.
export const columns = (...names) => h('thead', h('tr', names.map((name) => h('th', { scope: 'col' }, name))));

let lastId = 0;
export const freshId = (prefix) => `${prefix}-${++lastId}`;

// Says it to a screen reader.
export function announce(text) {
  document.getElementById('announcer').textContent = text;
}

// Where to sign in; from there one comes back to here.
export function signInHref() {
  const here = location.pathname + location.search;
  return location.pathname === '/settings' ? here : `/settings?next=${encodeURIComponent(here)}`;
}

// What people can do nothing with as the server says it to programs.
const PLAIN = {
  sign_in_required: 'Sign in to do that.',
  invalid_key: 'The key is not known here, or it has ended.',
  not_found: 'There is nothing here by that name, or it is private.',
  alias_not_found: 'There is nothing here by that name, or it is private.',
  too_large: 'That is more than this server takes at once.',
  overloaded: 'The server is busy.',
  rate_limited: 'This server takes no more from you for now.',
};

function plainly(error) {
  const later = error.retryAfter ? ` Try again in ${duration(error.retryAfter)}.` : '';
  return (PLAIN[error.code] ?? (error.message || String(error))) + later;
}

// One clear line for what went wrong; where the server is at fault, with the id to find it by in its log.
export function errorLine(error) {
  const signIn = error.code === 'sign_in_required' && [' ', h('a', { href: signInHref() }, 'Sign in')];
  const id = error.requestId && error.status >= 500 && h('span', { class: 'request-id' }, ` (request ${error.requestId})`);
  const title = error.requestId && `request ${error.requestId}`;
  return h('p', { class: 'error', role: 'alert', title }, plainly(error), signIn, id);
}

// Runs an action of a button: the button waits, an error appears in `place`.
export async function act(button, place, action) {
  if (button.getAttribute('aria-busy') === 'true') return;
  button.setAttribute('aria-busy', 'true');
  place.replaceChildren();
  try {
    await action();
  } catch (error) {
    if (error.name !== 'AbortError') place.replaceChildren(errorLine(error));
  } finally {
    button.removeAttribute('aria-busy');
  }
}

// A control under its label. `extra` stands below: a hint, an error; the control is described by it.
export function field(label, control, extra) {
  const id = control.id || (control.id = freshId('field'));
  const below = extra && h('div', { class: 'hint', id: `${id}-hint` }, extra);
  if (below) control.setAttribute('aria-describedby', below.id);
  return h('div', { class: 'field' }, h('label', { for: id }, label), control, below);
}

// Small letters only: what is typed large becomes small.
export function slugInput(props) {
  const plain = { autocapitalize: 'none', autocomplete: 'off', spellcheck: 'false' };
  const input = h('input', { type: 'text', pattern: SLUG, title: SLUG_RULE, ...plain, ...props });
  input.addEventListener('input', () => {
    const at = input.selectionStart;
    input.value = input.value.toLowerCase();
    input.setSelectionRange(at, at);
  });
  return input;
}

export function check(label, props = {}) {
  const box = h('input', { type: 'checkbox', ...props });
  return { box, node: h('label', { class: 'check' }, box, label) };
}

export function select(options, value, props = {}) {
  return h('select', { value, ...props }, options.map(([key, text]) => h('option', { value: key }, text)));
}

// One of a few, as radio buttons.
export function choice(legend, options, value, onchange) {
  const name = freshId('choice');
  const radios = options.map(([key, text, hint]) => {
    const radio = h('input', { type: 'radio', name, checked: key === value, onchange: () => onchange(key) });
    radio.value = key;
    return h('label', radio, h('span', text, hint && h('small', hint)));
  });
  return h('fieldset', { class: 'choice' }, h('legend', legend), h('div', radios));
}

export function copyButton(text, what = 'Copy') {
  const button = h('button', { type: 'button', class: 'small' }, what);
  button.addEventListener('click', async () => {
    const done = await copy(text());
    button.textContent = done ? 'Copied' : 'Select and copy by hand';
    announce(button.textContent);
    setTimeout(() => { button.textContent = what; }, 2000);
  });
  return button;
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyByHand(text);  // plain http: there is no clipboard object
  }
}

function copyByHand(text) {
  const area = h('textarea', { class: 'unseen', value: text, 'aria-hidden': 'true' });
  const focused = document.activeElement;
  document.body.append(area);
  area.select();
  const done = document.execCommand('copy');
  area.remove();
  focused?.focus();
  return done;
}

export function codeBlock(text, label) {
  const pre = h('pre', { tabindex: '0', role: 'region', 'aria-label': label }, h('code', text));
  return h('div', { class: 'code' }, copyButton(() => text), pre);
}

// Asks before something that cannot be undone. True: the user said yes.
export function confirmDialog(title, text, action) {
  const id = freshId('dialog');
  const dialog = h('dialog', { 'aria-labelledby': id },
    h('form', { method: 'dialog' },
      h('h2', { id }, title),
      h('p', text),
      row(h('button', { value: 'no', autofocus: true }, 'Cancel'), h('button', { class: 'danger', value: 'yes' }, action))));
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(dialog.returnValue === 'yes');
    });
  });
}

// A part of a page: its heading in the margin, its content beside it.
export function sheet(title, ...content) {
  const id = freshId('part');
  return h('section', { class: 'sheet', 'aria-labelledby': id }, h('h2', { id }, title), h('div', { class: 'sheet-body' }, content));
}

// What may be wider than the page; the keyboard can scroll it.
export const scroller = (label, content, kind = '') =>
  h('div', { class: `scroller ${kind}`, tabindex: '0', role: 'region', 'aria-label': label }, content);

export const chips = (texts, most = texts.length) => texts.length > 0 && h('ul', { class: 'chips' },
  texts.slice(0, most).map((text) => h('li', text)),
  texts.length > most && h('li', { class: 'more' }, `and ${texts.length - most} more`));

// Waits, and ends early when the page is left.
export function sleep(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(new DOMException('left', 'AbortError'));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    if (signal?.aborted) stop();
    else signal?.addEventListener('abort', stop, { once: true });
  });
}
