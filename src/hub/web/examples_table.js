// Examples as a table to edit: pasted, read from a file, or written row by row. Shown in pages, because there may be thousands.
import { announce, columns, field, h, row as inRow } from './dom.js';
import { many } from './format.js';
import { parseExamples } from './examples.js';

const ROWS_A_PAGE = 20;
const OPEN_MAX = 4;  // more rows are folded: each has three stops of the Tab key
const HELD_OUT_FROM = 40;  // kHeldOutRowsMin of the compiler

// {node, rows(), pending(), takePending()}: only rows that have an input or an output count; pending is text not yet added.
export function examplesTable(start, startText = '') {
  let rows = start.map((row) => ({ ...row }));
  let page = 0;
  const problems = h('div', { class: 'problems', role: 'status' });
  const shown = h('p', { class: 'count', role: 'status' });
  const body = h('tbody');
  const table = h('table', { class: 'edit' },
    h('caption', { class: 'unseen' }, 'Examples'),
    columns('Input', 'Output', h('span', { class: 'unseen' }, 'Remove')),
    body);
  const pages = h('div', { class: 'pages' });
  const fold = h('details', { class: 'plain', open: start.length <= OPEN_MAX }, h('summary', 'Look at the rows, or edit them'), table, pages);
  const filled = () => rows.filter((row) => row.input.trim() || row.output.trim());

  function paint() {
    const last = Math.max(0, Math.ceil(rows.length / ROWS_A_PAGE) - 1);
    page = Math.min(page, last);
    const from = page * ROWS_A_PAGE;
    body.replaceChildren(...rows.slice(from, from + ROWS_A_PAGE).map((row, i) => editRow(row, from + i)));
    fold.hidden = rows.length === 0;
    pages.replaceChildren();
    if (last > 0) {
      const go = (to) => () => {
        page = to;
        paint();
      };
      pages.append(
        h('button', { type: 'button', class: 'small', disabled: page === 0, onclick: go(page - 1) }, 'Previous'),
        h('span', `Rows ${from + 1} to ${Math.min(rows.length, from + ROWS_A_PAGE)}`),
        h('button', { type: 'button', class: 'small', disabled: page === last, onclick: go(page + 1) }, 'Next'));
    }
    changed();
  }

  function changed() {
    const n = filled().length;
    const few = n < HELD_OUT_FROM ? ` From ${HELD_OUT_FROM} on a part is held out to measure quality.` : '';
    shown.textContent = n > 0 ? `${many(n, 'example')}.${few}` : 'No examples: the program is made from the description alone.';
  }

  function editRow(row, index) {
    const cell = (key, label) => h('td', h('textarea', {
      rows: 1,
      value: row[key],
      'aria-label': `${label} of row ${index + 1}`,
      oninput: (event) => {
        row[key] = event.target.value;
        changed();
      },
    }));
    const drop = () => {
      rows.splice(index, 1);
      paint();
      (body.querySelectorAll('button')[index % ROWS_A_PAGE] ?? add).focus();
    };
    return h('tr', cell('input', 'Input'), cell('output', 'Output'),
      h('td', h('button', { type: 'button', class: 'small quiet', 'aria-label': `Remove row ${index + 1}`, onclick: drop }, '×')));
  }

  function take(text, source) {
    const { rows: more, errors, repeated, note } = parseExamples(text);
    const known = new Map(rows.map((row) => [row.input, row]));
    for (const row of more) {
      if (known.has(row.input)) known.get(row.input).output = row.output;
      else rows.push(row);
    }
    rows = rows.filter((row) => row.input.trim() || row.output.trim());
    page = 0;
    fold.open = rows.length <= OPEN_MAX;
    paint();
    const left = repeated > 0 && `${many(repeated, 'repeated row')} left out.`;
    const said = [`${many(more.length, 'row')} from ${source}.`, left, note].filter(Boolean).join(' ');
    problems.replaceChildren(h('p', said));
    if (errors.length > 0) {
      problems.append(
        h('p', { class: 'error' }, `${many(errors.length, 'line')} could not be read:`),
        h('ul', errors.slice(0, 10).map(({ line, message }) => h('li', `Line ${line}: ${message}`))));
    }
    announce(said);
    return errors.length === 0;
  }

  // True: nothing is left in the box.
  function takePending() {
    if (pasted.value.trim() && take(pasted.value, 'the text')) pasted.value = '';
    if (pasted.value.trim()) pasted.focus();
    return !pasted.value.trim();
  }

  const pasted = h('textarea', { rows: 4, spellcheck: 'false', value: startText, placeholder: '{"input": "the text", "output": "its label"}' });
  const takePasted = h('button', { type: 'button' }, 'Add these rows');
  takePasted.addEventListener('click', takePending);
  pasted.addEventListener('input', () => problems.replaceChildren());
  const file = h('input', { type: 'file', accept: '.json,.jsonl,.ndjson,.csv,.tsv,.txt' });
  file.addEventListener('change', async () => {
    if (file.files[0]) take(await file.files[0].text(), file.files[0].name);
    file.value = '';
  });
  const add = h('button', { type: 'button' }, 'Add a row');
  add.addEventListener('click', () => {
    rows.push({ input: '', output: '' });
    page = Math.floor((rows.length - 1) / ROWS_A_PAGE);
    fold.open = true;
    paint();
    body.lastElementChild.querySelector('textarea').focus();
  });

  paint();
  const node = h('div', { class: 'stack' },
    h('div', { class: 'sources' },
      h('div', field('Paste rows', pasted, 'JSON, JSONL, CSV or TSV with the columns input and output.'), takePasted),
      field('Or read a file', file)),
    problems, shown, fold, inRow(add));
  return { node, rows: filled, pending: () => pasted.value, takePending };
}
