import type { ModelConfiguration } from './configuration';

/** What a model is called: "LSTM 2 × 128". */
export function modelName({ cellType, numLayers, hiddenSize }: ModelConfiguration): string {
  return `${cellType.toUpperCase()} ${numLayers} × ${hiddenSize}`;
}
