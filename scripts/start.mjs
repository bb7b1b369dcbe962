// A first look, as `npm start` gives it: builds, trains a small model on real source for a minute or so, and prints a
// file that never existed.
import { ensureBuilt, ensureInstalled, run } from './prepare.mjs';

/** Node's type declarations: two megabytes of documented TypeScript that every install has. */
const source = 'node_modules/@types/node';
const model = 'models/start';
const minutes = '1.25';

ensureInstalled();
ensureBuilt();

console.log(`Training a small model on ${source} for ${minutes} minutes. Watch it learn:\n`);
// From nothing, to see characters turn into words, and words into code.
cli('train', source, '--out', model, '--minutes', minutes, '--init-from', 'none');

console.log('\nHere is unreasonable.d.ts, a module that Node never had:\n');
const beginning = "declare module 'unreasonable' {\n";
cli('sample', '--model', model, '--path', 'unreasonable.d.ts', '--prime', beginning, '--temperature', '0.5');

console.log(`
What next?
  Another one:           npx unreasonable sample --model ${model} --path dreams.d.ts --temperature 0.7
  How good is it?        npx unreasonable evaluate --model ${model} ${source}
  Ten minutes on yours:  npx unreasonable train PATH/TO/YOUR/PROJECT --out models/mine --minutes 10
  All there is:          npx unreasonable --help, and README.md`);

function cli(...args) {
  run(process.execPath, ['dist/cli.cjs', ...args]);
}
