import { Random, randomUse } from '../../../random';
import type { StepShape } from './shape';

/** The generators of a slice's dropout masks, [L, B, 4]: where `fillDropoutMask` starts each layer and stream. */
export function fillMaskStates(
  seed: number,
  step: number,
  { layers, streams }: StepShape,
  index: number,
): Uint32Array<ArrayBuffer> {
  const states = new Uint32Array(4 * layers * streams);
  for (let layer = 0; layer < layers; layer++) {
    for (let b = 0; b < streams; b++) {
      const random = Random.fromSeed(seed, randomUse.dropout, step, layer, index * streams + b);
      states.set(random.getState(), 4 * (layer * streams + b));
    }
  }
  return states;
}
