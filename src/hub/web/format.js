// Numbers, times and names as people read them.

const dates = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
const times = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });
const counts = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

const known = (text) => text && !Number.isNaN(Date.parse(text));
export const date = (text) => (known(text) ? dates.format(new Date(text)) : 'unknown');
export const time = (text) => (known(text) ? times.format(new Date(text)) : '');
export const percent = (share, digits = 1) => `${((share ?? 0) * 100).toFixed(digits)} %`;
export const many = (n, one) => `${n} ${n === 1 ? one : `${one}s`}`;
export const counted = (n, one) => `${counts.format(n ?? 0)} ${n === 1 ? one : `${one}s`}`;  // "1.2K downloads"

export function bytes(n) {
  if (n < 1000) return `${n} B`;
  return n < 1e6 ? `${(n / 1e3).toFixed(0)} kB` : `${(n / 1e6).toFixed(1)} MB`;
}

export function duration(seconds) {
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${s % 60} s`;
  return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
}

export function milliseconds(ms) {
  if (ms >= 1000) return `${(ms / 1000).toFixed(1)} s`;
  return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
}

// 0.929 with [0.83, 0.972] -> "83.0 to 97.2 %"
export const interval = (range) => (range ? `${(range[0] * 100).toFixed(1)} to ${(range[1] * 100).toFixed(1)} %` : '');

// Letters as the server counts them: code points, without the blank ends.
export const letters = (text) => [...text.trim()].length;

const metrics = { exact: 'exact match', json_equal: 'equal as JSON' };
export const metric = (name) => metrics[name] ?? name;

export function firstLine(text, most = 90) {
  const line = (text ?? '').trim().split('\n', 1)[0].trim();
  return line.length > most ? `${line.slice(0, most - 1).trimEnd()}…` : line;
}

export const nameOf = (program) => program.name || firstLine(program.spec) || program.id;
// What people type for a program.
export const refOf = (program) => program.slug || program.id;

// "text → one of 9 labels"
export function signature(program) {
  if (program.output_kind === 'label') return `text → one of ${many(program.labels?.length ?? 0, 'label')}`;
  return program.output_kind === 'json' ? 'text → JSON' : 'text → text';
}

// What the user types: a slug and what it may be for a name, tags with commas between them.
export const SLUG = '[a-z0-9][a-z0-9\\-]{0,48}[a-z0-9]';
export const SLUG_RULE = 'Small letters, digits and dashes between them, 2 to 50.';
export const slugOf = (name) => name.toLowerCase().replace(/[^a-z0-9]+/g, '-').slice(0, 50).replace(/^-|-$/g, '');
const TAGS_MAX = 5;
export const TAGS_RULE = `Up to ${TAGS_MAX}, with commas between them: small letters, digits and dashes.`;
export const splitTags = (text) => text.split(',').map((tag) => tag.trim().toLowerCase()).filter(Boolean);

export function tagsProblem(tags) {
  if (tags.length > TAGS_MAX) return `There are ${tags.length} tags; at most ${TAGS_MAX} are taken.`;
  const bad = tags.find((tag) => !/^[a-z0-9-]{1,30}$/.test(tag));
  return bad ? `The tag "${bad}" may have 1 to 30 small letters, digits and dashes.` : '';
}
