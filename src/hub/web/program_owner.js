// What the owner of a program may change.
import { patch, programHref, programPath, remove } from './api.js';
import { act, announce, check, confirmDialog, field, h, row, slugInput } from './dom.js';
import { nameOf, SLUG_RULE, splitTags, TAGS_RULE, tagsProblem } from './format.js';

export function ownerPart(program, { navigate }) {
  return [listingForm(program, navigate), slugForm(program, navigate), deleteButton(program, navigate)];
}

function form(onsubmit, ...content) {
  return h('form', {
    class: 'stack',
    onsubmit: (event) => {
      event.preventDefault();
      onsubmit();
    },
  }, content);
}

function listingForm(program, navigate) {
  const name = h('input', { type: 'text', maxlength: 100, value: program.name ?? '' });
  const tags = h('input', { type: 'text', value: program.tags.join(', ') });
  const isPublic = check('Public: everybody who reaches this server can see and run it', { checked: program.public });
  const button = h('button', { type: 'submit' }, 'Save');
  const place = h('div');
  const save = () => act(button, place, async () => {
    const wrong = tagsProblem(splitTags(tags.value));
    if (wrong) throw new Error(wrong);
    await patch(programPath(program.id), { name: name.value.trim(), tags: splitTags(tags.value), public: isPublic.box.checked });
    await navigate(location.pathname, { replace: true });
    announce('Saved');
  });
  return form(save, field('Name', name), field('Tags', tags, TAGS_RULE), isPublic.node, row(button), place);
}

function slugForm(program, navigate) {
  const bare = program.slug?.split('/').pop() ?? '';
  const slug = slugInput({ value: bare });
  const button = h('button', { type: 'submit' }, bare ? 'Rename' : 'Give it this slug');
  const place = h('div');
  const rename = () => act(button, place, async () => {
    const changed = await patch(programPath(program.id), { slug: slug.value });
    await navigate(programHref(changed.slug ?? program.id), { replace: true });
  });
  return form(rename, field('Slug', slug, `${SLUG_RULE} Empty takes it away.`), row(button), place);
}

function deleteButton(program, navigate) {
  const place = h('div');
  const button = h('button', { type: 'button', class: 'danger' }, 'Delete the program');
  button.addEventListener('click', async () => {
    const lost = 'Its page, its file and its votes go. This cannot be undone.';
    const sure = await confirmDialog(`Delete "${nameOf(program)}"?`, lost, 'Delete');
    if (!sure) return button.focus();
    return act(button, place, async () => {
      await remove(programPath(program.id));
      await navigate('/');
    });
  });
  return h('div', button, place);
}
