// How good a program is, on examples it never saw: score, curves, calibration, confusions, wrong answers.
import { intervalPlot, lineChart, reliabilityChart } from './chart.js';
import { columns, h, scroller } from './dom.js';
import { interval, metric, percent } from './format.js';

const MATRIX_MAX = 20;  // with more labels the most confused pairs come first
const PAIRS_SHOWN = 15;
const WRONG_SHOWN = 10;

export function qualityPart({ held_out: heldOut, report }) {
  const curve = report?.curve ?? [];
  const loss = curve.filter((point) => point.loss !== null).map((point) => ({ x: point.step, y: point.loss }));
  const scores = curve.filter((point) => point.held_out !== null).map((point) => ({ x: point.step, y: point.held_out }));
  return [
    heldOut ? scoreTable(heldOut) : h('p', { class: 'unmeasured' }, 'Quality unmeasured: there were too few examples to hold some out.'),
    h('div', { class: 'figures' },
      loss.length > 1 && lineChart({ title: 'Training loss', yName: 'loss', points: loss }).node,
      scores.length > 1 && lineChart({ title: 'Held-out score', yName: 'score', points: scores, share: true, tone: 'good' }).node,
      report?.reliability?.length > 0 && reliabilityChart(report.reliability)),
    report?.confusion && confusionPart(report.confusion),
    report?.wrong?.length > 0 && wrongPart(report.wrong),
  ];
}

function scoreTable(heldOut) {
  return scroller('Held-out score', h('table', { class: 'scores' },
    columns('Held-out score', '95 % interval', 'Examples', 'Metric'),
    h('tbody', h('tr',
      h('td', { class: 'score' }, percent(heldOut.score)),
      h('td', intervalPlot(heldOut), h('span', { class: 'score-range' }, interval(heldOut.ci95))),
      h('td', heldOut.n),
      h('td', metric(heldOut.metric))))));
}

function confusionPart({ labels, rows }) {
  const many = labels.length > MATRIX_MAX;
  const pairs = [];
  rows.forEach((row, i) => row.forEach((n, j) => i !== j && n > 0 && pairs.push({ expected: labels[i], got: labels[j], n })));
  pairs.sort((a, b) => b.n - a.n);
  return h('div', { class: 'confusion' },
    h('h3', 'Confusions'),
    many && pairList(pairs),
    h('p', { class: 'hint' }, 'A row is what was expected, a column what was answered. The diagonal is right.'),
    scroller('Confusion matrix', matrix(labels, rows), many ? 'tall' : ''));
}

function pairList(pairs) {
  if (pairs.length === 0) return h('p', 'No label was taken for another one.');
  return h('ol', { class: 'pairs' }, pairs.slice(0, PAIRS_SHOWN).map(({ expected, got, n }) =>
    h('li', h('b', expected), ' taken for ', h('b', got), h('span', `${n} ×`))));
}

// A heat map that is a table: the number stands in every cell.
function matrix(labels, rows) {
  const most = Math.max(1, ...rows.map((row) => Math.max(...row)));
  const cell = (n, right) => {
    const node = h('td', { class: n === 0 ? 'zero' : right ? 'right' : 'wrong' }, n);
    node.style.setProperty('--heat', n === 0 ? 0 : 0.2 + 0.45 * (n / most));
    return node;
  };
  return h('table', { class: 'matrix' },
    h('caption', { class: 'unseen' }, 'Confusion matrix: rows are the expected labels, columns the answers'),
    h('thead', h('tr', h('td'), labels.map((label) => h('th', { scope: 'col' }, h('span', label))))),
    h('tbody', rows.map((row, i) => h('tr', h('th', { scope: 'row' }, labels[i]), row.map((n, j) => cell(n, i === j))))));
}

function wrongPart(wrong) {
  const row = ({ input, expected, output, probability }) => h('tr',
    h('td', { class: 'wrap', 'data-column': 'Input' }, input),
    h('td', { class: 'wrap', 'data-column': 'Expected' }, expected),
    h('td', { class: 'wrap wrong', 'data-column': 'Answer' }, output),
    h('td', { class: 'number', 'data-column': 'Probability' }, probability === null ? '' : percent(probability, 0)));
  const body = h('tbody', wrong.slice(0, WRONG_SHOWN).map(row));
  const more = h('button', { type: 'button' }, `Show all ${wrong.length}`);
  more.addEventListener('click', () => {
    body.append(...wrong.slice(WRONG_SHOWN).map(row));
    more.remove();
  });
  return h('div',
    h('h3', 'Wrong on held-out examples'),
    scroller('Wrong answers', h('table', { class: 'texts wrong-rows' },
      columns('Input', 'Expected', 'Answer', 'Probability'),
      body)),
    wrong.length > WRONG_SHOWN && more);
}
