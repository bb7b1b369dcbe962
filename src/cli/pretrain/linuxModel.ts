import type { CardEvaluation } from '../../model/onnx/modelCard';
import type { TrainOptions } from '../../model/training/options';

/** The training of the Linux model: all of its C, but for some millions of lines of generated register names. */
export const linuxTraining = {
  include: ['*.c', '*.h'],
  exclude: ['drivers/gpu/drm/amd/include/'],
  hiddenSize: 512,
  numLayers: 2,
  sequenceLength: 100,
  batchSize: 32,
  learningRate: 0.003,
  minutes: 105,
  seed: 1,
} satisfies Partial<TrainOptions>;

/** What Karpathy, Johnson and Fei-Fei, "Visualizing and Understanding Recurrent Networks" (2015), report. */
export const linuxPublished: Pick<CardEvaluation, 'published' | 'note'> = {
  published: [
    { name: 'best LSTM of Karpathy, Johnson and Fei-Fei (2015)', natsPerCharacter: 0.84 },
    { name: 'their 20-gram', natsPerCharacter: 0.889 },
  ],
  note:
    'Theirs is another cut of the same code: 6.2 MB of it. Ours are held-out files of the whole tree,\nso that the ' +
    'figures are not of one test.',
};

/** A file that never existed, for the card. */
export const linuxSample = { path: 'drivers/net/foo.c', temperature: 0.5, seed: 1, length: 2000 } as const;
