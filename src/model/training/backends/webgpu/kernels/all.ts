import type { Tiles } from '../tiles';
import { carryState } from './carryState';
import { dropoutMasks, dropoutMaskThreads } from './dropoutMasks';
import { gradientNorm } from './gradientNorm';
import { lstmBackward } from './lstmBackward';
import { lstmForward } from './lstmForward';
import { matrixProduct } from './matrixProduct';
import { optimizer } from './optimizer';
import { softmaxCrossEntropy } from './softmaxCrossEntropy';
import { sumPartials } from './sumPartials';

export type Kernels = ReturnType<typeof createKernels>;

/** All kernels of a training step for one choice of tiles. */
export function createKernels({ matrix, forward, backward }: Tiles) {
  return {
    /** x·W + b */
    projection: matrixProduct({ left: 'plain', right: 'plain', bias: true }, matrix),
    /** da·Wᵀ: the gradient by what a layer reads. */
    inputGradient: matrixProduct({ left: 'plain', right: 'transposed', bias: false }, matrix),
    /** xᵀ·da: the gradient by weights. */
    weightGradient: matrixProduct({ left: 'transposed', right: 'plain', bias: false }, matrix),
    /** The same where x is one-hot characters. */
    characterGradient: matrixProduct({ left: 'oneHot', right: 'plain', bias: false }, matrix),
    lstmForward: lstmForward(forward),
    lstmBackward: lstmBackward(backward),
    ...{ softmaxCrossEntropy, sumPartials, gradientNorm, optimizer, carryState, dropoutMasks, dropoutMaskThreads },
  };
}
