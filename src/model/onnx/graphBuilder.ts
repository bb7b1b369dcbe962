import { onnx } from 'onnx-proto';

/** The operator set of every graph that we build, and the file format version that goes with it. */
export const opsetVersion = 18;
const irVersion = 9;

/** The element types that our graphs use, by their names in onnxruntime. */
export type ElementType = 'float32' | 'int32' | 'int64' | 'uint8' | 'int8' | 'bool';

type TypedArray = Float32Array | Int32Array | BigInt64Array | Uint8Array | Int8Array;

const protoTypes: Record<ElementType, number> = {
  float32: onnx.TensorProto.DataType.FLOAT,
  int32: onnx.TensorProto.DataType.INT32,
  int64: onnx.TensorProto.DataType.INT64,
  uint8: onnx.TensorProto.DataType.UINT8,
  int8: onnx.TensorProto.DataType.INT8,
  bool: onnx.TensorProto.DataType.BOOL,
};

/** A value of an ONNX graph, known by its name. */
export type Value = string;

/** A dimension: a size, or the name of a size that is only known at run time. */
export type Dimension = number | string;

/** What a node's attribute may hold; a {@link GraphBuilder} is a subgraph such as the body of a Scan. */
export type Attribute = IntAttribute | FloatAttribute | number[] | string | string[] | GraphBuilder;
export interface IntAttribute {
  readonly int: number;
}
export interface FloatAttribute {
  readonly float: number;
}
export const int = (value: number): IntAttribute => ({ int: value });
export const float = (value: number): FloatAttribute => ({ float: value });

export interface NodeOptions {
  readonly attributes?: Readonly<Record<string, Attribute>>;
  /** The operator's domain: empty for ONNX itself, `com.microsoft` for ONNX Runtime's own. */
  readonly domain?: string;
  /** A name for the (first) output instead of a generated one. */
  readonly output?: Value;
}

/**
 * Builds an ONNX graph one operator at a time: each call appends a node and returns the name of its result, so that
 * a graph reads like the formula that it computes. A subgraph sees the values of the graphs around it by name.
 */
export class GraphBuilder {
  private readonly nodes: onnx.INodeProto[] = [];
  private readonly inputs: onnx.IValueInfoProto[] = [];
  private readonly outputs: onnx.IValueInfoProto[] = [];
  private readonly root: GraphBuilder;
  private readonly initializers = new Map<string, onnx.ITensorProto>();
  private readonly constants = new Map<string, Value>();
  private counter = 0;

  constructor(root?: GraphBuilder) {
    this.root = root ?? this;
  }

  /** A body for Scan, Loop or If; it shares initializers and the supply of names with this graph. */
  subgraph(): GraphBuilder {
    return new GraphBuilder(this.root);
  }

  /** A name that no other value of the model has. */
  uniqueName(hint: string): Value {
    this.root.counter++;
    return `${hint}_${this.root.counter}`;
  }

  input(name: Value, type: ElementType, shape: readonly Dimension[]): Value {
    this.inputs.push(valueInfo(name, type, shape));
    return name;
  }

  output(name: Value, type: ElementType, shape: readonly Dimension[]): void {
    this.outputs.push(valueInfo(name, type, shape));
  }

  /** Appends a node with one result. */
  node(operator: string, inputs: readonly Value[], options: NodeOptions = {}): Value {
    return this.append(operator, inputs, 1, options)[0]!;
  }

  /** Appends a node with `count` results. */
  nodeMany(operator: string, inputs: readonly Value[], count: number, options: NodeOptions = {}): Value[] {
    return this.append(operator, inputs, count, options);
  }

  /** A tensor stored in the model under a name of its own: weights. */
  initializer(name: Value, data: TypedArray, shape: readonly number[]): Value {
    this.root.initializers.set(name, tensorProto(name, data, shape));
    return name;
  }

  /** A small constant tensor; equal ones are stored once. */
  constant(data: TypedArray, shape: readonly number[] = [data.length]): Value {
    const key = `${data.constructor.name}/${shape.join()}/${data.join()}`;
    const known = this.root.constants.get(key);
    if (known !== undefined) return known;
    const name = this.initializer(this.uniqueName('constant'), data, shape);
    this.root.constants.set(key, name);
    return name;
  }

  /** A float32 scalar. */
  scalar(value: number): Value {
    return this.constant(Float32Array.of(value), []);
  }

  /** A one-dimensional int64 tensor: axes, shapes, bounds. */
  ints(...values: number[]): Value {
    return this.constant(BigInt64Array.from(values, BigInt), [values.length]);
  }

  reshape(value: Value, shape: readonly number[], output?: Value): Value {
    return this.node('Reshape', [value, this.ints(...shape)], output === undefined ? {} : { output });
  }

  /** Splits along `axis` into parts of the given sizes. */
  split(value: Value, sizes: readonly number[], axis: number): Value[] {
    return this.nodeMany('Split', [value, this.ints(...sizes)], sizes.length, { attributes: { axis: int(axis) } });
  }

  transpose(value: Value, permutation: readonly number[]): Value {
    return this.node('Transpose', [value], { attributes: { perm: [...permutation] } });
  }

  /** The finished model as the bytes of a .onnx file. `metadata` becomes its metadata_props. */
  toModel(metadata: Readonly<Record<string, string>> = {}, producerVersion = ''): Uint8Array {
    const opset = (domain: string, version: number) => ({ domain, version });
    const model = onnx.ModelProto.create({
      irVersion,
      producerName: 'unreasonable',
      producerVersion,
      opsetImport: [opset('', opsetVersion), opset('com.microsoft', 1)],
      graph: this.toGraphProto('char-rnn'),
      metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
    });
    return onnx.ModelProto.encode(model).finish();
  }

  private toGraphProto(name: string): onnx.IGraphProto {
    const { nodes: node, inputs: input, outputs: output } = this;
    return { name, node, input, output, initializer: [...this.initializers.values()] };
  }

  private append(operator: string, inputs: readonly Value[], count: number, options: NodeOptions): Value[] {
    const { attributes = {}, domain = '', output } = options;
    const outputs = Array.from({ length: count }, (_, i) =>
      i === 0 && output !== undefined ? output : this.uniqueName(operator),
    );
    this.nodes.push({
      opType: operator,
      name: this.uniqueName(operator),
      domain,
      input: [...inputs],
      output: outputs,
      attribute: Object.entries(attributes).map(([name, value]) => attributeProto(name, value)),
    });
    return outputs;
  }

  /** The subgraph as the value of a node's attribute. */
  static toAttribute(name: string, body: GraphBuilder): onnx.IAttributeProto {
    return { name, type: onnx.AttributeProto.AttributeType.GRAPH, g: body.toGraphProto(name) };
  }
}

function attributeProto(name: string, value: Attribute): onnx.IAttributeProto {
  const types = onnx.AttributeProto.AttributeType;
  if (value instanceof GraphBuilder) return GraphBuilder.toAttribute(name, value);
  if (typeof value === 'string') return { name, type: types.STRING, s: Buffer.from(value) };
  if (Array.isArray(value)) {
    if (typeof value[0] === 'string') {
      return { name, type: types.STRINGS, strings: (value as string[]).map((text) => Buffer.from(text)) };
    }
    return { name, type: types.INTS, ints: value as number[] };
  }
  return 'int' in value ? { name, type: types.INT, i: value.int } : { name, type: types.FLOAT, f: value.float };
}

function valueInfo(name: string, type: ElementType, shape: readonly Dimension[]): onnx.IValueInfoProto {
  const dim = shape.map((size) => (typeof size === 'number' ? { dimValue: size } : { dimParam: size }));
  return { name, type: { tensorType: { elemType: protoTypes[type], shape: { dim } } } };
}

function tensorProto(name: string, data: TypedArray, shape: readonly number[]): onnx.ITensorProto {
  // Little-endian bytes are what the format wants, and what every platform that we run on has.
  const rawData = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return { name, dims: [...shape], dataType: protoTypes[elementTypeOf(data)], rawData };
}

function elementTypeOf(data: TypedArray): ElementType {
  if (data instanceof Float32Array) return 'float32';
  if (data instanceof Int32Array) return 'int32';
  if (data instanceof BigInt64Array) return 'int64';
  return data instanceof Uint8Array ? 'uint8' : 'int8';
}
