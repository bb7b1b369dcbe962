/**
 * The small matrix products that a GPU has units for: the threads of a subgroup together multiply [rows, depth] by
 * [depth, columns] and add up in float32.
 */
export interface MatrixUnit {
  /** What the factors are rounded to. */
  readonly component: 'f16' | 'f32';
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
  /** Threads of a subgroup: always as many. */
  readonly subgroupSize: number;
}

/**
 * What kernels can make use of although not every GPU has it. Sums are float32 everywhere: only the factors of the large
 * matrix products are rounded to 16 bits, where that is chosen.
 */
export interface Abilities {
  /** Sums among the threads of a subgroup, without workgroup memory (WGSL's `subgroups`). */
  readonly subgroups: boolean;
  /** 16-bit floats (WGSL's `f16`). */
  readonly halfPrecision: boolean;
  /** Dawn's experimental subgroup matrices. */
  readonly matrixUnit: MatrixUnit | null;
}

/** What every GPU can do. */
export const noAbilities: Abilities = { subgroups: false, halfPrecision: false, matrixUnit: null };

/** Features of WebGPU, or of Dawn, that are asked for where an adapter has them. */
export const optionalFeatures = [
  'timestamp-query',
  'subgroups',
  'shader-f16',
  'chromium-experimental-subgroup-matrix',
] as GPUFeatureName[];

/** What Dawn says about an adapter, beyond the standard. */
type DawnAdapterInfo = GPUAdapterInfo & {
  readonly subgroupMatrixConfigs?: readonly {
    readonly componentType: string;
    readonly resultComponentType: string;
    readonly M: number;
    readonly N: number;
    readonly K: number;
  }[];
};

export function abilitiesOf(features: GPUSupportedFeatures, info: GPUAdapterInfo): Abilities {
  const [subgroups, halfPrecision] = [features.has('subgroups'), features.has('shader-f16')];
  const hasUnits = subgroups && features.has('chromium-experimental-subgroup-matrix');
  return { subgroups, halfPrecision, matrixUnit: hasUnits ? matrixUnitOf(info, halfPrecision) : null };
}

/** The largest unit that adds up in float32; null where there is none, or subgroups are not always of one size. */
function matrixUnitOf(info: DawnAdapterInfo, halfPrecision: boolean): MatrixUnit | null {
  const { subgroupMatrixConfigs = [], subgroupMinSize, subgroupMaxSize } = info;
  if (subgroupMinSize === undefined || subgroupMinSize !== subgroupMaxSize) return null;
  const units = subgroupMatrixConfigs.flatMap(({ componentType, resultComponentType, M, N, K }): MatrixUnit[] => {
    if (resultComponentType !== 'f32') return [];
    if (componentType !== 'f32' && !(componentType === 'f16' && halfPrecision)) return [];
    return [{ component: componentType, rows: M, columns: N, depth: K, subgroupSize: subgroupMinSize }];
  });
  const volume = ({ rows, columns, depth }: MatrixUnit) => rows * columns * depth;
  return units.sort((a, b) => volume(b) - volume(a))[0] ?? null;
}

/** For people: "16-bit products, subgroups"; empty where nothing special is used. */
export function describeAbilities({ subgroups, halfPrecision, matrixUnit }: Abilities): string {
  const products =
    matrixUnit === null ? '16-bit products' : `${matrixUnit.component === 'f16' ? '16' : '32'}-bit matrix units`;
  const parts = [halfPrecision || matrixUnit !== null ? products : '', subgroups ? 'subgroups' : ''];
  return parts.filter(Boolean).join(', ');
}
