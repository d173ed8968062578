// What people found out about a program: where it works, where it does not, what is odd.
import { get, post, programPath } from './api.js';
import { act, errorLine, field, h, row, select, signInHref } from './dom.js';
import { date } from './format.js';
import { session } from './session.js';

const TYPES = [['success', 'works'], ['limitation', 'does not work'], ['edge_case', 'edge case']];
const names = Object.fromEntries(TYPES);

export function casesPart(program, signal) {
  const list = h('ul', { class: 'cases' }, h('li', { class: 'hint' }, 'Loading…'));
  const show = async () => {
    try {
      const { cases } = await get(programPath(program.id, '/cases'), { signal });
      list.replaceChildren(...cases.map(caseItem));
      if (cases.length === 0) list.append(h('li', { class: 'hint' }, 'Nobody has written one yet.'));
    } catch (error) {
      if (!signal.aborted) list.replaceChildren(h('li', errorLine(error)));
    }
  };
  show();
  return [list, session.user ? addForm(program, show) : h('p', h('a', { href: signInHref() }, 'Sign in'), ' to add one.')];
}

function caseItem({ type, description, author, created_at: created }) {
  const by = [author, date(created)].filter(Boolean).join(', ');
  return h('li', h('b', { class: `case ${type}` }, names[type] ?? type), h('p', description), h('small', by));
}

function addForm(program, show) {
  const type = select(TYPES, 'success');
  const text = h('textarea', { rows: 2, required: true, maxlength: 2000 });
  const button = h('button', { type: 'submit' }, 'Add the case');
  const place = h('div');
  const onsubmit = (event) => {
    event.preventDefault();
    act(button, place, async () => {
      await post(programPath(program.id, '/cases'), { type: type.value, description: text.value.trim() });
      text.value = '';
      await show();
    });
  };
  return h('form', { class: 'stack', onsubmit }, field('What did you find?', text), field('It', type), row(button), place);
}
