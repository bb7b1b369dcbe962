import type { CardEvaluation } from '../../model/onnx/modelCard';
import type { TrainOptions } from '../../model/training/options';

/**
 * What the Linux model reads: all of the kernel's C, as the essay did, but for the names of AMD's registers. Those are
 * a quarter of the tree, written by a program, and nothing that anybody would want to be offered.
 */
export const linuxSources = {
  include: ['*.c', '*.h'],
  exclude: ['drivers/gpu/drm/amd/include/'],
} satisfies Pick<TrainOptions, 'include' | 'exclude'>;

/**
 * The training of the Linux model; the rest is the recipe's. There is far more text than time to read it, so that each
 * character is read once: from twice as many files at a time as usual, with smaller steps for the long way.
 */
export const linuxTraining = {
  hiddenSize: 512,
  numLayers: 2,
  batchSize: 64,
  learningRate: 0.007,
  minutes: 80,
  seed: 1,
} satisfies Partial<TrainOptions>;

/** What Karpathy, Johnson and Fei-Fei, "Visualizing and Understanding Recurrent Networks" (2015), report. */
export const linuxPublished: Pick<CardEvaluation, 'published' | 'note'> = {
  published: [
    { name: 'best LSTM of Karpathy, Johnson and Fei-Fei (2015)', natsPerCharacter: 0.84 },
    { name: 'their 20-gram', natsPerCharacter: 0.889 },
  ],
  note:
    'Theirs is another cut of the same code: 6.2 MB of it, read many times. Ours are held-out files from all over the\n' +
    'tree, so that the figures are not of one test.',
};

/** A file that never existed, for the card. */
export const linuxSample = { path: 'drivers/net/foo.c', temperature: 0.7, seed: 1, length: 2000 } as const;
