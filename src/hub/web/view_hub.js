// "/": every public program, searched, sorted, by tag, in pages. The address holds the state, so it can be sent and gone back to.
import { get, programHref } from './api.js';
import { intervalPlot } from './chart.js';
import { check, chips, codeBlock, errorLine, field, h, heading, select, signInHref } from './dom.js';
import { counted, date, interval, many, nameOf, percent, refOf, signature } from './format.js';
import { compileCommand } from './program_use.js';
import { session } from './session.js';

const PER_PAGE = 20;
const TYPING_MS = 250;
const SORTS = [
  ['recent', 'Newest'], ['recommended', 'Recommended'], ['votes', 'Votes'], ['popular', 'Most used'], ['downloads', 'Downloads'],
];

function stateOf(query) {
  return {
    q: query.get('q') ?? '',
    sort: SORTS.some(([name]) => name === query.get('sort')) ? query.get('sort') : 'recent',
    tag: query.get('tag') ?? '',
    mine: query.get('mine') === 'true' && session.user !== null,
    page: Math.max(1, Number.parseInt(query.get('page'), 10) || 1),
  };
}

// Only what differs from the plain list.
function addressOf({ q, sort, tag, mine, page }) {
  const query = new URLSearchParams();
  if (q) query.set('q', q);
  if (sort !== 'recent') query.set('sort', sort);
  if (tag) query.set('tag', tag);
  if (mine) query.set('mine', 'true');
  if (page > 1) query.set('page', page);
  return query.size > 0 ? `/?${query}` : '/';
}

export async function hubView({ query, signal }) {
  const state = stateOf(query);
  const found = h('p', { class: 'count', role: 'status' });
  const tags = h('ul', { class: 'tags' });
  const list = h('ol', { class: 'cards' });
  const pages = h('nav', { class: 'pages', 'aria-label': 'Pages of the list' });
  let asked = new AbortController();

  async function load() {
    asked.abort();
    asked = new AbortController();
    const both = AbortSignal.any([signal, asked.signal]);
    list.setAttribute('aria-busy', 'true');
    const parameters = new URLSearchParams({ q: state.q, sort: state.sort, page: state.page, per_page: PER_PAGE });
    if (state.tag) parameters.set('tag', state.tag);
    if (state.mine) parameters.set('mine', 'true');
    try {
      await showList(await get(`/programs?${parameters}`, { signal: both }));
    } catch (error) {
      if (both.aborted) return;
      if (!list.isConnected) throw error;  // the first time: there is no page yet
      list.replaceChildren(h('li', errorLine(error)));
      pages.replaceChildren();
      found.textContent = '';
    }
    list.removeAttribute('aria-busy');
  }

  function change(fields, { replace = false } = {}) {
    Object.assign(state, { page: 1 }, fields);
    history[replace ? 'replaceState' : 'pushState']({}, '', addressOf(state));
    return load();
  }

  function showList(reply) {
    const last = Math.ceil(reply.total / PER_PAGE);
    if (last > 0 && state.page > last) return change({ page: last }, { replace: true });
    const filtered = state.q || state.tag || state.mine;
    found.textContent = reply.total > 0 || filtered ? many(reply.total, 'program') : '';
    list.replaceChildren(...reply.programs.map(card));
    if (reply.total === 0) list.replaceChildren(h('li', { class: 'empty' }, filtered ? nothingFound() : firstProgram()));
    const chosen = reply.tags.some((one) => one.tag === state.tag) || !state.tag ? [] : [{ tag: state.tag, count: 0 }];
    tags.replaceChildren(...[...chosen, ...reply.tags].map(tagButton));
    return showPages(reply.total);
  }

  function tagButton({ tag, count: uses }) {
    const on = tag === state.tag;
    const onclick = async () => {
      await change({ tag: on ? '' : tag });
      [...tags.querySelectorAll('button')].find((button) => button.dataset.tag === tag)?.focus();
    };
    const attributes = { type: 'button', class: 'tag', 'data-tag': tag, 'aria-pressed': String(on), onclick };
    return h('li', h('button', attributes, tag, h('span', ` ${uses}`)));
  }

  function showPages(total) {
    const last = Math.max(1, Math.ceil(total / PER_PAGE));
    const go = (page) => async () => {
      await change({ page });
      window.scrollTo(0, 0);
      list.querySelector('a')?.focus();
    };
    pages.replaceChildren();
    if (last === 1 && state.page === 1) return;
    pages.append(
      h('button', { type: 'button', disabled: state.page <= 1, onclick: go(state.page - 1) }, 'Previous'),
      h('span', `Page ${state.page} of ${last}`),
      h('button', { type: 'button', disabled: state.page >= last, onclick: go(state.page + 1) }, 'Next'));
  }

  let typing = 0;
  const placeholder = 'Words of a name, a spec, a tag';
  const search = h('input', { type: 'search', id: 'search', placeholder, autocomplete: 'off', value: state.q });
  search.addEventListener('input', () => {
    clearTimeout(typing);
    typing = setTimeout(() => change({ q: search.value.trim() }, { replace: true }), TYPING_MS);
  });
  signal.addEventListener('abort', () => clearTimeout(typing));
  const sort = select(SORTS, state.sort, { id: 'sort', onchange: () => change({ sort: sort.value }) });
  const mine = check('Only mine', { id: 'mine', checked: state.mine, onchange: () => change({ mine: mine.box.checked }) });
  const form = h('form', { class: 'finder', role: 'search', onsubmit: (event) => event.preventDefault() },
    field('Search', search), field('Sort by', sort), session.user && mine.node);

  await load();
  return {
    title: 'Programs',
    content: [
      h('div', { class: 'masthead' },
        heading('Programs'),
        h('p', 'Text functions, compiled from a description into a few megabytes. They run on one small model, here or on your machine.'),
        session.user ? null : visitorLine()),
      form, tags, found, list, pages,
    ],
  };
}

const visitorLine = () => h('p',
  session.server.anonymous === 'none'
    ? 'This server needs a key: '
    : 'Without a key you can search, run and compile. Votes, cases, slugs and privacy need one: ',
  h('a', { href: signInHref() }, 'sign in'), '.');

function card(program) {
  const facts = [program.slug ?? (program.old_version && `${program.old_version}, replaced`), !program.public && 'private'];
  return h('li', { class: 'card' },
    h('div', { class: 'card-text' },
      h('h2', h('a', { href: programHref(refOf(program)) }, nameOf(program))),
      h('p', { class: 'signature' }, facts.filter(Boolean).map((fact) => h('span', fact)), h('span', signature(program))),
      chips(program.labels ?? [], 6)),
    h('div', { class: 'card-score' }, score(program.held_out)),
    h('ul', { class: 'facts' },
      h('li', `${program.upvotes} up, ${program.downvotes} down`),
      h('li', counted(program.downloads, 'download')),
      program.author && h('li', `by ${program.author}`),
      h('li', h('time', { datetime: program.created_at }, date(program.created_at)))));
}

function score(heldOut) {
  if (!heldOut) return h('p', { class: 'unmeasured' }, 'quality unmeasured');
  const range = h('p', { class: 'score-range' }, interval(heldOut.ci95));
  return [h('p', { class: 'score' }, percent(heldOut.score)), intervalPlot(heldOut), range];
}

const nothingFound = () => [
  h('p', 'No program fits. Try fewer words, or make the one you need.'),
  h('a', { class: 'button', href: '/compile' }, 'Compile a program'),
];

const firstProgram = () => [
  h('h2', 'No program here yet'),
  h('p', 'Describe a text function, add examples if you have them, and the first one is ready in a minute.'),
  h('p', h('a', { class: 'button primary', href: '/compile' }, 'Compile the first program')),
  h('p', 'Or from a terminal:'),
  codeBlock(compileCommand(), 'A command for a terminal'),
];
