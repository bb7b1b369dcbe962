import { onnx } from 'onnx-proto';
import { gateCount, type ModelConfiguration } from '../lstm/configuration';
import { elementCount, type Tensor, type Weights, weightShapes } from '../lstm/weights';
import { dequantizeColumns } from './columnQuantization';
import { transpose } from './transpose';

/** The parts of an ONNX file that hold a model of ours. */
export interface StoredModel {
  readonly metadata: ReadonlyMap<string, string>;
  readonly tensors: ReadonlyMap<string, onnx.ITensorProto>;
}

/** The parts of an ONNX file; undefined if the bytes are not one. */
export function parseOnnx(bytes: Uint8Array): StoredModel | undefined {
  let model: onnx.ModelProto;
  try {
    model = onnx.ModelProto.decode(bytes);
  } catch {
    return undefined;
  }
  if (model.graph === null || model.graph === undefined) return undefined;
  return {
    metadata: new Map(model.metadataProps.map(({ key, value }) => [key ?? '', value ?? ''])),
    tensors: new Map((model.graph.initializer ?? []).map((tensor) => [tensor.name ?? '', tensor])),
  };
}

/** The weights that `buildForwardGraph` stored; or, as text for people, what is wrong with them. */
export function readWeights(
  tensors: ReadonlyMap<string, onnx.ITensorProto>,
  configuration: ModelConfiguration,
): Weights | string {
  const weights: Weights = new Map();
  for (const [name, shape] of weightShapes(configuration)) {
    const data = readWeight(tensors, configuration, name, shape);
    if (data === undefined) return `${name} is missing or of another shape than its configuration says`;
    if (!data.every(Number.isFinite)) return `${name} holds values that are not numbers`;
    weights.set(name, { shape, data });
  }
  return weights;
}

function readWeight(
  tensors: ReadonlyMap<string, onnx.ITensorProto>,
  configuration: ModelConfiguration,
  name: string,
  shape: readonly number[],
): Tensor['data'] | undefined {
  if (shape.length === 1) return readBias(tensors.get(name), configuration, name, shape[0]!);
  const [rows, columns] = shape as [number, number];
  const isOutput = name === 'output.weights';
  const dims = isOutput ? [rows, columns] : [1, columns, rows];
  const plain = readFloats(tensors.get(name), dims);
  if (plain !== undefined) return isOutput ? plain : transpose(plain, columns, rows);
  const integers = readIntegers(tensors.get(`${name}.quantized`), dims);
  const scales = readFloats(tensors.get(`${name}.scale`), [columns]);
  if (integers === undefined || scales === undefined) return undefined;
  const values = isOutput ? integers : transpose(integers, columns, rows);
  return dequantizeColumns({ values, scales });
}

/** ONNX's operators have a second bias, which is zero. */
function readBias(
  tensor: onnx.ITensorProto | undefined,
  { cellType, hiddenSize }: ModelConfiguration,
  name: string,
  length: number,
): Float32Array | undefined {
  if (name === 'output.bias') return readFloats(tensor, [length]);
  return readFloats(tensor, [1, 2 * gateCount(cellType) * hiddenSize])?.slice(0, length);
}

function readFloats(tensor: onnx.ITensorProto | undefined, dims: readonly number[]): Float32Array | undefined {
  const bytes = readRaw(tensor, onnx.TensorProto.DataType.FLOAT, dims, 4);
  return bytes && new Float32Array(bytes.buffer);
}

function readIntegers(tensor: onnx.ITensorProto | undefined, dims: readonly number[]): Int8Array | undefined {
  const bytes = readRaw(tensor, onnx.TensorProto.DataType.INT8, dims, 1);
  return bytes && new Int8Array(bytes.buffer);
}

/** A copy of the bytes of a tensor, aligned for any element type; undefined if it isn't of this type and shape. */
function readRaw(
  tensor: onnx.ITensorProto | undefined,
  dataType: number,
  dims: readonly number[],
  elementSize: number,
): Uint8Array | undefined {
  if (tensor?.dataType !== dataType || (tensor.dims ?? []).map(Number).join() !== dims.join()) return undefined;
  const { rawData } = tensor;
  if (!rawData || rawData.length !== elementCount(dims) * elementSize) return undefined;
  return Uint8Array.from(rawData);
}
