import {
  addOuterProduct,
  addProduct,
  addVector,
  type Matrix,
  type Numbers,
  productWithTranspose,
  type Vector,
} from '../linearAlgebra';

/** The weights of one layer, or the gradients of them; see `weightShapes` for names and shapes. G gates, I inputs. */
export interface LayerWeights {
  /** W [I, G·H] */
  readonly inputWeights: Matrix;
  /** R [H, G·H] */
  readonly recurrentWeights: Matrix;
  /** b [G·H] */
  readonly bias: Numbers;
}

/** What one layer carries from step to step for one stream, or the gradient of the loss with respect to it. */
export interface CellState {
  /** [H]: the hidden state, which is also what the layer hands up. */
  readonly h: Vector;
  /** [H]: the memory of an LSTM; of length 0 in the other cells. */
  readonly c: Vector;
}

/** One layer at one time step of one stream, remembering what its backward pass needs. */
export interface CellStep {
  readonly state: CellState;
  /**
   * Backpropagates through this step.
   *
   * @param dState the gradient of the loss with respect to `state`: what the layer above and the next step give back.
   * @param gradients the gradients of the weights, to which those of this step are added.
   * @returns the gradients with respect to the input x [I] and to the previous state.
   */
  backward(dState: CellState, gradients: LayerWeights): { dx: Vector; dPrevious: CellState };
}

/** A recurrence: from the input x [I] and the previous state to the next state. */
export type Cell = (weights: LayerWeights, x: Vector, previous: CellState) => CellStep;

/** a = x·W + h·R + b, the sum that all gates start from: [G·H], one block of H for each gate. */
export function preactivation(weights: LayerWeights, x: Vector, h: Vector): Vector {
  const a = Float64Array.from(weights.bias);
  addProduct(a, x, weights.inputWeights);
  addProduct(a, h, weights.recurrentWeights);
  return a;
}

/** The backward pass of {@link preactivation}: adds to the gradients of W, R and b; returns those of x and h. */
export function preactivationBackward(
  weights: LayerWeights,
  gradients: LayerWeights,
  x: Vector,
  h: Vector,
  da: Vector,
): { dx: Vector; dh: Vector } {
  addOuterProduct(gradients.inputWeights, x, da);
  addOuterProduct(gradients.recurrentWeights, h, da);
  addVector(gradients.bias, da);
  return { dx: productWithTranspose(da, weights.inputWeights), dh: productWithTranspose(da, weights.recurrentWeights) };
}

/** The logistic function, 1 / (1 + e^-x). Its derivative is s·(1 − s). */
export function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
