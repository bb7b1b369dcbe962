import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onnx } from 'onnx-proto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UserError } from '../../../src/model/errors';
import { cellTypes } from '../../../src/model/lstm/configuration';
import { type Model, readModelFile, writeModelFile } from '../../../src/model/onnx/modelFile';
import { asOrdinaryUser } from '../../ordinaryUser';
import { testModel } from '../sampling/testModel';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'unreasonable-model-'));
  path = join(folder, 'model.onnx');
});

afterEach(() => rmSync(folder, { recursive: true }));

const point = { step: 10, characters: 25_000, seconds: 1.5, loss: 2.25 };
const history = {
  settings: { learningRate: 0.002, optimizer: 'adam', resumed: false, source: null },
  backend: 'onnx',
  device: 'CPU, 2 threads',
  step: 20,
  characters: 50_000,
  seconds: 3,
  validation: [point],
  best: point,
};

describe.each(cellTypes)('a model file of the %s', (cellType) => {
  it.each([1, 3])('gives back what was written: %i layers', async (numLayers) => {
    const model: Model = { ...testModel({ cellType, numLayers }), history };
    await writeModelFile(path, model);

    const read = await readModelFile(path);

    expect(read.configuration).toEqual(model.configuration);
    expect(read.vocabulary.characters).toEqual(model.vocabulary.characters);
    expect(read.weights).toEqual(model.weights);
    expect(read.history).toEqual(history);
    expect(readdirSync(folder)).toEqual(['model.onnx']);
  });

  it('is far smaller in 8 bits, with its matrices off by half a step at most', async () => {
    const model = testModel({ cellType, hiddenSize: 96 });
    await writeModelFile(path, model);
    const plainSize = statSync(path).size;
    await writeModelFile(path, model, { quantize: 'int8' });

    const read = await readModelFile(path);

    expect(plainSize / statSync(path).size).toBeGreaterThan(3);
    for (const [name, { data, shape }] of model.weights) {
      const rounded = read.weights.get(name)!.data;
      if (shape.length === 1) expect(rounded).toEqual(data);
      else expectHalfStep(data, rounded, shape[1]!);
    }
  });
});

/** Checks each column of matrices with N columns: a step is the column's largest magnitude over 127. */
function expectHalfStep(exact: Float32Array, rounded: Float32Array, N: number): void {
  let sum = 0;
  for (let n = 0; n < N; n++) {
    const column = exact.filter((_, i) => i % N === n);
    const step = column.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0) / 127;
    for (const [k, value] of column.entries()) {
      const error = Math.abs(value - rounded[k * N + n]!);
      expect(error).toBeLessThanOrEqual(step * 0.5001);
      sum += error;
    }
  }
  expect(sum).toBeGreaterThan(0);
}

it('finds the file in a folder, and writes it there', async () => {
  await writeModelFile(folder, testModel());

  expect(readdirSync(folder)).toEqual(['model.onnx']);
  expect((await readModelFile(folder)).weights).toEqual(testModel().weights);
});

it('keeps the earlier file when writing fails', async () => {
  await writeModelFile(path, testModel());
  const before = readFileSync(path);

  await expect(writeModelFile(join(path, 'below.onnx'), testModel())).rejects.toThrow(UserError);

  expect(readFileSync(path)).toEqual(before);
  expect(readdirSync(folder)).toEqual(['model.onnx']);
});

/** Writes a model, changes the file's protobuf message, and returns what reading it throws. */
async function errorAfter(change: (proto: onnx.ModelProto) => void): Promise<unknown> {
  await writeModelFile(path, testModel());
  const proto = onnx.ModelProto.decode(readFileSync(path));
  change(proto);
  writeFileSync(path, onnx.ModelProto.encode(proto).finish());
  return readModelFile(path).then(
    () => 'no error',
    (error: unknown) => error,
  );
}

function setMetadata(proto: onnx.ModelProto, key: string, value: string | undefined): void {
  proto.metadataProps = proto.metadataProps.filter((entry) => entry.key !== `unreasonable.${key}`);
  if (value !== undefined) proto.metadataProps.push({ key: `unreasonable.${key}`, value });
}

function tensor(proto: onnx.ModelProto, name: string): onnx.ITensorProto {
  return proto.graph!.initializer!.find((candidate) => candidate.name === name)!;
}

const damages: [string, RegExp, (proto: onnx.ModelProto) => void][] = [
  ['no metadata', /not one that Unreasonable wrote/, (proto) => proto.metadataProps.splice(0)],
  ['a newer format', /newer version/, (proto) => setMetadata(proto, 'formatVersion', '2')],
  ['a format that is no number', /newer version/, (proto) => setMetadata(proto, 'formatVersion', 'x')],
  ['no graph', /cut short/, (proto) => delete (proto as onnx.IModelProto).graph],
  ['no vocabulary', /unreasonable.vocabulary is missing/, (proto) => setMetadata(proto, 'vocabulary', undefined)],
  ['half a vocabulary', /vocabulary is not readable/, (proto) => setMetadata(proto, 'vocabulary', '["a",')],
  ['a wrong vocabulary', /vocabulary makes no sense/, (proto) => setMetadata(proto, 'vocabulary', '["a","b"]')],
  [
    'another vocabulary',
    /4 characters where its configuration says 33/,
    (proto) => setMetadata(proto, 'vocabulary', JSON.stringify(['\uFFFD', '\u0002', '\u0003', 'a'])),
  ],
  ['a list for a configuration', /configuration makes no sense/, (proto) => setMetadata(proto, 'configuration', '[]')],
  [
    'an unknown cell',
    /configuration makes no sense/,
    (proto) => {
      const configuration = { ...testModel().configuration, cellType: 'transformer' };
      setMetadata(proto, 'configuration', JSON.stringify(configuration));
    },
  ],
  [
    'another size',
    /layer0.inputWeights is missing or of another shape/,
    (proto) => {
      const configuration = { ...testModel().configuration, hiddenSize: 13 };
      setMetadata(proto, 'configuration', JSON.stringify(configuration));
    },
  ],
  ['a history of another kind', /history makes no sense/, (proto) => setMetadata(proto, 'history', '{"step":"1"}')],
  [
    'a missing weight',
    /layer1.bias is missing/,
    (proto) => {
      tensor(proto, 'layer1.bias').name = 'bias of layer 1';
    },
  ],
  [
    'too little data',
    /output.weights is missing or of another shape/,
    (proto) => {
      const weights = tensor(proto, 'output.weights');
      weights.rawData = weights.rawData!.slice(4);
    },
  ],
  [
    'another element type',
    /output.bias is missing or of another shape/,
    (proto) => {
      tensor(proto, 'output.bias').dataType = onnx.TensorProto.DataType.INT32;
    },
  ],
  [
    'a weight that is not a number',
    /output.bias holds values that are not numbers/,
    (proto) => {
      const bias = tensor(proto, 'output.bias');
      bias.rawData = Uint8Array.from(bias.rawData!);
      bias.rawData.set([0, 0, 0xc0, 0x7f], 8);
    },
  ],
];

it.each(damages)('refuses a file with %s in one sentence', async (_, message, change) => {
  const error = await errorAfter(change);

  expect(error).toBeInstanceOf(UserError);
  expect((error as UserError).message).toMatch(message);
  expect((error as UserError).message).toContain(path);
});

it('refuses a file that is cut short anywhere', async () => {
  await writeModelFile(path, testModel());
  const bytes = readFileSync(path);
  for (let part = 0; part < 50; part++) {
    writeFileSync(path, bytes.subarray(0, Math.floor((bytes.length * part) / 50)));
    await expect(readModelFile(path), `${part} fiftieths`).rejects.toThrow(UserError);
  }
});

it('refuses what is not an ONNX file', async () => {
  writeFileSync(path, 'int main(void)\n{\n\treturn 0;\n}\n');
  await expect(readModelFile(path)).rejects.toThrow(/damaged \(it is cut short or is not an ONNX file\)/);
});

it('says that there is no model where there is none', async () => {
  await expect(readModelFile(folder)).rejects.toThrow(/^There is no model at .*: give a model file, or a folder/);
  await expect(readModelFile(join(folder, 'none', 'model.onnx'))).rejects.toThrow(UserError);
});

it('says when a file may not be read', async (context) => {
  await writeModelFile(path, testModel());
  chmodSync(path, 0);
  await expect(asOrdinaryUser(context, folder, () => readModelFile(path))).rejects.toThrow(/permission/);
});
