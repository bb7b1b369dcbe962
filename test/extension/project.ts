import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The settings that the suite runs under: the smallest training that learns something. */
export const suiteSettings = {
  'unreasonable.training.backend': 'onnx',
  'unreasonable.training.modelSize': 'small',
};

const types = ['int', 'long', 'double', 'char', 'unsigned', 'float'];
const nouns = ['buffer', 'queue', 'stack', 'table', 'list', 'cache', 'ring', 'tree', 'heap', 'pool', 'index', 'file'];
const verbs = ['open', 'close', 'read', 'write', 'push', 'pop', 'find', 'clear'];

/**
 * Writes a small C project of great monotony, which a model learns in seconds: a header and a source file for each of
 * a dozen data structures. Returns the folder.
 */
export function writeProject(folder: string, settings: Readonly<Record<string, unknown>> = {}): string {
  mkdirSync(join(folder, 'src'), { recursive: true });
  mkdirSync(join(folder, '.vscode'));
  writeFileSync(join(folder, '.vscode', 'settings.json'), JSON.stringify(settings, null, 2));
  for (const [index, noun] of nouns.entries()) {
    const type = types[index % types.length]!;
    writeFileSync(join(folder, 'src', `${noun}.h`), header(noun, type));
    writeFileSync(join(folder, 'src', `${noun}.c`), source(noun, type));
  }
  return folder;
}

function header(noun: string, type: string): string {
  const functions = verbs.map((verb) => `${type} ${noun}_${verb}(struct ${noun} *${noun}, ${type} value);`);
  const guard = `${noun.toUpperCase()}_H`;
  const members = `struct ${noun} {\n\t${type} *items;\n\tint count;\n};`;
  return `#ifndef ${guard}\n#define ${guard}\n\n${members}\n\n${functions.join('\n')}\n\n#endif\n`;
}

function source(noun: string, type: string): string {
  const functions = verbs.map(
    (verb) => `/* ${verb} a ${noun} */
${type} ${noun}_${verb}(struct ${noun} *${noun}, ${type} value)
{
\tif (${noun}->count == 0)
\t\treturn 0;
\tfor (int i = 0; i < ${noun}->count; i++)
\t\t${noun}->items[i] = value;
\treturn ${noun}->count;
}
`,
  );
  return `#include <stdio.h>\n#include "${noun}.h"\n\n${functions.join('\n')}`;
}
