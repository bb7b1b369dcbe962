import { type FileHandle, open } from 'node:fs/promises';
import { UserError } from '../errors';
import { writeFileAtomically } from './atomicWrite';
import { explainFileError } from './explainFileError';
import {
  DamagedFile,
  encodeHeader,
  parseHeader,
  type Safetensors,
  type StoredTensor,
  type TensorEntry,
} from './safetensorsFormat';

/** Bytes read or written at a time; system calls take no more than 2 GiB. */
const chunkLength = 64 * 1024 * 1024;

/** The limit that the format sets; ours are a few kilobytes. */
const headerLimit = 100_000_000;

/**
 * Writes a file whole or not at all. The length of an array that doesn't fit its shape is a RangeError.
 *
 * @throws UserError when the disk is full or the folder can't be written.
 */
export async function writeSafetensors(path: string, contents: Safetensors): Promise<void> {
  const { header, order } = encodeHeader(contents);
  await writeFileAtomically(path, fileChunks(header, order));
}

function* fileChunks(header: Uint8Array, order: readonly StoredTensor[]): Generator<Uint8Array> {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  yield length;
  yield header;
  for (const { data } of order) {
    const bytes = bytesOf(data);
    for (let start = 0; start < bytes.length; start += chunkLength) yield bytes.subarray(start, start + chunkLength);
  }
}

/**
 * Reads what {@link writeSafetensors} or another program wrote.
 *
 * @throws UserError when the file isn't there, is cut short, or has anything in it that doesn't fit the rest.
 */
export async function readSafetensors(path: string): Promise<Safetensors> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, 'r');
    return await readOpen(file);
  } catch (error) {
    if (!(error instanceof DamagedFile)) throw explainFileError(error, `${path} was not read`);
    const advice = 'use an earlier copy of it or make it anew';
    throw new UserError(`${path} is cut short or damaged (${error.message}): ${advice}.`, { cause: error });
  } finally {
    await file?.close();
  }
}

async function readOpen(file: FileHandle): Promise<Safetensors> {
  const { size } = await file.stat();
  if (size < 8) throw new DamagedFile('it has no header');
  const lengthBytes = Buffer.alloc(8);
  await readFully(file, lengthBytes, 0);
  const headerLength = Number(lengthBytes.readBigUInt64LE());
  if (headerLength > size - 8) throw new DamagedFile('it ends within its header');
  if (headerLength > headerLimit) throw new DamagedFile('its header is too long');
  const header = new Uint8Array(headerLength);
  await readFully(file, header, 8);

  const dataStart = 8 + headerLength;
  const { entries, metadata } = parseHeader(header, size - dataStart);
  const tensors = new Map<string, StoredTensor>();
  for (const [name, entry] of entries) tensors.set(name, await readTensor(file, entry, dataStart));
  return { tensors, metadata };
}

async function readTensor(file: FileHandle, entry: TensorEntry, dataStart: number): Promise<StoredTensor> {
  const data = new entry.arrayType(entry.elements);
  await readFully(file, bytesOf(data), dataStart + entry.start);
  return { shape: entry.shape, data };
}

async function readFully(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  let read = 0;
  while (read < bytes.length) {
    const length = Math.min(chunkLength, bytes.length - read);
    const { bytesRead } = await file.read(bytes, read, length, position + read);
    if (bytesRead === 0) throw new DamagedFile('it became shorter while it was read');
    read += bytesRead;
  }
}

function bytesOf(data: StoredTensor['data']): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
