import { zeroHidden } from '../../../src/model/lstm/hidden';
import { forward } from '../../../src/model/lstm/reference';
import type { WeightedModel } from '../../../src/model/onnx/recurrentStep';
import { Random } from '../../../src/model/random';
import { Uniforms } from '../../../src/model/sampling/uniforms';

/** Uniform numbers for tests. */
export function uniforms(length: number, seed = 1): Float32Array {
  return new Uniforms(length).next([Random.fromSeed(seed)], 1);
}

/** The reference's scores [V] of the character after `token`, at the beginning of a text. */
export function logitsAfter({ configuration, weights }: WeightedModel, token: number): number[] {
  const batch = { inputs: Int32Array.of(token), carry: Float32Array.of(1) };
  const options = { batchSize: 1, sequenceLength: 1 };
  return [...forward(configuration, weights, batch, zeroHidden(configuration, 1), options).logits];
}

/** softmax(logits / temperature), 0 for the characters that are banned or not in `allowed`. */
export function probabilities(
  logits: readonly number[],
  temperature: number,
  isAllowed: (id: number) => boolean,
): number[] {
  const exponentials = logits.map((logit, id) => (isAllowed(id) ? Math.exp(logit / temperature) : 0));
  const sum = exponentials.reduce((a, b) => a + b, 0);
  return exponentials.map((value) => value / sum);
}

/**
 * Pearson's chi-square of counts against probabilities, as a standard normal deviate (Wilson and Hilferty, 1931): a
 * right sampler exceeds 4 once in 30,000 times. Characters with an expected count under 5 are taken together.
 */
export function chiSquareDeviate(counts: readonly number[], expected: readonly number[]): number {
  const total = counts.reduce((a, b) => a + b, 0);
  const cells: [observed: number, expected: number][] = [];
  const rare: [number, number] = [0, 0];
  for (const [id, probability] of expected.entries()) {
    if (probability === 0 && counts[id] !== 0) return Number.POSITIVE_INFINITY;
    if (probability * total >= 5) cells.push([counts[id]!, probability * total]);
    else {
      rare[0] += counts[id]!;
      rare[1] += probability * total;
    }
  }
  if (rare[1] >= 5) cells.push(rare);
  const chiSquare = cells.reduce((sum, [o, e]) => sum + (o - e) ** 2 / e, 0);
  const k = cells.length - 1;
  return ((chiSquare / k) ** (1 / 3) - (1 - 2 / (9 * k))) / Math.sqrt(2 / (9 * k));
}
