import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parameterCount } from '../../model/lstm/weights';
import { type Model, modelFileName } from '../../model/onnx/modelFile';
import { bitsFromNats, type TrainingHistory } from '../../model/training/history';
import type { ModelInfo, TrainingSummary } from '../protocol';

/** @param path a model file or its folder, which has been read. */
export async function describeModel(
  path: string,
  { configuration, vocabulary, history }: Model,
  precision: ModelInfo['precision'],
): Promise<ModelInfo> {
  const found = await stat(path);
  const file = found.isDirectory() ? await stat(join(path, modelFileName)) : found;
  return {
    path,
    configuration,
    parameters: parameterCount(configuration),
    vocabularySize: vocabulary.size,
    fileSize: file.size,
    precision,
    training: history && summarize(history),
  };
}

function summarize({ best, step, characters, seconds, backend, device }: TrainingHistory): TrainingSummary {
  const bitsPerCharacter = best === null ? null : bitsFromNats(best.loss);
  return { bitsPerCharacter, steps: step, characters, seconds, backend, device };
}
