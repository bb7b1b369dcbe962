import { type ModelConfiguration, stateNames } from './configuration';
import { elementCount, type Weights } from './weights';

/** The name of a tensor of carried state, for example `layer0.h`. */
export function hiddenName(layer: number, state: 'h' | 'c'): string {
  return `layer${layer}.${state}`;
}

/** The carried state of a model that reads B streams side by side: its tensors by name, each [B, H], all zero. */
export function zeroHidden(configuration: ModelConfiguration, batchSize: number): Weights {
  const hidden: Weights = new Map();
  const shape = [batchSize, configuration.hiddenSize];
  for (let layer = 0; layer < configuration.numLayers; layer++) {
    for (const state of stateNames(configuration.cellType)) {
      hidden.set(hiddenName(layer, state), { shape, data: new Float32Array(elementCount(shape)) });
    }
  }
  return hidden;
}
