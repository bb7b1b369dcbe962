import { Vocabulary } from '../../../src/model/corpus/vocabulary';
import type { Model } from '../../../src/model/onnx/modelFile';
import { randomCase } from '../lstm/randomCase';

/** The cell that is on inside quotes, and the one that counts the characters of a line. */
export const quoteCell = 5;
export const lineCell = 2;

const H = 8;
/** A preactivation at which a sigmoid is 0 or 1 and a tanh −1 or 1. */
const sure = 30;

/**
 * An LSTM with random weights but for two cells, which are made by hand. One starts at −1 and changes its sign at each
 * quotation mark: there it forgets (f = 0) and takes in the opposite of what it showed, everywhere else it keeps what
 * it has. The other grows by a little with each character and forgets at the end of the line.
 */
export function quoteModel(): Model {
  const characters = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i));
  const vocabulary = new Vocabulary(['\uFFFD', '\u0002', '\u0003', '\t', '\n', ...characters]);
  const V = vocabulary.size;
  const settings = { cellType: 'lstm', hiddenSize: H, numLayers: 1, vocabularySize: V, seed: 5 } as const;
  const { configuration, weights } = randomCase({ ...settings, batchSize: 1, sequenceLength: 1 });
  const input = weights.get('layer0.inputWeights')!.data;
  const recurrent = weights.get('layer0.recurrentWeights')!.data;
  const bias = weights.get('layer0.bias')!.data;
  const column = (gate: 'i' | 'o' | 'f' | 'g', cell: number) => 'iofg'.indexOf(gate) * H + cell;
  for (const cell of [quoteCell, lineCell]) {
    for (const gate of 'iofg') {
      const at = column(gate as 'i', cell);
      for (let row = 0; row < V; row++) input[row * 4 * H + at] = 0;
      for (let row = 0; row < H; row++) recurrent[row * 4 * H + at] = 0;
    }
    bias[column('o', cell)] = sure;
    bias[column('f', cell)] = sure;
  }
  const set = (character: string, gate: 'i' | 'o' | 'f' | 'g', cell: number, value: number) => {
    input[vocabulary.idOf(character.codePointAt(0)!) * 4 * H + column(gate, cell)] = value;
  };

  bias[column('i', quoteCell)] = -sure;
  bias[column('g', quoteCell)] = 0;
  recurrent[quoteCell * 4 * H + column('g', quoteCell)] = -sure;
  for (const character of ['"', '\u0002']) {
    set(character, 'f', quoteCell, -2 * sure);
    set(character, 'i', quoteCell, 2 * sure);
  }
  set('\u0002', 'g', quoteCell, -sure);

  bias[column('i', lineCell)] = sure;
  bias[column('g', lineCell)] = 0.02;
  set('\n', 'f', lineCell, -2 * sure);
  set('\n', 'i', lineCell, -2 * sure);
  return { configuration, weights, vocabulary, history: null };
}

/** Code with strings in it, different for each seed. */
export function quotedCode(lines: number, seed: number): string {
  const words = ['alpha', 'beta', 'gamma', 'delta', 'epsilon'];
  const word = (i: number) => words[(i * i + seed * i + seed) % words.length]!;
  return Array.from({ length: lines }, (_, i) =>
    i % 3 === 0 ? `${word(i)}(1, "${word(i + 1)} ${word(i + 2)}");\n` : `\t${word(i)} = ${i};\n`,
  ).join('');
}
