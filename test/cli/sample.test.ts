import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { cli, expectSentence, folderOf, lastLine, program, shell, statements, tiny } from './cli';

const names = ['ada', 'bea', 'cleo', 'dora', 'ella', 'fay', 'gina', 'hal', 'ida', 'jon'];
const folder = folderOf({
  'code/a.c': statements(400),
  'code/b.c': statements(400),
  'code/c.c': statements(400),
  'names.txt': Array.from({ length: 400 }, (_, i) => `${names[(i * i + (i >> 3)) % 10]}\n`).join(''),
  'other.onnx': 'not a model',
});
const at = (name: string) => join(folder, name);
const sample = (...args: string[]) => cli(['sample', '--model', at('code.model'), ...args]);

beforeAll(async () => {
  for (const [source, model, epochs] of [
    ['code', 'code.model', '3'],
    ['names.txt', 'names.model', '40'],
  ] as const) {
    const options = [...tiny, '--epochs', epochs, '--learning-rate', '0.03', '--json'];
    expect(await cli(['train', at(source), '--out', at(model), ...options])).toMatchObject({ code: 0 });
  }
});

describe('sample', () => {
  it('prints the text alone on stdout, the same for the same seed', async () => {
    const first = await sample('--seed', '7', '--length', '300');
    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect(first.stdout.length).toBeGreaterThan(10);
    expect(await sample('--seed', '7', '--length', '300')).toEqual(first);
    expect(await sample('--seed', '8', '--length', '300')).not.toEqual(first);
  });

  it('begins with the prime text and writes as many characters more as it is asked for', async () => {
    const { stdout } = await sample('--prime', 'return ', '--length', '50', '--stop-at', 'length');
    expect(stdout).toMatch(/^return /);
    expect(stdout.replace(/\n$/, '').length).toBeGreaterThanOrEqual('return '.length + 49);
    expect(stdout.replace(/\n$/, '').length).toBeLessThanOrEqual('return '.length + 50);
  });

  it('writes the file of a path, several texts, and the likeliest one', async () => {
    const several = ['--path', 'value.c', '--count', '3', '--temperature', '0', '--length', '40', '--json'];
    const { texts } = lastLine<{ texts: string[] }>(await sample(...several));
    expect(texts).toHaveLength(3);
    expect(new Set(texts).size).toBe(1);
  });

  it('ends without a word when its reader has seen enough', async () => {
    const command = `'${process.execPath}' '${program}' sample --model code.model --stop-at length --length 1000000`;
    const result = await shell(`${command} | head -n 1; echo "\${PIPESTATUS[0]}"`, folder);
    expect(result.stderr).toBe('');
    expect(result.stdout).toMatch(/\n0\n$/);
  });

  it('lists lines that are not in the training data, each once, and says how many are new', async () => {
    const options = ['--list', '--count', '200', '--data', at('names.txt'), '--temperature', '1.3', '--seed', '1'];
    const { stdout, stderr } = await cli(['sample', '--model', at('names.model'), ...options]);
    const lines = stdout.trimEnd().split('\n');
    expect(lines.filter((line) => names.includes(line) || line === '')).toEqual([]);
    expect(new Set(lines).size).toBe(lines.length);
    expect(stderr).toMatch(/^\d+\.\d % of \d+ sampled lines are new\.\n$/);
    const all = await cli([
      'sample',
      '--model',
      at('names.model'),
      '--list',
      '--count',
      '200',
      '--seed',
      '1',
      '--json',
    ]);
    expect(lastLine(all)).toMatchObject({ newShare: null, lines: expect.arrayContaining(['ada']) });
  });
});

describe('sample on awkward input', () => {
  it.each([
    [
      'a prime text that the model can not read',
      ['--prime', 'λ → ☃'],
      /prime text has \d characters that the model has never/,
    ],
    ['a path that is none', ['--path', ''], /path of the document must not be empty/],
    [
      'a data file that is not there',
      ['--list', '--data', '/nowhere/names'],
      /was not read because there is no such file/,
    ],
  ])('%s', async (_, options, sentence) => {
    const result = await sample(...options);
    expectSentence(result, sentence);
    expect(result.stdout).toBe('');
  });

  it('a model that is not there, is something else, or was cut in half', async () => {
    expectSentence(await cli(['sample', '--model', at('nowhere')]), /There is no model at/);
    expectSentence(await cli(['sample', '--model', at('other.onnx')]), /other\.onnx is damaged/);
    expect(await cli(['export', '--model', at('code.model'), '--out', at('half.onnx')])).toMatchObject({ code: 0 });
    truncateSync(at('half.onnx'), 5000);
    expectSentence(await cli(['sample', '--model', at('half.onnx')]), /half\.onnx is damaged/);
  });

  it.each([
    [['--temperature', '-1'], 'It must be a number from 0 to 100'],
    [['--length', '1.5'], 'It must be a whole number from 1'],
    [['--top-p', '0'], 'It must be a number from'],
    [['--stop-at', 'noon'], 'Allowed choices are document, line, length'],
    [['--list', '--stop-at', 'length'], 'cannot be used with'],
  ])('%j exits with 2', async (options, message) => {
    const { code, stdout, stderr } = await sample(...options);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
  });
});

describe('evaluate, info and export', () => {
  it('evaluate --json has what scripts rely on', async () => {
    const result = await cli(['evaluate', '--model', at('code.model'), at('code'), '--split', 'test', '--json']);
    expect(result.code).toBe(0);
    const scores = {
      bitsPerCharacter: expect.any(Number),
      natsPerCharacter: expect.any(Number),
      top1: expect.any(Number),
      top5: expect.any(Number),
      keystrokesSaved: expect.objectContaining({ saved: expect.any(Number) }),
    };
    const { keystrokesSaved: _, ...predicts } = scores;
    const comparison = { network: predicts, ngrams: expect.arrayContaining([expect.objectContaining(predicts)]) };
    expect(lastLine(result)).toMatchObject({ split: 'test', ...scores, ngram: scores, comparison });
  });

  it('evaluate prints a table, and takes all parts together', async () => {
    const options = ['--split', 'all', '--orders', '2,4', '--max-characters', '500'];
    const { code, stdout, stderr } = await cli(['evaluate', '--model', at('code.model'), at('code'), ...options]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/\| bits per character +\| +\d\.\d{3} \| +\d\.\d{3} \|/);
    expect(stdout.match(/^\| \d+-gram .*\|$/gm)).toHaveLength(2);
    expect(stdout).toMatch(/^\| on 499 characters /m);
    expect(stdout).toMatch(/^\| not copied, in runs of 32 or more /m);
    expect(stdout).toMatch(/^\| brackets that match +\| .* \|$/m);
    const short = await cli(['evaluate', '--model', at('code.model'), at('code'), '--no-comparison']);
    expect(short.stdout).not.toContain('brackets that match');
  });

  it.each(['0', '21', '2,x'])('evaluate refuses the orders %s before it reads anything', async (orders) => {
    const { code, stderr } = await cli(['evaluate', '--model', at('nowhere'), at('nowhere'), '--orders', orders]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/--orders.* It must be whole numbers from 1 to 20 separated by commas, for example 1,20\./);
  });

  it('evaluate has nothing to say about a text that is not there', async () => {
    expectSentence(await cli(['evaluate', '--model', at('code.model'), at('nowhere')]), /There is no file or folder/);
  });

  it('info tells what a model is, export writes it in 8 bits, and both are the same model', async () => {
    const before = lastLine(await cli(['info', '--model', at('code.model'), '--json']));
    expect(before).toMatchObject({ configuration: { cellType: 'lstm', hiddenSize: 16, numLayers: 1 } });
    const out = at('small.onnx');
    const exported = lastLine(await cli(['export', '--model', at('code.model'), '--out', out, '--int8', '--json']));
    expect(exported).toMatchObject({ out, int8: true });
    expect(lastLine(await cli(['info', '--model', out, '--json']))).toEqual(before);
    expect((await cli(['info', '--model', out])).stdout).toMatch(/^Model {7}LSTM 1 × 16/);
  });

  it('export leaves an earlier file alone when the model is damaged, and wants a name that says what it is', async () => {
    writeFileSync(at('earlier.onnx'), 'earlier');
    expectSentence(await cli(['export', '--model', at('other.onnx'), '--out', at('earlier.onnx')]), /damaged/);
    expectSentence(await cli(['export', '--model', at('code.model'), '--out', at('model')]), /does not end in \.onnx/);
    expect((await shell('cat earlier.onnx', folder)).stdout).toBe('earlier');
  });
});
