import { existsSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Split, splitNames } from '../../../src/model/corpus/split';
import { UserError } from '../../../src/model/errors';
import { readModelFile } from '../../../src/model/onnx/modelFile';
import { readCheckpoint } from '../../../src/model/training/checkpoint';
import { logPath, readLog } from '../../../src/model/training/log/logFile';
import { storyOf, type TrainingStory } from '../../../src/model/training/log/story';
import type { EndEvent, TrainEvent, TrainOptions } from '../../../src/model/training/options';
import { train } from '../../../src/model/training/trainer';
import { useTemporaryFolder } from '../files/temporaryFolder';

const inFolder = useTemporaryFolder();

/** Text that a small model learns quickly: a few statements over and over, in an order that is not quite regular. */
function sourceText(lines: number): string {
  const statements = ['int value = 1;', 'return value;', 'if (value) {', '}', 'value++;'];
  return Array.from({ length: lines }, (_, i) => statements[(i * i + i) % statements.length]).join('\n');
}

function options(changes: Partial<TrainOptions> = {}): TrainOptions {
  const source = inFolder('text.c');
  writeFileSync(source, sourceText(600));
  return {
    ...{ source, out: inFolder('out'), epochs: 4, hiddenSize: 16, numLayers: 2, sequenceLength: 12, batchSize: 8 },
    ...{ validationEvery: 20, seed: 3, sampleAt: [], dropout: 0.2, threads: 2, learningRate: 0.01 },
    ...changes,
  };
}

interface Recorded {
  readonly losses: Map<number, number>;
  readonly events: TrainEvent[];
  readonly end: EndEvent | null;
}

class Killed extends Error {}

/** Trains and keeps what happened; at `killAt` steps it is torn down without a chance to save anything. */
async function record(
  of: TrainOptions,
  { killAt, stopAt }: { killAt?: number; stopAt?: number } = {},
): Promise<Recorded> {
  const losses = new Map<number, number>();
  const events: TrainEvent[] = [];
  const controller = new AbortController();
  const onEvent = (event: TrainEvent) => {
    events.push(event);
    if (event.type !== 'step') return;
    losses.set(event.step, event.loss);
    if (event.step === killAt) throw new Killed();
    if (event.step === stopAt) controller.abort();
  };
  try {
    return { losses, events, end: await train(of, { onEvent, signal: controller.signal }) };
  } catch (error) {
    if (error instanceof Killed) return { losses, events, end: null };
    throw error;
  }
}

const ofType = <Type extends TrainEvent['type']>({ events }: Recorded, type: Type) =>
  events.filter((event): event is Extract<TrainEvent, { type: Type }> => event.type === type);

const readStory = async (folder: string): Promise<TrainingStory> => storyOf(await readLog(logPath(folder)));

describe('train', () => {
  it('learns, and leaves the best model and a checkpoint', async () => {
    mkdirSync(inFolder('out'));
    writeFileSync(inFolder('out/model.onnx.0123abcd.tmp'), 'what a killed training left');
    const recorded = await record(options({ dropout: 0, epochs: 8, sampleAt: [30] }));
    const validation = ofType(recorded, 'validation');
    expect(validation.at(-1)!.loss).toBeLessThan(0.6 * validation[0]!.loss);
    expect(recorded.end).toMatchObject({ reason: 'finished', step: ofType(recorded, 'step').length });
    const [sample, ...others] = ofType(recorded, 'sample');
    expect(others).toEqual([]);
    expect(sample!.texts.map(({ temperature, text }) => [temperature, text.length])).toEqual([
      [0.3, 300],
      [0.7, 300],
      [1, 300],
    ]);
    const model = await readModelFile(inFolder('out'));
    expect(model.configuration).toMatchObject({ cellType: 'lstm', hiddenSize: 16, numLayers: 2 });
    expect(model.history!.best).toEqual(recorded.end!.best);
    expect(readdirSync(inFolder('out')).sort()).toEqual(['checkpoint.safetensors', 'model.onnx', 'training.jsonl']);
  });

  it.each([
    ['killed between two checkpoints', { killAt: 73 }],
    ['killed right after a checkpoint', { killAt: 81 }],
    ['stopped by the person', { stopAt: 73 }],
  ])('has the losses of an unbroken run when resumed: %s', async (_title, interruption) => {
    const unbroken = await record(options({ out: inFolder('unbroken') }));
    const first = await record(options(), interruption);
    expect(first.losses.size).toBeLessThan(unbroken.losses.size);
    const second = await record({ source: options().source, out: inFolder('out'), resume: true, sampleAt: [] });
    const resumedAt = ofType(second, 'start')[0]!.resumedAtStep!;
    expect(resumedAt).toBe('stopAt' in interruption ? 73 : interruption.killAt === 81 ? 80 : 60);
    expect(second.losses.size).toBe(unbroken.losses.size - resumedAt);
    for (const [step, loss] of second.losses) expect(loss).toBe(unbroken.losses.get(step));
    const [whole, pieced] = await Promise.all(['unbroken', 'out'].map((name) => readStory(inFolder(name))));
    const losses = ({ steps }: TrainingStory) => steps.map(({ step, bitsPerCharacter }) => [step, bitsPerCharacter]);
    expect(pieced!.starts.map(({ step }) => step)).toEqual([0, resumedAt]);
    expect(losses(pieced!)).toEqual(losses(whole!));
    const [a, b] = [await readCheckpoint(inFolder('unbroken')), await readCheckpoint(inFolder('out'))];
    expect(b.state).toEqual(a.state);
  });

  it('goes back and halves the rate when the loss explodes, and gives up the second time with a sentence', async () => {
    const recorded = await record(
      options({ learningRate: 10, dropout: 0, clipNorm: 0, warmupSteps: 0, epochs: 40 }),
    ).catch((error: unknown) => error);
    expect(recorded).toBeInstanceOf(UserError);
    expect((recorded as Error).message).toMatch(/^Training went wrong twice .* learning rate under 5;/);
  });

  it('keeps an earlier training of the folder under other names', async () => {
    await record(options({ epochs: 0.5 }));
    const earlier = readFileSync(inFolder('out/model.onnx'));
    const second = await record(options({ epochs: 0.5, seed: 4 }));
    expect(readFileSync(inFolder('out/model.previous.onnx'))).toEqual(earlier);
    expect(readdirSync(inFolder('out')).sort()).toEqual([
      'checkpoint.previous.safetensors',
      'checkpoint.safetensors',
      'model.onnx',
      'model.previous.onnx',
      'training.jsonl',
      'training.previous.jsonl',
    ]);
    expect(ofType(second, 'notice').some(({ message }) => message.includes('.previous'))).toBe(true);
  });

  it('writes nothing when it is stopped while its backend opens, and leaves an earlier training alone', async () => {
    const reason = new Error('stopped');
    const stopWhileOpening = (of: TrainOptions) => {
      const controller = new AbortController();
      const onEvent = ({ type }: TrainEvent) => type === 'start' && controller.abort(reason);
      return train(of, { onEvent, signal: controller.signal });
    };
    await expect(stopWhileOpening(options())).rejects.toBe(reason);
    expect(existsSync(inFolder('out'))).toBe(false);
    await record(options({ epochs: 0.5 }));
    const [names, earlier] = [readdirSync(inFolder('out')), readFileSync(inFolder('out/model.onnx'))];
    await expect(stopWhileOpening(options())).rejects.toBe(reason);
    expect(readdirSync(inFolder('out'))).toEqual(names);
    expect(readFileSync(inFolder('out/model.onnx'))).toEqual(earlier);
  });

  it('stops early when the validation loss no longer falls', async () => {
    const recorded = await record(options({ epochs: 1000, validationEvery: 2, learningRate: 1e-9 }));
    expect(recorded.end!.reason).toBe('earlyStopping');
    // But not before all of the text was read once.
    const trained = 0.9 * sourceText(600).length;
    expect(recorded.end!.history.characters).toBeGreaterThan(0.95 * trained);
    expect(recorded.end!.history.characters).toBeLessThan(1.5 * trained);
  });

  it('keeps to a time budget, and resumes with a larger one', async () => {
    const of = options({ minutes: 1 / 60 });
    delete of.epochs;
    delete of.validationEvery;
    const first = await record(of);
    expect(first.end!.reason).toBe('finished');
    expect(first.end!.history.seconds).toBeGreaterThan(0.9);
    await expect(record({ source: of.source, out: of.out, resume: true })).rejects.toThrow(
      /is complete, after .* minutes/,
    );
    const second = await record({
      source: of.source,
      out: of.out,
      resume: true,
      minutes: first.end!.history.seconds / 60 + 0.02,
    });
    expect(second.end!.step).toBeGreaterThan(first.end!.step);
    expect(second.end!.history.validation.length).toBeGreaterThan(first.end!.history.validation.length);
  });

  it('reads the same files when it is resumed, unless it is told others', async () => {
    const source = inFolder('project');
    for (const [name, lines] of Object.entries({ 'a.c': 300, 'b.c': 250, 'c.py': 200 })) {
      mkdirSync(source, { recursive: true });
      writeFileSync(join(source, name), sourceText(lines));
    }
    const first = await record(options({ source, include: ['*.c'], maxFileSize: 1e5 }), { stopAt: 30 });
    const filesIn = (recorded: Recorded) => ofType(recorded, 'corpus')[0]!.report.files;
    const changed = (recorded: Recorded) =>
      ofType(recorded, 'notice').some(({ message }) => message.includes('text has changed'));
    expect(filesIn(first)).toBe(2);
    const again = { source, out: inFolder('out'), resume: true, sampleAt: [] };
    const second = await record(again, { stopAt: 60 });
    expect([filesIn(second), changed(second)]).toEqual([2, false]);
    const third = await record({ ...again, include: ['*'] }, { stopAt: 70 });
    expect([filesIn(third), changed(third)]).toEqual([3, true]);
    const fourth = await record(again, { stopAt: 80 });
    expect([filesIn(fourth), changed(fourth)]).toEqual([3, false]);
    expect((await readModelFile(inFolder('out'))).history!.settings).not.toHaveProperty('files');
  });

  it('starts from another model, with its vocabulary', async () => {
    await record(options({ out: inFolder('base') }));
    const base = await readModelFile(inFolder('base'));
    const of = options({ initFrom: inFolder('base'), learningRate: 1e-9, epochs: 0.1 });
    delete of.hiddenSize;
    await record(of);
    const model = await readModelFile(inFolder('out'));
    expect(model.vocabulary.characters).toEqual(base.vocabulary.characters);
    const weights = model.weights.get('output.weights')!.data;
    base.weights.get('output.weights')!.data.forEach((x, i) => {
      expect(weights[i]).toBeCloseTo(x, 5);
    });
    await expect(record(options({ initFrom: inFolder('base'), hiddenSize: 17 }))).rejects.toThrow(/has hiddenSize 16/);
  });

  it.each<[Partial<TrainOptions>, Record<Split, number>]>([
    [{ validationFraction: 0.2 }, { train: 0.6, validation: 0.2, test: 0.2 }],
    [{ trainFraction: 0.98 }, { train: 0.98, validation: 0.01, test: 0.01 }],
    [{ trainFraction: 1 }, { train: 1, validation: 0, test: 0 }],
  ])('cuts the text by one fraction alone: %o', async (changes, shares) => {
    const [corpus] = ofType(await record(options({ ...changes, epochs: 0.01 })), 'corpus');
    const total = Object.values(corpus!.characters).reduce((sum, count) => sum + count, 0);
    for (const split of splitNames) expect(corpus!.characters[split] / total).toBeCloseTo(shares[split], 2);
  });
});

describe('what is wrong is told in a sentence, and earlier files stay', () => {
  it.each<[string, Partial<TrainOptions>, RegExp]>([
    ['both budgets', { minutes: 1 }, /either minutes or epochs/],
    ['resume of another size', { resume: true }, /keeps its hiddenSize/],
    ['a batch of none', { batchSize: 0 }, /^batchSize is 0/],
    ['half a layer', { numLayers: 1.5 }, /^numLayers is 1.5: give a whole number/],
    ['dropout of everything', { dropout: 1 }, /^dropout is 1/],
    ['an unknown cell', { cellType: 'transformer' as never }, /"transformer" is not known/],
    ['more than all the text', { trainFraction: 0.9, validationFraction: 0.2 }, /more than the whole/],
    ['nothing left to train on', { validationFraction: 0.5 }, /nothing is left to train on/],
    ['a decay that the schedule does not have', { schedule: 'cosine', learningRateDecay: 0.9 }, /has no .* decay/],
  ])('%s', async (_title, changes, message) => {
    await expect(record(options(changes))).rejects.toThrow(message);
    await expect(record(options(changes))).rejects.toBeInstanceOf(UserError);
  });

  it('too little text', async () => {
    const of = options();
    writeFileSync(String(of.source), '0123456789');
    await expect(record(of)).rejects.toThrow(/only \d+ characters/);
    expect(existsSync(of.out)).toBe(false);
  });

  it('one character over and over', async () => {
    const of = options({ epochs: 2 });
    writeFileSync(String(of.source), 'a'.repeat(5000));
    const recorded = await record(of);
    expect(recorded.end!.best!.loss).toBeLessThan(0.5);
  });

  it('a checkpoint cut in half', async () => {
    const of = options({ epochs: 0.5 });
    await record(of);
    const model = readFileSync(inFolder('out/model.onnx'));
    const path = inFolder('out/checkpoint.safetensors');
    truncateSync(path, readFileSync(path).length / 2);
    const resumed = record({ source: of.source, out: of.out, resume: true });
    await expect(resumed).rejects.toThrow(/cut short or damaged/);
    expect(readFileSync(inFolder('out/model.onnx'))).toEqual(model);
  });

  it('a resumed training on other threads', async () => {
    const resumed = record({ source: options().source, out: inFolder('out'), resume: true, threads: 1 });
    await expect(resumed).rejects.toThrow(/keeps its threads/);
  });

  it('a resumed training with too little text', async () => {
    const of = options({ epochs: 1 });
    await record(of);
    const resumed = { source: of.source, out: of.out, resume: true };
    writeFileSync(String(of.source), '0123456789');
    await expect(record({ ...resumed, epochs: 9 })).rejects.toThrow(/only \d+ characters/);
  });

  it('nothing to resume', async () => {
    mkdirSync(inFolder('out'));
    await expect(record({ source: options().source, out: inFolder('out'), resume: true })).rejects.toBeInstanceOf(
      UserError,
    );
  });

  it('two trainings in one place', async () => {
    const of = options();
    const both = await Promise.allSettled([record(of), record(of)]);
    const rejected = both.filter((outcome) => outcome.status === 'rejected');
    expect(rejected).toHaveLength(1);
    expect(rejected[0]!.reason.message).toMatch(/Another training/);
  });
});
