import type { ModelConfiguration } from '../lstm/configuration';
import { parameterCount } from '../lstm/weights';
import type { TrainOptions } from './options';

/** Settings of a training that the recipe chooses when the person does not. */
export interface Recipe {
  readonly hiddenSize: number;
  readonly numLayers: number;
  readonly sequenceLength: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly dropout: number;
  readonly pieceLength: number | null;
}

/** What there is to train on and with. */
export interface Means {
  /** The length of the training split. */
  readonly characters: number;
  readonly vocabularySize: number;
  /** CPU cores. */
  readonly threads: number;
  /** Whether training starts from a model that has learned something already. */
  readonly pretrained?: boolean;
}

export const defaultMinutes = 10;

interface Size {
  /** Up to this many minutes of two cores. */
  readonly minutes: number;
  readonly hiddenSize: number;
  readonly numLayers: number;
}

/**
 * The best size for a time. A larger model learns more from each character but reads fewer in the same time; one wide
 * layer learns faster than two of half its width, until there is time for both.
 */
const sizes: readonly Size[] = [
  { minutes: 0.75, hiddenSize: 256, numLayers: 1 },
  { minutes: 2, hiddenSize: 320, numLayers: 1 },
  { minutes: 5, hiddenSize: 384, numLayers: 1 },
  { minutes: 15, hiddenSize: 512, numLayers: 1 },
  { minutes: Number.POSITIVE_INFINITY, hiddenSize: 512, numLayers: 2 },
];

/**
 * Cell size, batch, learning rate and dropout for the time and the text at hand. 32 streams of 50 characters are small
 * enough for many steps through the same text, which is what counts early in a training, and large enough for the
 * matrix products. The figures behind the choices are in BENCHMARKS.md.
 */
export function chooseRecipe(options: TrainOptions, means: Means): Recipe {
  const size =
    options.epochs === undefined ? sizeForTime(options.minutes ?? defaultMinutes, means) : sizeForText(means);
  const hiddenSize = options.hiddenSize ?? size.hiddenSize;
  const numLayers = options.numLayers ?? size.numLayers;
  const cellType = options.cellType ?? 'lstm';
  const shape = { cellType, hiddenSize, numLayers, vocabularySize: means.vocabularySize };
  const minutes = options.minutes ?? defaultMinutes;
  const epochs = options.epochs ?? expectedCharacters(minutes, means.threads, shape) / means.characters;
  return {
    hiddenSize,
    numLayers,
    sequenceLength: options.sequenceLength ?? 50,
    batchSize: options.batchSize ?? 32,
    learningRate: options.learningRate ?? learningRateFor(hiddenSize, numLayers, means.pretrained),
    dropout: options.dropout ?? dropoutFor(epochs),
    pieceLength: options.pieceLength ?? (epochs < 1 ? pieceOfLongText : null),
  };
}

/** Where there is no time to read all of a text, a little of each file teaches more than all of a few. */
const pieceOfLongText = 1000;

function sizeForTime(minutes: number, { threads }: Means): Size {
  const ofTwoCores = (minutes * threads) / 2;
  return sizes.find((size) => ofTwoCores <= size.minutes)!;
}

/** Where only the number of epochs is known: about a tenth as many parameters as characters, within the table. */
function sizeForText({ characters, vocabularySize }: Means): Size {
  const parameters = ({ hiddenSize, numLayers }: Size) =>
    parameterCount({ cellType: 'lstm', vocabularySize, hiddenSize, numLayers });
  return sizes.findLast((size) => parameters(size) <= characters / 10) ?? sizes[0]!;
}

/**
 * How much text a training of this length reads. The speed is what was measured on two cores of a server: each core
 * multiplies and adds its way through about 1.4e10 parameters times characters a second.
 */
export function expectedCharacters(minutes: number, threads: number, model: ModelConfiguration): number {
  return (60 * minutes * threads * 1.4e10) / parameterCount(model);
}

/** Larger steps would undo what was learned before; smaller ones waste the time. */
const fineTuningShare = 0.5;

/** The wider and deeper, the smaller the steps; and smaller where there is something to lose. */
function learningRateFor(hiddenSize: number, numLayers: number, pretrained = false): number {
  const fromNothing = (0.02 * Math.min(1, 320 / hiddenSize)) / Math.sqrt(numLayers);
  return pretrained ? fineTuningShare * fromNothing : fromNothing;
}

/** Text that is read once can't be learned by heart; the more often it is read, the harder it has to be made. */
function dropoutFor(epochs: number): number {
  if (epochs <= 1) return 0;
  if (epochs <= 4) return 0.1;
  return epochs <= 8 ? 0.25 : 0.4;
}
