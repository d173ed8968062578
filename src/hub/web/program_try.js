// The box on a program's page that runs it.
import { post } from './api.js';
import { probabilityBars } from './chart.js';
import { act, announce, field, freshId, h, row } from './dom.js';
import { many, milliseconds, percent } from './format.js';

export function tryPart(program) {
  const title = freshId('try');
  const input = h('textarea', { rows: 5, id: 'try-input', spellcheck: 'false', placeholder: 'Text to run the program on' });
  const button = h('button', { type: 'submit', class: 'primary' }, 'Run');
  const result = h('div', { class: 'answer', 'aria-live': 'polite' }, h('p', { class: 'hint' }, 'The answer appears here.'));
  const abstain = program.output_kind === 'label' ? abstainSlider() : null;
  const run = () => act(button, result, async () => {
    if (!input.value.trim()) throw new Error('Write a text to run it on.');
    const body = { program_id: program.id, input: input.value };
    if (program.output_kind === 'label') body.probabilities = true;
    if (abstain?.value() > 0) body.abstain_below = abstain.value();
    result.replaceChildren(h('p', { class: 'hint' }, 'Running…'));
    const started = performance.now();
    const reply = await post('/infer', body);
    result.replaceChildren(...answer(reply, program, performance.now() - started, abstain?.value() ?? 0));
    announce(reply.abstained ? 'No answer' : `Answer: ${reply.output}`);
  });
  input.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    run();
  });
  const onsubmit = (event) => {
    event.preventDefault();
    run();
  };
  return h('section', { class: 'try', 'aria-labelledby': title },
    h('h2', { id: title, class: 'unseen' }, 'Try it'),
    h('form', { onsubmit },
      field('Input', input),
      row(button, h('span', { class: 'hint keys' }, h('kbd', 'Ctrl'), ' ', h('kbd', 'Enter'), ' runs')),
      abstain?.node),
    result);
}

function abstainSlider() {
  const shown = h('output', 'off');
  const slider = h('input', { type: 'range', min: 0, max: 0.99, step: 0.01, value: 0 });
  const say = () => (Number(slider.value) > 0 ? `below ${percent(Number(slider.value), 0)}` : 'off');
  slider.addEventListener('input', () => {
    shown.textContent = say();
    slider.setAttribute('aria-valuetext', say());
  });
  return { value: () => Number(slider.value), node: h('div', { class: 'slider' }, field('Give no answer when unsure', slider), shown) };
}

function answer(reply, program, roundTrip, below) {
  const timing = [
    `${milliseconds(reply.latency_ms)} to answer`,
    `${milliseconds(roundTrip)} with the network`,
    reply.tokens_in && many(reply.tokens_in, 'token'),
  ];
  return [
    reply.abstained
      ? h('p', { class: 'output none' }, 'No answer')
      : h(program.output_kind === 'label' ? 'p' : 'pre', { class: 'output' }, shownOutput(reply.output, program)),
    reply.abstained && h('p', `The most probable answer has ${percent(reply.probability)}, which is below ${percent(below, 0)}.`),
    reply.rejected && h('p', 'No label is probable enough, so the answer is the label for "none of these".'),
    reply.labels?.length > 0 && probabilityBars(reply.labels),
    h('p', { class: 'hint' }, timing.filter(Boolean).join(' · ')),
  ].flat().filter(Boolean);
}

function shownOutput(output, program) {
  if (program.output_kind !== 'json') return output;
  try {
    return JSON.stringify(JSON.parse(output), null, 2);
  } catch {
    return output;
  }
}
