import { readFile } from 'node:fs/promises';
import { findKernelTree } from './kernelTree';
import type { Pretraining } from './pretraining';

/** The Linux model: all of the kernel's C, as in the essay. */
export const linux: Pretraining = {
  name: 'linux',
  title: 'Linux',
  commands: ['npm run pretrain -- linux'],
  /**
   * Not the names of AMD's registers: those are a quarter of the tree, written by a program, and nothing that anybody
   * would want to be offered.
   */
  files: { include: ['*.c', '*.h'], exclude: ['drivers/gpu/drm/amd/include/'] },
  /**
   * There is far more text than time to read it, so that each character is read once: from twice as many files at a
   * time as usual, with smaller steps for the long way.
   */
  training: { hiddenSize: 512, numLayers: 2, batchSize: 64, learningRate: 0.007, minutes: 125, seed: 1 },
  /** From Karpathy, Johnson and Fei-Fei, "Visualizing and Understanding Recurrent Networks" (2015). */
  published: {
    published: [
      { name: 'best LSTM of Karpathy, Johnson and Fei-Fei (2015)', natsPerCharacter: 0.84 },
      { name: 'their 20-gram', natsPerCharacter: 0.889 },
    ],
    note:
      'Theirs is another cut of the same code: 6.2 MB of it, read many times. Ours are held-out files from all over the\n' +
      'tree, so that the figures are not of one test.',
  },
  sample: { path: 'drivers/net/foo.c', temperature: 0.7, seed: 3, length: 2000 },
  async find(given, work) {
    const { folder, version, licence } = await findKernelTree(given, work);
    return {
      folder,
      data: `the C sources of Linux ${version}`,
      licence: 'GPL-2.0-only',
      terms: { fileName: 'GPL-2.0.txt', text: await readFile(licence, 'utf8') },
      conditions:
        'That text is under the licence GPL-2.0-only (`GPL-2.0.txt` beside this file), and a model knows parts of its text by\n' +
        'heart: the model is passed on under the same licence, and what it writes may be like what it read.',
    };
  },
};
