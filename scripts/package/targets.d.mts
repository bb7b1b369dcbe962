/** A platform's names in Node, ONNX Runtime and Dawn, and the npm package that carries its Node. */
export interface Target {
  platform: string;
  arch: string;
  dawn: string;
  node: string;
}

export const targets: Readonly<Record<string, Target>>;
export const universal: string;
export const packedNode: string;
export function platformsOf(name: string): Target[];
