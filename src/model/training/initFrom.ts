import type { Vocabulary } from '../corpus/vocabulary';
import { initializeWeights } from '../lstm/initialization';
import { elementCount, layerWeightName, type Tensor, type Weights, weightShapes } from '../lstm/weights';
import type { Model } from '../onnx/modelFile';

/**
 * The weights of a model for another vocabulary: what belongs to a character goes with it, and all that knows no
 * characters stays. Characters that are new get fresh rows in the input matrix and fresh columns in the output matrix;
 * their output bias is the smallest of the known ones', so that they are not expected before they have been seen.
 *
 * @param vocabulary the new one.
 * @param seed of the fresh weights.
 */
export function weightsFor(base: Model, vocabulary: Vocabulary, seed: number): Weights {
  const configuration = { ...base.configuration, vocabularySize: vocabulary.size };
  const oldIds = vocabulary.characters.map((character) => base.vocabulary.characters.indexOf(character));
  const inputName = layerWeightName(0, 'inputWeights');
  const ofCharacters = [inputName, 'output.weights', 'output.bias'];
  const fresh = initializeWeights(configuration, seed, { only: ofCharacters });
  const weights: Weights = new Map(base.weights);
  for (const name of ofCharacters) {
    const tensor: Tensor = { shape: weightShapes(configuration).get(name)!, data: fresh.get(name)!.data };
    const old = base.weights.get(name)!;
    if (name === 'output.bias') tensor.data.fill(old.data.reduce((a, b) => Math.min(a, b)));
    if (name === inputName) copyRows(old, tensor, oldIds);
    else copyColumns(old, tensor, oldIds);
    weights.set(name, tensor);
  }
  return weights;
}

/** Row `oldIds[i]` of `from` becomes row i of `to`; −1 leaves it. */
function copyRows(from: Tensor, to: Tensor, oldIds: readonly number[]): void {
  const width = to.shape[1]!;
  for (const [id, oldId] of oldIds.entries()) {
    if (oldId >= 0) to.data.set(from.data.subarray(oldId * width, (oldId + 1) * width), id * width);
  }
}

/** The same for the last dimension. */
function copyColumns(from: Tensor, to: Tensor, oldIds: readonly number[]): void {
  const [oldWidth, width] = [from.shape.at(-1)!, to.shape.at(-1)!];
  for (let row = 0; row < elementCount(to.shape) / width; row++) {
    for (const [id, oldId] of oldIds.entries()) {
      if (oldId >= 0) to.data[row * width + id] = from.data[row * oldWidth + oldId]!;
    }
  }
}
