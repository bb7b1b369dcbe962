import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { UserError } from '../errors';
import { writeFileAtomically } from '../files/atomicWrite';
import type { Corpus, TokenStream } from './corpus';
import { printable } from './documents';
import type { Tokens } from './encode';
import type { CorpusReport } from './report';
import { type Split, splitNames } from './split';
import type { DocumentRange } from './textBuffer';
import { Vocabulary } from './vocabulary';

/*
 * A corpus on disk, so that a training can be continued on the very tokens that it began with:
 *
 *   8 bytes   the magic word
 *   4 bytes   length of the header
 *   header    JSON, padded with spaces so that the tokens begin at a multiple of 8
 *   tokens    train, validation, test, without gaps, of one or two bytes
 *   32 bytes  SHA-256 of all that precedes
 *
 * Numbers and tokens are little-endian, as all machines are that this runs on.
 */
const magic = Buffer.from('UNRTOKEN');
const version = 1;
const prefixLength = magic.length + 4;
const digestLength = 32;
/** Written and read in pieces, so that memory stays bounded and the process responsive. */
const pieceSize = 1 << 24;

interface Header {
  readonly version: number;
  readonly bytesPerToken: 1 | 2;
  readonly vocabulary: unknown;
  readonly splits: Readonly<Record<Split, { readonly length: number; readonly documents: readonly DocumentRange[] }>>;
  readonly report: CorpusReport;
}

/**
 * Writes a corpus to one file, whole or not at all.
 *
 * @throws UserError when the disk is full or the folder can't be written.
 */
export async function writeTokenFile(path: string, corpus: Corpus): Promise<void> {
  await writeFileAtomically(path, piecesOf(corpus));
}

function* piecesOf({ vocabulary, splits, report }: Corpus): Generator<Uint8Array> {
  const header: Header = {
    version,
    bytesPerToken: splits.train.tokens.BYTES_PER_ELEMENT === 1 ? 1 : 2,
    vocabulary,
    splits: {
      train: { length: splits.train.tokens.length, documents: splits.train.documents },
      validation: { length: splits.validation.tokens.length, documents: splits.validation.documents },
      test: { length: splits.test.tokens.length, documents: splits.test.documents },
    },
    report,
  };
  const hash = createHash('sha256');
  for (const bytes of [encodeHeader(header), ...splitNames.map((split) => bytesOf(splits[split].tokens))]) {
    for (let start = 0; start < bytes.length; start += pieceSize) {
      const piece = bytes.subarray(start, start + pieceSize);
      hash.update(piece);
      yield piece;
    }
  }
  yield hash.digest();
}

function encodeHeader(header: Header): Buffer {
  const json = Buffer.from(JSON.stringify(header));
  const padding = -(prefixLength + json.length) & 7;
  const length = Buffer.alloc(4);
  length.writeUInt32LE(json.length + padding);
  return Buffer.concat([magic, length, json, Buffer.alloc(padding, ' ')]);
}

function bytesOf(tokens: Tokens): Uint8Array {
  return new Uint8Array(tokens.buffer, tokens.byteOffset, tokens.byteLength);
}

/**
 * Reads what {@link writeTokenFile} wrote. The checksum is compared before anything else is believed.
 *
 * @throws UserError when there is no such file, it is damaged, or another version wrote it.
 */
export async function readTokenFile(path: string): Promise<Corpus> {
  const file = await openToRead(path);
  try {
    return await readCorpus(file, printable(path));
  } finally {
    await file.close();
  }
}

async function openToRead(path: string): Promise<FileHandle> {
  try {
    return await open(path);
  } catch (error) {
    throw new UserError(`The token file ${printable(path)} can't be read: check that it exists and is yours to read.`, {
      cause: error,
    });
  }
}

async function readCorpus(file: FileHandle, name: string): Promise<Corpus> {
  const { size } = await file.stat();
  const hash = createHash('sha256');
  const prefix = Buffer.alloc(prefixLength);
  await readFully(file, prefix, 0, hash);
  const headerLength = prefix.readUInt32LE(magic.length);
  const tokenBytes = size - prefixLength - headerLength - digestLength;
  if (!prefix.subarray(0, magic.length).equals(magic) || tokenBytes < 0) throw damaged(name);
  const json = Buffer.alloc(headerLength);
  await readFully(file, json, prefixLength, hash);
  const bytes = new Uint8Array(tokenBytes);
  await readFully(file, bytes, prefixLength + headerLength, hash);
  const digest = Buffer.alloc(digestLength);
  await readFully(file, digest, size - digestLength);
  if (!digest.equals(hash.digest())) throw damaged(name);
  return toCorpus(JSON.parse(json.toString()) as Header, bytes, name);
}

/** Fills `target`; what is missing stays as it is, and the checksum will tell. */
async function readFully(file: FileHandle, target: Uint8Array, position: number, hash?: Hash): Promise<void> {
  for (let start = 0; start < target.length; start += pieceSize) {
    const piece = target.subarray(start, start + pieceSize);
    await file.read(piece, 0, piece.length, position + start);
    hash?.update(piece);
  }
}

function toCorpus(header: Header, bytes: Uint8Array, name: string): Corpus {
  if (header.version !== version) {
    throw new UserError(`The token file ${name} is of another version of this program: prepare the corpus again.`);
  }
  const tokens = header.bytesPerToken === 1 ? bytes : new Uint16Array(bytes.buffer, 0, bytes.length >> 1);
  let start = 0;
  const next = (split: Split): TokenStream => {
    const { length, documents } = header.splits[split];
    start += length;
    return { tokens: tokens.subarray(start - length, start), documents };
  };
  const splits = { train: next('train'), validation: next('validation'), test: next('test') };
  return { vocabulary: Vocabulary.fromJSON(header.vocabulary), splits, report: header.report };
}

function damaged(name: string): UserError {
  return new UserError(`The token file ${name} is damaged or none: prepare the corpus again.`);
}
