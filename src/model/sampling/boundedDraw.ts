import type { DrawRequest, DrawResult, SamplerSession } from './samplerSession';

/** What to draw, and of what not too much. */
export interface BoundedRequest extends Omit<DrawRequest, 'alsoBanned'> {
  /** [V]: how often each character may come in a row, at least 1. */
  readonly longestRepeats: ArrayLike<number>;
  /** [B]: how often `token` has come in a row, itself included. */
  readonly repeats: Int32Array;
}

export interface BoundedResult extends DrawResult {
  /** [B]: how often the last character has come in a row, itself included. */
  readonly repeats: Int32Array;
}

/**
 * {@link SamplerSession.draw}, except that no character comes more often in a row than `longestRepeats` says: where it
 * would, it is banned from that one draw. At low temperatures what is likely after many spaces is one more, without an
 * end.
 *
 * The graph knows of no bound, because counting costs every draw (an eighth of the speed of a small model) and hardly
 * any needs it. A run that breaks the bound is drawn again up to there, with the same numbers and so the same
 * characters; then comes one character with the ban.
 *
 * @param check called before each run; what it throws ends the work.
 */
export async function drawBounded(
  session: SamplerSession,
  request: BoundedRequest,
  check: () => void = () => undefined,
): Promise<BoundedResult> {
  const B = request.token.length;
  const written: Int32Array[] = [];
  let { token, state, repeats } = request;
  let longest = request.length;
  for (let at = 0; at < request.length; ) {
    const draw = (length: number, alsoBanned?: Int32Array) => {
      check();
      return session.draw({ ...partOf(request, at, length), token, state, ...(alsoBanned && { alsoBanned }) });
    };
    const accept = (drawn: DrawResult) => {
      written.push(drawn.tokens);
      repeats = countRepeats(drawn.tokens, token, repeats).slice(-B);
      token = drawn.tokens.slice(-B);
      state = drawn.state;
      at += drawn.tokens.length / B;
    };

    const wanted = Math.min(longest, request.length - at);
    const drawn = await draw(wanted);
    const excess = excessOf(drawn.tokens, countRepeats(drawn.tokens, token, repeats), request.longestRepeats);
    const first = excess.findIndex((id) => id >= 0);
    if (first < 0) {
      accept(drawn);
      longest *= 2;
      continue;
    }
    const standing = Math.floor(first / B);
    if (standing > 0) accept(await draw(standing));
    accept(await draw(1, excess.slice(standing * B, (standing + 1) * B)));
    // The next one may be as near, and all that is drawn beyond it is drawn in vain.
    longest = Math.max(1, standing);
  }
  return { tokens: concatenate(written), state, repeats };
}

/** The request for `length` draws from the `start`-th on. */
function partOf(request: BoundedRequest, start: number, length: number): DrawRequest {
  const perDraw = request.uniforms.length / request.length;
  return { ...request, length, uniforms: request.uniforms.subarray(start * perDraw, (start + length) * perDraw) };
}

/** The tokens that come too often, elsewhere -1; all three [N, B]. */
function excessOf(tokens: Int32Array, counts: Int32Array, longestRepeats: ArrayLike<number>): Int32Array {
  return tokens.map((id, i) => (counts[i]! > longestRepeats[id]! ? id : -1));
}

function concatenate(arrays: readonly Int32Array[]): Int32Array {
  if (arrays.length === 1) return arrays[0]!;
  const all = new Int32Array(arrays.reduce((length, array) => length + array.length, 0));
  let start = 0;
  for (const array of arrays) {
    all.set(array, start);
    start += array.length;
  }
  return all;
}

/** For each of the tokens [N, B], how often it has come in a row; `token` [B] and its counts `repeats` come before. */
export function countRepeats(tokens: Int32Array, token: Int32Array, repeats: Int32Array): Int32Array {
  const B = token.length;
  const counts = new Int32Array(tokens.length);
  for (let at = 0; at < tokens.length; at++) {
    const [before, count] = at < B ? [token[at], repeats[at]!] : [tokens[at - B], counts[at - B]!];
    counts[at] = tokens[at] === before ? count + 1 : 1;
  }
  return counts;
}
