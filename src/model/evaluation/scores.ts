import { bitsFromNats } from '../training/history';

/** How well a model predicts the characters of a text. */
export interface Scores {
  /** Characters predicted. */
  readonly characters: number;
  /** Mean cross-entropy. */
  readonly natsPerCharacter: number;
  readonly bitsPerCharacter: number;
  /** The share of characters that the model held most likely. */
  readonly top1: number;
  /** The share of characters among the five that the model held most likely. */
  readonly top5: number;
}

/** Adds up the {@link Scores} of one prediction after the other. */
export class ScoreSum {
  characters = 0;
  private nats = 0;
  private first = 0;
  private firstFive = 0;

  /**
   * Row `row` of `logits` [rows, V] was the prediction, `target` is what came. Of equally likely characters those with
   * lower ids rank first, so that a model which knows nothing gets no credit for ties.
   */
  add(logits: Float32Array, row: number, vocabularySize: number, target: number): void {
    const offset = row * vocabularySize;
    const wanted = logits[offset + target]!;
    let largest = wanted;
    let rank = 0;
    for (let c = 0; c < vocabularySize; c++) {
      const logit = logits[offset + c]!;
      if (logit > largest) largest = logit;
      if (logit > wanted || (logit === wanted && c < target)) rank++;
    }
    let sum = 0;
    for (let c = 0; c < vocabularySize; c++) sum += Math.exp(logits[offset + c]! - largest);
    this.nats += Math.log(sum) + largest - wanted;
    this.characters++;
    if (rank < 1) this.first++;
    if (rank < 5) this.firstFive++;
  }

  result(): Scores {
    const natsPerCharacter = this.nats / this.characters;
    return {
      characters: this.characters,
      natsPerCharacter,
      bitsPerCharacter: bitsFromNats(natsPerCharacter),
      top1: this.first / this.characters,
      top5: this.firstFive / this.characters,
    };
  }
}
