import type { RepeatGuard } from './repeatGuard';
import type { DrawRequest, DrawResult, SamplerSession } from './samplerSession';

/** What to draw, and who says of what not too much. */
export interface BoundedRequest extends Omit<DrawRequest, 'alsoBanned'> {
  /** [B]: the guard of each text; they go on with what is drawn. */
  readonly guards: readonly RepeatGuard[];
}

/**
 * {@link SamplerSession.draw}, except that no character comes more often in a row than its text's {@link RepeatGuard}
 * allows: where it would, it is banned from that one draw. At low temperatures what is likely after many spaces is one
 * more, without an end.
 *
 * The graph knows of no bound, because counting costs every draw (an eighth of the speed of a small model) and hardly
 * any needs it. A run that breaks a bound is drawn again up to there, with the same numbers and so the same characters;
 * then comes one character with the ban.
 *
 * @param check called before each run; what it throws ends the work.
 */
export async function drawBounded(
  session: SamplerSession,
  request: BoundedRequest,
  check: () => void = () => undefined,
): Promise<DrawResult> {
  const { guards } = request;
  const B = request.token.length;
  const written: Int32Array[] = [];
  let { token, state } = request;
  let longest = request.length;
  for (let at = 0; at < request.length; ) {
    const draw = (length: number, alsoBanned?: Int32Array) => {
      check();
      return session.draw({ ...partOf(request, at, length), token, state, ...(alsoBanned && { alsoBanned }) });
    };
    const accept = (drawn: DrawResult) => {
      for (const [i, id] of drawn.tokens.entries()) guards[i % B]!.accept(id);
      written.push(drawn.tokens);
      token = drawn.tokens.slice(-B);
      state = drawn.state;
      at += drawn.tokens.length / B;
    };

    const wanted = Math.min(longest, request.length - at);
    const drawn = await draw(wanted);
    const standing = allowedDraws(drawn.tokens, guards);
    if (standing === wanted) {
      accept(drawn);
      longest *= 2;
      continue;
    }
    if (standing > 0) accept(await draw(standing));
    const refused = drawn.tokens
      .slice(standing * B, (standing + 1) * B)
      .map((id, b) => (guards[b]!.allows(id) ? -1 : id));
    for (const [b, id] of refused.entries()) if (id >= 0) guards[b]!.refuse();
    accept(await draw(1, refused));
    // The next one may be as near, and all that is drawn beyond it is drawn in vain.
    longest = Math.max(1, standing);
  }
  return { tokens: concatenate(written), state };
}

/** The request for `length` draws from the `start`-th on. */
function partOf(request: BoundedRequest, start: number, length: number): DrawRequest {
  const perDraw = request.uniforms.length / request.length;
  return { ...request, length, uniforms: request.uniforms.subarray(start * perDraw, (start + length) * perDraw) };
}

/** Of draws [N, B], how many come before the first in which a guard does not allow its character. */
function allowedDraws(tokens: Int32Array, guards: readonly RepeatGuard[]): number {
  const B = guards.length;
  const ahead = guards.map((guard) => guard.clone());
  for (const [i, id] of tokens.entries()) {
    const guard = ahead[i % B]!;
    if (!guard.allows(id)) return Math.floor(i / B);
    guard.accept(id);
  }
  return tokens.length / B;
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
