import { gateCount, type ModelConfiguration } from './configuration';

/** A dense row-major float32 array with its shape. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** The learned arrays of a model by name, in the order of {@link weightShapes}. */
export type Weights = Map<string, Tensor>;

/** The name of one weight of layer `layer`, for example `layer0.recurrentWeights`. */
export function layerWeightName(layer: number, kind: 'inputWeights' | 'recurrentWeights' | 'bias'): string {
  return `layer${layer}.${kind}`;
}

/**
 * Every weight of a model with its shape. With G gates, inputs multiply from the left (a = x·W), so
 *
 * - `layer{l}.inputWeights` is [V, G·H] in the first layer and [H, G·H] above,
 * - `layer{l}.recurrentWeights` is [H, G·H],
 * - `layer{l}.bias` is [G·H],
 * - `output.weights` is [H, V] and `output.bias` is [V].
 */
export function weightShapes(configuration: ModelConfiguration): Map<string, readonly number[]> {
  const { vocabularySize: V, hiddenSize: H, numLayers, cellType } = configuration;
  const GH = gateCount(cellType) * H;
  const shapes = new Map<string, readonly number[]>();
  for (let layer = 0; layer < numLayers; layer++) {
    shapes.set(layerWeightName(layer, 'inputWeights'), [layer === 0 ? V : H, GH]);
    shapes.set(layerWeightName(layer, 'recurrentWeights'), [H, GH]);
    shapes.set(layerWeightName(layer, 'bias'), [GH]);
  }
  shapes.set('output.weights', [H, V]);
  shapes.set('output.bias', [V]);
  return shapes;
}

/** The number of elements of an array of this shape. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, n) => product * n, 1);
}

/** The number of learned parameters of a model. */
export function parameterCount(configuration: ModelConfiguration): number {
  let count = 0;
  for (const shape of weightShapes(configuration).values()) count += elementCount(shape);
  return count;
}

/** Zeroed tensors of the shapes of a model's weights: the start of gradients and moments. */
export function zerosLike(configuration: ModelConfiguration): Weights {
  const tensors: Weights = new Map();
  for (const [name, shape] of weightShapes(configuration)) {
    tensors.set(name, { shape, data: new Float32Array(elementCount(shape)) });
  }
  return tensors;
}
