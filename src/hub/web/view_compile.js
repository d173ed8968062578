// "/compile": a description and examples into a job. What is written is kept for this tab; once it is sent, for going back from the job.
import { get, jobHref, post, programPath } from './api.js';
import { act, check, choice, errorLine, field, h, heading, select, sheet, signInHref, slugInput } from './dom.js';
import { loadDraft, saveDraft } from './drafts.js';
import { examplesTable } from './examples_table.js';
import { letters, many, SLUG_RULE, slugOf, splitTags, TAGS_RULE, tagsProblem } from './format.js';
import { session } from './session.js';

const SPEC_MIN = 10;
const SPEC_MAX = 16000;
const PLACEHOLDER = `Given the subject line of a commit, say what kind of change it is.
Return exactly one of: feature, bugfix, docs, test

- feature: something new for users
- bugfix: something wrong is put right`;
const EFFORTS = [['quick', 'Quick', 'about a minute'], ['normal', 'Normal', 'for most'], ['thorough', 'Thorough', 'many labels, JSON']];
const OUTPUTS = [['auto', 'As the examples and the spec say'], ['text', 'Free text, whatever they look like']];
const COMPILERS = [['', 'The default one: spec, and examples where there are any'], ['paw-ft-smollm2-135m', 'Train on the examples alone']];

export async function compileView({ navigate, signal }) {
  const slot = history.state?.draft ?? 'new';
  const draft = loadDraft(slot) ?? {};
  const parts = {
    spec: specPart(draft),
    examples: examplesTable(draft.examples ?? [], draft.pasted),
    listing: listingPart(draft),
    options: optionsPart(draft),
  };
  const collect = () => ({
    ...parts.spec.value(), examples: parts.examples.rows(), pasted: parts.examples.pending(), ...parts.listing.value(), ...parts.options.value(),
  });
  let sent = false;
  const keep = () => sent || saveDraft(slot, collect());
  signal.addEventListener('abort', keep);
  window.addEventListener('pagehide', keep, { signal });

  const button = h('button', { type: 'submit', class: 'primary large' }, 'Compile');
  const place = h('div', { role: 'status' });
  const onsubmit = (event) => {
    event.preventDefault();
    const pasted = parts.examples.takePending() ? '' : 'Some of the pasted lines could not be read: mend them above, or take them out.';
    const wrong = parts.spec.problem() || pasted || rowProblem(parts.examples.rows()) || parts.listing.problem();
    if (wrong) {
      place.replaceChildren(errorLine(new Error(wrong)));
      return;
    }
    act(button, place, async () => {
      const draftNow = collect();
      const job = await post('/compile/async', requestOf(draftNow));
      sent = true;
      saveDraft(slot, {});
      saveDraft(job.job_id, draftNow);
      saveDraft(`${job.job_id}.form`, draftNow);
      history.replaceState({ draft: `${job.job_id}.form` }, '');
      await navigate(jobHref(job.job_id));
    });
  };
  const form = h('form', { class: 'compile', onsubmit },
    sheet('Specification', parts.spec.node),
    sheet('Examples', parts.examples.node),
    sheet('Name', parts.listing.node),
    sheet('Effort', parts.options.node),
    h('div', { class: 'sheet send' }, h('div', { class: 'sheet-body' }, button, place)));
  form.addEventListener('input', () => place.replaceChildren());
  form.addEventListener('keydown', (event) => onEnter(event, form));
  // A folded control cannot show why it is refused.
  form.addEventListener('invalid', (event) => event.target.closest('details')?.setAttribute('open', ''), true);
  const missing = draft.missing > 0 && h('p', { class: 'note' },
    `The ${many(draft.missing, 'example')} of that compile are not kept in this browser. Add them again.`);
  return {
    title: 'Compile',
    content: [
      h('div', { class: 'masthead' }, heading('Compile a program'), h('p', limits()), session.user ? null : visitorLine()),
      missing,
      form,
    ],
  };
}

function limits() {
  const text = 'Say in words what goes in and what comes out. Examples make it better; a part of them is held out to measure the program.';
  const most = session.server.compile_limit_per_hour;
  return most ? `${text} This server takes ${many(most, 'compile')} an hour.` : text;
}

const visitorLine = () => h('p',
  session.server.anonymous === 'none' ? 'Compiling needs a key: ' : 'Without a key you can compile, in public. A slug and privacy need one: ',
  h('a', { href: signInHref() }, 'sign in'), '.');

// Enter in a line of the form does not send it: a compile takes minutes. Ctrl+Enter does, anywhere.
function onEnter(event, form) {
  if (event.key !== 'Enter') return;
  const all = event.ctrlKey || event.metaKey;
  if (!all && !event.target.matches('input:not([type="file"])')) return;
  event.preventDefault();
  if (all) form.requestSubmit();
}

function specPart(draft) {
  const counter = h('span', { class: 'counter' });
  const spec = h('textarea', { id: 'spec', rows: 10, required: true, value: draft.spec ?? '', placeholder: PLACEHOLDER });
  const problem = () => {
    const n = letters(spec.value);
    if (n < SPEC_MIN) return `The specification has ${many(n, 'character')}; it needs at least ${SPEC_MIN}.`;
    return n > SPEC_MAX ? `The specification has ${n} characters; at most ${SPEC_MAX} are taken.` : '';
  };
  const paint = () => {
    counter.textContent = `${letters(spec.value).toLocaleString('en')} of ${SPEC_MIN} to ${SPEC_MAX.toLocaleString('en')} characters`;
    const bad = letters(spec.value) > 0 && problem() !== '';
    counter.classList.toggle('bad', bad);
    spec.setAttribute('aria-invalid', String(bad));
  };
  spec.addEventListener('input', paint);
  paint();
  const hint = h('details', { class: 'plain' },
    h('summary', 'How to write a good one'),
    h('ul',
      h('li', 'Say what the input is: a log line, a subject, a question.'),
      h('li', 'For labels, write "Return exactly one of: a, b, c", then a line for each label that says when it is meant.'),
      h('li', 'Decide the unclear cases: "when both fit, …".'),
      h('li', 'Two or three pairs "Input: …" and "Output: …" in the text help.')));
  return { node: h('div', field('What the program does', spec, counter), hint), problem, value: () => ({ spec: spec.value }) };
}

function rowProblem(rows) {
  const seen = new Map();
  for (const [i, { input, output }] of rows.entries()) {
    if (!input.trim()) return `Example ${i + 1} has no input.`;
    if (!output.trim()) return `Example ${i + 1} has no output.`;
    if (seen.has(input) && seen.get(input) !== output) return `Example ${i + 1} has an input that is there before with another output.`;
    seen.set(input, output);
  }
  return '';
}

function listingPart(draft) {
  const signedIn = session.user !== null;
  const name = h('input', { type: 'text', id: 'name', maxlength: 100, value: draft.name ?? '' });
  const slug = slugInput({ id: 'slug', disabled: !signedIn, value: draft.slug ?? '' });
  const tags = h('input', { type: 'text', value: (draft.tags ?? []).join(', ') });
  const isPublic = check('Public: everybody who reaches this server can see and run it', { id: 'public', checked: !signedIn || (draft.public ?? true) });
  const taken = h('span', { role: 'status' });
  const look = async () => {
    const asked = slug.value;
    const text = await nextVersion(slug);
    if (slug.value === asked) taken.textContent = text;
  };
  const suggest = () => { slug.placeholder = signedIn ? slugOf(name.value) : ''; };
  slug.addEventListener('input', () => { taken.textContent = ''; });
  slug.addEventListener('change', look);
  name.addEventListener('input', suggest);
  suggest();
  if (signedIn) look();
  const slugHint = signedIn ? [`${SLUG_RULE} It becomes ${session.user.name}/… `, taken] : 'Needs a key.';
  return {
    node: h('div', { class: 'stack' },
      h('div', { class: 'pair' }, field('Name', name, 'For people. May be empty.'), field('Slug', slug, slugHint)),
      field('Tags', tags, TAGS_RULE), signedIn && isPublic.node),
    problem: () => tagsProblem(splitTags(tags.value)),
    value: () => ({ name: name.value.trim(), slug: slug.value, tags: splitTags(tags.value), public: isPublic.box.checked }),
  };
}

// What a slug that is there already means.
async function nextVersion(slug) {
  if (!slug.value || !slug.checkValidity()) return '';
  const ref = `${session.user.name}/${slug.value}`;
  const { versions } = await get(programPath(ref, '/versions')).catch(() => ({ versions: [] }));
  return versions.length > 0 ? `This will be version ${Math.max(...versions.map((one) => one.version)) + 1} of ${ref}.` : '';
}

function optionsPart(draft) {
  const state = { effort: draft.effort ?? 'normal' };
  const number = (value, attributes) => h('input', { type: 'number', value: value ?? '', ...attributes });
  const minutes = number(draft.minutes, { min: 0.05, max: 1440, step: 'any' });
  const steps = number(draft.steps, { min: 1, max: 1000000 });
  const seed = number(draft.seed, { min: 0 });
  const rejectLabel = h('input', { type: 'text', value: draft.reject_label ?? '' });
  const outputs = select(OUTPUTS, draft.outputs ?? 'auto');
  const compiler = select(COMPILERS, draft.compiler ?? '');
  const unlisted = check('Not in the list of programs', { checked: draft.ephemeral ?? false });
  const numberOf = (input) => (input.value === '' ? undefined : Number(input.value));
  return {
    node: h('div', { class: 'stack' },
      choice('How long to train', EFFORTS, state.effort, (effort) => { state.effort = effort; }),
      h('details', h('summary', 'More options'),
        h('div', { class: 'stack' },
          h('div', { class: 'pair' },
            field('Minutes', minutes, 'In place of the effort.'),
            field('Steps', steps, 'In place of effort and minutes.')),
          h('div', { class: 'pair' },
            field('Seed', seed, 'The same seed gives the same program.'),
            field('Label for "none of these"', rejectLabel, 'Given where no other label is likely.')),
          field('Outputs', outputs), field('Compiler', compiler), unlisted.node))),
    value: () => ({
      effort: state.effort, minutes: numberOf(minutes), steps: numberOf(steps), seed: numberOf(seed),
      reject_label: rejectLabel.value.trim(), outputs: outputs.value, compiler: compiler.value, ephemeral: unlisted.box.checked,
    }),
  };
}

// Only what was filled in; of steps, minutes and effort the server takes one.
function requestOf(draft) {
  const { spec, examples, name, slug, tags, minutes, steps, seed, effort } = draft;
  const request = { spec, public: draft.public };
  if (examples.length > 0) request.examples = examples;
  if (name) request.name = name;
  if (slug && session.user) request.slug = slug;
  if (tags.length > 0) request.tags = tags;
  if (steps !== undefined) request.steps = steps;
  else if (minutes !== undefined) request.minutes = minutes;
  else request.effort = effort;
  if (seed !== undefined) request.seed = seed;
  if (draft.reject_label) request.reject_label = draft.reject_label;
  if (draft.outputs !== 'auto') request.outputs = draft.outputs;
  if (draft.compiler) request.compiler = draft.compiler;
  if (draft.ephemeral) request.ephemeral = true;
  return request;
}
