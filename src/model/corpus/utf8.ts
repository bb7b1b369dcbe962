/** Stands where a text has no valid character, and for characters that a model doesn't know. */
export const replacementCharacter = 0xfffd;

/** A code point and the bytes that it takes, in one number so that decoding allocates nothing. */
export type Decoded = number;
export const packDecoded = (codePoint: number, width: number): Decoded => codePoint * 8 + width;
export const codePointOf = (decoded: Decoded): number => decoded >> 3;
export const widthOf = (decoded: Decoded): number => decoded & 7;

/**
 * Decodes one character of UTF-8 that is not ASCII. What is no UTF-8 becomes U+FFFD as the WHATWG's Encoding Standard
 * has it: one for each maximal part of a valid sequence, one for each byte that can't begin any.
 *
 * @param bytes [at] is 0x80 or more.
 * @returns code point and width packed, or 0 when the sequence is valid so far but goes on after `end`.
 */
export function decodeUtf8(bytes: Uint8Array, at: number, end: number): Decoded {
  const lead = bytes[at]!;
  if (lead < 0xc2 || lead > 0xf4) return packDecoded(replacementCharacter, 1);
  const width = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  let codePoint = lead & (0xff >> (width + 1));
  for (let i = 1; i < width; i++) {
    if (at + i >= end) return 0;
    const byte = bytes[at + i]!;
    if (i === 1 ? !canFollow(lead, byte) : (byte & 0xc0) !== 0x80) return packDecoded(replacementCharacter, i);
    codePoint = (codePoint << 6) | (byte & 0x3f);
  }
  return packDecoded(codePoint, width);
}

/** The second byte has a narrower range where the character would be overlong, a surrogate or past U+10FFFF. */
function canFollow(lead: number, byte: number): boolean {
  const low = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const high = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  return byte >= low && byte <= high;
}
