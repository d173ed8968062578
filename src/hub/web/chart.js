// Charts as SVG, drawn for the width that they have, so that their letters keep their size on a phone.
import { h, svg } from './dom.js';
import { interval, many, percent } from './format.js';

const MARGIN = { top: 26, right: 14, bottom: 40, left: 46 };

// `draw(width)` gives the SVG; called again when the width changes or `redraw` is called.
function responsive(draw) {
  const box = h('div', { class: 'chart' });
  let width = 0;
  const redraw = () => width > 0 && box.replaceChildren(draw(width));
  new ResizeObserver(([entry]) => {
    const now = Math.round(entry.contentRect.width);
    if (now === width) return;
    width = now;
    redraw();
  }).observe(box);
  return { box, redraw };
}

// About `most` round numbers from low to high.
function ticks(low, high, most) {
  const rough = (high - low) / most || 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough);
  const list = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-6; ++i) list.push(i * step);
  return list;
}

const short = (value) => (Math.abs(value) >= 1e4 ? `${value / 1000}k` : String(Number(value.toPrecision(6))));

// The frame of a chart: axes with their names, and the functions from values to pixels.
function frame({ width, height, x, y, label }) {
  const right = width - MARGIN.right;
  const bottom = height - MARGIN.bottom;
  const toX = (value) => MARGIN.left + ((value - x.low) / (x.high - x.low || 1)) * (right - MARGIN.left);
  const toY = (value) => bottom - ((value - y.low) / (y.high - y.low || 1)) * (bottom - MARGIN.top);
  const root = svg('svg', { viewBox: `0 0 ${width} ${height}`, width, height, role: 'img', 'aria-label': label });
  for (const value of ticks(y.low, y.high, 4)) {
    root.append(
      svg('line', { class: 'grid', x1: MARGIN.left, x2: right, y1: toY(value), y2: toY(value) }),
      svg('text', { class: 'tick', x: MARGIN.left - 8, y: toY(value) + 4, 'text-anchor': 'end' }, y.format(value)));
  }
  for (const value of ticks(x.low, x.high, Math.max(2, Math.floor(width / 90)))) {
    root.append(
      svg('line', { class: 'axis', x1: toX(value), x2: toX(value), y1: bottom, y2: bottom + 4 }),
      svg('text', { class: 'tick', x: toX(value), y: bottom + 17, 'text-anchor': 'middle' }, x.format(value)));
  }
  root.append(
    svg('line', { class: 'axis', x1: MARGIN.left, x2: right, y1: bottom, y2: bottom }),
    svg('text', { class: 'axis-name', x: right, y: height - 5, 'text-anchor': 'end' }, x.name),
    svg('text', { class: 'axis-name', x: 0, y: 11 }, y.name));
  return { root, toX, toY };
}

const figure = (title, note, ...content) => h('figure', h('figcaption', title, note && h('span', note)), content);

// One line over steps. points: [{x, y}]; share: y is a share of one. Gives {node, update(points, end)}; `end` is the last step to come.
export function lineChart({ title, yName, points, share = false, tone = 'ink', height = 210 }) {
  let shown = points;
  let last = 0;
  const latest = h('span');
  const { box, redraw } = responsive((width) => drawLine({ title, yName, points: shown, last, share, tone, height, width }));
  const update = (more, end = 0) => {
    shown = more;
    last = end;
    latest.textContent = shown.length > 0 ? (share ? percent(shown.at(-1).y) : shown.at(-1).y.toPrecision(3)) : 'no value yet';
    redraw();
  };
  update(points);
  return { node: h('figure', h('figcaption', title, latest), box), update };
}

function drawLine({ title, yName, points, last, share, tone, height, width }) {
  const ys = points.map((point) => point.y);
  const top = points.length > 0 ? Math.max(...ys) : 1;
  const { root, toX, toY } = frame({
    width,
    height,
    x: { low: 0, high: Math.max(1, last, points.at(-1)?.x ?? 0), name: 'training step', format: short },
    y: { low: 0, high: share ? 1 : top * 1.05 || 1, name: yName, format: share ? (value) => percent(value, 0) : short },
    label: points.length > 0
      ? `${title}: from ${spoken(ys[0], share)} to ${spoken(ys.at(-1), share)} in ${many(points.at(-1).x, 'step')}`
      : `${title}: no value yet`,
  });
  const path = points.map(({ x, y }, i) => `${i ? 'L' : 'M'}${toX(x).toFixed(1)} ${toY(y).toFixed(1)}`).join('');
  root.append(svg('path', { class: `line ${tone}`, d: path }));
  const dots = points.length <= 12 ? points : points.slice(-1);
  for (const { x, y } of dots) root.append(svg('circle', { class: `dot ${tone}`, cx: toX(x), cy: toY(y), r: 3 }));
  return root;
}

const spoken = (value, share) => (share ? percent(value) : value.toPrecision(3));

// How far probabilities can be believed: accuracy over the probability that was claimed; on the diagonal they mean what they say.
export function reliabilityChart(bins) {
  const most = Math.max(...bins.map((bin) => bin.n));
  const said = (bin) => `of ${many(bin.n, 'answer')} given ${percent(bin.mean_probability, 0)}, ${percent(bin.accuracy, 0)} were right`;
  const { box } = responsive((width) => {
    const share = { low: 0, high: 1, format: (value) => percent(value, 0) };
    const { root, toX, toY } = frame({
      width,
      height: 280,
      x: { ...share, name: 'probability given' },
      y: { ...share, name: 'share right' },
      label: `Calibration: ${bins.map(said).join('; ')}`,
    });
    root.append(svg('line', { class: 'diagonal', x1: toX(0), y1: toY(0), x2: toX(1), y2: toY(1) }));
    const path = bins.map((bin, i) => `${i ? 'L' : 'M'}${toX(bin.mean_probability).toFixed(1)} ${toY(bin.accuracy).toFixed(1)}`).join('');
    root.append(svg('path', { class: 'line good', d: path }));
    for (const bin of bins) {
      const tip = `${many(bin.n, 'answer')} with ${percent(bin.low, 0)} to ${percent(bin.high, 0)}: ${percent(bin.accuracy)} right`;
      const r = 3 + 7 * Math.sqrt(bin.n / most);
      root.append(svg('circle', { class: 'dot good', cx: toX(bin.mean_probability), cy: toY(bin.accuracy), r }, svg('title', {}, tip)));
    }
    return root;
  });
  return figure('Calibration', 'larger dots: more answers', box);
}

// A score with its 95 % interval on a scale from 0 to 100 %.
export function intervalPlot(heldOut) {
  const width = 150;
  const at = (share) => 4 + share * (width - 8);
  const [low, high] = heldOut.ci95 ?? [heldOut.score, heldOut.score];
  return svg('svg', {
    class: 'interval', viewBox: `0 0 ${width} 18`, width, height: 18, role: 'img',
    'aria-label': `held-out score ${percent(heldOut.score)}, 95 % interval ${interval([low, high])}`,
  },
  svg('line', { class: 'axis', x1: at(0), x2: at(1), y1: 12, y2: 12 }),
  [0, 0.25, 0.5, 0.75, 1].map((share) => svg('line', { class: 'axis', x1: at(share), x2: at(share), y1: share % 0.5 ? 10 : 8, y2: 12 })),
  svg('rect', { class: 'range', x: at(low), y: 9, width: Math.max(1, at(high) - at(low)), height: 6 }),
  svg('rect', { class: 'point', x: at(heldOut.score) - 1.5, y: 5, width: 3, height: 13 }));
}

// Bars for probabilities: [{label, probability}], most probable first.
export function probabilityBars(labels, most = 12) {
  const bar = ({ label, probability }, i) => {
    const fill = h('span', { class: 'bar-fill' });
    fill.style.setProperty('--share', probability);
    return h('li', { class: i === 0 && 'first' },
      h('span', { class: 'bar-label' }, label), h('span', { class: 'bar' }, fill), h('span', { class: 'bar-value' }, percent(probability)));
  };
  const list = h('ol', { class: 'bars' }, labels.slice(0, most).map(bar));
  if (labels.length <= most) return list;
  const rest = labels.slice(most).reduce((sum, one) => sum + one.probability, 0);
  return [list, h('p', { class: 'hint' }, `The other ${labels.length - most} labels have ${percent(rest)} together.`)];
}
