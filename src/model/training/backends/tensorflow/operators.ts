import type { Attribute, Binding, Handle } from './binding';

/** A failure inside TensorFlow, with its own words: memory that is too small, a driver that gave up. */
export class TensorFlowError extends Error {
  override readonly name = 'TensorFlowError';
}

/**
 * The operators of TensorFlow that training needs, by their names in its documentation ("raw ops"), each run at once.
 *
 * TensorFlow frees nothing by itself, so tensors live in scopes: what an operator makes is deleted when the scope that
 * it was called in ends, unless it is among what that scope hands on.
 */
export class Operators {
  private open: Handle[] | null = null;

  constructor(readonly binding: Binding) {}

  /**
   * Runs `work` in a scope of its own.
   *
   * @param kept picks the tensors of the result that go on living: in the scope around, or for the caller to `delete`.
   */
  scope<Result>(work: () => Result, kept: (result: Result) => readonly Handle[] = () => []): Result {
    const outer = this.open;
    const own: Handle[] = [];
    let survivors: ReadonlySet<Handle> = new Set();
    this.open = own;
    try {
      const result = work();
      survivors = new Set(kept(result));
      return result;
    } finally {
      this.open = outer;
      for (const tensor of own) {
        if (survivors.has(tensor)) outer?.push(tensor);
        else this.binding.deleteTensor(tensor);
      }
    }
  }

  delete(tensors: readonly Handle[]): void {
    for (const tensor of tensors) this.binding.deleteTensor(tensor);
  }

  // ---- Between JavaScript and TensorFlow ----

  floats(shape: readonly number[], data: Float32Array): Handle {
    return this.made(this.binding.createTensor(shape, this.binding.TF_FLOAT, data));
  }

  integers(shape: readonly number[], data: Int32Array): Handle {
    return this.made(this.binding.createTensor(shape, this.binding.TF_INT32, data));
  }

  bytes(shape: readonly number[], data: Uint8Array): Handle {
    return this.made(this.binding.createTensor(shape, this.binding.TF_UINT8, data));
  }

  scalar(value: number): Handle {
    return this.floats([], Float32Array.of(value));
  }

  /** A 64-bit integer, which two of 32 bits make, the lower one first. */
  longScalar(value: number): Handle {
    return this.made(this.binding.createTensor([], this.binding.TF_INT64, Int32Array.of(value, 0)));
  }

  /** Waits for the tensor and copies it. */
  read(tensor: Handle): Float32Array {
    return this.guarded(() => this.binding.tensorDataSync(tensor) as Float32Array);
  }

  // ---- Arithmetic ----

  add(a: Handle, b: Handle): Handle {
    return this.one('AddV2', [this.type()], [a, b]);
  }

  multiply(a: Handle, b: Handle): Handle {
    return this.one('Mul', [this.type()], [a, b]);
  }

  divide(a: Handle, b: Handle): Handle {
    return this.one('RealDiv', [this.type()], [a, b]);
  }

  maximum(a: Handle, b: Handle): Handle {
    return this.one('Maximum', [this.type()], [a, b]);
  }

  squareRoot(x: Handle): Handle {
    return this.one('Sqrt', [this.type()], [x]);
  }

  clip(x: Handle, low: Handle, high: Handle): Handle {
    return this.one('ClipByValue', [this.type()], [x, low, high]);
  }

  /** The sum of all squares, halved. */
  halfSquares(x: Handle): Handle {
    return this.one('L2Loss', [this.type()], [x]);
  }

  sumOf(tensors: readonly Handle[]): Handle {
    return this.one('AddN', [this.type(), this.integer('N', tensors.length)], tensors);
  }

  /** Sums over the axes that the int32 tensor `axes` names. */
  sum(x: Handle, axes: Handle): Handle {
    return this.one('Sum', [this.type(), this.indexType('Tidx'), this.flag('keep_dims', false)], [x, axes]);
  }

  /** The product of two matrices, either of which may be taken transposed. */
  matrixProduct(a: Handle, b: Handle, { transposeA = false, transposeB = false } = {}): Handle {
    const attributes = [this.type(), this.flag('transpose_a', transposeA), this.flag('transpose_b', transposeB)];
    return this.one('MatMul', attributes, [a, b]);
  }

  /** Adds a vector to each row. */
  addBias(x: Handle, bias: Handle): Handle {
    return this.one('BiasAdd', [this.type()], [x, bias]);
  }

  /** The sum of all rows: the gradient of {@link addBias}. */
  biasGradient(gradient: Handle): Handle {
    return this.one('BiasAddGrad', [this.type()], [gradient]);
  }

  // ---- Shapes ----

  reshape(x: Handle, shape: Handle): Handle {
    return this.one('Reshape', [this.type(), this.indexType('Tshape')], [x, shape]);
  }

  transpose(matrix: Handle, order: Handle): Handle {
    return this.one('Transpose', [this.type(), this.indexType('Tperm')], [matrix, order]);
  }

  /** [N, …] to N tensors, which share its memory where their size lets them. */
  unstack(x: Handle, count: number): Handle[] {
    const attributes = [this.type(), this.integer('num', count), this.integer('axis', 0)];
    return this.run('Unpack', attributes, [x], count);
  }

  /** Tensors after each other along an axis: an int32 scalar. */
  concatenate(tensors: readonly Handle[], axis: Handle): Handle {
    if (tensors.length === 1) return this.one('Identity', [this.type()], tensors);
    const attributes = [this.type(), this.integer('N', tensors.length), this.indexType('Tidx')];
    return this.one('ConcatV2', attributes, [...tensors, axis]);
  }

  /** Zeros and ones to floats. */
  fromBytes(x: Handle): Handle {
    const { TF_UINT8, TF_FLOAT } = this.binding;
    return this.one('Cast', [this.type('SrcT', TF_UINT8), this.type('DstT', TF_FLOAT)], [x]);
  }

  /** [N] to [N, depth]. */
  oneHot(indices: Handle, depth: Handle, on: Handle, off: Handle): Handle {
    return this.one('OneHot', [this.type(), this.indexType('TI'), this.integer('axis', -1)], [indices, depth, on, off]);
  }

  // ---- The network ----

  /** Softmax cross-entropies [N] of logits [N, V] and targets [N], and the gradient of their sum by the logits. */
  crossEntropy(logits: Handle, targets: Handle): { losses: Handle; gradient: Handle } {
    const attributes = [this.type(), this.indexType('Tlabels')];
    const [losses, gradient] = this.run('SparseSoftmaxCrossEntropyWithLogits', attributes, [logits, targets], 2);
    return { losses: losses!, gradient: gradient! };
  }

  /** A layer over all time steps; inputs and outputs as TensorFlow documents them for `BlockLSTM`. */
  blockLstm(inputs: readonly Handle[]): Handle[] {
    const attributes = [
      this.type(),
      this.float('forget_bias', 0),
      this.float('cell_clip', -1),
      this.flag('use_peephole', false),
    ];
    return this.run('BlockLSTM', attributes, inputs, 7);
  }

  /** One time step backwards, up to the products with matrices: the gradients by the memory and by the gates. */
  lstmCellGradient(inputs: readonly Handle[]): { memory: Handle; gates: Handle } {
    const outputs = this.run('LSTMBlockCellGrad', [this.type(), this.flag('use_peephole', false)], inputs, 5);
    return { memory: outputs[0]!, gates: outputs[1]! };
  }

  // ---- Variables: tensors that change in place ----

  /** @param name is of this variable alone. */
  variable(name: string, shape: readonly number[]): Handle {
    const { TF_ATTR_SHAPE, TF_ATTR_STRING } = this.binding;
    return this.one(
      'VarHandleOp',
      [
        this.type('dtype'),
        { name: 'shape', type: TF_ATTR_SHAPE, value: shape },
        { name: 'shared_name', type: TF_ATTR_STRING, value: name },
      ],
      [],
    );
  }

  assign(variable: Handle, value: Handle): void {
    this.run('AssignVariableOp', [this.type('dtype')], [variable, value], 0);
  }

  valueOf(variable: Handle): Handle {
    return this.one('ReadVariableOp', [this.type('dtype')], [variable]);
  }

  /** Gives the memory of a variable back; its handle is still to be deleted. */
  destroy(variable: Handle): void {
    this.run('DestroyResourceOp', [this.flag('ignore_lookup_error', true)], [variable], 0);
  }

  /** Takes `value` off the variable. */
  subtract(variable: Handle, value: Handle): void {
    this.run('AssignSubVariableOp', [this.type('dtype')], [variable, value], 0);
  }

  /** Adam in one pass; inputs as TensorFlow documents them for `ResourceApplyAdam`. */
  applyAdam(inputs: readonly Handle[]): void {
    this.run('ResourceApplyAdam', [this.type(), this.flag('use_locking', false)], inputs, 0);
  }

  // ---- Running ----

  private run(operator: string, attributes: readonly Attribute[], inputs: readonly Handle[], outputs: number) {
    const results = this.guarded(() => this.binding.executeOp(operator, attributes, inputs, outputs));
    return results.map(({ id }) => this.made(id));
  }

  private one(operator: string, attributes: readonly Attribute[], inputs: readonly Handle[]): Handle {
    return this.run(operator, attributes, inputs, 1)[0]!;
  }

  private guarded<Result>(work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      throw new TensorFlowError(error instanceof Error ? error.message : String(error), { cause: error });
    }
  }

  private made(tensor: Handle): Handle {
    this.open?.push(tensor);
    return tensor;
  }

  private type(name = 'T', value = this.binding.TF_FLOAT): Attribute {
    return { name, type: this.binding.TF_ATTR_TYPE, value };
  }

  private indexType(name: string): Attribute {
    return this.type(name, this.binding.TF_INT32);
  }

  private integer(name: string, value: number): Attribute {
    return { name, type: this.binding.TF_ATTR_INT, value };
  }

  private float(name: string, value: number): Attribute {
    return { name, type: this.binding.TF_ATTR_FLOAT, value };
  }

  private flag(name: string, value: boolean): Attribute {
    return { name, type: this.binding.TF_ATTR_BOOL, value };
  }
}
