// What the user is writing, kept for this tab: the form of the compile page ("new", and "ID.form" once it was sent), the request of each
// job (its id), so that "edit and try again" has the examples, which the server does not give back, and whose they are ("owner").

const memory = new Map();  // where sessionStorage is full or switched off
const keyOf = (name) => `paw.draft.${name}`;

export function saveDraft(name, draft) {
  memory.set(name, draft);
  try {
    sessionStorage.setItem(keyOf(name), JSON.stringify(draft));
  } catch {
    sessionStorage.removeItem?.(keyOf(name));
  }
}

export function loadDraft(name) {
  if (memory.has(name)) return memory.get(name);
  try {
    return JSON.parse(sessionStorage.getItem(keyOf(name)));
  } catch {
    return null;
  }
}

// What one account wrote is not for the next; what was written before signing in stays with who signs in.
export function claimDrafts(name) {
  const owner = loadDraft('owner');
  if (owner && owner !== name) dropAllDrafts();
  saveDraft('owner', name);
}

export function dropAllDrafts() {
  memory.clear();
  try {
    for (const key of Object.keys(sessionStorage)) if (key.startsWith(keyOf(''))) sessionStorage.removeItem(key);
  } catch {
    // There was nothing to remove.
  }
}

// The request of a job as the form had it; from another browser only what the server says of it.
export function draftOf(job) {
  return loadDraft(job.job_id) ?? { spec: job.spec, name: job.name ?? '', slug: job.asked_slug ?? '', examples: [], missing: job.examples };
}

// The rows, with the corrected ones in place of those of the same input.
export function mergeExamples(rows, corrected) {
  const outputs = new Map(corrected.map((row) => [row.input, row.output]));
  return [...rows.filter((row) => !outputs.has(row.input)), ...corrected];
}
