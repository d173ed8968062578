// The REST interface: one function a call is made through, errors as values with a request id, patience where the server is busy.
import { sleep } from './dom.js';

const BASE = '/api/v1';
const TRIES = 4;
const WAIT_MOST_S = 30;

export class ApiError extends Error {
  constructor(message, { status = 0, code = 'network', requestId = null, retryAfter = null } = {}) {
    super(message);
    Object.assign(this, { status, code, requestId, retryAfter });
  }
}

async function errorOf(response) {
  const body = await response.json().catch(() => ({}));
  const retryAfter = Number(response.headers.get('Retry-After')) || null;
  return new ApiError(body.message || body.detail || `The server answered ${response.status}.`, {
    status: response.status,
    code: body.error || 'unknown',
    requestId: body.request_id || response.headers.get('X-Request-Id'),
    retryAfter,
  });
}

// The response of a call that worked. 503 is tried again when the server says; the page shows that it waits ("paw:wait", 0: no longer).
export async function call(method, path, { body, headers = {}, signal } = {}) {
  const init = { method, signal, headers: { Accept: 'application/json', ...headers } };
  if (body !== undefined) {
    init.body = typeof body === 'string' ? body : JSON.stringify(body);
    init.headers['Content-Type'] ??= 'application/json';
  }
  for (let attempt = 1; ; ++attempt) {
    let response;
    try {
      response = await fetch(BASE + path, init);
    } catch (error) {
      if (error.name === 'AbortError') throw error;
      throw new ApiError('The server cannot be reached. Is `paw serve` running?');
    }
    if (response.ok) return response;
    const error = await errorOf(response);
    if (error.code === 'invalid_key' && !path.startsWith('/auth/')) window.dispatchEvent(new Event('paw:key-ended'));
    if (error.status !== 503 || attempt === TRIES) throw error;
    const seconds = Math.min(error.retryAfter ?? 1, WAIT_MOST_S);
    window.dispatchEvent(new CustomEvent('paw:wait', { detail: seconds }));
    await sleep(seconds * 1000, signal).finally(() => window.dispatchEvent(new CustomEvent('paw:wait', { detail: 0 })));
  }
}

const json = async (...request) => (await call(...request)).json();
export const get = (path, options) => json('GET', path, options);
export const post = (path, body, options) => json('POST', path, { ...options, body });
export const patch = (path, body, options) => json('PATCH', path, { ...options, body });
export const remove = (path, options) => json('DELETE', path, options);

const escaped = (ref) => ref.split('/').map(encodeURIComponent).join('/');
export const programPath = (ref, rest = '') => `/programs/${escaped(ref)}${rest}`;
export const downloadUrl = (ref) => BASE + programPath(ref, '/download');
export const eventsUrl = (job) => `${BASE}/compile/${encodeURIComponent(job)}/events`;
// The address of a program in this page.
export const programHref = (ref) => `/p/${escaped(ref).replaceAll('%40', '@')}`;
export const jobHref = (job) => `/jobs/${encodeURIComponent(job)}`;

// Many inputs at once; `onAnswer` gets {index, output, probability} or {index, error, message} as they come.
export async function bulk(ref, inputs, onAnswer, signal) {
  const body = inputs.map((input) => JSON.stringify({ input })).join('\n') + '\n';
  const path = `/bulk?program=${encodeURIComponent(ref)}&probabilities=1`;
  const headers = { 'Content-Type': 'application/x-ndjson', Accept: 'application/x-ndjson' };
  const response = await call('POST', path, { body, signal, headers });
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const lines = (rest + part.value).split('\n');
    rest = lines.pop();
    for (const line of lines) if (line.trim()) onAnswer(JSON.parse(line));
  }
  if (rest.trim()) onAnswer(JSON.parse(rest));
}
