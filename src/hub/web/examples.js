// Files of examples, read in the browser: JSON, JSONL, CSV, TSV with the columns `input` and `output`, or what people call them. As the
// server reads them: repeated rows are dropped and counted, one input with two outputs is an error. Every error has its line.

const ERRORS_MAX = 50;
const INPUTS = ['input', 'text', 'message', 'question', 'query', 'sentence', 'utterance', 'line', 'email', 'review', 'comment', 'document',
  'subject', 'title', 'body', 'content', 'description', 'prompt'];
const OUTPUTS = ['output', 'label', 'class', 'category', 'intent', 'target', 'answer', 'expected', 'response', 'completion', 'result',
  'sentiment', 'topic'];

// {rows: [{input, output}], errors: [{line, message}], repeated: n, note}
export function parseExamples(text) {
  const { rows, errors, note = '' } = parseRows(text);
  return { ...withoutRepeats(rows, errors), note };
}

function parseRows(text) {
  const clean = text.replace(/^\ufeff/, '');
  const broken = clean.search(/[\0\ufffd]/);
  if (broken >= 0) return { rows: [], errors: [{ line: clean.slice(0, broken).split('\n').length, message: 'this is not text in UTF-8' }] };
  if (/^\s*\[\s*[{\]]/.test(clean)) return parseJsonArray(clean);
  return clean.trimStart()[0] === '{' ? parseJsonLines(clean) : parseTable(clean);
}

// Where the input and the output stand among names, or null. Of two, one known name in its usual place is enough: "text, team".
function columnsOf(names) {
  const lower = names.map((name) => name.trim().toLowerCase());
  const at = (known) => lower.indexOf(known.find((name) => lower.includes(name)));
  const [input, output] = [at(INPUTS), at(OUTPUTS)];
  if (input >= 0 && output >= 0) return { input, output };
  const words = lower.length === 2 && lower.every((name) => /^[\p{L}\d_-]+$/u.test(name));
  return words && (input === 0 || output === 1) ? { input: 0, output: 1 } : null;
}

function rowOf(item) {
  const names = item?.constructor === Object ? Object.keys(item) : [];
  const at = columnsOf(names);
  if (!at) throw new Error(`found ${names.length > 0 ? `the fields ${names.slice(0, 6).join(', ')}` : 'no object'}, expected input and output`);
  const [input, output] = [item[names[at.input]], item[names[at.output]]];
  if (typeof input !== 'string') throw new Error(`found no text in "${names[at.input]}"`);
  if (output === undefined || output === null) throw new Error(`found nothing in "${names[at.output]}"`);
  return { input, output: typeof output === 'string' ? output : JSON.stringify(output) };
}

function parseJsonLines(text) {
  const rows = [];
  const errors = [];
  text.split(/\r?\n/).forEach((line, i) => {
    if (!line.trim()) return;
    try {
      rows.push({ line: i + 1, ...rowOf(JSON.parse(line)) });
    } catch (error) {
      const broken = error instanceof SyntaxError;
      errors.push({ line: i + 1, message: broken ? 'found broken JSON, expected {"input": "…", "output": "…"}' : error.message });
    }
  });
  return { rows, errors };
}

// The "line" of a row is its place in the list.
function parseJsonArray(text) {
  try {
    return parseJsonLines(JSON.parse(text).map((item) => JSON.stringify(item)).join('\n'));
  } catch {
    return { rows: [], errors: [{ line: 1, message: 'found broken JSON, expected [{"input": "…", "output": "…"}, …]' }] };
  }
}

function parseTable(text) {
  const first = text.trimStart().split(/\r?\n/, 1)[0];
  const isHeader = (separator) => columnsOf(parseRecords(first, separator).records[0]?.cells ?? []);
  const separator = ['\t', ',', ';'].find(isHeader) ?? (first.includes('\t') ? '\t' : ',');
  const { records, errors } = parseRecords(text, separator);
  if (records.length === 0) return { rows: [], errors };
  const names = records[0].cells;
  const header = columnsOf(names);
  if (!header && names.length !== 2) {
    errors.push({ line: 1, message: `found the columns ${names.slice(0, 6).join(', ')}; expected a header with input and output` });
    return { rows: [], errors };
  }
  const { input, output } = header ?? { input: 0, output: 1 };
  const rows = [];
  for (const { line, cells } of header ? records.slice(1) : records) {
    if (cells.length === names.length) rows.push({ line, input: cells[input], output: cells[output] });
    else errors.push({ line, message: `found ${cells.length} cells, expected ${names.length}` });
  }
  const taken = `Column ${names[input].trim()} is the input, ${names[output].trim()} the output.`;
  return { rows, errors, header, note: header ? taken : 'There was no header: the first column was taken as the input, the second as the output.' };
}

// RFC 4180: cells in quotes may hold the separator, line breaks, and a quote as two.
function parseRecords(text, separator) {
  const records = [];
  const errors = [];
  let line = 1;
  let record = { line, cells: [] };
  let cell = '';
  let quoted = false;
  const endCell = () => {
    record.cells.push(cell);
    cell = '';
  };
  const endRecord = () => {
    endCell();
    if (record.cells.length > 1 || record.cells[0].trim() !== '') records.push(record);
    record = { line: line + 1, cells: [] };
  };
  for (let i = 0; i < text.length; ++i) {
    const c = text[i];
    if (quoted && c === '"' && text[i + 1] === '"') cell += text[++i];
    else if (c === '"' && (quoted || cell === '')) quoted = !quoted;
    else if (!quoted && c === separator) endCell();
    else if (!quoted && c === '\n') endRecord();
    else if (quoted || c !== '\r') cell += c;
    if (c === '\n') line += 1;
  }
  if (quoted) errors.push({ line: record.line, message: 'found a quote without its end' });
  else if (cell !== '' || record.cells.length > 0) endRecord();
  return { records, errors };
}

function withoutRepeats(parsed, errors) {
  const seen = new Map();
  const rows = [];
  let repeated = 0;
  for (const { line, input, output } of parsed) {
    const before = seen.get(input);
    if (!input.trim()) errors.push({ line, message: 'found an empty input' });
    else if (!output.trim()) errors.push({ line, message: 'found an empty output' });
    else if (!before) rows.push({ input, output });
    else if (before.output === output) repeated += 1;
    else errors.push({ line, message: `found the output "${output}", but line ${before.line} says "${before.output}" for the same input` });
    if (!before) seen.set(input, { line, output });
  }
  return { rows, errors: errors.sort((a, b) => a.line - b.line).slice(0, ERRORS_MAX), repeated };
}

// What to test with: JSON, JSONL, or a table with a header; else an input a line, with what is expected after a tab. JSON without "input"
// is an input like any other. [{input, expected: text or null}]; throws what is wrong with the first bad row.
export function parseTestRows(text) {
  const { rows, errors, header } = parseRows(text);
  const json = /^\s*[[{]/.test(text) && /"input"\s*:/.test(text);
  if (json || header) {
    if (errors.length > 0) throw new Error(`Line ${errors[0].line}: ${errors[0].message}`);
    return rows.map(({ input, output }) => ({ input, expected: output.trim() || null }));
  }
  return text.split(/\r?\n/).filter((line) => line.trim()).map((line) => {
    const [input, expected] = line.split('\t');
    return { input, expected: expected?.trim() || null };
  });
}
