import { Vocabulary } from '../corpus/vocabulary';
import { Random } from '../random';
import type { NgramModel } from './ngram';

/**
 * Text that an n-gram model writes, from the beginning of a document to its end or up to a length: each character is
 * drawn from the model's distribution, as the recurrent network's at temperature 1.
 */
export function writeWithNgrams(model: NgramModel, vocabulary: Vocabulary, length: number, seed: number): string {
  const random = Random.fromSeed(seed);
  const probabilities = new Float64Array(model.vocabularySize);
  const context = model.start();
  model.advance(context, Vocabulary.start);
  const tokens: number[] = [];
  while (tokens.length < length) {
    model.predict(context, probabilities);
    // As the network, it writes neither what stands for unknown characters nor the beginning of another document.
    probabilities[Vocabulary.unknown] = 0;
    probabilities[Vocabulary.start] = 0;
    const token = draw(probabilities, random);
    if (token === Vocabulary.end) break;
    tokens.push(token);
    model.advance(context, token);
  }
  return vocabulary.decode(tokens);
}

/** Draws from weights that need not sum to 1. */
function draw(weights: Float64Array, random: Random): number {
  let left = random.next() * weights.reduce((sum, weight) => sum + weight, 0);
  for (let token = 0; token < weights.length; token++) {
    left -= weights[token]!;
    if (left < 0 && weights[token]! > 0) return token;
  }
  // Rounding has left a little: the last that is possible.
  return weights.findLastIndex((weight) => weight > 0);
}
