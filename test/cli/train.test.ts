import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cli, expectSentence, folderOf, lastLine, program, shell, statements, tiny } from './cli';

interface TrainResult {
  readonly reason: string;
  readonly step: number;
  readonly history: { readonly validation: { readonly step: number; readonly loss: number }[] };
}

const folder = folderOf({
  'text.c': statements(2000),
  'project/a b/🙂\nnew.c': statements(200),
  'project/plain.c': statements(300),
  'project/broken.c': Buffer.concat([Buffer.from(statements(200)), Buffer.from([0xc3, 0x28, 0xff, 0x0a])]),
  'ten.txt': '0123456789',
  'one.txt': 'a'.repeat(5000),
  'binary/image.c': Uint8Array.from({ length: 5000 }, (_, i) => i % 7),
  'line.js': 'let a = 1; '.repeat(5_000_000),
});
const at = (name: string) => join(folder, name);
mkdirSync(at('empty'));
const train = (source: string, out: string, ...more: string[]) =>
  cli(['train', at(source), '--out', at(out), ...tiny, ...more]);
const losses = (result: TrainResult) => result.history.validation.map(({ step, loss }) => [step, loss]);

describe('train', () => {
  it('leaves a model and a checkpoint, and with --json one JSON object alone on stdout', async () => {
    const result = await train('text.c', 'fine', '--epochs', '1', '--json');
    expect(result.code).toBe(0);
    expect(result.stdout.trimEnd().split('\n')).toHaveLength(1);
    expect(lastLine(result)).toMatchObject({ model: at('fine/model.onnx'), reason: 'finished' });
    expect(result.stderr).toContain('bits per character');
    expect(readdirSync(at('fine')).sort()).toEqual(['checkpoint.safetensors', 'model.onnx', 'training.jsonl']);
  });

  it('prints plain lines where there is no terminal', async () => {
    const { stdout, stderr } = await train('text.c', 'plain', '--epochs', '1', '--print-every', '100');
    expect(stdout).toMatch(/^step 100\/\d+, epoch 0\.\d+, loss \d\.\d+ nats, .* left$/m);
    expect(stdout).not.toContain('\u001b');
    expect(stderr).toBe('');
  });

  it('saves at Ctrl+C, exits with 130 and prints a command that goes on from there', async () => {
    const stopped = await cli(['train', 'text.c', '--out', 'my model', ...tiny, '--epochs', '1000'], {
      cwd: folder,
      onStart: (child) => child.stdout!.once('data', () => setTimeout(() => child.kill('SIGINT'), 1000)),
    });
    expect(stopped.code).toBe(130);
    const command = /To go on: npx unreasonable (.*)/.exec(stopped.stdout)?.[1];
    expect(command).toBe("train text.c --out 'my model' --resume");
    const resumed = await shell(`'${process.execPath}' '${program}' ${command} --epochs 1 --json`, folder);
    expect(resumed).toMatchObject({ code: 0 });
    expect(resumed.stderr).toMatch(/Going on from step \d/);
  });

  it('killed at any moment and resumed gives the losses of an unbroken run', async () => {
    const options = ['--epochs', '2', '--validation-every', '40', '--dropout', '0.2', '--no-early-stopping', '--json'];
    const unbroken = lastLine<TrainResult>(await train('text.c', 'unbroken', ...options));
    const killed = await cli(['train', at('text.c'), '--out', at('killed'), ...tiny, ...options], {
      onStart: (child) =>
        child.stderr!.on('data', (data: Buffer) => /step (120|160)/.test(String(data)) && child.kill('SIGKILL')),
    });
    expect(killed.code).toBeNull();
    const resumed = await cli([
      'train',
      at('text.c'),
      '--out',
      at('killed'),
      '--resume',
      '--no-early-stopping',
      '--json',
    ]);
    expect(losses(lastLine<TrainResult>(resumed))).toEqual(losses(unbroken));
  });

  it('refuses a second training in the same place while the first runs', async () => {
    let second: ReturnType<typeof train> | undefined;
    const first = await cli(['train', at('text.c'), '--out', at('shared'), ...tiny, '--epochs', '1000'], {
      onStart: (child) =>
        child.stdout!.once('data', () => {
          second = train('text.c', 'shared', '--epochs', '1');
          void second.then(() => child.kill('SIGINT'));
        }),
    });
    expectSentence(await second!, /training/);
    expect(first.code).toBe(130);
  });
});

describe('train on awkward text', () => {
  it.each([
    ['an empty folder', 'empty', /is empty: name a folder with source code/],
    ['a file of ten characters', 'ten.txt', /only \d+ characters/],
    ['binary files', 'binary', /binary/],
    ['nothing at all', 'nowhere', /There is no file or folder/],
  ])('says in a sentence what is wrong with %s, and writes no model', async (_, source, sentence) => {
    const result = await train(source, 'refused', '--epochs', '1', '--json');
    const stderr = result.stderr.trimEnd().split('\n').at(-1)!;
    expectSentence({ ...result, stderr: `${stderr}\n` }, sentence);
    expect(result.stdout).toBe('');
    expect(existsSync(at('refused/model.onnx'))).toBe(false);
  });

  it.each([
    ['one character over and over', 'one.txt'],
    ['a single line of 55 MB', 'line.js'],
    ['names with spaces, emoji and newlines, and broken UTF-8', 'project'],
  ])('learns %s', async (_, source) => {
    const result = await train(source, 'learned', '--minutes', '0.01', '--json');
    expect(result).toMatchObject({ code: 0 });
    expect(lastLine<TrainResult>(result).step).toBeGreaterThan(0);
  });
});

describe('train with wrong options', () => {
  it.each([
    [['--hidden-size', '0'], "option '--hidden-size <N>' argument '0' is invalid. It must be a whole number from 1"],
    [['--dropout', '2'], "option '--dropout <X>' argument '2' is invalid. It must be a number from 0"],
    [['--seed', 'x'], "option '--seed <N>' argument 'x' is invalid"],
    [['--backend', 'abacus'], 'Allowed choices are auto, onnx, webgpu, tensorflow'],
    [['--minutes', '1', '--epochs', '1'], "'--minutes <N>' cannot be used with option '--epochs <N>'"],
    [['--resume', '--init-from', 'x'], "'--init-from <model>' cannot be used with option '--resume'"],
    [['--resume', '--hidden-size', '8'], "'--hidden-size <N>' cannot be used with option '--resume'"],
  ])('%j exits with 2', async (options, message) => {
    const { code, stdout, stderr } = await cli(['train', at('text.c'), '--out', at('none'), ...options]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(existsSync(at('none'))).toBe(false);
  });

  it('fractions that are more than the whole exit with 1', async () => {
    const result = await train('text.c', 'none', '--train-fraction', '0.9', '--validation-fraction', '0.2');
    expectSentence(result, /0\.9 and 0\.2 are more than the whole/);
  });
});

describe('train where it can not write', () => {
  it('keeps the earlier model when the disk is full', async (context) => {
    if (process.platform === 'win32') return context.skip('needs ulimit');
    expect((await train('text.c', 'full', '--epochs', '1')).code).toBe(0);
    const files = readdirSync(at('full'));
    const before = files.map((name) => readFileSync(at(`full/${name}`)));
    // A limit on the size of files ends a write half-way as a full disk does: 40 kB.
    const larger = `train text.c --out full --epochs 1 --hidden-size 128 --json`;
    const result = await shell(`ulimit -f 40; exec '${process.execPath}' '${program}' ${larger}`, folder);
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).toMatch(/was not written because .*\.\n$/);
    // The earlier files have second names already; nothing half-written lies beside them.
    expect(readdirSync(at('full')).filter((name) => !name.includes('.previous.'))).toEqual(files);
    expect(files.map((name) => readFileSync(at(`full/${name}`)))).toEqual(before);
  });

  it('says so when there is no permission', async (context) => {
    if (process.platform !== 'linux') return context.skip('needs a place where nobody may write');
    const result = await cli(['train', at('text.c'), '--out', '/sys/unreasonable', ...tiny, '--epochs', '1']);
    expectSentence(result, /was not written because (you have no permission|that disk is read-only)/);
  });
});
