// After a compile: inputs in, answers out, and a wrong answer becomes an example of the next compile with one click.
import { bulk, get, programPath } from './api.js';
import { act, announce, columns, field, h, row, scroller, select } from './dom.js';
import { draftOf, loadDraft, mergeExamples, saveDraft } from './drafts.js';
import { parseTestRows } from './examples.js';
import { many, percent } from './format.js';

const ROWS_MAX = 1000;

export function testPart(job, { navigate, signal }) {
  const fixed = new Map((loadDraft(`${job.job_id}.fixed`) ?? []).map((row) => [row.input, row.output]));
  const inputs = h('textarea', {
    rows: 4, id: 'test-inputs', spellcheck: 'false', placeholder: 'One input a line', oninput: () => place.replaceChildren(),
  });
  const run = h('button', { type: 'button', class: 'primary' }, 'Run them');
  const place = h('div');
  const summary = h('p', { class: 'count', role: 'status' });
  const body = h('tbody');
  const table = h('table', { class: 'texts', hidden: true },
    h('caption', { class: 'unseen' }, 'Answers'),
    columns('Input', 'Expected', 'Answer'),
    body);
  const tray = h('div', { class: 'tray', hidden: fixed.size === 0 });
  const known = get(programPath(job.program_id), { signal }).then((program) => program.labels ?? [], () => []);

  const fix = (input, output) => {
    if (output === null) fixed.delete(input);
    else fixed.set(input, output);
    saveDraft(`${job.job_id}.fixed`, corrections());
    paintTray();
  };
  const corrections = () => [...fixed].map(([input, output]) => ({ input, output }));
  const again = () => {
    const draft = draftOf(job);
    saveDraft('new', { ...draft, examples: mergeExamples(draft.examples, corrections()) });
    navigate('/compile');
  };
  function paintTray() {
    tray.hidden = fixed.size === 0;
    tray.replaceChildren(
      h('p', { role: 'status' }, `${many(fixed.size, 'correction')} for the examples.`),
      h('button', { type: 'button', class: 'primary', onclick: again }, 'Compile again with them'));
  }

  run.addEventListener('click', () => act(run, place, async () => {
    const all = parseTestRows(inputs.value);
    const rows = all.slice(0, ROWS_MAX);
    if (rows.length === 0) throw new Error('Write at least one input.');
    const labels = await known;
    table.hidden = false;
    const shown = rows.map((row) => answerRow(row, { fix, fixed, labels }));
    body.replaceChildren(...shown.map((row) => row.node));
    await bulk(job.program_id, rows.map((row) => row.input), (answer) => shown[answer.index]?.answer(answer), signal);
    const judged = shown.filter((row) => row.right() !== null);
    const right = judged.filter((row) => row.right()).length;
    const cut = all.length > rows.length ? `; these are the first ${rows.length} of ${all.length}` : '';
    summary.textContent = (judged.length > 0 ? `${right} of ${judged.length} right` : many(rows.length, 'answer')) + cut;
    announce(summary.textContent);
  }));
  paintTray();
  return [
    field('Inputs', inputs, 'One a line. To be told which are right: after a tab what you expect, or JSONL, CSV or TSV with the columns input and output.'),
    row(run), place, summary,
    scroller('Answers', table), tray,
  ];
}

function answerRow({ input, expected: asked }, { fix, fixed, labels }) {
  const expected = labels.find((label) => label.toLowerCase() === asked?.toLowerCase()) ?? asked;
  const foreign = labels.length > 0 && !labels.includes(expected);
  const got = h('span', { class: 'got' }, '…');
  const correction = h('span');
  let right = null;
  let output = null;

  const choose = (value) => {
    fix(input, value);
    paint();
    correction.querySelector('button, select, input')?.focus();
  };
  function paint() {
    if (fixed.has(input)) {
      correction.replaceChildren(
        h('span', { class: 'fixed' }, 'becomes ', h('b', fixed.get(input))), ' ',
        h('button', { type: 'button', class: 'small quiet', onclick: () => choose(null) }, 'Undo'));
    } else if (expected !== null && right === false) {
      const label = h('span', 'This should be ', h('b', expected), foreign && ', a new label');
      correction.replaceChildren(h('button', { type: 'button', class: 'small', onclick: () => choose(expected) }, label));
    } else if (expected === null && output !== null) {
      correction.replaceChildren(askControl(labels.filter((label) => label !== output), choose));
    } else {
      correction.replaceChildren();
    }
  }
  const answer = ({ output: text, probability, message }) => {
    output = text ?? null;
    if (output === null) {
      got.replaceChildren(h('span', { class: 'error' }, message ?? 'no answer'));
    } else {
      right = expected === null ? null : output === expected;
      got.replaceChildren(output, typeof probability === 'number' ? h('small', ` ${percent(probability, 0)}`) : '');
      got.classList.toggle('wrong', right === false);
      got.classList.toggle('right', right === true);
    }
    paint();
  };
  const judged = h('div', { class: 'judged' }, got, correction);
  const wanted = h('td', { class: 'wrap', 'data-column': 'Expected' }, expected ?? '');
  const node = h('tr', h('td', { class: 'wrap', 'data-column': 'Input' }, input), wanted, h('td', { 'data-column': 'Answer' }, judged));
  return { node, answer, right: () => right };
}

// Without an expected output: a label to choose, or a text to write.
function askControl(labels, choose) {
  if (labels.length > 0) {
    const list = select([['', 'This should be …'], ...labels.map((label) => [label, label])], '', { 'aria-label': 'This should be' });
    const use = h('button', { type: 'button', class: 'small', disabled: true, onclick: () => choose(list.value) }, 'Use it');
    list.addEventListener('change', () => { use.disabled = !list.value; });
    return h('span', { class: 'ask' }, list, use);
  }
  const text = h('input', { type: 'text', 'aria-label': 'This should be', placeholder: 'This should be …' });
  text.addEventListener('change', () => text.value.trim() && choose(text.value));
  return text;
}
