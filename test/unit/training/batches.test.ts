import { describe, expect, it } from 'vitest';
import { evaluatedCharacters, evaluationBatches, excerpt, TrainingBatches } from '../../../src/model/training/batches';

const tokens = (length: number) => Uint8Array.from({ length }, (_, i) => i % 251);

describe('TrainingBatches', () => {
  const [B, T] = [3, 4];
  const batches = new TrainingBatches(tokens(100), { batchSize: B, sequenceLength: T, seed: 1 });

  it('reads contiguous streams whose targets are the next characters', () => {
    expect(batches.stepsPerEpoch).toBe(8);
    const first = batches.at(0);
    const inputs = [...first.inputs];
    expect(inputs).toEqual([0, 33, 66, 1, 34, 67, 2, 35, 68, 3, 36, 69]);
    expect([...first.targets]).toEqual(inputs.map((id) => id + 1));
    expect([...batches.at(1).inputs]).toEqual(inputs.map((id) => id + T));
  });

  it('carries the state within an epoch and clears it at its start', () => {
    const carried = Array.from({ length: 17 }, (_, step) => batches.at(step).carry[0]);
    expect(carried).toEqual([0, 1, 1, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1, 1, 0]);
  });

  it('cuts the text at another place in each epoch, the same one for the same seed', () => {
    const starts = [0, 8, 16, 24].map((step) => batches.at(step).inputs[0]);
    expect(new Set(starts).size).toBe(4);
    const again = new TrainingBatches(tokens(100), { batchSize: B, sequenceLength: T, seed: 1 });
    expect([0, 8, 16, 24].map((step) => again.at(step).inputs[0])).toEqual(starts);
    const other = new TrainingBatches(tokens(100), { batchSize: B, sequenceLength: T, seed: 2 });
    expect([8, 16, 24].map((step) => other.at(step).inputs[0])).not.toEqual(starts.slice(1));
  });

  it('reads past the end of the text as a ring', () => {
    for (let step = 8; step < 40; step++) {
      const { inputs, targets } = batches.at(step);
      targets.forEach((target, i) => {
        expect(target).toBe((inputs[i]! + 1) % 100);
      });
    }
  });
});

describe('TrainingBatches of pieces', () => {
  // Two streams of 100 characters, each of them six pieces of 4 steps of 4 characters.
  const [B, T] = [2, 4];
  const batches = new TrainingBatches(tokens(200), { batchSize: B, sequenceLength: T, seed: 1, pieceLength: 16 });
  const steps = [...Array(batches.stepsPerEpoch).keys()];

  it('reads each piece once in an epoch, from its beginning to its end, with a state of its own', () => {
    expect(batches.stepsPerEpoch).toBe(24);
    const read = steps.flatMap((step) => {
      const { inputs, targets, carry } = batches.at(step);
      expect([...carry]).toEqual(Array(B).fill(step % 4 === 0 ? 0 : 1));
      expect([...targets]).toEqual([...inputs].map((token) => token + 1));
      return [...inputs];
    });
    expect(read.length).toBe(192);
    expect(new Set(read).size).toBe(192);
    const [before, after] = [1, 2].map((step) => batches.at(step).inputs[0]!);
    expect(after! - before!).toBe(T);
  });

  it('goes on far from where it was, so that a part of an epoch comes from everywhere', () => {
    const source = Uint16Array.from({ length: 60_000 }, (_, i) => i);
    const wide = new TrainingBatches(source, { batchSize: 1, sequenceLength: 10, seed: 1, pieceLength: 100 });
    const begun = Array.from({ length: 60 }, (_, piece) => wide.at(10 * piece).inputs[0]!);
    const gaps = [...begun].sort((a, b) => a - b).map((at, i, all) => (all[i + 1] ?? 60_000) - at);
    expect(Math.max(...gaps)).toBeLessThan(2000);
  });

  it('reads all of a text in one piece that is shorter than a piece', () => {
    const whole = new TrainingBatches(tokens(100), { batchSize: 2, sequenceLength: 4, seed: 1 });
    const one = new TrainingBatches(tokens(100), { batchSize: 2, sequenceLength: 4, seed: 1, pieceLength: 1000 });
    for (let step = 0; step < 2 * one.stepsPerEpoch; step++) expect(one.at(step)).toEqual(whole.at(step));
  });
});

describe('evaluationBatches', () => {
  it.each([
    [100, 3, 4],
    [101, 7, 5],
    [20, 8, 3],
    [3, 8, 4],
    [1, 2, 2],
    [0, 2, 2],
  ])('predicts each character but the first of each stretch once: %d characters, B %d, T %d', (length, B, T) => {
    const ignored = 999;
    const predicted: number[] = [];
    let cleared = 0;
    for (const { inputs, targets, carry } of evaluationBatches(tokens(length), B, T, ignored)) {
      cleared += Number(carry[0] === 0);
      targets.forEach((target, i) => {
        if (target === ignored) return;
        expect(target).toBe(inputs[i]! + 1);
        predicted.push(target);
      });
    }
    expect(predicted).toHaveLength(evaluatedCharacters(length, B));
    expect(new Set(predicted).size).toBe(predicted.length);
    expect(predicted.length).toBeGreaterThanOrEqual(length - B);
    expect(cleared).toBe(predicted.length > 0 ? 1 : 0);
  });
});

describe('excerpt', () => {
  it('is all of a short text, and pieces from all over a long one', () => {
    const text = tokens(200);
    expect(excerpt(text, 200, 4)).toBe(text);
    expect([...excerpt(text, 14, 4)]).toEqual([0, 1, 2, 50, 51, 52, 100, 101, 102, 150, 151, 152]);
  });

  it('gives each stream of a measurement one piece', () => {
    const [first] = evaluationBatches(excerpt(tokens(200), 12, 4), 4, 2, 999);
    expect([...first!.inputs]).toEqual([0, 50, 100, 150, 1, 51, 101, 151]);
  });
});
