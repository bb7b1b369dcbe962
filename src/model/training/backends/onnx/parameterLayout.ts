import type { ModelConfiguration } from '../../../lstm/configuration';
import { elementCount, type Tensor, type Weights, weightShapes } from '../../../lstm/weights';

/** Where one weight lies in an array that holds them all. */
export interface Slot {
  readonly name: string;
  readonly shape: readonly number[];
  readonly offset: number;
  readonly length: number;
}

/** All weights of a model one after the other in one flat array of P numbers, in the order of `weightShapes`. */
export class ParameterLayout {
  readonly slots: readonly Slot[];
  /** P: the number of parameters. */
  readonly size: number;

  constructor(model: ModelConfiguration) {
    let offset = 0;
    this.slots = [...weightShapes(model)].map(([name, shape]) => {
      const slot = { name, shape, offset, length: elementCount(shape) };
      offset += slot.length;
      return slot;
    });
    this.size = offset;
  }

  /** The part of a flat array [P] that holds one weight: a view, not a copy. */
  view(flat: Float32Array, slot: Slot): Float32Array {
    return flat.subarray(slot.offset, slot.offset + slot.length);
  }

  /** Copies named tensors into a flat array. */
  pack(weights: Weights, flat: Float32Array, prefix = ''): void {
    for (const slot of this.slots) this.view(flat, slot).set(weights.get(prefix + slot.name)!.data);
  }

  /** Copies a flat array into named tensors that the caller owns. */
  unpack(flat: Float32Array, prefix = ''): [string, Tensor][] {
    return this.slots.map((slot) => {
      return [prefix + slot.name, { shape: slot.shape, data: Float32Array.from(this.view(flat, slot)) }];
    });
  }
}
