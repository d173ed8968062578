// "/jobs/ID": one compile while it works, and what came of it.
import { eventsUrl, get, programHref, remove } from './api.js';
import { intervalPlot, lineChart } from './chart.js';
import { act, announce, h, heading, row, sheet, sleep } from './dom.js';
import { draftOf, saveDraft } from './drafts.js';
import { duration, firstLine, interval, many, percent } from './format.js';
import { testPart } from './job_test.js';

const POLL_MS = 2000;
const BROKEN_MAX = 3;  // broken event streams in a row, before it is polled
const ENDED = ['ready', 'failed', 'cancelled'];
export const STATUS = { queued: 'Waiting', compiling: 'Compiling', ready: 'Ready', failed: 'Failed', cancelled: 'Cancelled' };
const LOST_FROM = 2;  // broken event streams in a row, before it is said
const STAGES = {
  spec: 'Reading the specification', base: 'Opening the base model', outputs: 'Reading the labels', pseudo: 'Writing the prompt',
  even: 'Evening out the labels', map: 'Making the first weights', prepare: 'Preparing the examples', train: 'Training',
  score: 'Measuring on held-out examples', bundle: 'Writing the file',
};

export async function jobView(context) {
  const { params: [id], signal } = context;
  const job = await get(`/compile/${encodeURIComponent(id)}`, { signal });
  const title = heading(titleOf(job));
  const live = progressPart(job, context);
  const result = h('div', ENDED.includes(job.status) && resultPart(job, context));

  const update = (fields) => {
    Object.assign(job, fields);
    setText(title, titleOf(job));
    document.title = `${titleOf(job)} · paw`;
    live.update(job);
  };
  const onProgress = (fields) => {
    live.addPoints(fields);
    update({ status: 'compiling', ...fields });
  };
  const onEnd = (last) => {
    update(last);
    result.replaceChildren(...resultPart(job, context));
    announce(titleOf(job));
  };
  if (!ENDED.includes(job.status)) follow(id, signal, { onProgress, onEnd, onLost: live.lost });
  return {
    title: titleOf(job),
    content: [
      h('div', { class: 'masthead' }, title, h('p', { class: 'spec-line' }, firstLine(job.spec, 160))),
      result, live.node,
      sheet('Request',
        h('pre', { class: 'prose', tabindex: '0' }, job.spec),
        h('p', { class: 'hint' }, `${many(job.examples ?? 0, 'example')}. Job ${job.job_id}.`)),
    ],
  };
}

const titleOf = (job) => `${STATUS[job.status] ?? job.status}: ${job.name || job.slug || firstLine(job.spec, 40)}`;

// The events of the job as they come; where there are none to be had, its state every two seconds.
function follow(id, signal, { onProgress, onEnd, onLost }) {
  const source = new EventSource(eventsUrl(id));
  let broken = 0;
  const stop = () => source.close();
  signal.addEventListener('abort', () => {
    stop();
    sayLost(false);
  });
  source.addEventListener('open', () => sayLost(false));
  source.addEventListener('progress', (event) => {
    broken = 0;
    onProgress(JSON.parse(event.data));
  });
  source.addEventListener('done', (event) => {
    stop();
    onEnd(JSON.parse(event.data));
  });
  source.addEventListener('error', () => {
    broken += 1;
    if (broken >= LOST_FROM) lost(onLost);
    if (signal.aborted || (source.readyState !== EventSource.CLOSED && broken < BROKEN_MAX)) return;
    stop();
    poll(id, signal, { onProgress, onEnd, onLost });
  });
}

const sayLost = (is) => window.dispatchEvent(new CustomEvent('paw:lost', { detail: is }));

function lost(onLost) {
  sayLost(true);
  onLost();
}

// The state has the last score that was measured, not whether it was just now. A server that is back has events again.
async function poll(id, signal, { onProgress, onEnd, onLost }) {
  let away = false;
  while (!signal.aborted) {
    try {
      const job = await get(`/compile/${encodeURIComponent(id)}`, { signal });
      sayLost(false);
      if (ENDED.includes(job.status)) return onEnd(job);
      if (away) return follow(id, signal, { onProgress, onEnd, onLost });
      onProgress({ ...job, held_out_now: null });
      await sleep(POLL_MS, signal);
    } catch (error) {
      if (signal.aborted) return undefined;
      away = error.code === 'network';
      if (away) lost(onLost);
      await sleep(POLL_MS * 2, signal).catch(() => {});
    }
  }
  return undefined;
}

function progressPart(job, context) {
  const bar = h('progress', { max: 100, value: 0, 'aria-label': 'Progress of the compile' });
  const stage = h('p', { class: 'stage', role: 'status' });
  const numbers = h('p', { class: 'hint' });
  const place = h('div');
  const cancel = h('button', { type: 'button', class: 'danger' }, 'Cancel');
  cancel.addEventListener('click', () => act(cancel, place, async () => {
    await remove(`/compile/${encodeURIComponent(job.job_id)}?force=1`);
    await context.refresh();
  }));
  const loss = lineChart({ title: 'Training loss', yName: 'loss', points: [] });
  const score = lineChart({ title: 'Held-out score', yName: 'score', points: [], share: true, tone: 'good' });
  const curves = h('div', { class: 'figures' }, loss.node, score.node);
  const points = { loss: [], score: [] };
  let first = null;  // of the training steps
  const state = row(stage, cancel);
  const node = h('section', { class: 'progress', 'aria-label': 'Progress' }, state, bar, numbers, place, curves);

  function update(now) {
    const ended = ENDED.includes(now.status);
    node.hidden = ended && points.loss.length === 0 && points.score.length === 0;
    for (const part of [state, bar, numbers]) part.hidden = ended;
    setText(stage, stageText(now));
    bar.value = now.percent ?? 0;
    numbers.textContent = numbersText(now, first);
    loss.node.hidden = points.loss.length === 0;
    score.node.hidden = points.score.length === 0;
  }

  // A step that lies before the last says that the compile began anew.
  function addPoints(event) {
    if (event.stage === 'train' && event.step > 0) {
      if (event.step < (points.loss.at(-1)?.x ?? 0)) {
        for (const list of Object.values(points)) list.length = 0;
        first = null;
      }
      first ??= event;
    }
    addPoint(points.loss, event, event.loss, loss);
    addPoint(points.score, event, event.held_out_now, score);
  }
  update(job);
  return { node, update, addPoints, lost: () => { numbers.textContent = ''; } };
}

// A status that does not change is not said again.
function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

// A step said again replaces its point.
function addPoint(points, { step, steps }, y, chart) {
  if (typeof y !== 'number') return;
  if (step === points.at(-1)?.x) points.pop();
  points.push({ x: step, y });
  chart.update(points, steps);
}

function stageText(job) {
  if (job.status !== 'queued') return job.status === 'compiling' ? (STAGES[job.stage] ?? job.stage ?? 'Starting') : STATUS[job.status];
  return job.queue_position > 0 ? `Waiting, ${many(job.queue_position, 'compile')} before this one` : 'Waiting to start';
}

function numbersText(job, first) {
  const steps = first === null || job.stage !== 'train' ? 0 : job.step - first.step;
  const left = steps > 0 ? ((job.seconds - first.seconds) / steps) * (job.steps - job.step) : null;
  const list = [
    `${Math.round(job.percent ?? 0)} %`,
    job.steps > 0 && `step ${job.step} of ${job.steps}`,
    job.seconds > 0 && `${duration(job.seconds)} so far`,
    job.status === 'queued' && job.estimated_wait_s > 0 && `about ${duration(job.estimated_wait_s)} until it starts`,
    job.status === 'compiling' && left !== null && `about ${duration(left)} left`,
    job.note,
  ];
  return list.filter(Boolean).join(' · ');
}

function resultPart(job, context) {
  const again = () => {
    saveDraft('new', draftOf(job));
    context.navigate('/compile');
  };
  if (job.status === 'ready') return [readyPart(job, again), sheet('Test it', testPart(job, context))];
  return [h('section', { class: 'outcome' },
    job.status === 'failed' && h('p', { class: 'error', role: 'alert' }, job.error ?? 'It failed without a reason.'),
    job.status === 'cancelled' && h('p', 'It was cancelled. Nothing was kept of it.'),
    h('button', { type: 'button', class: 'primary', onclick: again }, 'Edit and try again'))];
}

function readyPart(job, again) {
  const ref = job.slug ?? job.program_id;
  const heldOut = job.held_out;
  const notes = [
    job.cached && 'It was compiled before: this is the same program.',
    job.version > 1 && `This is version ${job.version} of ${job.slug}.`,
    job.timings?.total_ms > 0 && `Took ${duration(job.timings.total_ms / 1000)}.`,
  ];
  return h('section', { class: 'outcome', 'aria-label': 'Result' },
    heldOut
      ? h('div', { class: 'outcome-score' }, h('p', { class: 'score' }, percent(heldOut.score)), intervalPlot(heldOut),
        h('p', { class: 'score-range' }, `${interval(heldOut.ci95)}, on ${many(heldOut.n, 'held-out example')}`))
      : h('p', { class: 'unmeasured' }, 'Quality unmeasured: there were too few examples to hold some out.'),
    h('p', notes.filter(Boolean).join(' ')),
    job.warnings?.length > 0 && h('ul', { class: 'note' }, job.warnings.map((warning) => h('li', warning))),
    row(h('a', { class: 'button primary', href: programHref(ref) }, 'Open the program'),
      h('button', { type: 'button', onclick: again }, 'Edit and compile again')));
}
