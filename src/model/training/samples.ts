import type { TokenStream } from '../corpus/corpus';
import { SampleChecker } from '../novelty/check';
import type { Model } from '../onnx/modelFile';
import { Sampler, sampleText } from '../sampling/sampler';
import type { SampledText } from './log/entries';
import { sampleTemperatures } from './sampleMoments';

/** Characters of a sample. */
const sampleLength = 300;

/**
 * Draws texts from a model in training, the same seed and the same beginning (that of a document) each time, so that only
 * the model differs, and tells what is new in them.
 */
export class Samples {
  private checker: SampleChecker | null = null;

  constructor(
    private readonly training: TokenStream,
    private readonly seed: number,
  ) {}

  async draw(model: Model): Promise<SampledText[]> {
    this.checker ??= new SampleChecker(this.training, model.vocabulary);
    const sampler = await Sampler.create(model, { precision: 'float32', threads: 1 });
    try {
      const texts: SampledText[] = [];
      for (const temperature of sampleTemperatures) {
        const options = { temperature, seed: this.seed, length: sampleLength, stopAt: 'length' } as const;
        const text = await sampleText(sampler, options);
        texts.push({ temperature, text, check: this.checker.check(text) });
      }
      return texts;
    } finally {
      await sampler.dispose();
    }
  }
}
