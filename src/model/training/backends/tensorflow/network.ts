import { effectiveKeepProbability, fillDropoutMask } from '../../../lstm/dropoutMask';
import type { BackendSettings, Batch } from '../../backend';
import type { Handle } from './binding';
import type { Constants } from './constants';
import {
  backwardLayer,
  forwardLayer,
  type LayerPass,
  type LayerState,
  type LayerWeights,
  stateAfter,
} from './lstmLayer';
import type { Operators } from './operators';

/** All weights of a model, or the gradients of them. */
export interface NetworkWeights {
  readonly layers: readonly LayerWeights[];
  /** [H, V] */
  readonly outputWeights: Handle;
  /** [V] */
  readonly outputBias: Handle;
}

/** What the forward pass leaves behind. */
interface Pass {
  readonly layers: readonly LayerPass[];
  /** For each layer [T·B, H], of 0 and 1 / keepProbability; undefined without dropout. */
  readonly masks: readonly (Handle | undefined)[];
  /** [T·B, H]: what the output layer sees. */
  readonly top: Handle;
  /** [T·B, V] */
  readonly logits: Handle;
}

/** The whole network over the T steps of a batch, forward and backward. Tensors belong to the scope of the caller. */
export class Network {
  private readonly keepProbability: number;

  constructor(
    private readonly run: Operators,
    private readonly constants: Constants,
    private readonly settings: BackendSettings,
  ) {
    this.keepProbability = settings.dropout > 0 ? effectiveKeepProbability(settings.dropout) : 1;
  }

  /**
   * @param states of the layers, from the step before; a stream with `carry` 0 starts from zero instead.
   * @param step the number of steps before this one, which decides about the dropout masks.
   * @returns the mean loss, the gradient of it by every weight, and the states of the layers after the last step.
   */
  train(
    weights: NetworkWeights,
    batch: Batch,
    states: readonly LayerState[],
    step: number,
  ): { loss: Handle; gradients: NetworkWeights; states: LayerState[] } {
    const { run, settings } = this;
    const pass = this.forward(weights, batch, states, this.dropoutMasks(step));
    const N = settings.batchSize * settings.sequenceLength;
    const { losses, gradient } = run.crossEntropy(pass.logits, run.integers([N], batch.targets));
    const share = run.scalar(1 / N);
    return {
      loss: run.multiply(run.sum(losses, this.constants.firstAxis), share),
      gradients: this.backward(weights, pass, run.multiply(gradient, share)),
      states: this.statesAfter(pass),
    };
  }

  /** The sum of the losses, without dropout; targets past the vocabulary are left out. */
  evaluate(
    weights: NetworkWeights,
    batch: Batch,
    states: readonly LayerState[],
  ): { loss: Handle; states: LayerState[] } {
    const { run, settings } = this;
    const { vocabularySize: V } = settings.model;
    const pass = this.forward(weights, batch, states, []);
    const shape = [batch.targets.length];
    const targets = run.integers(
      shape,
      batch.targets.map((target) => (target < V ? target : 0)),
    );
    const counted = run.floats(
      shape,
      Float32Array.from(batch.targets, (target) => (target < V ? 1 : 0)),
    );
    const { losses } = run.crossEntropy(pass.logits, targets);
    return {
      loss: run.sum(run.multiply(losses, counted), this.constants.firstAxis),
      states: this.statesAfter(pass),
    };
  }

  private forward(
    weights: NetworkWeights,
    { inputs, carry }: Batch,
    states: readonly LayerState[],
    masks: readonly Handle[],
  ): Pass {
    const { run, constants } = this;
    const { vocabularySize, one, zero, characterSteps, hiddenSteps, hiddenRows } = constants;
    const carried = run.floats([carry.length, 1], carry);
    let x = run.oneHot(run.integers([inputs.length], inputs), vocabularySize, one, zero);
    const layers = weights.layers.map((layer, index) => {
      const before = { h: run.multiply(states[index]!.h, carried), c: run.multiply(states[index]!.c, carried) };
      const pass = forwardLayer(run, constants, layer, x, index === 0 ? characterSteps : hiddenSteps, before);
      x = this.masked(run.reshape(pass.h, hiddenRows), masks[index]);
      return pass;
    });
    const logits = run.addBias(run.matrixProduct(x, weights.outputWeights), weights.outputBias);
    return { layers, masks, top: x, logits };
  }

  /** @param dLogits [T·B, V] */
  private backward(weights: NetworkWeights, { layers, masks, top }: Pass, dLogits: Handle): NetworkWeights {
    const { run, constants, settings } = this;
    const gradients: LayerWeights[] = new Array(layers.length);
    let dx = run.matrixProduct(dLogits, weights.outputWeights, { transposeB: true });
    for (let index = layers.length - 1; index >= 0; index--) {
      const dHidden = run.reshape(this.masked(dx, masks[index]), constants.hiddenSteps);
      const options = { T: settings.sequenceLength, wantsInput: index > 0 };
      const { input, ...ofWeights } = backwardLayer(
        ...([run, constants, weights.layers[index]!, layers[index]!, dHidden, options] as const),
      );
      gradients[index] = ofWeights;
      if (input !== null) dx = input;
    }
    return {
      layers: gradients,
      outputWeights: run.matrixProduct(top, dLogits, { transposeA: true }),
      outputBias: run.biasGradient(dLogits),
    };
  }

  private statesAfter({ layers }: Pass): LayerState[] {
    return layers.map((layer) => stateAfter(this.run, layer, this.settings.sequenceLength));
  }

  private masked(x: Handle, mask: Handle | undefined): Handle {
    return mask === undefined ? x : this.run.multiply(x, mask);
  }

  /** The masks that every backend draws for this step, one a layer; none without dropout. */
  private dropoutMasks(step: number): Handle[] {
    const { run, keepProbability } = this;
    const { batchSize: B, sequenceLength: T, seed, dropout, model } = this.settings;
    if (dropout === 0) return [];
    const { hiddenSize: H, numLayers } = model;
    const factor = run.scalar(1 / keepProbability);
    const ofStream = new Uint8Array(T * H);
    return Array.from({ length: numLayers }, (_, layer) => {
      const mask = new Uint8Array(T * B * H);
      for (let stream = 0; stream < B; stream++) {
        fillDropoutMask(ofStream, { seed, step, layer, stream, keepProbability });
        for (let t = 0; t < T; t++) mask.set(ofStream.subarray(t * H, (t + 1) * H), (t * B + stream) * H);
      }
      return run.multiply(run.fromBytes(run.bytes([T * B, H], mask)), factor);
    });
  }
}
