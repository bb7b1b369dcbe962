import type { InspectedText } from './inspectedText';
import type { SimilarPlace } from './selection';
import type { PlaceReport } from './wire';

/** Characters shown on each side of a place. */
const contextLength = 24;

/** @param longest characters that are shown of the place itself. */
export function reportPlace(
  { path, characters }: Pick<InspectedText, 'path' | 'characters'>,
  { start, end, share }: Pick<SimilarPlace, 'start' | 'end' | 'share'>,
  longest = Number.POSITIVE_INFINITY,
): PlaceReport {
  const slice = (from: number, to: number) => characters.slice(Math.max(0, from), to).join('');
  return {
    ...{ path, start, end, share },
    line: characters.slice(0, start).filter((character) => character === '\n').length,
    before: slice(start - contextLength, start),
    inside: end - start > longest ? `${slice(start, start + longest)}…` : slice(start, end),
    after: slice(end, end + contextLength),
  };
}
