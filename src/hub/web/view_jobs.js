// "/jobs": the compiles of this user, or of this address when nobody is signed in. Live while one of them works.
import { get, jobHref, programHref } from './api.js';
import { errorLine, h, heading, sleep } from './dom.js';
import { duration, firstLine, many, percent, time } from './format.js';
import { session } from './session.js';
import { STATUS } from './view_job.js';

const PER_PAGE = 50;
const POLL_MS = 3000;

export async function jobsView({ query, signal }) {
  const page = Math.max(1, Number.parseInt(query.get('page'), 10) || 1);
  const ask = () => get(`/compile?page=${page}&per_page=${PER_PAGE}`, { signal });
  const first = await ask();
  const found = h('p', { class: 'count' });
  const list = h('ol', { class: 'jobs' });
  const place = h('div');
  const rows = new Map();

  // Rows keep their nodes, so that the focus stays where it is.
  function paint({ jobs, total }) {
    found.textContent = many(total, 'compile');
    const nodes = jobs.map((job) => {
      if (!rows.has(job.job_id)) rows.set(job.job_id, jobRow(job));
      rows.get(job.job_id).update(job);
      return rows.get(job.job_id).node;
    });
    if (nodes.length !== list.children.length || nodes.some((node, i) => node !== list.children[i])) list.replaceChildren(...nodes);
    if (total === 0) list.replaceChildren(empty());
  }
  async function watch(jobs) {
    let working = jobs.some((job) => job.status === 'queued' || job.status === 'compiling');
    while (working) {
      await sleep(POLL_MS, signal);
      if (document.hidden) continue;
      const reply = await ask();
      paint(reply);
      working = reply.jobs.some((job) => job.status === 'queued' || job.status === 'compiling');
    }
  }
  paint(first);
  watch(first.jobs).catch((error) => signal.aborted || place.replaceChildren(errorLine(error)));
  const last = Math.max(1, Math.ceil(first.total / PER_PAGE));
  return {
    title: 'Jobs',
    content: [
      h('div', { class: 'masthead' }, heading('Jobs'),
        h('p', session.user ? 'What you have compiled on this server.' : 'What was compiled from this address without signing in.')),
      found, list, place,
      last > 1 && h('nav', { class: 'pages', 'aria-label': 'Pages of the list' },
        page > 1 && h('a', { class: 'button', href: `/jobs?page=${page - 1}` }, 'Previous'), h('span', `Page ${page} of ${last}`),
        page < last && h('a', { class: 'button', href: `/jobs?page=${page + 1}` }, 'Next')),
    ],
  };
}

function jobRow(job) {
  const status = h('span', { class: 'status' });
  const bar = h('progress', { max: 100, value: 0, 'aria-label': 'Progress' });
  const more = h('span', { class: 'hint' });
  const program = h('span');
  const node = h('li', { class: 'job' },
    status,
    h('div',
      h('a', { href: jobHref(job.job_id) }, job.name || firstLine(job.spec)),
      h('p', { class: 'hint' }, `${time(job.created_at)} · ${many(job.examples ?? 0, 'example')}`)),
    h('div', { class: 'job-end' }, bar, more, program));
  const update = (now) => {
    status.textContent = STATUS[now.status] ?? now.status;
    status.className = `status ${now.status}`;
    bar.hidden = now.status !== 'compiling';
    bar.value = now.percent ?? 0;
    more.textContent = endText(now);
    const ref = now.slug ?? now.program_id;
    program.replaceChildren(now.status === 'ready' && ref ? h('a', { href: programHref(ref) }, now.slug ?? `program ${now.program_id.slice(0, 8)}`) : '');
  };
  return { node, update };
}

function endText(job) {
  if (job.status === 'queued') return job.estimated_wait_s > 0 ? `about ${duration(job.estimated_wait_s)}` : '';
  if (job.status === 'compiling') return `${Math.round(job.percent)} %`;
  if (job.status === 'failed') return firstLine(job.error, 60);
  if (job.status === 'ready') return job.held_out ? percent(job.held_out.score) : 'quality unmeasured';
  return '';
}

const empty = () => h('li', { class: 'empty' },
  h('p', 'Nothing was compiled yet.'),
  h('a', { class: 'button primary', href: '/compile' }, 'Compile a program'));
