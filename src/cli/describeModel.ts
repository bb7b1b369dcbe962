import type { ModelConfiguration } from '../model/lstm/configuration';

/** "LSTM 2 × 128" */
export function modelName({ cellType, numLayers, hiddenSize }: ModelConfiguration): string {
  return `${cellType.toUpperCase()} ${numLayers} × ${hiddenSize}`;
}
