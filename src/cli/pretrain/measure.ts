import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NgramModel } from '../../model/baseline/ngram';
import { NgramPredictor } from '../../model/baseline/ngramPredictor';
import type { Corpus } from '../../model/corpus/corpus';
import { UserError } from '../../model/errors';
import { evaluate } from '../../model/evaluation/evaluate';
import type { CardEvaluation } from '../../model/onnx/modelCard';
import { type Model, readModelFile, writeModelFile } from '../../model/onnx/modelFile';
import { bitsFromNats } from '../../model/training/history';
import { scoreModel } from '../evaluation/scoreModel';

/** Characters that are predicted for the card, and those on which rounded weights are compared with exact ones. */
const measuredCharacters = 200_000;
const comparedCharacters = 50_000;

/** What rounding may cost, in bits per character. */
const mostLoss = 0.02;

/**
 * Measures a model as it is passed on, with weights of 8 bits, on the test part of its corpus, beside an n-gram model.
 *
 * @throws UserError when rounding the weights costs too much.
 */
export async function measureForCard(
  model: Model,
  { splits }: Corpus,
  progress: (line: string) => void,
): Promise<Pick<CardEvaluation, 'characters' | 'natsPerCharacter' | 'rounding' | 'ngram'>> {
  const rounded = await rounding(model);
  progress('Measuring what 8 bits lose …');
  const some = { maxCharacters: comparedCharacters };
  const exactly = await scoreModel(model, splits.test, some);
  const { characters, natsPerCharacter: roundedNats } = await scoreModel(rounded, splits.test, some);
  const loss = bitsFromNats(roundedNats - exactly.natsPerCharacter);
  if (!(loss < mostLoss)) {
    throw new UserError(`Weights of 8 bits would lose ${loss.toFixed(3)} bits per character: train a larger model.`);
  }
  progress('Measuring on held-out files …');
  const all = { maxCharacters: measuredCharacters };
  const scores = await scoreModel(rounded, splits.test, all);
  progress('Measuring an n-gram model on the same …');
  const ngram = NgramModel.train(splits.train, { vocabularySize: model.vocabulary.size });
  const peer = await evaluate(new NgramPredictor(ngram), splits.test, all);
  return {
    characters: scores.characters,
    natsPerCharacter: scores.natsPerCharacter,
    rounding: { characters, exactNats: exactly.natsPerCharacter, roundedNats },
    ngram: { order: ngram.order, characters: ngram.characters, natsPerCharacter: peer.natsPerCharacter },
  };
}

/** A model with the weights that are left of it when it is stored in 8 bits. */
async function rounding(model: Model): Promise<Model> {
  const folder = await mkdtemp(join(tmpdir(), 'unreasonable-pretrain-'));
  try {
    await writeModelFile(folder, model, { quantize: 'int8' });
    return await readModelFile(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
