import { Random, randomUse } from '../random';
import type { ModelConfiguration } from './configuration';
import { layerWeightName, type Tensor, type Weights, zerosLike } from './weights';

export interface InitializationOptions {
  /**
   * - `orthogonal`: every gate's block of the recurrent weights is a random orthogonal matrix, which neither shrinks nor
   *   blows up what it is applied to many times (Saxe, McClelland and Ganguli, 2014); input weights after Glorot and
   *   Bengio (2010); biases zero.
   * - `uniform`: every weight and bias in ±1/√H, as PyTorch does it.
   */
  readonly scheme?: 'orthogonal' | 'uniform';
  /** What an LSTM's forget gates start from: at 1 they begin by remembering (Jozefowicz, Zaremba and Sutskever, 2015). */
  readonly forgetBias?: number;
  /**
   * [V]: how often each character occurs in the training text. With them the output's bias starts as the logarithm of
   * the characters' frequencies (Karpathy, "A Recipe for Training Neural Networks", 2019), and the first loss is their
   * entropy. Learning that from a bias of zero takes hundreds of steps, in which large gradients do lasting harm to
   * the rest of the network.
   */
  readonly characterCounts?: ArrayLike<number>;
  /** The weights to draw; the others stay zero. All by default: orthogonal matrices take a second at 2x512. */
  readonly only?: readonly string[];
}

/**
 * The weights that training starts from, a function of the seed. Those of the output are in ±1/√H, small enough that
 * the first loss is about ln V where nothing is known about the characters.
 */
export function initializeWeights(
  configuration: ModelConfiguration,
  seed: number,
  { scheme = 'orthogonal', forgetBias = 1, characterCounts, only }: InitializationOptions = {},
): Weights {
  const { cellType, hiddenSize: H, numLayers } = configuration;
  const weights = zerosLike(configuration);
  const limit = 1 / Math.sqrt(H);
  for (const [index, [name, tensor]] of [...weights].entries()) {
    if (only !== undefined && !only.includes(name)) continue;
    const random = Random.fromSeed(seed, randomUse.initialization, index);
    const uniform = scheme === 'uniform' || name === 'output.weights';
    if (uniform) fillUniform(tensor, limit, random);
    else if (name.endsWith('recurrentWeights')) fillOrthogonalBlocks(tensor, random);
    else if (name.endsWith('inputWeights')) fillUniform(tensor, inputLimit(name, H), random);
  }
  if (cellType === 'lstm') {
    for (let layer = 0; layer < numLayers; layer++) {
      // The gates are in the order i, o, f, g.
      weights.get(layerWeightName(layer, 'bias'))!.data.fill(forgetBias, 2 * H, 3 * H);
    }
  }
  if (characterCounts !== undefined) weights.get('output.bias')!.data.set(logFrequencies(characterCounts));
  return weights;
}

/** Each count is taken for one more than it is, so that what never occurs is improbable rather than impossible. */
function logFrequencies(counts: ArrayLike<number>): number[] {
  const raised = Array.from(counts, (count) => count + 1);
  const total = raised.reduce((sum, count) => sum + count, 0);
  return raised.map((count) => Math.log(count / total));
}

/**
 * Above the first layer Glorot's √(6 / (inputs + outputs)), for one gate. The first layer's input is one-hot: of its
 * weights a unit sees one at a time, so they have the variance that a pre-activation should have, 1. Were they as
 * small as the others, the network would hardly tell the characters apart at first, and a training on varied text
 * could stand for hundreds of steps at what the frequencies of the characters alone predict.
 */
function inputLimit(name: string, H: number): number {
  return name === layerWeightName(0, 'inputWeights') ? Math.sqrt(3) : Math.sqrt(6 / (2 * H));
}

function fillUniform({ data }: Tensor, limit: number, random: Random): void {
  for (let i = 0; i < data.length; i++) data[i] = (2 * random.next() - 1) * limit;
}

/** Fills [H, G·H] with G orthogonal blocks of [H, H] side by side. */
function fillOrthogonalBlocks({ shape, data }: Tensor, random: Random): void {
  const [H, GH] = shape as [number, number];
  for (let start = 0; start < GH; start += H) {
    for (const [i, row] of randomOrthogonal(H, random).entries()) data.set(row, i * GH + start);
  }
}

/**
 * The rows of a random orthogonal matrix [n, n], uniformly distributed: normal vectors, made orthonormal one after the
 * other by the Gram-Schmidt process.
 */
function randomOrthogonal(n: number, random: Random): Float64Array[] {
  const rows: Float64Array[] = [];
  for (let i = 0; i < n; i++) {
    const row = Float64Array.from({ length: n }, () => random.normal());
    removeParts(row, rows);
    const norm = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
    rows.push(row.map((value) => value / norm));
  }
  return rows;
}

/** Takes from `row` its parts along the orthonormal `others`, four at a time, twice as fast as one at a time. */
function removeParts(row: Float64Array, others: readonly Float64Array[]): void {
  const zero = new Float64Array(row.length);
  for (let k = 0; k < others.length; k += 4) {
    const [a, b, c, d] = [others[k]!, others[k + 1] ?? zero, others[k + 2] ?? zero, others[k + 3] ?? zero];
    let [alongA, alongB, alongC, alongD] = [0, 0, 0, 0];
    for (let j = 0; j < row.length; j++) {
      alongA += row[j]! * a[j]!;
      alongB += row[j]! * b[j]!;
      alongC += row[j]! * c[j]!;
      alongD += row[j]! * d[j]!;
    }
    for (let j = 0; j < row.length; j++) {
      row[j]! -= alongA * a[j]! + alongB * b[j]! + alongC * c[j]! + alongD * d[j]!;
    }
  }
}
