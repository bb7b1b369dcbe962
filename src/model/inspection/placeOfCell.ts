import type { ModelConfiguration } from '../lstm/configuration';

/** Of a cell's index the layer and the unit in it, both from 0. */
export function placeOfCell(
  { hiddenSize }: Pick<ModelConfiguration, 'hiddenSize'>,
  cell: number,
): { layer: number; unit: number } {
  return { layer: Math.floor(cell / hiddenSize), unit: cell % hiddenSize };
}
