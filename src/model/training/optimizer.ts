import type { ModelConfiguration } from '../lstm/configuration';
import { type Weights, zerosLike } from '../lstm/weights';
import type { OptimizerSettings, TrainingState } from './backend';

// How gradients become weights, element by element: what every training backend does in its own way and is tested
// against. Results are new arrays in float32; the arithmetic is double.

/** The accumulators that an optimizer keeps for every weight: moving averages of g and of g². */
export function accumulators(optimizer: OptimizerSettings['optimizer']): readonly ('mean' | 'meanSquare')[] {
  return optimizer === 'adam' ? ['mean', 'meanSquare'] : ['meanSquare'];
}

/** The moments that training starts from, all zero, by name: `mean/output.bias`, `meanSquare/output.bias` … */
export function zeroMoments(configuration: ModelConfiguration, optimizer: OptimizerSettings['optimizer']): Weights {
  const moments: Weights = new Map();
  for (const accumulator of accumulators(optimizer)) {
    for (const [name, tensor] of zerosLike(configuration)) moments.set(`${accumulator}/${name}`, tensor);
  }
  return moments;
}

/** The L2 norm of all gradients taken as one vector. */
export function gradientNorm(gradients: Weights): number {
  let sum = 0;
  for (const { data } of gradients.values()) {
    for (const g of data) sum += g * g;
  }
  return Math.sqrt(sum);
}

/**
 * Clips every element to ±clipValue, as char-rnn does it, and then scales all of them down together so that their norm
 * is at most clipNorm (Pascanu, Mikolov and Bengio, 2013). A setting of 0 is off.
 */
export function clipGradients(
  gradients: Weights,
  { clipValue, clipNorm }: Pick<OptimizerSettings, 'clipValue' | 'clipNorm'>,
): Weights {
  const limit = clipValue > 0 ? clipValue : Number.POSITIVE_INFINITY;
  const clipped = mapElements(gradients, (g) => Math.min(limit, Math.max(-limit, g)));
  const norm = gradientNorm(clipped);
  return clipNorm > 0 && norm > clipNorm ? mapElements(clipped, (g) => g * (clipNorm / norm)) : clipped;
}

/**
 * One update of all weights.
 *
 * Adam (Kingma and Ba, 2015), with t counting from 1:
 *
 *     m = β1·m + (1 − β1)·g     v = β2·v + (1 − β2)·g²
 *     w = w − learningRate · m / (1 − β1^t) / (√(v / (1 − β2^t)) + ε)
 *
 * RMSprop (Tieleman and Hinton, 2012), as in char-rnn:
 *
 *     v = β2·v + (1 − β2)·g²
 *     w = w − learningRate · g / (√v + ε)
 *
 * @param state weights, moments and the number of steps before this one.
 * @param gradients after clipping.
 */
export function updateWeights(
  settings: OptimizerSettings,
  state: Pick<TrainingState, 'weights' | 'moments' | 'step'>,
  gradients: Weights,
  learningRate: number,
): Pick<TrainingState, 'weights' | 'moments'> {
  const { beta1, beta2, epsilon } = settings;
  const adam = settings.optimizer === 'adam';
  const [meanScale, squareScale] = adam ? [1 - beta1 ** (state.step + 1), 1 - beta2 ** (state.step + 1)] : [1, 1];
  const weights = mapElements(state.weights, (w) => w);
  const moments = mapElements(state.moments, (moment) => moment);
  for (const [name, { data: w }] of weights) {
    const g = gradients.get(name)!.data;
    const m = adam ? moments.get(`mean/${name}`)!.data : g;
    const v = moments.get(`meanSquare/${name}`)!.data;
    for (let i = 0; i < w.length; i++) {
      if (adam) m[i] = beta1 * m[i]! + (1 - beta1) * g[i]!;
      v[i] = beta2 * v[i]! + (1 - beta2) * g[i]! ** 2;
      w[i]! -= (learningRate * (m[i]! / meanScale)) / (Math.sqrt(v[i]! / squareScale) + epsilon);
    }
  }
  return { weights, moments };
}

function mapElements(tensors: Weights, change: (value: number) => number): Weights {
  return new Map([...tensors].map(([name, { shape, data }]) => [name, { shape, data: data.map(change) }]));
}
