import type { KernelChoice } from '../tiles';
import { carryState } from './carryState';
import { dropoutMasks, dropoutMaskThreads } from './dropoutMasks';
import { gradientNorm } from './gradientNorm';
import { lstmBackward } from './lstmBackward';
import { lstmForward } from './lstmForward';
import type { MatrixProductVariant } from './matrixJob';
import { matrixProduct } from './matrixProduct';
import { matrixUnitProduct } from './matrixUnitProduct';
import { optimizer } from './optimizer';
import { softmaxCrossEntropy } from './softmaxCrossEntropy';
import { sumPartials } from './sumPartials';

export type Kernels = ReturnType<typeof createKernels>;

/** All kernels of a training step for one choice of tiles and abilities. */
export function createKernels({ tiles, abilities }: KernelChoice) {
  const { subgroups } = abilities;
  const product = (left: MatrixProductVariant['left'], right: MatrixProductVariant['right'], bias: boolean) =>
    largeProduct({ left, right, bias }, { tiles, abilities });
  return {
    /** x·W + b */
    projection: product('plain', 'plain', true),
    /** da·Wᵀ: the gradient by what a layer reads. */
    inputGradient: product('plain', 'transposed', false),
    /** xᵀ·da: the gradient by weights. */
    weightGradient: product('transposed', 'plain', false),
    /** The same where x is one-hot characters. */
    characterGradient: product('oneHot', 'plain', false),
    lstmForward: lstmForward(tiles.forward),
    lstmBackward: lstmBackward(tiles.backward),
    softmaxCrossEntropy: softmaxCrossEntropy(subgroups),
    gradientNorm: gradientNorm(subgroups),
    optimizer: optimizer(subgroups),
    ...{ sumPartials, carryState, dropoutMasks, dropoutMaskThreads },
  };
}

/** A large matrix product, by the means that were chosen. */
export function largeProduct(variant: MatrixProductVariant, { tiles, abilities }: KernelChoice) {
  const { matrixUnit, halfPrecision } = abilities;
  if (matrixUnit !== null) return matrixUnitProduct(variant, tiles.matrix, matrixUnit);
  return matrixProduct(variant, tiles.matrix, halfPrecision);
}
