// The safetensors format (https://huggingface.co/docs/safetensors):
//
//     8 bytes   the length of the header, little-endian
//     header    JSON: {"__metadata__": {…}, "name": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}, …}
//     data      the arrays, one after the other, little-endian like all platforms that we run on

/** A dense row-major array of a file. */
export interface StoredTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array | Uint8Array;
}

/** The contents of a file: named arrays and a few strings. */
export interface Safetensors {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** What is wrong with the contents of a file, in a few words. */
export class DamagedFile extends Error {
  override readonly name = 'DamagedFile';
}

/** Element types by their names in the format; those that we write. */
const arrayTypes = { F32: Float32Array, I32: Int32Array, U8: Uint8Array } as const;
type ElementType = keyof typeof arrayTypes;

const metadataKey = '__metadata__';

/** Where an array lies in the data of a file. */
export interface TensorEntry {
  readonly shape: readonly number[];
  readonly arrayType: (typeof arrayTypes)[ElementType];
  readonly elements: number;
  /** The byte range [start, end) in the data. */
  readonly start: number;
  readonly end: number;
}

/**
 * The header of a file, padded with spaces to a multiple of 8, and the order in which the arrays follow it: wide
 * elements first, so that every one lies at a multiple of its size.
 */
export function encodeHeader({ tensors, metadata }: Safetensors): { header: Uint8Array; order: StoredTensor[] } {
  const width = ({ data }: StoredTensor) => data.BYTES_PER_ELEMENT;
  const order = [...tensors].sort(([, a], [, b]) => width(b) - width(a));
  const starts = new Map<string, number>();
  let end = 0;
  for (const [name, { data }] of order) {
    starts.set(name, end);
    end += data.byteLength;
  }
  const entries: [string, unknown][] = Object.keys(metadata).length > 0 ? [[metadataKey, metadata]] : [];
  for (const [name, tensor] of tensors) entries.push([name, describe(name, tensor, starts.get(name)!)]);
  const json = Buffer.from(JSON.stringify(Object.fromEntries(entries)));
  const header = Buffer.alloc(Math.ceil(json.length / 8) * 8, ' ');
  json.copy(header);
  return { header, order: order.map(([, tensor]) => tensor) };
}

function describe(name: string, { shape, data }: StoredTensor, start: number) {
  const elements = countElements(shape);
  if (name === metadataKey || elements !== data.length) {
    throw new RangeError(`the array "${name}" of ${data.length} elements can't be stored with shape [${shape}]`);
  }
  const dtype = Object.entries(arrayTypes).find(([, type]) => data instanceof type)![0];
  return { dtype, shape, data_offsets: [start, start + data.byteLength] };
}

/**
 * Reads the header of a file and checks that its arrays fill the data, `dataLength` bytes, without gap or overlap.
 *
 * @throws DamagedFile when anything in it is not as it must be.
 */
export function parseHeader(
  header: Uint8Array,
  dataLength: number,
): { entries: Map<string, TensorEntry>; metadata: Record<string, string> } {
  const { [metadataKey]: metadata = {}, ...rest } = parseObject(header);
  if (!isRecord(metadata) || !Object.values(metadata).every((value) => typeof value === 'string')) {
    throw new DamagedFile('its metadata are not strings');
  }
  const entries = new Map<string, TensorEntry>();
  for (const [name, description] of Object.entries(rest)) entries.set(name, parseEntry(name, description));
  checkLayout([...entries.values()], dataLength);
  return { entries, metadata: metadata as Record<string, string> };
}

function parseObject(header: Uint8Array): Record<string, unknown> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(header));
  } catch {
    throw new DamagedFile('its header is not JSON');
  }
  if (!isRecord(parsed)) throw new DamagedFile('its header is not a JSON object');
  return parsed;
}

function parseEntry(name: string, description: unknown): TensorEntry {
  const damaged = (problem: string) => new DamagedFile(`its array ${JSON.stringify(name.slice(0, 40))} ${problem}`);
  if (!isRecord(description)) throw damaged('is not described');
  const { dtype, shape, data_offsets: offsets } = description;
  if (typeof dtype !== 'string' || !Object.hasOwn(arrayTypes, dtype)) throw damaged('is of an unknown type');
  if (!isCounts(shape)) throw damaged('has no proper shape');
  if (!isCounts(offsets) || offsets.length !== 2) throw damaged('has no proper offsets');
  const arrayType = arrayTypes[dtype as ElementType];
  const elements = countElements(shape);
  const [start, end] = offsets as [number, number];
  if (end - start !== elements * arrayType.BYTES_PER_ELEMENT) throw damaged('has another length than its shape');
  return { shape, arrayType, elements, start, end };
}

function checkLayout(entries: TensorEntry[], dataLength: number): void {
  let position = 0;
  for (const { start, end } of entries.sort((a, b) => a.start - b.start || a.end - b.end)) {
    if (start !== position) throw new DamagedFile('its arrays overlap or leave gaps');
    position = end;
  }
  if (position > dataLength) throw new DamagedFile(`${position - dataLength} bytes are missing at its end`);
  if (position < dataLength) throw new DamagedFile(`there are ${dataLength - position} bytes too many at its end`);
}

function countElements(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((count) => Number.isSafeInteger(count) && count >= 0);
}
