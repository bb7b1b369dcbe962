import type { ModelConfiguration } from '../lstm/configuration';
import { gateNames } from '../onnx/inspectionGraph';
import type { GateSaturation } from './findings';
import type { ActivationRows } from './rows';

const leftBound = 0.1;
const rightBound = 0.9;

/** Counts over a text, chunk by chunk. */
export class SaturationCounter {
  private characters = 0;
  /** For each layer and gate [H]. */
  private readonly counts: { layer: number; gate: string; left: Uint32Array; right: Uint32Array }[] = [];
  private readonly H: number;

  constructor({ cellType, hiddenSize, numLayers }: ModelConfiguration) {
    this.H = hiddenSize;
    for (let layer = 0; layer < numLayers; layer++) {
      for (const gate of gateNames[cellType]) {
        this.counts.push({ layer, gate, left: new Uint32Array(hiddenSize), right: new Uint32Array(hiddenSize) });
      }
    }
  }

  add({ layers, length }: ActivationRows): void {
    this.characters += length;
    const gatesPerLayer = this.counts.length / layers.length;
    for (const [i, { layer, left, right }] of this.counts.entries()) {
      const { gates } = layers[layer]!;
      const start = (i % gatesPerLayer) * this.H;
      for (let t = 0; t < length; t++) {
        const row = t * gatesPerLayer * this.H + start;
        for (let j = 0; j < this.H; j++) {
          const value = gates[row + j]!;
          if (value < leftBound) left[j]!++;
          else if (value > rightBound) right[j]!++;
        }
      }
    }
  }

  result(): GateSaturation[] {
    const share = (counts: Uint32Array) => Float32Array.from(counts, (count) => count / Math.max(1, this.characters));
    return this.counts.map(({ layer, gate, left, right }) => ({ layer, gate, left: share(left), right: share(right) }));
  }
}
