import { DocumentMemory, Recall } from '../completion/documentMemory';
import type { Predictor } from '../completion/predictor';
import { type ProposalOptions, type ProposalRule, proposalRule } from '../completion/proposalRule';
import type { TokenStream } from '../corpus/corpus';
import type { Vocabulary } from '../corpus/vocabulary';
import { UserError } from '../errors';
import { DecisionWindow } from './decisionWindow';
import type { EvaluationOptions } from './evaluate';
import { chooseExcerpts, type Excerpt, groupByLength, lengthOf } from './excerpts';
import { ProposalStopwatch } from './proposalStopwatch';
import { emptyCounts, openTranscript, type ReplayCounts, replay, type Transcript } from './replay';

/** What a user who typed held-out text would have had of the model's ghost text. */
export interface KeystrokesSaved {
  /** Characters that weren't typed, less one key for each acceptance, as a share of all characters. */
  readonly saved: number;
  /** The same by the model alone, without the memory of the document. */
  readonly savedWithoutMemory: number;
  /** The share of places at which a text was shown. */
  readonly shown: number;
  /** The share of shown texts that were right and accepted. */
  readonly right: number;
  /** Characters of a shown text, mean. */
  readonly meanLength: number;
  /** From the last keystroke to the text, one at a time, the state in front of the keystroke being at hand: median. */
  readonly millisecondsPerProposal: number;
  /** Characters replayed. */
  readonly characters: number;
}

export interface KeystrokeOptions extends EvaluationOptions {
  readonly proposal?: Partial<ProposalOptions> | undefined;
}

const defaultMaxCharacters = 50_000;
/** Places at which the time is taken, spread over the text. */
const timedPlaces = 100;

/**
 * Replays held-out documents against the ghost-text rule. At each place where the user stands the rule proposes a text
 * or nothing. If the whole text is what follows, the user accepts it with one key; otherwise they type one character.
 * The path in front of a document and its end character are not typed and don't count.
 *
 * Documents are read side by side, one character a step, and what is proposed is decided for all places, hundreds at a
 * time, before the user walks through them: one step for many places is cheaper than many steps, even though the places
 * that the walk skips are decided for nothing.
 *
 * It is done once with the memory of the document ({@link DocumentMemory}), of all that was typed of it, and once without.
 * The editor's memory knows also what stands behind the cursor, but at most 10,000 characters each way beside what the
 * model reads, and gives up after some 24 characters of which the model expects none.
 *
 * @throws UserError when no document has text.
 */
export async function measureKeystrokes<State>(
  predictor: Predictor<State>,
  vocabulary: Vocabulary,
  stream: TokenStream,
  options: KeystrokeOptions = {},
): Promise<KeystrokesSaved> {
  const { maxCharacters = defaultMaxCharacters, batchSize = 32, onProgress, signal } = options;
  const rule = proposalRule(vocabulary.characters, options.proposal);
  const groups = groupByLength(chooseExcerpts(stream, maxCharacters), batchSize);
  const steps = groups.reduce((sum, [longest]) => sum + lengthOf(longest!), 0);
  const total = groups.flat().reduce((sum, excerpt) => sum + lengthOf(excerpt), 0);
  const watch = new ProposalStopwatch(predictor, rule, steps / timedPlaces);
  const common = { rule, newline: vocabulary.idOf(newline) };
  const remembering = new Replay(predictor, stream.tokens, { ...common, remembers: true, watch });
  const alone = new Replay(predictor, stream.tokens, { ...common, remembers: false, watch: null });
  let done = 0;
  for (const pass of [remembering, alone]) {
    for (const group of groups) {
      await pass.replayGroup(group, (read) => {
        signal?.throwIfAborted();
        onProgress?.(done + read, 2 * total);
      });
      for (const excerpt of group) done += lengthOf(excerpt);
      onProgress?.(done, 2 * total);
    }
  }
  if (remembering.counts.characters === 0) {
    throw new UserError('There is no text to replay: choose files that are not empty.');
  }
  return summarize(remembering.counts, alone.counts, watch.medianMilliseconds());
}

const newline = 0x0a;

/** A document that is being typed. */
interface Reading {
  readonly transcript: Transcript;
  /** Of what has been typed; null where the model is to propose alone. */
  readonly memory: DocumentMemory | null;
  /** The token in front of which the user stands. */
  place: number;
}

interface ReplayOptions<State> {
  readonly rule: ProposalRule;
  readonly newline: number;
  readonly remembers: boolean;
  /** Takes the time now and then. */
  readonly watch: ProposalStopwatch<State> | null;
}

/** Documents replayed in one way. */
class Replay<State> {
  readonly counts: ReplayCounts = emptyCounts();

  constructor(
    private readonly predictor: Predictor<State>,
    private readonly tokens: ArrayLike<number>,
    private readonly options: ReplayOptions<State>,
  ) {}

  async replayGroup(group: readonly Excerpt[], onStep: (read: number) => void): Promise<void> {
    const transcripts = group.map((excerpt) => openTranscript(this.tokens, excerpt, this.options.newline));
    await this.decide(transcripts, onStep);
    for (const transcript of transcripts) replay(transcript, this.counts);
  }

  /** Decides every place of the documents of a group, all documents side by side. */
  private async decide(transcripts: readonly Transcript[], onStep: (read: number) => void): Promise<void> {
    const { predictor, tokens } = this;
    const { rule, watch } = this.options;
    const window = new DecisionWindow(predictor, rule, tokens);
    let readings = transcripts.map((transcript) => this.open(transcript)).filter(isTyped);
    let state: State | undefined;
    let read = 0;
    while (readings.length > 0) {
      const inputs = Int32Array.from(readings, ({ place }) => tokens[place - 1]!);
      const prediction = await predictor.run(inputs, 1, inputs.length, state);
      for (const [row, { memory }] of readings.entries()) memory?.append(inputs[row]!);
      const places = readings.map(({ transcript, memory, place }) => {
        return { transcript, token: place, recall: memory && new Recall(memory) };
      });
      const open = rowsOf(places, (place, row) => {
        return place.token >= place.transcript.typedFrom && window.mayPropose(prediction, row, place);
      });
      await window.add(places, open, prediction);
      await watch?.step(inputs, state, open[0], (row) => readings[row]!.memory);
      read += readings.length;
      onStep(read);
      for (const reading of readings) reading.place++;
      const going = rowsOf(readings, isTyped);
      const isSame = going.length === 0 || going.length === readings.length;
      state = isSame ? prediction.state : predictor.select(prediction.state, going);
      readings = going.map((row) => readings[row]!);
    }
    await window.close();
  }

  private open(transcript: Transcript): Reading {
    const memory = this.options.remembers ? new DocumentMemory() : null;
    return { transcript, memory, place: transcript.excerpt.start + 1 };
  }
}

function isTyped({ transcript, place }: Reading): boolean {
  return place < transcript.typedTo;
}

/** The rows of those items that pass a test. */
function rowsOf<Item>(items: readonly Item[], test: (item: Item, row: number) => boolean): number[] {
  return [...items.keys()].filter((row) => test(items[row]!, row));
}

function summarize(
  { characters, places, shown, right, shownCharacters, savedKeystrokes }: ReplayCounts,
  alone: ReplayCounts,
  millisecondsPerProposal: number,
): KeystrokesSaved {
  return {
    saved: savedKeystrokes / characters,
    savedWithoutMemory: alone.savedKeystrokes / alone.characters,
    shown: shown / places,
    right: shown === 0 ? 0 : right / shown,
    meanLength: shown === 0 ? 0 : shownCharacters / shown,
    millisecondsPerProposal,
    characters,
  };
}
