// Who is signed in, and what the server says of itself. One object, filled before the first view is shown.
import { get, post, remove } from './api.js';
import { claimDrafts, dropAllDrafts } from './drafts.js';

export const session = { user: null, server: {}, error: null };

function set(reply) {
  session.user = reply.user ?? null;
  if (reply.server) session.server = reply.server;
  session.error = null;
  if (session.user) claimDrafts(session.user.name);
  window.dispatchEvent(new Event('paw:session'));
}

export async function loadSession() {
  try {
    set(await get('/auth/me'));
  } catch (error) {
    if (error.code !== 'invalid_key') {
      session.error = error;
      return;
    }
    await remove('/auth/session').catch(() => {});  // a cookie whose key has ended: without it we are anonymous again
    await get('/auth/me').then(set, (again) => { session.error = again; });
  }
}

export async function signIn(key) {
  set(await post('/auth/session', { key }));
}

export async function signOut() {
  set(await remove('/auth/session'));
  dropAllDrafts();
}

export async function rotateKey() {
  const reply = await post('/auth/rotate-key');
  set(reply);
  return reply.key;
}
