import { groupSum, groupSumThreads } from './groupSum';
import { kernel } from './kernel';

/** Workgroups at most, each of 256 threads: as many as one workgroup of the optimizer can add up. */
export const gradientNormGroups = groupSumThreads;

/**
 * The first half of the L2 norm of all gradients: each workgroup's sum of squares, before (x) and after (y) clipping
 * every element to ±clipValue. gradients: `length` vec4s, to be multiplied by `scale`; squares: one vec2f for each
 * workgroup.
 */
export function gradientNorm(subgroups: boolean) {
  const sum = groupSum(subgroups);
  return kernel(
    'gradientNorm',
    { gradients: 'read array<vec4f>', squares: 'write array<vec2f>' },
    { length: 'u32', clipValue: 'f32', scale: 'f32' },
    `
${sum.functions}

@compute @workgroup_size(256)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_index) thread: u32,
  @builtin(num_workgroups) groups: vec3u,${sum.builtins}
) {
  let limit = vec4f(parameters.clipValue);
  var square = vec2f();
  for (var i = group.x * 256u + thread; i < parameters.length; i += groups.x * 256u) {
    let g = gradients[i] * parameters.scale;
    let clipped = clamp(g, -limit, limit);
    square += vec2f(dot(g, g), dot(clipped, clipped));
  }
  let total = sumOverGroup(square, ${sum.arguments});
  if (thread == 0u) { squares[group.x] = total; }
}`,
    sum.extensions,
  );
}
