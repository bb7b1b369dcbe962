import type { CardEvaluation } from '../../model/onnx/modelCard';
import type { TrainOptions } from '../../model/training/options';

/**
 * What the Linux model reads: the core of the kernel and its memory management. In the time of a training that is read
 * about once, where of the whole tree it would be a fiftieth, and much of that the names of registers.
 */
export const linuxFolders: readonly string[] = ['kernel', 'mm'];

/** The training of the Linux model; the rest is the recipe's. */
export const linuxTraining = {
  hiddenSize: 512,
  numLayers: 2,
  minutes: 27,
  seed: 1,
} satisfies Partial<TrainOptions>;

/** What Karpathy, Johnson and Fei-Fei, "Visualizing and Understanding Recurrent Networks" (2015), report. */
export const linuxPublished: Pick<CardEvaluation, 'published' | 'note'> = {
  published: [
    { name: 'best LSTM of Karpathy, Johnson and Fei-Fei (2015)', natsPerCharacter: 0.84 },
    { name: 'their 20-gram', natsPerCharacter: 0.889 },
  ],
  note:
    'Theirs is another cut of the same code: 6.2 MB of it. Ours are held-out files of the folders that the model was\n' +
    'trained on, so that the figures are not of one test.',
};

/** A file that never existed, for the card. */
export const linuxSample = { path: 'drivers/net/foo.c', temperature: 0.5, seed: 1, length: 2000 } as const;
