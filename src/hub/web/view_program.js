// "/p/REF": one program. Its parts stand in files of their own: try it, quality, use, owner, cases.
import { get, post, programHref, programPath, downloadUrl } from './api.js';
import { act, chips, columns, h, heading, scroller, sheet } from './dom.js';
import { bytes, counted, date, firstLine, many, nameOf, signature } from './format.js';
import { saveDraft } from './drafts.js';
import { casesPart } from './program_cases.js';
import { ownerPart } from './program_owner.js';
import { qualityPart } from './program_quality.js';
import { tryPart } from './program_try.js';
import { usePart } from './program_use.js';
import { session } from './session.js';

export async function programView(context) {
  const { params: [ref], signal } = context;
  const program = await get(programPath(ref), { signal });
  const versions = await versionsOf(program, ref, signal);
  return {
    title: program.slug ?? firstLine(nameOf(program), 50),
    content: [
      header(program),
      tryPart(program),
      sheet('Quality', qualityPart(program)),
      sheet('Specification',
        h('pre', { class: 'prose', tabindex: '0' }, program.spec),
        h('button', { type: 'button', onclick: () => draftFrom(program, context) }, 'Compile a variant of it'),
        program.pseudo_program && h('details',
          h('summary', 'Pseudo-program'),
          h('pre', { class: 'prose', tabindex: '0' }, program.pseudo_program))),
      sheet('Use it', usePart(program)),
      versions.length > 0 && sheet('Versions', versionTable(program, versions, context)),
      sheet('Cases', casesPart(program, signal)),
      sheet('Facts', facts(program)),
      program.mine && sheet('Owner', ownerPart(program, context)),
    ],
  };
}

// The server gives them with the program where it has a slug; an older version, opened as "slug@v1", has none of its own.
async function versionsOf(program, ref, signal) {
  if (program.versions?.length > 0 || !ref.includes('@')) return program.versions ?? [];
  const reply = await get(programPath(ref.replace(/@.*/, ''), '/versions'), { signal }).catch(() => ({ versions: [] }));
  return reply.versions;
}

function draftFrom(program, { navigate }) {
  saveDraft('new', { spec: program.spec, name: program.name ?? '', tags: program.tags });
  navigate('/compile');
}

function header(program) {
  const named = program.slug && [h('span', program.slug), ' '];
  return h('div', { class: 'masthead program' },
    heading(nameOf(program)),
    h('p', { class: 'signature' }, named, h('span', signature(program)), !program.public && h('span', 'private')),
    chips(program.labels ?? [], 40),
    h('div', { class: 'row' },
      votes(program),
      h('a', { class: 'button', href: downloadUrl(program.id), download: '' }, `Download ${bytes(program.bytes)}`)));
}

function votes(program) {
  const place = h('div', { class: 'act-error' });
  const up = h('button', { type: 'button' });
  const down = h('button', { type: 'button' });
  const paint = ({ upvotes, downvotes, my_vote: mine }) => {
    up.replaceChildren('▲ ', String(upvotes));
    down.replaceChildren('▼ ', String(downvotes));
    up.setAttribute('aria-label', `Vote up, ${many(upvotes, 'vote')}`);
    down.setAttribute('aria-label', `Vote down, ${many(downvotes, 'vote')}`);
    up.setAttribute('aria-pressed', String(mine === 1));
    down.setAttribute('aria-pressed', String(mine === -1));
  };
  const cast = (button, vote) => button.addEventListener('click', () => act(button, place, async () => {
    paint(await post(programPath(program.id, '/vote'), { vote }));
  }));
  cast(up, 1);
  cast(down, -1);
  paint(program);
  if (!session.user) for (const button of [up, down]) button.title = 'Sign in to vote';
  return h('div', { class: 'votes', role: 'group', 'aria-label': 'Votes' }, up, down, place);
}

function versionTable(program, versions, { navigate }) {
  const place = h('div');
  const own = program.mine && session.user;
  const bare = (program.slug ?? program.aliases?.[0] ?? '').split('/').pop();
  const promote = (version, event) => act(event.currentTarget, place, async () => {
    const reply = await post(programPath(version.program_id, '/alias'), { slug: bare, version: version.version });
    await navigate(programHref(reply.slug));
  });
  const role = (version) => {
    if (version.is_main) return 'main version';
    const attributes = { type: 'button', class: 'small', onclick: (event) => promote(version, event) };
    return own && bare && h('button', { ...attributes, 'aria-label': `Make version ${version.version} the main one` }, 'Make main');
  };
  const row = (version) => h('tr',
    h('td', `v${version.version}`),
    h('td', h('a', { href: programHref(version.program_id), class: 'mono' }, version.program_id)),
    h('td', date(version.created_at)),
    h('td', role(version)));
  const body = h('tbody', [...versions].reverse().map(row));
  return [scroller('Versions', h('table', { class: 'versions' }, columns('Version', 'Program', 'Made', 'Role'), body)), place];
}

function facts(program) {
  const { training, reject, calibration } = program;
  const list = [
    ['Id', program.id],
    ['Digest', program.digest],
    ['Author', program.author ?? 'anonymous'],
    ['Made', date(program.created_at)],
    ['Compiler', [program.compiler_snapshot ?? program.compiler, program.compiler_kind].filter(Boolean).join(', ')],
    ['Runs on', [program.interpreter, program.runtime_id].filter(Boolean).join(', ')],
    ['Size', bytes(program.bytes)],
    ['Uses', `${counted(program.downloads, 'download')}, ${counted(program.calls, 'call')}`],
    training?.steps && ['Training', `${many(training.steps, 'step')} on ${many(training.examples ?? training.rows ?? 0, 'example')}`],
    calibration?.temperature && ['Temperature', calibration.temperature.toFixed(3)],
    reject && ['None of these', `answers "${reject.label}" where the most probable label is below ${reject.below}`],
    program.tags.length > 0 && ['Tags', program.tags.join(', ')],
  ];
  return h('dl', list.filter(Boolean).map(([name, value]) => [h('dt', name), h('dd', value)]));
}
