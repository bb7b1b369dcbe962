import { describe, expect, it } from 'vitest';
import { cellTypes } from '../../../src/model/lstm/configuration';
import { zeroHidden } from '../../../src/model/lstm/hidden';
import { initializeWeights } from '../../../src/model/lstm/initialization';
import type { BackendSettings, TrainingState } from '../../../src/model/training/backend';
import { zeroMoments } from '../../../src/model/training/optimizer';
import { dropoutMasks, referenceStep } from './referenceStep';

const [V, B, T] = [4, 2, 6] as const;

/** What comes after an "a" depends on the character before it: only a network that looks back can tell. */
const text = 'abac'.repeat(B * T * 8);
const tokens = (stream: number, start: number) =>
  Array.from({ length: T }, (_, t) => text.charCodeAt(start + t + stream * T * 8) - 97);

function batchAt(step: number) {
  const columns = (shift: number) => {
    const streams = Array.from({ length: B }, (_, stream) => tokens(stream, (step % 4) * T + shift));
    return Int32Array.from({ length: T * B }, (_, i) => streams[i % B]![Math.floor(i / B)]!);
  };
  return { inputs: columns(0), targets: columns(1), carry: new Float32Array(B).fill(step === 0 ? 0 : 1) };
}

const settingsOf = (changes: Partial<BackendSettings>): BackendSettings => ({
  model: { cellType: 'lstm', vocabularySize: V, hiddenSize: 8, numLayers: 2 },
  batchSize: B,
  sequenceLength: T,
  dropout: 0,
  seed: 1,
  optimizer: 'adam',
  beta1: 0.9,
  beta2: 0.99,
  epsilon: 1e-8,
  clipValue: 0,
  clipNorm: 5,
  ...changes,
});

function train(settings: BackendSettings, steps: number): number[] {
  const { model, seed, optimizer } = settings;
  let state: TrainingState = {
    weights: initializeWeights(model, seed),
    moments: zeroMoments(model, optimizer),
    hidden: zeroHidden(model, B),
    step: 0,
  };
  return Array.from({ length: steps }, () => {
    const taken = referenceStep(settings, state, batchAt(state.step), 0.02);
    state = taken.state;
    return taken.result.loss;
  });
}

describe('the reference step', () => {
  it.each(cellTypes)('teaches the %s to look back', (cellType) => {
    const model = { cellType, vocabularySize: V, hiddenSize: 8, numLayers: 2 };
    const losses = train(settingsOf({ model }), 120);
    expect(losses[0]).toBeGreaterThan(1);
    // Without a memory one of the two characters after "a" is a guess: ln 2 / 2 = 0.35 nats.
    expect(losses.at(-1)).toBeLessThan(0.1);
  });

  it('learns by RMSprop and with dropout too', () => {
    expect(train(settingsOf({ optimizer: 'rmsprop' }), 120).at(-1)).toBeLessThan(0.1);
    expect(train(settingsOf({ dropout: 0.1 }), 200).at(-1)).toBeLessThan(0.3);
  });

  it('draws masks whose factors keep the mean', () => {
    const masks = dropoutMasks(settingsOf({ dropout: 0.1, sequenceLength: 500 }), 3);
    expect(masks.length).toBe(2);
    for (const mask of masks) {
      expect(new Set(mask)).toEqual(new Set([0, Math.fround(256 / 230)]));
      expect(mask.reduce((sum, factor) => sum + factor, 0) / mask.length).toBeCloseTo(1, 1);
    }
    expect(masks[0]).not.toEqual(masks[1]);
  });
});
