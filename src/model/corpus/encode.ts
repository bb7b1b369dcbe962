import { setImmediate } from 'node:timers/promises';
import { type DocumentRange, replacementByte, type TextBuffer } from './textBuffer';
import { codePointOf, type Decoded, decodeUtf8, packDecoded, replacementCharacter, widthOf } from './utf8';
import type { Vocabulary } from './vocabulary';

/** Token ids of one or two bytes each, depending on the size of the vocabulary. */
export type Tokens = Uint8Array | Uint16Array;

export interface EncodedText {
  readonly tokens: Tokens;
  /** Where in `tokens` each document lies, in order. */
  readonly documents: readonly DocumentRange[];
}

/** After so many bytes the process turns to whatever else waits for it. */
const slice = 16e6;

/**
 * Turns text into tokens. Tokens of one byte overwrite the text, which is then gone; tokens of two bytes are written
 * beside it.
 */
export async function encodeText(
  text: TextBuffer,
  vocabulary: Vocabulary,
  signal: AbortSignal | undefined,
): Promise<EncodedText> {
  const bytes = text.text;
  const tokens = vocabulary.size <= 256 ? plainView(bytes) : new Uint16Array(countAll(text.characterCounts()));
  const encode = createEncoder(bytes, vocabulary, tokens);
  const documents: DocumentRange[] = [];
  let length = 0;
  let pauseAt = slice;
  for (const { path, start, length: size } of text.documents) {
    const first = length;
    length = encode(start, start + size, first);
    documents.push({ path, start: first, length: length - first });
    if (start < pauseAt) continue;
    pauseAt = start + slice;
    await setImmediate();
    signal?.throwIfAborted();
  }
  return { tokens: tokens.subarray(0, length), documents };
}

function countAll(counts: ReadonlyMap<number, number>): number {
  let sum = 0;
  for (const count of counts.values()) sum += count;
  return sum;
}

/** A Buffer's subarrays would be Buffers. */
function plainView(bytes: Buffer): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** Encodes bytes [start, end) to tokens from index `length` on, and returns the index after the last. */
type Encoder = (start: number, end: number, length: number) => number;

function createEncoder(bytes: Buffer, vocabulary: Vocabulary, tokens: Tokens): Encoder {
  // Most text is ASCII, and looking up two characters at once takes half the time.
  const pairs = new Uint16Array(bytes.buffer, 0, bytes.length >> 1);
  const pairIds = idsOfPairs(vocabulary);
  return (start, end, length) => {
    let at = start;
    while (at < end) {
      const pair = (at & 1) === 0 && at + 1 < end ? pairs[at >> 1]! : notAscii;
      if ((pair & notAscii) === 0) {
        const ids = pairIds[pair]!;
        tokens[length++] = ids & 0xffff;
        tokens[length++] = ids >>> 16;
        at += 2;
        continue;
      }
      const character = readCharacter(bytes, at, end);
      tokens[length++] = vocabulary.idOf(codePointOf(character));
      at += widthOf(character);
    }
    return length;
  };
}

/** One of these bits is set when one of two bytes is not ASCII. */
const notAscii = 0x8080;

/** For each two ASCII characters as a little-endian number: the id of the first and, shifted by 16 bits, the second. */
function idsOfPairs(vocabulary: Vocabulary): Uint32Array {
  const ids = new Uint32Array(0x8000);
  for (let second = 0; second < 128; second++) {
    for (let first = 0; first < 128; first++) {
      ids[first + 256 * second] = vocabulary.idOf(first) + 65536 * vocabulary.idOf(second);
    }
  }
  return ids;
}

function readCharacter(bytes: Buffer, at: number, end: number): Decoded {
  const byte = bytes[at]!;
  if (byte < 0x80) return packDecoded(byte, 1);
  return byte === replacementByte ? packDecoded(replacementCharacter, 1) : decodeUtf8(bytes, at, end);
}
