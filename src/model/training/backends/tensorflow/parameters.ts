import { type Weights, weightShapes } from '../../../lstm/weights';
import type { BackendSettings } from '../../backend';
import { accumulators } from '../../optimizer';
import type { Handle } from './binding';
import { swapGates } from './gateOrder';
import type { NetworkWeights } from './network';
import type { Operators } from './operators';

/** One learned array with what the optimizer keeps for it, as variables. */
interface Parameter {
  readonly name: string;
  readonly shape: readonly number[];
  readonly value: Handle;
  /** By accumulator: `mean` and `meanSquare`, or `meanSquare` alone. */
  readonly moments: ReadonlyMap<string, Handle>;
}

/** Tells the variables of different models in one process apart. */
let modelsMade = 0;

/** All weights and moments of a model, in TensorFlow's memory, and how gradients change them. */
export class Parameters {
  private readonly parameters: readonly Parameter[];

  constructor(
    private readonly run: Operators,
    private readonly settings: BackendSettings,
  ) {
    const model = modelsMade++;
    const variable = (name: string, shape: readonly number[]) => run.variable(`unreasonable${model}/${name}`, shape);
    this.parameters = [...weightShapes(settings.model)].map(([name, shape]) => ({
      name,
      shape,
      value: variable(name, shape),
      moments: new Map(
        accumulators(settings.optimizer).map((moment) => [moment, variable(`${moment}/${name}`, shape)]),
      ),
    }));
  }

  /** Sets all of them. */
  load(weights: Weights, moments: Weights): void {
    const { run } = this;
    run.scope(() => {
      for (const { name, shape, value, moments: variables } of this.parameters) {
        const assign = (variable: Handle, data: Float32Array) => run.assign(variable, run.floats(shape, data));
        assign(value, toTensorFlow(name, weights));
        for (const [moment, variable] of variables) assign(variable, toTensorFlow(`${moment}/${name}`, moments));
      }
    });
  }

  read(): { weights: Weights; moments: Weights } {
    const weights: Weights = new Map();
    const moments: Weights = new Map();
    for (const { name, shape, value } of this.parameters) weights.set(name, this.readOne(name, shape, value));
    for (const moment of accumulators(this.settings.optimizer)) {
      for (const { name, shape, moments: variables } of this.parameters) {
        const path = `${moment}/${name}`;
        moments.set(path, this.readOne(path, shape, variables.get(moment)!));
      }
    }
    return { weights, moments };
  }

  /** The values as tensors of the scope around. They must be gone before {@link update}, which would copy them else. */
  values(): NetworkWeights {
    const values = this.parameters.map(({ value }) => this.run.valueOf(value));
    const layers = Array.from({ length: this.settings.model.numLayers }, (_, layer) => {
      const [inputWeights, recurrentWeights, bias] = values.slice(3 * layer, 3 * layer + 3);
      return { inputWeights: inputWeights!, recurrentWeights: recurrentWeights!, bias: bias! };
    });
    const [outputWeights, outputBias] = values.slice(-2);
    return { layers, outputWeights: outputWeights!, outputBias: outputBias! };
  }

  /**
   * One update, of all weights in place: see `updateWeights`, which says what it computes.
   *
   * @param gradients after clipping, in the order of {@link gradientsOf}.
   * @param step counted from 1.
   */
  update(gradients: readonly Handle[], learningRate: number, step: number): void {
    const { run, settings } = this;
    const { beta1, beta2, epsilon } = settings;
    run.scope(() => {
      if (settings.optimizer === 'rmsprop') return this.rmsprop(gradients, learningRate);
      // Both corrections of the bias are in the rate and in epsilon, so that they are computed in double; the operator
      // is told of powers of beta that are 0.
      const correction = Math.sqrt(1 - beta2 ** step);
      const scalars = [(learningRate * correction) / (1 - beta1 ** step), beta1, beta2, epsilon * correction];
      const inputs = [0, 0, ...scalars].map((value) => run.scalar(value));
      for (const [index, { value, moments }] of this.parameters.entries()) {
        run.applyAdam([value, ...moments.values(), ...inputs, gradients[index]!]);
      }
    });
  }

  /** TensorFlow's own operator adds epsilon under the root, which makes another thing of the smallest gradients. */
  private rmsprop(gradients: readonly Handle[], learningRate: number): void {
    const { run, settings } = this;
    const [rate, keep, take, epsilon] = [learningRate, settings.beta2, 1 - settings.beta2, settings.epsilon].map(
      (value) => run.scalar(value),
    ) as [Handle, Handle, Handle, Handle];
    for (const [index, { value, moments }] of this.parameters.entries()) {
      run.scope(() => {
        const [meanSquare] = moments.values();
        const g = gradients[index]!;
        const v = run.add(run.multiply(run.valueOf(meanSquare!), keep), run.multiply(run.multiply(g, g), take));
        run.assign(meanSquare!, v);
        run.subtract(value, run.multiply(run.divide(g, run.add(run.squareRoot(v), epsilon)), rate));
      });
    }
  }

  /** Gives all memory back. */
  destroy(): void {
    for (const { value, moments } of this.parameters) {
      for (const variable of [value, ...moments.values()]) {
        this.run.destroy(variable);
        this.run.delete([variable]);
      }
    }
  }

  private readOne(name: string, shape: readonly number[], variable: Handle) {
    const data = this.run.scope(() => this.run.read(this.run.valueOf(variable)));
    return { shape, data: isGated(name) ? swapGates({ shape, data }) : data };
  }
}

/** The gradients of a network in the order of `weightShapes`. */
export function gradientsOf({ layers, outputWeights, outputBias }: NetworkWeights): Handle[] {
  const ofLayers = layers.flatMap(({ inputWeights, recurrentWeights, bias }) => [inputWeights, recurrentWeights, bias]);
  return [...ofLayers, outputWeights, outputBias];
}

function toTensorFlow(name: string, tensors: Weights): Float32Array {
  const tensor = tensors.get(name)!;
  // TensorFlow may go on using the memory that it is given.
  return isGated(name) ? swapGates(tensor) : Float32Array.from(tensor.data);
}

/** Whether the last axis of a weight, or of its moments, is one of gates. */
function isGated(name: string): boolean {
  return name.includes('layer');
}
