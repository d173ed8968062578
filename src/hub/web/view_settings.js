// "/settings": the account, the theme, the server.
import { act, choice, confirmDialog, copyButton, field, h, heading, row, sheet } from './dom.js';
import { date } from './format.js';
import { rotateKey, session, signIn, signOut } from './session.js';

const THEMES = [['auto', 'As the system'], ['light', 'Light'], ['dark', 'Dark']];

export async function settingsView({ refresh, query, navigate }) {
  const next = query.get('next') ?? '';
  const signedIn = () => (/^\/(?![/\\])/.test(next) ? navigate(next, { replace: true }) : refresh());
  return {
    title: 'Settings',
    content: [
      h('div', { class: 'masthead' }, heading('Settings')),
      sheet('Account', session.user ? accountPart(refresh) : signInPart(signedIn)),
      sheet('Theme', choice('Colours of this page', THEMES, window.pawTheme.get(), (theme) => window.pawTheme.set(theme))),
      sheet('Server', serverPart()),
    ],
  };
}

function signInPart(signedIn) {
  const key = h('input', { type: 'password', id: 'key', required: true, autocomplete: 'current-password', placeholder: 'paw_sk_…' });
  const button = h('button', { type: 'submit', class: 'primary' }, 'Sign in');
  const place = h('div');
  const onsubmit = (event) => {
    event.preventDefault();
    act(button, place, async () => {
      await signIn(key.value.trim());
      await signedIn();
    });
  };
  return h('form', { class: 'stack', onsubmit, oninput: () => place.replaceChildren() },
    field('API key', key, 'Whoever runs this server can make one for you. The page does not keep it.'), row(button), place);
}

function accountPart(refresh) {
  const { name, key_prefix: prefix, created_at: created, expires_at: expires } = session.user;
  const place = h('div');
  const newKey = h('div', { role: 'status' });
  const out = h('button', { type: 'button', id: 'sign-out' }, 'Sign out');
  out.addEventListener('click', () => act(out, place, async () => {
    await signOut();
    await refresh();
  }));
  const rotate = h('button', { type: 'button' }, 'Make a new key');
  rotate.addEventListener('click', async () => {
    if (!await confirmDialog('Make a new key?', 'The old key ends at once, wherever it is used.', 'Make a new key')) return rotate.focus();
    return act(rotate, place, async () => {
      const key = await rotateKey();
      newKey.replaceChildren(h('p', 'Your new key, shown this once:'), row(h('code', { class: 'key' }, key), copyButton(() => key)));
    });
  });
  return h('div', { class: 'stack' },
    h('dl',
      h('dt', 'Signed in as'), h('dd', name),
      h('dt', 'Key'), h('dd', { class: 'mono' }, `${prefix}…`),
      h('dt', 'Made'), h('dd', date(created)),
      h('dt', 'Ends'), h('dd', expires ? date(expires) : 'never')),
    newKey, row(out, rotate), place);
}

function serverPart() {
  const { name, version, public_url: url, anonymous, compile_limit_per_hour: limit } = session.server;
  const list = [
    ['Server', [name, version].filter(Boolean).join(' ')],
    ['Address', url || location.origin],
    ['Without a key', anonymous === 'none' ? 'nothing' : 'search, run, compile in public; votes, cases, slugs and privacy need one'],
    ['Compiles an hour', limit > 0 ? limit : 'no limit'],
  ];
  return [
    session.error && h('p', { class: 'error', role: 'alert' }, session.error.message),
    h('dl', list.map(([term, value]) => [h('dt', term), h('dd', String(value))])),
  ];
}
