// Code to copy: the same program from a terminal, from Python, over HTTP.
import { codeBlock, h } from './dom.js';
import { refOf } from './format.js';

export const compileCommand = () => `paw compile --spec-file spec.txt --examples train.csv --name commits
export PAW_API_URL=${location.origin}
paw publish commits --slug commits`;

export function usePart(program) {
  const host = location.origin;
  const ref = refOf(program);
  const local = ref.split('/').pop();  // what `paw pull` calls it here
  const key = program.public ? '' : " \\\n  -H \"X-API-Key: $PAW_API_KEY\"";
  const cli = [`export PAW_API_URL=${host}`, `paw pull ${ref}`, `paw run ${local} "your text"`];
  const python = [
    'import os',
    `os.environ["PAW_API_URL"] = "${host}"`,
    'import programasweights as paw  # pip install programasweights',
    '',
    `function = paw.function("${ref}")`,
    'print(function("your text"))',
  ];
  const curl = [
    `curl ${host}/api/v1/infer \\`,
    `  -H "Content-Type: application/json"${key} \\`,
    `  -d '${JSON.stringify({ program_id: ref, input: 'your text' })}'`,
  ];
  return [
    h('h3', 'Terminal'), codeBlock(cli.join('\n'), 'Commands for a terminal'),
    h('h3', 'Python'), codeBlock(python.join('\n'), 'Python code'),
    h('h3', 'HTTP'), codeBlock(curl.join('\n'), 'A curl command'),
  ];
}
