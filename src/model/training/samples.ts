import type { Model } from '../onnx/modelFile';
import { Sampler, sampleText } from '../sampling/sampler';

/** A short text from a model in training: the same seed each time, so that only the model differs. */
export async function drawSample(model: Model, seed: number): Promise<{ temperature: number; text: string }> {
  const temperature = 0.7;
  const sampler = await Sampler.create(model, { precision: 'float32', threads: 1 });
  try {
    const text = await sampleText(sampler, { temperature, seed, length: 240, stopAt: 'length' });
    return { temperature, text };
  } finally {
    await sampler.dispose();
  }
}
