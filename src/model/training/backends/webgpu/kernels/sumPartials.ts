import { kernel } from './kernel';

/** Threads of a workgroup; a thread takes every (workgroups · 256)th element. */
export const sumPartialsThreads = 256;

/**
 * Adds up the results of a matrix product whose depth was split: gradients[offset + i] = Σ_s partials[s · length + i],
 * over vec4s, and what was there before where `accumulate` is 1. The order of the sum is fixed, so that a step repeated
 * gives the same numbers.
 */
export const sumPartials = kernel(
  'sumPartials',
  { partials: 'read array<vec4f>', gradients: 'write array<vec4f>' },
  { length: 'u32', splits: 'u32', offset: 'u32', accumulate: 'u32' },
  `
@compute @workgroup_size(${sumPartialsThreads})
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  for (var i = id.x; i < parameters.length; i += groups.x * ${sumPartialsThreads}u) {
    var sum = vec4f();
    if (parameters.accumulate != 0u) { sum = gradients[parameters.offset + i]; }
    for (var s = 0u; s < parameters.splits; s++) { sum += partials[s * parameters.length + i]; }
    gradients[parameters.offset + i] = sum;
  }
}`,
);
