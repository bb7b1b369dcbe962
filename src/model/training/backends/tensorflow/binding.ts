/**
 * TensorFlow's eager C API, as the native addon of `@tensorflow/tfjs-node` and `@tensorflow/tfjs-node-gpu` hands it out
 * (`binding/tfjs_binding.cc` there). The JavaScript of those packages is not used: it would load a second library of
 * kernels, calls functions that Node has removed, and puts itself between us and the operators that are fast.
 */
export interface Binding {
  /** Such as "2.9.1". */
  readonly TF_Version: string;
  readonly TF_FLOAT: number;
  readonly TF_INT32: number;
  readonly TF_INT64: number;
  readonly TF_UINT8: number;
  readonly TF_ATTR_TYPE: number;
  readonly TF_ATTR_INT: number;
  readonly TF_ATTR_FLOAT: number;
  readonly TF_ATTR_BOOL: number;
  readonly TF_ATTR_SHAPE: number;
  readonly TF_ATTR_STRING: number;

  /** A tensor that may share the memory of `data`: it must not change as long as the tensor is used. */
  createTensor(shape: readonly number[], type: number, data: Float32Array | Int32Array | Uint8Array): Handle;
  deleteTensor(tensor: Handle): void;
  /** A copy of the elements. */
  tensorDataSync(tensor: Handle): Float32Array | Int32Array | Uint8Array;
  executeOp(
    operator: string,
    attributes: readonly Attribute[],
    inputs: readonly Handle[],
    outputs: number,
  ): { readonly id: Handle }[];
  /** False also where the library was built for CUDA and has not found it, which it doesn't tell otherwise. */
  isUsingGpuDevice(): boolean;
  getNumOfTensors(): number;
}

/** A tensor in TensorFlow's memory: a number that nobody but the addon understands. It lives until it is deleted. */
export type Handle = number & { readonly kind: unique symbol };

/** A named parameter of an operator that is no tensor; `type` is one of the binding's `TF_ATTR_` constants. */
export interface Attribute {
  readonly name: string;
  readonly type: number;
  readonly value: number | boolean | string | readonly number[];
}
