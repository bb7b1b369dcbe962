// How a kernel is written down: its WGSL, and what must be bound to run it. The declarations of bindings and parameters
// are made from the same description that binds them, so that the two can't differ.

/** For example 'read array<vec4f>' or 'write array<f32>'; what is written may be read too. */
export type Binding = `${'read' | 'write'} array<${'f32' | 'u32' | 'vec2f' | 'vec4f' | 'Job'}>`;

/** What WGSL has beyond its core, to be enabled by name. */
export type Extension = 'f16' | 'subgroups' | 'chromium_experimental_subgroup_matrix';

/** A compute shader: `Bindings` are its arrays in GPU memory, `Parameters` the numbers that change between dispatches. */
export interface Kernel<Bindings extends string = string, Parameters extends string = string> {
  readonly label: string;
  readonly bindings: Readonly<Record<Bindings, Binding>>;
  readonly parameters: Readonly<Record<Parameters, 'u32' | 'f32'>>;
  readonly code: string;
}

/** Puts the declarations in front of the WGSL of a kernel, whose entry point is called `main`. */
export function kernel<Bindings extends string, Parameters extends string>(
  label: string,
  bindings: Record<Bindings, Binding>,
  parameters: Record<Parameters, 'u32' | 'f32'>,
  body: string,
  extensions: readonly Extension[] = [],
): Kernel<Bindings, Parameters> {
  const fields = Object.entries(parameters).map(([name, type]) => `${name}: ${type}`);
  const arrays = Object.entries<Binding>(bindings).map(([name, binding], index) => {
    const [access, type] = binding.split(' ');
    const space = access === 'read' ? 'storage, read' : 'storage, read_write';
    return `@group(0) @binding(${index + 1}) var<${space}> ${name}: ${type};`;
  });
  const head = [
    ...extensions.map((extension) => `enable ${extension};`),
    `struct Parameters { ${fields.join(', ')} }`,
    '@group(0) @binding(0) var<uniform> parameters: Parameters;',
    ...arrays,
  ];
  return { label, bindings, parameters, code: `${head.join('\n')}\n${body}` };
}

/** WGSL constants, for example `const TILE_ROWS = 64u;`. */
export function constants(values: Record<string, number>): string {
  return Object.entries(values)
    .map(([name, value]) => `const ${name} = ${value}u;`)
    .join('\n');
}

/**
 * A piece of WGSL once for each index. Results that a thread accumulates are variables of their own and not elements of
 * an array, because not every driver keeps arrays in registers.
 */
export function unroll(count: number, piece: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => piece(index)).join('\n');
}

/** The components of a vec4f by index. */
export const component = ['x', 'y', 'z', 'w'] as const;
