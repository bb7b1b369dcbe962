import { kernel } from './kernel';

/** Workgroups at most, each of 256 threads: as many as one workgroup of the optimizer can add up. */
export const gradientNormGroups = 256;

/**
 * The first half of the L2 norm of all gradients: each workgroup's sum of squares, before (x) and after (y) clipping
 * every element to ±clipValue. gradients: `length` vec4s; squares: one vec2f for each workgroup.
 */
export const gradientNorm = kernel(
  'gradientNorm',
  { gradients: 'read array<vec4f>', squares: 'write array<vec2f>' },
  { length: 'u32', clipValue: 'f32' },
  `
var<workgroup> sums: array<vec2f, 256>;
@compute @workgroup_size(256)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_index) thread: u32,
  @builtin(num_workgroups) groups: vec3u,
) {
  let limit = vec4f(parameters.clipValue);
  var sum = vec2f();
  for (var i = group.x * 256u + thread; i < parameters.length; i += groups.x * 256u) {
    let g = gradients[i];
    let clipped = clamp(g, -limit, limit);
    sum += vec2f(dot(g, g), dot(clipped, clipped));
  }
  sums[thread] = sum;
  workgroupBarrier();
  for (var distance = 128u; distance > 0u; distance /= 2u) {
    if (thread < distance) { sums[thread] += sums[thread + distance]; }
    workgroupBarrier();
  }
  if (thread == 0u) { squares[group.x] = sums[0]; }
}`,
);
