import { kernel } from './kernel';

/** Positions that one workgroup works on, and how many threads share each. */
export const positionsPerGroup = 16;
const lanes = 16;

/**
 * The softmax cross-entropy in nats and its gradient. For each of the N = T·B positions, with y the target:
 *
 *     loss = −ln softmax(logits)[y]     dLogits = (softmax(logits) − onehot(y)) · scale
 *
 * The largest logit is taken off first, so that no exponential overflows. A target of V or more is left out: no loss, no
 * gradient. 16 threads share a position; each reads every 16th logit.
 *
 * - targets [N]; logits [N, stride], of which V are used: in the logits, out their gradient
 * - losses: one sum for each workgroup, from firstLoss on
 */
export const softmaxCrossEntropy = kernel(
  'softmaxCrossEntropy',
  { targets: 'read array<u32>', logits: 'write array<f32>', losses: 'write array<f32>' },
  { positions: 'u32', vocabularySize: 'u32', stride: 'u32', firstLoss: 'u32', scale: 'f32' },
  `
const LANES = ${lanes}u;
const POSITIONS = ${positionsPerGroup}u;
var<workgroup> shared_values: array<f32, ${lanes * positionsPerGroup}>;
var<workgroup> nats: array<f32, ${positionsPerGroup}>;

// The largest value or the sum over the threads of a position.
fn reduce(thread: u32, value: f32, takeLargest: bool) -> f32 {
  var result = value;
  shared_values[thread] = value;
  workgroupBarrier();
  for (var distance = LANES / 2u; distance > 0u; distance /= 2u) {
    let other = shared_values[thread ^ distance];
    workgroupBarrier();
    result = select(result + other, max(result, other), takeLargest);
    shared_values[thread] = result;
    workgroupBarrier();
  }
  return result;
}

@compute @workgroup_size(${lanes * positionsPerGroup})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let V = parameters.vocabularySize;
  let lane = thread % LANES;
  let slot = thread / LANES;
  let position = group.x * POSITIONS + slot;
  let inside = position < parameters.positions;
  let row = min(position, parameters.positions - 1u);
  let base = row * parameters.stride;
  let target_id = targets[row];
  let counts = inside && target_id < V;

  var largest = -3.0e38f;
  for (var v = lane; v < V; v += LANES) { largest = max(largest, logits[base + v]); }
  largest = reduce(thread, largest, true);
  var sum = 0.0f;
  for (var v = lane; v < V; v += LANES) { sum += exp(logits[base + v] - largest); }
  sum = reduce(thread, sum, false);

  if (lane == 0u) {
    nats[slot] = 0.0;
    if (counts) { nats[slot] = log(sum) + largest - logits[base + target_id]; }
  }
  workgroupBarrier();
  if (inside) {
    let scale = select(0.0, parameters.scale, counts);
    for (var v = lane; v < parameters.stride; v += LANES) {
      var gradient = 0.0f;
      if (v < V) { gradient = (exp(logits[base + v] - largest) / sum - select(0.0, 1.0, v == target_id)) * scale; }
      logits[base + v] = gradient;
    }
  }
  if (thread == 0u) {
    var total = 0.0f;
    for (var i = 0u; i < POSITIONS; i++) { total += nats[i]; }
    losses[parameters.firstLoss + group.x] = total;
  }
}`,
);
