import type { ModelConfiguration } from '../lstm/configuration';
import type { ActivationRows } from './rows';

/** Activations are stored as whole numbers from −127 to 127, which is finer than the eye and any threshold needs. */
export const activationScale = 127;

/** Bytes that the activations of one reading may take: at 2 × 512 cells, 131,072 characters. */
const mostBytes = 2 ** 27;

/** Characters of which a model's cells can all be kept. */
export function mostInspectedCharacters({ numLayers, hiddenSize }: ModelConfiguration): number {
  return Math.floor(mostBytes / (numLayers * hiddenSize));
}

/** What every cell of a model did at each of N characters: a row of N bytes for each, cell after cell. */
export class CellStore {
  private constructor(
    /** Cells of all layers together; cell j of layer l has the index l·H + j. */
    readonly cells: number,
    /** N */
    readonly length: number,
    private readonly values: Int8Array,
  ) {}

  /** @param length N */
  static create({ numLayers, hiddenSize }: ModelConfiguration, length: number): CellStore {
    const cells = numLayers * hiddenSize;
    return new CellStore(cells, length, new Int8Array(cells * length));
  }

  /** @param values [cells, length] */
  static of(cells: number, length: number, values: Int8Array): CellStore {
    return new CellStore(cells, length, values);
  }

  /** Takes rows in. Their first character has the place `start`. */
  put(start: number, { layers, length }: Pick<ActivationRows, 'layers' | 'length'>): void {
    const { values, length: N } = this;
    for (const [layer, { cells }] of layers.entries()) {
      const H = cells.length / length;
      for (let j = 0; j < H; j++) {
        const row = (layer * H + j) * N + start;
        for (let t = 0; t < length; t++) values[row + t] = Math.round(cells[t * H + j]! * activationScale);
      }
    }
  }

  /** Of one cell [N], or of a part of the text: a view, not a copy. */
  row(cell: number, from = 0, to = this.length): Int8Array {
    return this.values.subarray(cell * this.length + from, cell * this.length + to);
  }

  /** Of all cells at the characters from `from` to `to`: [cells, to − from]. */
  window(from: number, to: number): Int8Array {
    const width = to - from;
    const window = new Int8Array(this.cells * width);
    for (let cell = 0; cell < this.cells; cell++) window.set(this.row(cell, from, to), cell * width);
    return window;
  }
}
