import { isAscii } from 'node:buffer';
import { documentHead, documentPath, documentTail } from './documents';
import { codePointOf, type Decoded, decodeUtf8, packDecoded, replacementCharacter, widthOf } from './utf8';

/** Where one document lies: in bytes of a {@link TextBuffer}, in tokens once encoded. */
export interface DocumentRange {
  readonly path: string;
  readonly start: number;
  readonly length: number;
}

/** No byte of UTF-8 has this value, so it stands for U+FFFD: then normalised text never outgrows its source. */
export const replacementByte = 0xff;
const carriageReturn = 0x0d;
const lineFeed = 0x0a;

/** 1 for the bytes that go in as they are: ASCII but for the delimiters of documents and the carriage return. */
const isPlain = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte < 0x80 && byte !== carriageReturn && byte !== 2 && byte !== 3 ? 1 : 0,
);

/**
 * Normalised text of many documents on its way to become tokens: UTF-8, except that U+FFFD is the single byte 0xFF.
 * As a character takes at least one byte here and at most as many as in its source, memory reserved for the source is
 * enough for the text, and the memory of the text is enough for its tokens of one byte. The system commits reserved
 * memory only as it is written, so a generous capacity costs nothing.
 */
export class TextBuffer {
  private bytes: Buffer;
  private length = 0;
  private ranges: DocumentRange[] = [];
  /** How often each code point occurs, but for what {@link TextBuffer.pairCounts} counts. */
  private readonly counts = new Uint32Array(0x110000);
  /** How often each two bytes occur, as a little-endian number, in text that was appended as it is. */
  private readonly pairCounts = new Uint32Array(0x10000);

  /** @param capacity bytes of all sources, and {@link TextBuffer.overhead} for each document. */
  constructor(capacity: number) {
    this.bytes = Buffer.from(new ArrayBuffer(capacity));
  }

  /** The bytes that a document takes besides its text. */
  static overhead(path: string): number {
    return Buffer.byteLength(documentHead(path)) + Buffer.byteLength(documentTail);
  }

  /** The text so far: a view, not a copy. */
  get text(): Buffer {
    return this.bytes.subarray(0, this.length);
  }

  get documents(): readonly DocumentRange[] {
    return this.ranges;
  }

  /** How often U+FFFD stands in the text, mostly for what was no UTF-8. */
  get replacements(): number {
    return this.counts[replacementCharacter]!;
  }

  /** How often each code point occurs, zeros left out. */
  characterCounts(): Map<number, number> {
    const counts = this.counts.slice();
    for (const [pair, count] of this.pairCounts.entries()) {
      counts[pair & 0xff]! += count;
      counts[pair >> 8]! += count;
    }
    const found = new Map<number, number>();
    for (let codePoint = 0; codePoint < counts.length; codePoint++) {
      if (counts[codePoint]! > 0) found.set(codePoint, counts[codePoint]!);
    }
    return found;
  }

  /** Adds a whole file with head and tail. */
  addDocument(path: string, source: Uint8Array): void {
    const start = this.length;
    this.appendOwn(documentHead(path));
    this.append(source, true, true);
    this.appendOwn(documentTail);
    this.endDocument(path, start);
  }

  /** Makes a document of all that was appended since byte `start`. */
  endDocument(path: string, start = 0): void {
    this.ranges.push({ path: documentPath(path), start, length: this.length - start });
  }

  /**
   * Appends bytes of a file as `normaliseText` would have them.
   *
   * @param isFirst whether the file begins here: a byte order mark is dropped.
   * @param isLast whether it ends here; if not, a character that is cut is left for the next call.
   * @returns the number of bytes consumed.
   */
  append(source: Uint8Array, isFirst: boolean, isLast: boolean): number {
    if (isPlainText(source)) return this.appendPlain(source);
    const { bytes, counts } = this;
    let length = this.length;
    let at = isFirst && source[0] === 0xef && source[1] === 0xbb && source[2] === 0xbf ? 3 : 0;
    while (at < source.length) {
      const byte = source[at]!;
      if (isPlain[byte] === 1) {
        bytes[length++] = byte;
        counts[byte]!++;
        at++;
        continue;
      }
      const character = readSpecial(source, at, isLast);
      if (character === 0) break;
      const codePoint = codePointOf(character);
      const next = at + widthOf(character);
      counts[codePoint]!++;
      if (codePoint === replacementCharacter) bytes[length++] = replacementByte;
      else if (codePoint === lineFeed) bytes[length++] = lineFeed;
      else while (at < next) bytes[length++] = source[at++]!;
      at = next;
    }
    this.length = length;
    return at;
  }

  /** Copies the text and counts two characters at a time, which is several times as fast as one by one. */
  private appendPlain(source: Uint8Array): number {
    const { pairCounts } = this;
    this.bytes.set(source, this.length);
    this.length += source.length;
    const pairs = new Uint16Array(source.buffer, source.byteOffset, source.length >> 1);
    for (let i = 0; i < pairs.length; i++) pairCounts[pairs[i]!]!++;
    if (source.length % 2 === 1) this.counts[source.at(-1)!]!++;
    return source.length;
  }

  /** Puts the documents into another order, for which it makes a second copy of the text. */
  reorder(documents: readonly DocumentRange[]): void {
    const bytes = Buffer.from(new ArrayBuffer(this.length));
    let start = 0;
    this.ranges = documents.map(({ path, start: oldStart, length }) => {
      this.bytes.copy(bytes, start, oldStart, oldStart + length);
      const range = { path, start, length };
      start += length;
      return range;
    });
    this.bytes = bytes;
  }

  /** Appends text that is normal as it is. */
  private appendOwn(text: string): void {
    for (const character of text) {
      const codePoint = character.codePointAt(0)!;
      this.counts[codePoint]!++;
      if (codePoint === replacementCharacter) this.bytes[this.length++] = replacementByte;
      else this.length += this.bytes.write(character, this.length);
    }
  }
}

/** Whether all of a text goes in as it is; only asked of what can be counted in pairs. */
function isPlainText(source: Uint8Array): boolean {
  const isAligned = source.byteOffset % 2 === 0;
  return isAligned && isAscii(source) && !source.includes(carriageReturn) && !source.includes(2) && !source.includes(3);
}

/** Reads a line end, a delimiter or a character beyond ASCII; 0 when that takes bytes that have yet to come. */
function readSpecial(source: Uint8Array, at: number, isLast: boolean): Decoded {
  const byte = source[at]!;
  if (byte === carriageReturn) {
    if (at + 1 === source.length && !isLast) return 0;
    return packDecoded(lineFeed, source[at + 1] === lineFeed ? 2 : 1);
  }
  if (byte < 0x80) return packDecoded(replacementCharacter, 1);
  const decoded = decodeUtf8(source, at, source.length);
  return decoded === 0 && isLast ? packDecoded(replacementCharacter, source.length - at) : decoded;
}
