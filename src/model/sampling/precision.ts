import { Vocabulary } from '../corpus/vocabulary';
import type { WeightedModel } from '../onnx/recurrentStep';
import { Random } from '../random';
import { expectedQuantizationLoss, tolerableQuantizationLoss } from './quantizationLoss';
import { zeroState } from './recurrentState';
import { SamplerSession } from './samplerSession';
import { Uniforms } from './uniforms';

const probeTexts = 4;
const probeLength = 32;
const timedRuns = 3;

/** Tells whether sampler `a` is faster than `b`. */
type Race = (model: WeightedModel, a: SamplerSession, b: SamplerSession) => Promise<boolean>;

/**
 * The int8 sampler if it is faster on this machine and its predictions, on texts that the model writes itself, lose
 * less than {@link tolerableQuantizationLoss}; otherwise the float32 sampler.
 */
export async function choosePrecision(
  model: WeightedModel,
  threads: number,
  isFaster: Race = isFasterHere,
): Promise<SamplerSession> {
  const exact = await SamplerSession.create(model, { precision: 'float32', threads });
  const rounded = await SamplerSession.create(model, { precision: 'int8', threads });
  const suits =
    (await isFaster(model, rounded, exact)) &&
    (await expectedQuantizationLoss(model, await probe(model, exact, probeTexts), probeTexts)) <
      tolerableQuantizationLoss;
  await (suits ? exact : rounded).dispose();
  return suits ? rounded : exact;
}

/** Alternates, and compares the best times, because other programs only ever make a run slower. */
async function isFasterHere(model: WeightedModel, a: SamplerSession, b: SamplerSession): Promise<boolean> {
  const best = [Infinity, Infinity];
  for (let run = 0; run <= timedRuns; run++) {
    for (const [i, session] of [a, b].entries()) {
      const start = performance.now();
      await probe(model, session, 1);
      // The first run also warms up.
      if (run > 0) best[i] = Math.min(best[i]!, performance.now() - start);
    }
  }
  return best[0]! < best[1]!;
}

/** The beginnings of documents: [probeLength, texts]. */
async function probe(model: WeightedModel, session: SamplerSession, texts: number): Promise<Int32Array> {
  const generators = Array.from({ length: texts }, (_, text) => Random.fromSeed(text));
  const { tokens } = await session.draw({
    token: new Int32Array(texts).fill(Vocabulary.start),
    state: zeroState(model.configuration, texts),
    length: probeLength,
    uniforms: new Uniforms(session.uniformsPerDraw()).next(generators, probeLength),
    temperature: 1,
    banned: [Vocabulary.unknown, Vocabulary.start],
  });
  return tokens;
}
