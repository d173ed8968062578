// Files of examples, read in the browser: JSONL, CSV, TSV with the columns `input` and `output`. As the server reads them: repeated rows
// are dropped and counted, one input with two outputs is an error. Every error has its line.

const ERRORS_MAX = 50;

// {rows: [{input, output}], errors: [{line, message}], repeated: n, note}
export function parseExamples(text) {
  const clean = text.replace(/^\ufeff/, '');
  const { rows, errors, note = '' } = clean.trimStart().startsWith('{') ? parseJsonLines(clean) : parseTable(clean);
  return { ...withoutRepeats(rows, errors), note };
}

function parseJsonLines(text) {
  const rows = [];
  const errors = [];
  text.split(/\r?\n/).forEach((line, i) => {
    if (!line.trim()) return;
    try {
      const { input, output } = JSON.parse(line);
      if (typeof input !== 'string') throw new Error('found no text "input"');
      if (output === undefined || output === null) throw new Error('found no "output"');
      rows.push({ line: i + 1, input, output: typeof output === 'string' ? output : JSON.stringify(output) });
    } catch (error) {
      const broken = error instanceof SyntaxError;
      errors.push({ line: i + 1, message: broken ? 'found broken JSON, expected {"input": "…", "output": "…"}' : error.message });
    }
  });
  return { rows, errors };
}

function parseTable(text) {
  const first = text.split(/\r?\n/, 1)[0];
  const { records, errors } = parseRecords(text, first.includes('\t') ? '\t' : ',');
  if (records.length === 0) return { rows: [], errors };
  const names = records[0].cells.map((cell) => cell.trim().toLowerCase());
  const header = names.includes('input') && names.includes('output');
  if (!header && names.length !== 2) {
    errors.push({ line: 1, message: 'found no header with the columns input and output' });
    return { rows: [], errors };
  }
  const [input, output] = header ? [names.indexOf('input'), names.indexOf('output')] : [0, 1];
  const rows = [];
  for (const { line, cells } of header ? records.slice(1) : records) {
    if (cells.length === names.length) rows.push({ line, input: cells[input], output: cells[output] });
    else errors.push({ line, message: `found ${cells.length} cells, expected ${names.length}` });
  }
  return { rows, errors, note: header ? '' : 'There was no header: the first column was taken as the input, the second as the output.' };
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
    else if (!before) rows.push({ input, output });
    else if (before.output === output) repeated += 1;
    else errors.push({ line, message: `found the output "${output}", but line ${before.line} says "${before.output}" for the same input` });
    if (!before) seen.set(input, { line, output });
  }
  return { rows, errors: errors.sort((a, b) => a.line - b.line).slice(0, ERRORS_MAX), repeated };
}

// Lines to test with: an input each, or input, tab, expected output; JSONL rows too. [{input, expected: text or null}]
export function parseTestRows(text) {
  if (text.trimStart().startsWith('{')) {
    const { rows, errors } = parseJsonLines(text);
    if (errors.length === 0) return rows.map(({ input, output }) => ({ input, expected: output }));
  }
  return text.split(/\r?\n/).filter((line) => line.trim()).map((line) => {
    const [input, expected] = line.split('\t');
    return { input, expected: expected?.trim() || null };
  });
}
