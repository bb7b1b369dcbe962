import { Vocabulary } from '../../../src/model/corpus/vocabulary';
import type { CellType } from '../../../src/model/lstm/configuration';
import type { Model } from '../../../src/model/onnx/modelFile';
import { randomCase } from '../lstm/randomCase';

const someLetters = 'abcdefghijklmnopqrstuvwxyz\n 🙂é';

export interface TestModelOptions {
  readonly cellType?: CellType;
  readonly hiddenSize?: number;
  readonly numLayers?: number;
  readonly seed?: number;
  /** What it knows: by default 30 characters. */
  readonly letters?: string;
}

/** A small model with random weights, which writes random text: 33 characters, an emoji and a newline among them. */
export function testModel(options: TestModelOptions = {}): Model {
  const { cellType = 'lstm', hiddenSize = 12, numLayers = 2, seed = 1, letters = someLetters } = options;
  const vocabulary = new Vocabulary(['\uFFFD', '\u0002', '\u0003', ...letters]);
  const { configuration, weights } = randomCase({
    ...{ cellType, hiddenSize, numLayers, vocabularySize: vocabulary.size, seed },
    ...{ batchSize: 1, sequenceLength: 1 },
  });
  return { configuration, weights, vocabulary, history: null };
}
