import { onnx } from 'onnx-proto';
import { gateCount, type ModelConfiguration } from '../lstm/configuration';
import { elementCount, type Weights, weightShapes } from '../lstm/weights';
import { dequantizeColumns, quantizeColumns } from './columnQuantization';
import { type GraphBuilder, int } from './graphBuilder';
import type { WeightedModel } from './recurrentStep';

/**
 * Adds the weights of a model to a graph under the names of `weightShapes`. Those of the output layer are as they are.
 * Those of the layers have the layout of ONNX's recurrent operators, the columns of our matrices as rows
 * and a direction in front:
 *
 * - `layer{l}.inputWeights` is [1, G·H, I], `layer{l}.recurrentWeights` [1, G·H, H], in the same order of the gates;
 * - `layer{l}.bias` is [1, 2·G·H]: the operators have a second bias, which is zero.
 *
 * If `quantized`, each matrix is computed from `<name>.quantized`, int8, and `<name>.scale`, float32: one for each of
 * our columns.
 */
export function storeWeights(graph: GraphBuilder, model: WeightedModel, quantized: boolean): void {
  for (const [name, { data, shape }] of model.weights) {
    const [rows, columns] = shape as [number, number | undefined];
    if (name === 'output.weights' && quantized) {
      storeQuantizedOutput(graph, data, rows, columns!);
    } else if (name.startsWith('output.')) {
      graph.initializer(name, data, shape);
    } else if (columns === undefined) {
      const bothBiases = new Float32Array(2 * rows);
      bothBiases.set(data);
      graph.initializer(name, bothBiases, [1, 2 * rows]);
    } else if (quantized) {
      const { values, scales } = quantizeColumns(data, rows, columns);
      const inputs = [
        graph.initializer(`${name}.quantized`, transpose(values, rows, columns), [1, columns, rows]),
        graph.initializer(`${name}.scale`, scales, [columns]),
      ];
      graph.node('DequantizeLinear', inputs, { attributes: { axis: int(1) }, output: name });
    } else {
      graph.initializer(name, transpose(data, rows, columns), [1, columns, rows]);
    }
  }
}

/**
 * By Cast and Mul, which become a constant when the file is loaded: DequantizeLinear before a product makes ONNX Runtime
 * take another one, which rounds what goes in, too.
 */
function storeQuantizedOutput(graph: GraphBuilder, matrix: Float32Array, H: number, V: number): void {
  const { values, scales } = quantizeColumns(matrix, H, V);
  const integers = graph.initializer('output.weights.quantized', values, [H, V]);
  const floats = graph.node('Cast', [integers], { attributes: { to: int(onnx.TensorProto.DataType.FLOAT) } });
  graph.node('Mul', [floats, graph.initializer('output.weights.scale', scales, [V])], { output: 'output.weights' });
}

/** The initializers of an ONNX file by name. */
export type StoredTensors = ReadonlyMap<string, onnx.ITensorProto>;

/** The weights that {@link storeWeights} stored; or, as text for people, what is wrong with them. */
export function readWeights(tensors: StoredTensors, configuration: ModelConfiguration): Weights | string {
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
  tensors: StoredTensors,
  { cellType, hiddenSize }: ModelConfiguration,
  name: string,
  shape: readonly number[],
): Float32Array | undefined {
  const [rows, columns] = shape as [number, number | undefined];
  const GH = gateCount(cellType) * hiddenSize;
  if (name.startsWith('output.')) {
    const stored = readQuantized(tensors, name, shape, columns ?? 0);
    return stored === undefined ? readFloats(tensors.get(name), shape) : dequantizeColumns(stored);
  }
  if (columns === undefined) return readFloats(tensors.get(name), [1, 2 * GH])?.slice(0, GH);
  const plain = readFloats(tensors.get(name), [1, columns, rows]);
  if (plain !== undefined) return transpose(plain, columns, rows);
  const stored = readQuantized(tensors, name, [1, columns, rows], columns);
  return stored && dequantizeColumns({ ...stored, values: transpose(stored.values, columns, rows) });
}

/** The integers of a matrix as they lie in the file, and the scales of its columns. */
function readQuantized(tensors: StoredTensors, name: string, dims: readonly number[], columns: number) {
  const values = readIntegers(tensors.get(`${name}.quantized`), dims);
  const scales = readFloats(tensors.get(`${name}.scale`), [columns]);
  return values && scales && { values, scales };
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
): Uint8Array<ArrayBuffer> | undefined {
  if (tensor?.dataType !== dataType || (tensor.dims ?? []).map(Number).join() !== dims.join()) return undefined;
  const { rawData } = tensor;
  if (!rawData || rawData.length !== elementCount(dims) * elementSize) return undefined;
  return Uint8Array.from(rawData);
}

/** A row-major [rows, columns] matrix as [columns, rows]. */
function transpose<T extends Float32Array | Int8Array>(matrix: T, rows: number, columns: number): T {
  const result = matrix.slice() as T;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      result[column * rows + row] = matrix[row * columns + column]!;
    }
  }
  return result;
}
