import type { Predictor } from '../completion/predictor';
import { type ProposalOptions, type ProposalRule, proposalRule } from '../completion/proposalRule';
import type { TokenStream } from '../corpus/corpus';
import type { Vocabulary } from '../corpus/vocabulary';
import { UserError } from '../errors';
import { DecisionWindow, type Place } from './decisionWindow';
import type { EvaluationOptions } from './evaluate';
import { chooseExcerpts, groupByLength, lengthOf } from './excerpts';
import { ProposalStopwatch } from './proposalStopwatch';
import { emptyCounts, openTranscript, type ReplayCounts, replay, type Transcript } from './replay';

/** What a user who typed held-out text would have had of the model's ghost text. */
export interface KeystrokesSaved {
  /** Characters that weren't typed, less one key for each acceptance, as a share of all characters. */
  readonly saved: number;
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
  const counts = emptyCounts();
  let done = 0;
  for (const group of groups) {
    const transcripts = group.map((excerpt) => openTranscript(stream.tokens, excerpt, vocabulary.idOf(newline)));
    await decideGroup(predictor, rule, stream.tokens, transcripts, watch, (read) => {
      signal?.throwIfAborted();
      onProgress?.(done + read, total);
    });
    for (const transcript of transcripts) replay(transcript, counts);
    for (const excerpt of group) done += lengthOf(excerpt);
    onProgress?.(done, total);
  }
  if (counts.characters === 0) throw new UserError('There is no text to replay: choose files that are not empty.');
  return summarize(counts, watch.medianMilliseconds());
}

const newline = 0x0a;

/** Decides every place of the documents of a group, all documents side by side. */
async function decideGroup<State>(
  predictor: Predictor<State>,
  rule: ProposalRule,
  tokens: ArrayLike<number>,
  transcripts: readonly Transcript[],
  watch: ProposalStopwatch<State>,
  onStep: (read: number) => void,
): Promise<void> {
  const window = new DecisionWindow(predictor, rule, tokens);
  const isTyped = ({ transcript, token }: Place) => token < transcript.typedTo;
  let places = transcripts.map((transcript) => ({ transcript, token: transcript.excerpt.start + 1 })).filter(isTyped);
  let state: State | undefined;
  let read = 0;
  while (places.length > 0) {
    const inputs = Int32Array.from(places, ({ token }) => tokens[token - 1]!);
    const prediction = await predictor.run(inputs, 1, inputs.length, state);
    const open = rowsOf(places, ({ transcript, token }, row) => {
      return token >= transcript.typedFrom && window.mayPropose(prediction, row);
    });
    await window.add(places, open, prediction);
    await watch.step(inputs, state, open[0]);
    read += places.length;
    onStep(read);
    const next = places.map(({ transcript, token }) => ({ transcript, token: token + 1 }));
    const going = rowsOf(next, isTyped);
    const isSame = going.length === 0 || going.length === places.length;
    state = isSame ? prediction.state : predictor.select(prediction.state, going);
    places = going.map((row) => next[row]!);
  }
  await window.close();
}

/** The rows of those items that pass a test. */
function rowsOf<Item>(items: readonly Item[], test: (item: Item, row: number) => boolean): number[] {
  return [...items.keys()].filter((row) => test(items[row]!, row));
}

function summarize(counts: ReplayCounts, millisecondsPerProposal: number): KeystrokesSaved {
  const { characters, places, shown, right, shownCharacters, savedKeystrokes } = counts;
  return {
    saved: savedKeystrokes / characters,
    shown: shown / places,
    right: shown === 0 ? 0 : right / shown,
    meanLength: shown === 0 ? 0 : shownCharacters / shown,
    millisecondsPerProposal,
    characters,
  };
}
