import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CancellationTokenSource } from 'vscode-jsonrpc/node';
import { UserError } from '../../src/model/errors';
import { readComparison } from '../../src/model/evaluation/comparisonFile';
import { train } from '../../src/model/training/trainer';
import type { ModelProcess } from '../../src/process/client';
import { Cancelled, ProcessDied } from '../../src/process/errors';
import * as protocol from '../../src/process/protocol';
import { completionRequest, isRunning, modelProcess, program, temporaryFolder, until, writeProject } from './support';

const folder = temporaryFolder();
const project = join(folder.path, 'project');
const model = join(folder.path, 'model');
const running: ModelProcess[] = [];

function start(...parameters: Parameters<typeof modelProcess>): ModelProcess {
  const started = modelProcess(...parameters);
  running.push(started);
  return started;
}

/** An inference process with the trained model, which it loads after each start. */
function startInference(): ModelProcess {
  return start('inference', {
    onStart: async (channel) => void (await channel.request(protocol.loadModel, { path: model })),
  });
}

beforeAll(async () => {
  writeProject(project);
  const shape = { hiddenSize: 64, numLayers: 1, sequenceLength: 32, batchSize: 8, learningRate: 0.01 };
  await train(
    {
      source: project,
      out: model,
      backend: 'onnx',
      epochs: 100,
      validationEvery: 200,
      sampleAt: [],
      earlyStopping: false,
      ...shape,
    },
    { onEvent: () => {} },
  );
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((started) => started.dispose()));
});
afterAll(() => folder.remove());

const typed = '#include <linux/module.h>\n\nstatic int alpha_beta(struct device *dev)\n{\n\tif (';

describe('an inference process', () => {
  it('completes a line, with fewer characters to read at the next keystroke', async () => {
    const inference = startInference();
    const first = await inference.request(protocol.complete, completionRequest(typed));
    expect(first.items[0]?.text).toBe('!dev)');
    expect(first.charactersRead).toBeGreaterThan(typed.length - 1);
    const second = await inference.request(protocol.complete, completionRequest(`${typed}!`));
    expect(second.items[0]?.text).toBe('dev)');
    expect(second.charactersRead).toBe(1);
    const { completions } = await inference.request(protocol.statistics, undefined);
    expect(completions).toMatchObject({ requests: 2, answered: 2, cancelled: 0 });
  });

  it('offers several completions that differ when it is asked for them', async () => {
    const inference = startInference();
    const { options } = completionRequest(typed);
    const request = completionRequest(typed, { options: { ...options, choices: 3 } });
    const { items } = await inference.request(protocol.complete, request);
    expect(items[0]?.text).toBe('!dev)');
    expect(items).toHaveLength(3);
    expect(new Set(items.map(({ text }) => text)).size).toBe(3);
    const confidences = items.map(({ confidence }) => confidence);
    expect(confidences[0]).toBeGreaterThan(confidences[1]!);
  });

  it('tells what a model is', async () => {
    const info = await start('inference').request(protocol.describeModel, { path: model });
    expect(info).toMatchObject({ path: model, precision: null, configuration: { hiddenSize: 64, numLayers: 1 } });
    expect(info.training?.bitsPerCharacter).toBeLessThan(1);
    expect(info.fileSize).toBe(readFileSync(join(model, 'model.onnx')).length);
  });

  it('streams a sample, the same for the same seed', async () => {
    const inference = startInference();
    const parameters = { path: 'alpha.c', temperature: 0.5, length: 200, stopAt: 'length' as const };
    const texts: string[] = [];
    const write = async (seed?: number) => {
      let text = '';
      const onChunk = (chunk: protocol.SampleChunk) => {
        text += chunk.text;
      };
      const options = { ...parameters, ...(seed !== undefined && { seed }) };
      const result = await inference.requestWithProgress(protocol.sample, options, protocol.sampleProgress, onChunk);
      texts.push(text);
      return result;
    };
    const { seed, characters, reason } = await write();
    await write(seed);
    expect({ characters, reason }).toEqual({ characters: 200, reason: 'length' });
    expect(texts[0]).toHaveLength(200);
    expect(texts[1]).toBe(texts[0]);
  });

  it('stops sampling when that is cancelled, and goes on working', async () => {
    const inference = startInference();
    const source = new CancellationTokenSource();
    const endless = { temperature: 1, length: 10_000_000, stopAt: 'length' as const };
    const onChunk = () => source.cancel();
    const sampling = inference.requestWithProgress(
      protocol.sample,
      endless,
      protocol.sampleProgress,
      onChunk,
      source.token,
    );
    await expect(sampling).rejects.toBeInstanceOf(Cancelled);
    expect((await inference.request(protocol.complete, completionRequest(typed))).items).toHaveLength(1);
  });

  it('answers a cancelled completion as cancelled', async () => {
    const inference = startInference();
    await inference.restart();
    const source = new CancellationTokenSource();
    const request = inference.request(protocol.complete, completionRequest(typed), source.token);
    source.cancel();
    await expect(request).rejects.toBeInstanceOf(Cancelled);
  });

  it('invents paths that do not exist', async () => {
    const inference = startInference();
    const wishes = { count: 4, endings: ['.c'] };
    const known = await inference.request(protocol.suggestPaths, wishes);
    expect(known.length).toBeGreaterThan(0);
    for (const path of known) expect(path).toMatch(/^[^\n]+\.c$/);
    const others = await inference.request(protocol.suggestPaths, { ...wishes, known });
    for (const path of others) expect(known).not.toContain(path);
  });

  it('exports a model', async () => {
    const out = join(folder.path, 'exported.onnx');
    const { bytes } = await start('inference').request(protocol.exportModel, { path: model, out, int8: true });
    expect(readFileSync(out)).toHaveLength(bytes);
  });

  it('says in a sentence that there is no model, or that it is damaged, and goes on working', async () => {
    const inference = start('inference');
    await expect(inference.request(protocol.complete, completionRequest(typed))).rejects.toThrow('No model is loaded');
    const damaged = join(folder.path, 'damaged');
    mkdirSync(damaged, { recursive: true });
    writeFileSync(join(damaged, 'model.onnx'), readFileSync(join(model, 'model.onnx')).subarray(0, 5000));
    const loading = inference.request(protocol.loadModel, { path: damaged });
    await expect(loading).rejects.toThrow(/is damaged .*: use another copy of it, or train again\.$/);
    await expect(loading).rejects.toBeInstanceOf(UserError);
    await inference.request(protocol.loadModel, { path: model });
    expect((await inference.request(protocol.complete, completionRequest(typed))).items).toHaveLength(1);
  });

  it('is started again when it is killed, and completes as before', async () => {
    const inference = startInference();
    const before = await inference.request(protocol.complete, completionRequest(typed));
    const deaths: unknown[] = [];
    inference.onDeath((death) => deaths.push(death));
    const pid = inference.pid!;
    process.kill(pid, 'SIGKILL');
    await until(() => deaths.length > 0);
    expect(deaths[0]).toMatchObject({ signal: 'SIGKILL', restartsIn: 500 });
    const after = await inference.request(protocol.complete, completionRequest(typed));
    expect(after.items).toEqual(before.items);
    expect(inference.pid).not.toBe(pid);
  });

  it('fails the request during which it is killed', async () => {
    const inference = startInference();
    await inference.restart();
    const endless = { temperature: 1, length: 10_000_000, stopAt: 'length' as const };
    const kill = () => process.kill(inference.pid!, 'SIGKILL');
    const sampling = inference.requestWithProgress(protocol.sample, endless, protocol.sampleProgress, kill);
    await expect(sampling).rejects.toBeInstanceOf(ProcessDied);
  });

  it('leaves no process behind when it is disposed', async () => {
    const inference = startInference();
    await inference.restart();
    const pid = inference.pid!;
    await inference.dispose();
    expect(isRunning(pid)).toBe(false);
    await expect(inference.request(protocol.statistics, undefined)).rejects.toBeInstanceOf(ProcessDied);
  });

  it('fails for good, in a sentence, when there is no Node to run it', async () => {
    const inference = start('inference', { node: join(folder.path, 'no-node') });
    await expect(inference.request(protocol.statistics, undefined)).rejects.toThrow('could not be started');
    expect(inference.state).toBe('failed');
  });
});

describe('any model process', () => {
  it.each(['inference', 'training'])('ends when the parent of an %s process dies', async (kind) => {
    const parentProgram = `
      const child = require('node:child_process').spawn(process.execPath, [${JSON.stringify(program)}, '${kind}'], { detached: true });
      child.stdout.once('data', () => process.stdout.write(String(child.pid)));
    `;
    const parent = spawn(process.execPath, ['-e', parentProgram], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [data] = await once(parent.stdout, 'data');
    const pid = Number(String(data));
    expect(isRunning(pid)).toBe(true);
    parent.kill('SIGKILL');
    await until(() => !isRunning(pid));
  });

  it('refuses to run for anybody else', async () => {
    const child = spawn(process.execPath, [program], { stdio: ['ignore', 'ignore', 'pipe'] });
    const [code] = await once(child, 'exit');
    expect(code).toBe(2);
  });
});

describe('a training process', () => {
  const sources = { folders: [project] };
  const shape = {
    backend: 'onnx' as const,
    hiddenSize: 16,
    numLayers: 1,
    sequenceLength: 16,
    batchSize: 4,
    sampleAt: [],
  };

  it('previews what it would read and what not', async () => {
    writeFileSync(join(project, '.env'), 'SECRET=1\n');
    const preview = await start('training').request(protocol.preview, sources);
    expect(preview).toMatchObject({ files: 36, languages: [{ language: 'C', files: 36 }] });
    expect(preview.excluded).toEqual([{ reason: 'may hold secrets', count: 1, examples: ['.env'] }]);
  });

  it('reads several folders under their names', async () => {
    const other = writeProject(join(folder.path, 'other'));
    copyFileSync(join(other, 'alpha_beta.c'), join(other, 'copy.c'));
    writeFileSync(join(other, 'own.c'), 'int own;\n');
    const preview = await start('training').request(protocol.preview, { folders: [project, other] });
    expect(preview.files).toBe(37);
    const copies = preview.excluded.find(({ reason }) => reason === 'exact copies of another file');
    expect(copies?.count).toBe(37);
    expect(copies?.examples.every((path) => /^(project|other)\//.test(path))).toBe(true);
  });

  it('says in a sentence that there is nothing to read', async () => {
    const empty = join(folder.path, 'empty');
    mkdirSync(empty);
    const preview = start('training').request(protocol.preview, { folders: [empty] });
    await expect(preview).rejects.toBeInstanceOf(UserError);
    await expect(preview).rejects.toThrow('is empty');
  });

  it('leaves out a file of two gigabytes, and folders that go round in circles', async () => {
    const awkward = writeProject(join(folder.path, 'awkward'));
    writeFileSync(join(awkward, 'huge.c'), '');
    truncateSync(join(awkward, 'huge.c'), 2 ** 31);
    symlinkSync(awkward, join(awkward, 'circle'));
    const preview = await start('training').request(protocol.preview, { folders: [awkward] });
    expect(preview.files).toBe(36);
    expect(preview.excluded.map(({ examples }) => examples[0]).sort()).toEqual(['circle', 'huge.c']);
  });

  it('says in a sentence that three small files are too few', async () => {
    const few = join(folder.path, 'few');
    mkdirSync(few);
    for (const name of ['a', 'b', 'c']) writeFileSync(join(few, `${name}.c`), `int ${name};\n`);
    const options = { ...shape, out: join(folder.path, 'too-little'), minutes: 1 };
    const training = start('training').request(protocol.train, { sources: { folders: [few] }, options });
    await expect(training).rejects.toBeInstanceOf(UserError);
    await expect(training).rejects.toThrow(/^[^\n]+\.$/);
    expect(existsSync(options.out)).toBe(false);
  });

  it('says in a sentence that the disk is full, and ends with nothing half-written', async (context) => {
    if (process.platform === 'win32') return context.skip('needs ulimit');
    // A limit on the size of files ends a write half-way as a full disk does: 10 kB.
    const node = join(folder.path, 'node-with-little-disk');
    writeFileSync(node, `#!/bin/sh\nulimit -f 10\nexec '${process.execPath}' "$@"\n`, { mode: 0o755 });
    const out = join(folder.path, 'full');
    const options = { ...shape, out, epochs: 1, hiddenSize: 64 };
    const training = start('training', { node }).request(protocol.train, { sources, options });
    await expect(training).rejects.toBeInstanceOf(UserError);
    await expect(training).rejects.toThrow(/was not written because .*\.$/);
    expect(existsSync(out) ? readdirSync(out) : []).toEqual([]);
  });

  it('compares a model with n-grams, and keeps the result', async () => {
    const training = start('training');
    const shares: number[] = [];
    const params = { sources, folder: model };
    const told = (share: number) => shares.push(share);
    const result = await training.requestWithProgress(protocol.compare, params, protocol.compareProgress, told);
    expect(result.ngrams.map(({ order }) => order)).toEqual(Array.from({ length: 19 }, (_, i) => i + 2));
    expect(result.network.bitsPerCharacter).toBeLessThan(1);
    expect(result.step).toBeGreaterThan(100);
    expect(shares.at(-1)).toBe(1);
    expect(await readComparison(model)).toEqual(result);
    const cancelling = new CancellationTokenSource();
    const cancelled = training.requestWithProgress(
      protocol.compare,
      params,
      protocol.compareProgress,
      // While the n-grams predict.
      (share) => share > 1 / 21 && cancelling.cancel(),
      cancelling.token,
    );
    await expect(cancelled).rejects.toBeInstanceOf(Cancelled);
  });

  it('trains to the end and tells of it', async () => {
    const training = start('training');
    const events: string[] = [];
    training.onNotification(protocol.trainEvent, ({ type }) => void events.push(type));
    const out = join(folder.path, 'trained');
    const result = await training.request(protocol.train, { sources, options: { out, epochs: 1, ...shape } });
    expect(result).toMatchObject({ reason: 'finished', model: join(out, 'model.onnx') });
    expect(events[0]).toBe('corpus');
    expect(events[1]).toBe('start');
    expect(events.filter((type) => type !== 'log').at(-1)).toBe('end');
    expect(events).toContain('step');
    expect(events).toContain('validation');
  });

  it('stops and saves when it is cancelled, and goes on in another process', async () => {
    const out = join(folder.path, 'stopped');
    const options = { out, epochs: 1000, earlyStopping: false, ...shape };
    const source = new CancellationTokenSource();
    const first = start('training');
    first.onNotification(protocol.trainEvent, ({ type }) => {
      if (type === 'step') source.cancel();
    });
    const stopped = await first.request(protocol.train, { sources, options }, source.token);
    expect(stopped.reason).toBe('stopped');
    expect(existsSync(join(out, 'model.onnx'))).toBe(true);
    await expectResumedFrom(out, stopped.step);
  });

  it('saves when its window is closed, and the next window waits for it and goes on', async () => {
    const out = join(folder.path, 'closed');
    const first = start('training');
    const steps: number[] = [];
    first.onNotification(protocol.trainEvent, (event) => {
      if (event.type === 'step') steps.push(event.step);
    });
    const options = { out, epochs: 1000, earlyStopping: false, ...shape };
    const training = first.request(protocol.train, { sources, options });
    // It is cut off, for nobody is there any more to hear of its end.
    training.catch(() => {});
    await until(() => steps.length > 0);
    const pid = first.pid!;
    const closing = first.dispose();
    await expectResumedFrom(out, steps.at(-1)!);
    await closing;
    expect(isRunning(pid)).toBe(false);
  });

  async function expectResumedFrom(out: string, step: number): Promise<void> {
    const source = new CancellationTokenSource();
    const second = start('training');
    let resumedAt: number | null = null;
    second.onNotification(protocol.trainEvent, (event) => {
      if (event.type === 'start') resumedAt = event.resumedAtStep;
      if (event.type === 'step') source.cancel();
    });
    const options = { out, resume: true, backend: 'onnx' as const, earlyStopping: false, sampleAt: [] };
    const result = await second.request(protocol.train, { sources, options }, source.token);
    expect(resumedAt).toBeGreaterThanOrEqual(step);
    expect(result.step).toBeGreaterThan(resumedAt!);
  }

  it('is not started again when it is killed, unless it is asked for something', async () => {
    const training = start('training');
    await training.restart();
    const deaths: unknown[] = [];
    training.onDeath((death) => deaths.push(death));
    process.kill(training.pid!, 'SIGKILL');
    await until(() => deaths.length > 0);
    expect(deaths[0]).toMatchObject({ restartsIn: null });
    expect(training.state).toBe('stopped');
    expect((await training.request(protocol.preview, sources)).files).toBe(36);
  });
});
