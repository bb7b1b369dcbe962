import type { CompletionModel, Continuation, ContinuationLimits } from '../../../src/model/completion/continuation';
import { Vocabulary } from '../../../src/model/corpus/vocabulary';

/** All that was read. */
type History = readonly number[];

/** The reserved characters, tab, line feed and printable ASCII. */
export const asciiVocabulary = new Vocabulary([
  ...['\uFFFD', '\u0002', '\u0003', '\t', '\n'],
  ...Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)),
]);

/**
 * A model that knows what follows some texts, by heart: `next` gives for the text so far the likeliest characters, best
 * first, each with its probability.
 */
export class MemoryModel implements CompletionModel<History> {
  readonly vocabulary = asciiVocabulary;
  /** The texts that {@link read} was given, one after the other. */
  readonly reads: string[] = [];
  /** Called in the middle of each reading. */
  onRead: () => void = () => {};

  constructor(
    private readonly next: (text: string) => readonly (readonly [character: string, probability: number])[],
  ) {}

  /** A model that continues each text as `document` does, with this probability for each character. */
  static of(document: string, probability: number): MemoryModel {
    return new MemoryModel((text) => {
      const at = document.indexOf(text.slice(-20));
      const next = at === -1 ? undefined : document[at + Math.min(20, text.length)];
      return next === undefined ? [['\u0003', 1]] : [[next, probability]];
    });
  }

  async read(tokens: Int32Array, state: History = []): Promise<History> {
    this.reads.push(this.vocabulary.decode(tokens));
    await new Promise((resolve) => setImmediate(resolve));
    this.onRead();
    return [...state, ...tokens];
  }

  async continue(last: number, state: History = [], limits: ContinuationLimits): Promise<Continuation> {
    const tokens: number[] = [];
    const logProbabilities: number[] = [];
    const rows: Float32Array[] = [];
    let total = 0;
    do {
      const next = this.next(this.vocabulary.decode([...state, last, ...tokens]));
      const rest = 1 - next.reduce((sum, [, probability]) => sum + probability, 0);
      const each = Math.max(1e-9, rest / (this.vocabulary.size - next.length));
      const row = new Float32Array(this.vocabulary.size).fill(Math.log(each));
      for (const [character, probability] of next) row[this.idOf(character)] = Math.log(probability);
      rows.push(row);
      tokens.push(this.idOf(next[0]![0]));
      logProbabilities.push(Math.log(next[0]![1]));
      total += logProbabilities.at(-1)!;
    } while (tokens.length < limits.most && total >= Math.log(limits.leastProbability) && !limits.ends[tokens.at(-1)!]);
    return {
      tokens: Int32Array.from(tokens),
      logProbabilities: Float32Array.from(logProbabilities),
      distribution: Float32Array.from(rows.flatMap((row) => [...row])),
    };
  }

  private idOf(character: string): number {
    return this.vocabulary.idOf(character.codePointAt(0)!);
  }
}
