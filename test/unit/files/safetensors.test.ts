import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/model/errors';
import { readSafetensors, writeSafetensors } from '../../../src/model/files/safetensors';
import type { Safetensors, StoredTensor } from '../../../src/model/files/safetensorsFormat';
import { Random } from '../../../src/model/random';
import { useTemporaryFolder } from './temporaryFolder';

const inFolder = useTemporaryFolder();

const contents: Safetensors = {
  tensors: new Map<string, StoredTensor>([
    ['bytes', { shape: [3], data: Uint8Array.of(1, 2, 255) }],
    ['layer0.bias', { shape: [2, 2], data: Float32Array.of(1, -2.5, 3e-9, Number.NaN) }],
    ['inputs', { shape: [1, 2], data: Int32Array.of(-5, 7) }],
    ['scalar', { shape: [], data: Float32Array.of(9) }],
    ['empty', { shape: [0, 4], data: new Float32Array(0) }],
    ['__proto__', { shape: [1], data: Float32Array.of(-1) }],
  ]),
  metadata: { step: '17', note: '"é☃"\n' },
};

/** A file made by hand from a header and the bytes after it. */
function fileOf(header: unknown, dataLength = 0): Buffer {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, Buffer.alloc(dataLength)]);
}

async function readBytes(bytes: Uint8Array): Promise<Safetensors> {
  const path = inFolder('made.safetensors');
  writeFileSync(path, bytes);
  return await readSafetensors(path);
}

describe('a file that was written', () => {
  it('reads back the same, in the same order', async () => {
    const path = inFolder('file.safetensors');
    await writeSafetensors(path, contents);
    const read = await readSafetensors(path);
    expect(read).toEqual(contents);
    expect([...read.tensors.keys()]).toEqual([...contents.tensors.keys()]);
    expect(readdirSync(dirname(path))).toEqual(['file.safetensors']);
  });

  it('has the bytes that the format says', async () => {
    const path = inFolder('file.safetensors');
    const small = new Map<string, StoredTensor>([
      ['b', { shape: [1], data: Uint8Array.of(7) }],
      ['w', { shape: [1, 2], data: Float32Array.of(1, -2) }],
    ]);
    await writeSafetensors(path, { tensors: small, metadata: { k: 'v' } });
    const header =
      '{"__metadata__":{"k":"v"},' +
      '"b":{"dtype":"U8","shape":[1],"data_offsets":[8,9]},' +
      '"w":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}}';
    const padded = header.padEnd(Math.ceil(header.length / 8) * 8);
    const file = readFileSync(path);
    expect([...file.subarray(0, 8)]).toEqual([padded.length, 0, 0, 0, 0, 0, 0, 0]);
    expect(file.subarray(8, 8 + padded.length).toString()).toBe(padded);
    // 1 is 0x3f800000 and −2 is 0xc0000000 in IEEE 754; the wide elements come first.
    expect([...file.subarray(8 + padded.length)]).toEqual([0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0, 7]);
  });

  it('may hold a view of a larger buffer, and one array under two names', async () => {
    const view = { shape: [2], data: new Float32Array([1, 2, 3, 4]).subarray(1, 3) };
    const path = inFolder('file.safetensors');
    await writeSafetensors(path, {
      tensors: new Map([
        ['a', view],
        ['b', view],
      ]),
      metadata: {},
    });
    const { tensors, metadata } = await readSafetensors(path);
    expect([...tensors.values()].map(({ data }) => [...data])).toEqual([
      [2, 3],
      [2, 3],
    ]);
    expect(metadata).toEqual({});
  });

  it('may be empty', async () => {
    const path = inFolder('file.safetensors');
    await writeSafetensors(path, { tensors: new Map(), metadata: {} });
    expect(await readSafetensors(path)).toEqual({ tensors: new Map(), metadata: {} });
  });

  it('is not written when a shape is wrong or a name is reserved', async () => {
    const path = inFolder('file.safetensors');
    for (const [name, shape] of [
      ['w', [3]],
      ['__metadata__', [2]],
    ] as const) {
      const tensors = new Map([[name, { shape, data: new Float32Array(2) }]]);
      await expect(writeSafetensors(path, { tensors, metadata: {} })).rejects.toThrow(RangeError);
    }
    expect(readdirSync(dirname(path))).toEqual([]);
  });
});

describe('a damaged file', () => {
  it('cut at any byte is refused in one sentence', async () => {
    const path = inFolder('whole.safetensors');
    await writeSafetensors(path, contents);
    const whole = readFileSync(path);
    for (let length = 0; length < whole.length; length++) {
      const read = readBytes(whole.subarray(0, length));
      await expect(read, `${length} bytes`).rejects.toThrow(UserError);
      await expect(read).rejects.toThrow(/made\.safetensors is cut short or damaged \(.+\): use an earlier copy .*\.$/);
    }
  });

  it('with bytes changed in its header is refused or read, but never crashes', async () => {
    const path = inFolder('whole.safetensors');
    await writeSafetensors(path, contents);
    const whole = readFileSync(path);
    const headerEnd = 8 + Number(whole.readBigUInt64LE());
    const random = Random.fromSeed(1);
    let refused = 0;
    for (let trial = 0; trial < 400; trial++) {
      const bytes = Buffer.from(whole);
      for (let i = 0; i <= trial % 3; i++) bytes[Math.floor(random.next() * headerEnd)] = random.nextUint32() & 255;
      await readBytes(bytes).catch((error: unknown) => {
        expect(error).toBeInstanceOf(UserError);
        refused++;
      });
    }
    // The rest changed a letter of a name or of the metadata, which nothing can tell.
    expect(refused).toBeGreaterThan(200);
  });

  const entry = { dtype: 'F32', shape: [2], data_offsets: [0, 8] };
  it.each<[string, unknown, number, RegExp]>([
    ['is longer than its arrays', { a: entry }, 9, /1 bytes too many/],
    ['is shorter than its arrays', { a: entry }, 7, /1 bytes are missing/],
    ['has overlapping arrays', { a: entry, b: { ...entry, data_offsets: [4, 12] } }, 12, /overlap or leave gaps/],
    ['has the same bytes twice', { a: entry, b: entry }, 8, /overlap or leave gaps/],
    ['has a gap', { a: entry, b: { ...entry, data_offsets: [12, 20] } }, 20, /overlap or leave gaps/],
    ['has a gap at the beginning', { a: { ...entry, data_offsets: [4, 12] } }, 12, /overlap or leave gaps/],
    ['has a shape of another length', { a: { ...entry, shape: [3] } }, 8, /another length than its shape/],
    ['has an enormous shape', { a: { ...entry, shape: [2 ** 50, 2 ** 50, 8] } }, 8, /another length than its shape/],
    ['has a shape past all bounds', { a: { ...entry, shape: [...Array(30).fill(2 ** 52), 0] } }, 8, /another length/],
    ['has a negative size', { a: { ...entry, shape: [-2] } }, 8, /no proper shape/],
    ['has a fractional size', { a: { ...entry, shape: [0.5, 4] } }, 8, /no proper shape/],
    ['has no shape', { a: { dtype: 'F32', data_offsets: [0, 8] } }, 8, /no proper shape/],
    ['has offsets backwards', { a: { ...entry, data_offsets: [8, 0] } }, 8, /another length than its shape/],
    ['has negative offsets', { a: { ...entry, data_offsets: [-8, 0] } }, 8, /no proper offsets/],
    ['has three offsets', { a: { ...entry, data_offsets: [0, 8, 8] } }, 8, /no proper offsets/],
    ['has an unknown type', { a: { ...entry, dtype: 'F8' } }, 8, /"a" is of an unknown type/],
    ['has a type that objects inherit', { a: { ...entry, dtype: 'toString' } }, 8, /unknown type/],
    ['has an entry that is no object', { a: null }, 0, /not described/],
    ['has metadata that are no strings', { __metadata__: { step: 3 } }, 0, /metadata are not strings/],
    ['has metadata that are a list', { __metadata__: ['x'] }, 0, /metadata are not strings/],
    ['has a list for a header', [], 0, /not a JSON object/],
    ['has broken JSON', '{"a":', 0, /not JSON/],
    ['has brackets without end', '['.repeat(100_000), 0, /not JSON/],
  ])('that %s is refused', async (_, header, dataLength, reason) => {
    const read = readBytes(fileOf(header, dataLength));
    await expect(read).rejects.toThrow(reason);
    await expect(read).rejects.toThrow(UserError);
  });

  it('with broken UTF-8 in its header is refused', async () => {
    const bytes = fileOf({ name: 'x' });
    bytes[12] = 0xff;
    await expect(readBytes(bytes)).rejects.toThrow(/not JSON/);
  });

  it('with an enormous header length is refused without reading it', async () => {
    await expect(readBytes(Buffer.alloc(64, 0xff))).rejects.toThrow(/ends within its header/);
  });
});

it('a file that is not there, or is a folder, is refused in one sentence', async () => {
  await expect(readSafetensors(inFolder('none'))).rejects.toThrow(/none was not read because there is no such file/);
  await expect(readSafetensors(inFolder(''))).rejects.toThrow(/was not read because it is a folder, not a file/);
});
