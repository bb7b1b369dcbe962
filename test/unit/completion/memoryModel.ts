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
  readonly candidatesPerStep = 3;
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
    const candidates: number[] = [];
    const candidateLogProbabilities: number[] = [];
    let total = 0;
    do {
      const next = this.next(this.vocabulary.decode([...state, last, ...tokens]));
      for (let rank = 0; rank < this.candidatesPerStep; rank++) {
        const [character, probability] = next[rank] ?? ['\u0003', 1e-9];
        candidates.push(this.vocabulary.idOf(character.codePointAt(0)!));
        candidateLogProbabilities.push(Math.log(probability));
      }
      tokens.push(candidates.at(-this.candidatesPerStep)!);
      logProbabilities.push(candidateLogProbabilities.at(-this.candidatesPerStep)!);
      total += logProbabilities.at(-1)!;
    } while (tokens.length < limits.most && total >= Math.log(limits.leastProbability) && !limits.ends[tokens.at(-1)!]);
    return {
      tokens: Int32Array.from(tokens),
      logProbabilities: Float32Array.from(logProbabilities),
      candidates: Int32Array.from(candidates),
      candidateLogProbabilities: Float32Array.from(candidateLogProbabilities),
    };
  }
}
