import { groupSum } from './groupSum';
import { kernel } from './kernel';

/**
 * Clips the gradients by value and then by their norm, and updates the weights: Adam (Kingma and Ba, 2015) or RMSprop
 * (Tieleman and Hinton, 2012), as `src/model/training/optimizer.ts` states them. All arrays are `length` vec4s;
 * the gradients are to be multiplied by `gradientScale`.
 *
 * Every workgroup adds up the partial sums of the norm for itself, which costs less than a dispatch of its own. The first
 * one also adds up the losses and leaves (mean loss, gradient norm before clipping) in `result`.
 *
 * `rate` and `epsilon` have Adam's bias corrections in them; RMSprop does not touch `mean`.
 */
export function optimizer(subgroups: boolean) {
  const sum = groupSum(subgroups);
  return kernel(
    'optimizer',
    {
      weights: 'write array<vec4f>',
      gradients: 'read array<vec4f>',
      mean: 'write array<vec4f>',
      meanSquare: 'write array<vec4f>',
      squares: 'read array<vec2f>',
      losses: 'read array<f32>',
      result: 'write array<vec2f>',
    },
    {
      ...{
        length: 'u32',
        squareCount: 'u32',
        lossCount: 'u32',
        lossScale: 'f32',
        gradientScale: 'f32',
        clipValue: 'f32',
        clipNorm: 'f32',
      },
      ...{ adam: 'u32', beta1: 'f32', oneMinusBeta1: 'f32', beta2: 'f32', oneMinusBeta2: 'f32' },
      ...{ rate: 'f32', epsilon: 'f32' },
    },
    `
${sum.functions}

@compute @workgroup_size(256)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_index) thread: u32,
  @builtin(num_workgroups) groups: vec3u,${sum.builtins}
) {
  var square = vec2f();
  if (thread < parameters.squareCount) { square = squares[thread]; }
  let norms = sqrt(sumOverGroup(square, ${sum.arguments}));
  if (group.x == 0u) {
    var loss = 0.0f;
    for (var i = thread; i < parameters.lossCount; i += 256u) { loss += losses[i]; }
    let total = sumOverGroup(vec2f(loss, 0.0), ${sum.arguments}).x;
    if (thread == 0u) { result[0] = vec2f(total * parameters.lossScale, norms.x); }
  }
  var scale = 1.0f;
  if (parameters.clipNorm > 0.0 && norms.y > parameters.clipNorm) { scale = parameters.clipNorm / norms.y; }
  let limit = vec4f(parameters.clipValue);
  for (var i = group.x * 256u + thread; i < parameters.length; i += groups.x * 256u) {
    let g = clamp(gradients[i] * parameters.gradientScale, -limit, limit) * scale;
    var m = g;
    if (parameters.adam != 0u) {
      m = parameters.beta1 * mean[i] + parameters.oneMinusBeta1 * g;
      mean[i] = m;
    }
    let v = parameters.beta2 * meanSquare[i] + parameters.oneMinusBeta2 * g * g;
    meanSquare[i] = v;
    weights[i] -= parameters.rate * m / (sqrt(v) + parameters.epsilon);
  }
}`,
    sum.extensions,
  );
}
