// The router: addresses to views, history, focus, the title, and what stands around every view.
import { announce, errorLine, h, heading, signInHref } from './dom.js';
import { loadSession, session } from './session.js';
import { hubView } from './view_hub.js';
import { programView } from './view_program.js';
import { compileView } from './view_compile.js';
import { jobView } from './view_job.js';
import { jobsView } from './view_jobs.js';
import { settingsView } from './view_settings.js';

// A view gets {params, query, signal, navigate, refresh} and gives {title, content}. `signal` ends when the view is left.
const routes = [
  [/^\/$/, hubView],
  [/^\/p\/(.+)$/, programView],
  [/^\/compile$/, compileView],
  [/^\/jobs$/, jobsView],
  [/^\/jobs\/([^/]+)$/, jobView],
  [/^\/settings$/, settingsView],
];

const main = document.getElementById('main');
let leaving = new AbortController();

function missingView() {
  const text = h('p', 'There is nothing at this address. ', h('a', { href: '/' }, 'All programs'));
  return { title: 'Not found', content: [heading('Page not found'), text] };
}

function match(path) {
  const clean = path.length > 1 ? path.replace(/\/+$/, '') : path;
  for (const [pattern, view] of routes) {
    const found = pattern.exec(clean);
    if (found) return { view, params: found.slice(1).map(decoded) };
  }
  return { view: missingView, params: [] };
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function markPage() {
  const { pathname } = location;
  document.getElementById('sign-in').href = signInHref();
  for (const link of document.querySelectorAll('nav a')) {
    const path = link.getAttribute('href');
    const here = path === '/' ? pathname === '/' || pathname.startsWith('/p/') : pathname.startsWith(path);
    if (here) link.setAttribute('aria-current', path === pathname ? 'page' : 'true');
    else link.removeAttribute('aria-current');
  }
}

async function show({ moveFocus, scroll = 0 }) {
  leaving.abort();
  leaving = new AbortController();
  const { signal } = leaving;
  const { view, params } = match(location.pathname);
  markPage();
  main.setAttribute('aria-busy', 'true');
  const waiting = setTimeout(() => main.replaceChildren(h('p', { class: 'loading' }, 'Loading…')), 250);
  let page;
  try {
    const query = new URLSearchParams(location.search);
    page = await view({ params, query, signal, navigate, refresh: () => show({ moveFocus: true, scroll: window.scrollY }) });
  } catch (error) {
    if (signal.aborted) return;
    const title = error.status === 404 ? 'Not found' : 'This did not work';
    page = { title, content: [heading(title), errorLine(error), hintAfter(error), error.code === 'network' && againButton(signal)] };
  } finally {
    clearTimeout(waiting);
  }
  if (signal.aborted) return;
  main.replaceChildren(...page.content.filter(Boolean));
  main.removeAttribute('aria-busy');
  document.title = `${page.title} · paw`;
  if (moveFocus) {
    (main.querySelector('h1') ?? main).focus({ preventScroll: true });
    announce(page.title);
  }
  window.scrollTo(0, scroll);
}

function hintAfter(error) {
  if (error.status !== 404) return null;
  if (location.pathname.startsWith('/jobs/')) return h('p', 'A compile is seen by who began it. ', h('a', { href: '/jobs' }, 'Your jobs'));
  if (session.user) return h('p', h('a', { href: '/' }, 'All programs'));
  return h('p', 'Private programs show when you ', h('a', { href: signInHref() }, 'sign in'), '.');
}

function againButton(signal) {
  const again = async () => {
    await loadSession();
    await show({ moveFocus: true });
  };
  window.addEventListener('online', again, { signal });
  return h('button', { type: 'button', class: 'primary', onclick: again }, 'Try again');
}

// Goes to an address of this page.
function navigate(address, { replace = false } = {}) {
  if (!replace) history.replaceState({ ...history.state, scroll: window.scrollY }, '');
  history[replace ? 'replaceState' : 'pushState']({}, '', address);
  return show({ moveFocus: true });
}

function onClick(event) {
  const link = event.target.closest('a[href]');
  const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
  if (!link || !plain || event.defaultPrevented || link.target || link.hasAttribute('download')) return;
  const url = new URL(link.href);
  const ours = url.origin === location.origin && !/^\/(api|v1|mcp|metrics|assets)(\/|$)/.test(url.pathname);
  if (!ours) return;
  event.preventDefault();
  if (url.hash) document.querySelector(url.hash)?.focus();
  else navigate(url.pathname + url.search);
}

function showWho() {
  document.getElementById('who').replaceChildren('Settings ', session.user ? h('small', session.user.name) : '');
  document.getElementById('sign-in').hidden = session.user !== null;
  const { name, version } = session.server;
  document.getElementById('server-facts').textContent = [name ?? 'paw', version].filter(Boolean).join(' ');
}

function showWait({ detail: seconds }) {
  const notice = document.getElementById('notice');
  notice.textContent = seconds > 0 ? `The server is busy. Trying again in ${seconds} s.` : '';
  notice.hidden = seconds === 0;
}

function showLost({ detail: lost }) {
  const notice = document.getElementById('notice');
  notice.textContent = lost ? 'No connection to the server. Trying again.' : '';
  notice.hidden = !lost;
}

history.scrollRestoration = 'manual';
document.addEventListener('click', onClick);
window.addEventListener('popstate', (event) => show({ moveFocus: true, scroll: event.state?.scroll ?? 0 }));
window.addEventListener('paw:session', showWho);
window.addEventListener('paw:wait', showWait);
window.addEventListener('paw:lost', showLost);
window.addEventListener('paw:key-ended', loadSession);
await loadSession();
await show({ moveFocus: false });
