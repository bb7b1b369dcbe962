import type { CompletionModel } from './continuation';
import { commonLength, concatenate } from './tokenArrays';

/** A text to continue: what tells its language, which is never cut off, and its last part. */
export interface ContextTokens {
  readonly head: Int32Array;
  /** May begin later than it did for the call before, where the text was known from its beginning on. */
  readonly body: Int32Array;
}

/** A state behind the first `at` tokens of a track. */
interface Checkpoint<State> {
  readonly at: number;
  readonly state: State;
}

/** What is known of one text. */
interface Track<State> {
  tokens: Int32Array;
  /** In order of `at`. */
  checkpoints: Checkpoint<State>[];
}

/** Where a track stands with respect to a text. */
interface Position<State> {
  /** The whole text, that is with what was before the body as far as the track remembers it. */
  readonly tokens: Int32Array;
  /** Where to go on reading. */
  readonly checkpoint: Checkpoint<State | undefined>;
  /** Tokens to read from there: all but the last one of the text. */
  readonly missing: number;
}

export interface StateResult<State> {
  /** Behind all but the last token. */
  readonly state: State | undefined;
  readonly last: number;
  /** Tokens that had to be read. */
  readonly read: number;
}

/** Tokens between checkpoints, so that an edit further up costs reading no more than these again. */
const spacing = 250;
/** The newest checkpoints are all kept: the states of the last keystrokes, for backspace. */
const newest = 16;
const mostTracks = 32;
/** Tokens; a longer track is begun anew. */
const longestTrack = 16_000;
/** Tokens by which a text is recognised inside a track when it begins later than before. */
const probeLength = 64;

/**
 * The states of the texts before cursors, so that a keystroke costs reading one character. The least recently used are
 * forgotten. Calls must not overlap.
 */
export class ContextCache<State> {
  /** In order of use. */
  private readonly tracks = new Map<string, Track<State>>();

  constructor(private readonly model: Pick<CompletionModel<State>, 'read'>) {}

  /** How many texts are known. */
  get size(): number {
    return this.tracks.size;
  }

  /** Tokens that would have to be read before the text can be continued. */
  missing(key: string, context: ContextTokens): number {
    return locate(this.tracks.get(key), context).missing;
  }

  /**
   * Reads what is missing of a text.
   *
   * @param check called before each part; what it throws ends the work, and what was read is kept.
   */
  async stateBefore(key: string, context: ContextTokens, check: () => void): Promise<StateResult<State>> {
    for (let read = 0; ; ) {
      check();
      const step = await this.advance(key, context);
      read += step.read;
      if (step.missing === 0) return { state: step.state, last: step.last, read };
    }
  }

  /**
   * Reads the next part of what is missing of a text: at most as many tokens as lie between checkpoints.
   *
   * @returns `missing`: what is still missing after it; the state is that of the text once it is 0.
   */
  async advance(key: string, context: ContextTokens): Promise<StateResult<State> & { readonly missing: number }> {
    const { tokens, missing, checkpoint } = locate(this.tracks.get(key), context);
    const last = tokens.at(-1);
    if (last === undefined) throw new RangeError('a text of at least one token is needed');
    const track = this.store(key, tokens);
    if (missing === 0) return { state: checkpoint.state, last, read: 0, missing };
    const { at } = checkpoint;
    const read = Math.min(missing, spacing - (at % spacing));
    const state = await this.model.read(tokens.slice(at, at + read), checkpoint.state);
    addCheckpoint(track.checkpoints, { at: at + read, state });
    return { state, last, read, missing: missing - read };
  }

  forget(key: string): void {
    this.tracks.delete(key);
  }

  /** Makes `tokens` known to a track. It keeps what it knows beyond them as long as nothing differs. */
  private store(key: string, tokens: Int32Array): Track<State> {
    const track = this.tracks.get(key) ?? { tokens: new Int32Array(), checkpoints: [] };
    const common = commonLength(track.tokens, tokens);
    if (common < tokens.length) {
      track.tokens = tokens;
      track.checkpoints = track.checkpoints.filter(({ at }) => at <= common);
    }
    this.tracks.delete(key);
    this.tracks.set(key, track);
    if (this.tracks.size > mostTracks) this.tracks.delete(this.tracks.keys().next().value!);
    return track;
  }
}

function locate<State>(track: Track<State> | undefined, { head, body }: ContextTokens): Position<State> {
  const known = track?.tokens ?? new Int32Array();
  const start = findBody(known, head, body);
  const tokens = concatenate(
    start === -1 || start + body.length > longestTrack ? head : known.subarray(0, start),
    body,
  );
  const limit = Math.min(commonLength(known, tokens), tokens.length - 1);
  const checkpoint = track?.checkpoints.findLast(({ at }) => at <= limit) ?? { at: 0, state: undefined };
  return { tokens, checkpoint, missing: Math.max(0, tokens.length - 1 - checkpoint.at) };
}

/** Where the body begins in what is known, -1 if it isn't found: right behind the head, or later. */
function findBody(known: Int32Array, head: Int32Array, body: Int32Array): number {
  if (commonLength(known, head) < head.length) return -1;
  const probe = body.subarray(0, probeLength);
  if (probe.length < probeLength || commonLength(known.subarray(head.length), probe) === probeLength) {
    return head.length;
  }
  for (let start = head.length; start + probeLength <= known.length; start++) {
    if (known[start] === probe[0] && commonLength(known.subarray(start), probe) === probeLength) return start;
  }
  return -1;
}

/** Adds the newest checkpoint, and drops older ones that lie closer than they need to. */
function addCheckpoint<State>(checkpoints: Checkpoint<State>[], added: Checkpoint<State>): void {
  const after = checkpoints.findIndex(({ at }) => at >= added.at);
  checkpoints.splice(after === -1 ? checkpoints.length : after, checkpoints[after]?.at === added.at ? 1 : 0, added);
  for (let i = checkpoints.length - 1 - newest; i > 0; i--) {
    if (checkpoints[i + 1]!.at - checkpoints[i - 1]!.at <= spacing) checkpoints.splice(i, 1);
  }
}
