/**
 * What a model is: its cell, its size and the number of characters it knows.
 *
 * A character-level recurrent network in the sense of Karpathy, "The Unreasonable Effectiveness of Recurrent Neural
 * Networks" (2015): `numLayers` recurrent layers of `hiddenSize` units, read out by one linear layer and a softmax
 * over `vocabularySize` characters.
 */
export interface ModelConfiguration {
  readonly cellType: CellType;
  /** V: the number of characters, the three reserved ones included. */
  readonly vocabularySize: number;
  /** H: units per layer. */
  readonly hiddenSize: number;
  /** L: stacked recurrent layers. */
  readonly numLayers: number;
}

/** The three recurrences of char-rnn: long short-term memory, gated recurrent unit, vanilla recurrent network. */
export type CellType = 'lstm' | 'gru' | 'rnn';

export const cellTypes: readonly CellType[] = ['lstm', 'gru', 'rnn'];

/**
 * Blocks of H columns in the weights of a cell, in ONNX order: LSTM input, output, forget, cell (i, o, f, g);
 * GRU update, reset, hidden (z, r, n); RNN one.
 */
export function gateCount(cellType: CellType): number {
  return { lstm: 4, gru: 3, rnn: 1 }[cellType];
}

/** The state tensors that a layer carries from step to step, each [B, H]: the LSTM has h and c, the others h. */
export function stateNames(cellType: CellType): readonly ('h' | 'c')[] {
  return cellType === 'lstm' ? ['h', 'c'] : ['h'];
}
