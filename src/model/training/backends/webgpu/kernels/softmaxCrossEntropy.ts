import { type Extension, kernel } from './kernel';

/** Positions that one workgroup works on. */
export const positionsPerGroup = 16;
/** Threads of a workgroup; without subgroups, 16 share a position. */
const threads = 256;
const lanes = threads / positionsPerGroup;

/**
 * The softmax cross-entropy in nats and its gradient. For each of the N = T·B positions, with y the target:
 *
 *     loss = −ln softmax(logits)[y]     dLogits = (softmax(logits) − onehot(y)) · scale
 *
 * The largest logit is taken off first, so that no exponential overflows. A target of V or more is left out: no loss, no
 * gradient. The threads that share a position, 16 or a subgroup, read every 16th logit or every so many-th.
 *
 * - targets [N]; logits [N, stride], of which V are used: in the logits, out their gradient
 * - losses: one sum for each workgroup, from firstLoss on
 */
export function softmaxCrossEntropy(subgroups: boolean) {
  const share = subgroups ? bySubgroups : bySixteen;
  return kernel(
    'softmaxCrossEntropy',
    { targets: 'read array<u32>', logits: 'write array<f32>', losses: 'write array<f32>' },
    { positions: 'u32', vocabularySize: 'u32', stride: 'u32', firstLoss: 'u32', scale: 'f32' },
    body(share),
    share.extensions,
  );
}

/** How threads share positions, as pieces of WGSL. */
interface Share {
  readonly extensions: readonly Extension[];
  /** The largest of a value, or its sum, over the threads of a position. */
  readonly functions: string;
  readonly builtins: string;
  readonly largest: (value: string) => string;
  readonly sum: (value: string) => string;
  /** Runs statements with `slot`, `lane` and `lanes` set, until all slots are done. */
  readonly forEachSlot: (statements: string) => string;
}

const bySixteen: Share = {
  extensions: [],
  builtins: '',
  largest: (value) => `reduce(thread, ${value}, true)`,
  sum: (value) => `reduce(thread, ${value}, false)`,
  forEachSlot: (statements) => `
  let lanes = ${lanes}u;
  let lane = thread % lanes;
  let slot = thread / lanes;
  ${statements}`,
  functions: `
var<workgroup> shared_values: array<f32, ${threads}>;
fn reduce(thread: u32, value: f32, takeLargest: bool) -> f32 {
  var result = value;
  shared_values[thread] = value;
  workgroupBarrier();
  for (var distance = ${lanes / 2}u; distance > 0u; distance /= 2u) {
    let other = shared_values[thread ^ distance];
    workgroupBarrier();
    result = select(result + other, max(result, other), takeLargest);
    shared_values[thread] = result;
    workgroupBarrier();
  }
  return result;
}`,
};

const bySubgroups: Share = {
  extensions: ['subgroups'],
  functions: '',
  builtins: `
  @builtin(subgroup_id) subgroup: u32,
  @builtin(subgroup_invocation_id) lane: u32,
  @builtin(subgroup_size) lanes: u32,
  @builtin(num_subgroups) subgroups: u32,`,
  largest: (value) => `subgroupMax(${value})`,
  sum: (value) => `subgroupAdd(${value})`,
  forEachSlot: (statements) => `
  for (var slot = subgroup; slot < POSITIONS; slot += subgroups) {
  ${statements}
  }`,
};

function body(share: Share): string {
  return `
const POSITIONS = ${positionsPerGroup}u;
var<workgroup> nats: array<f32, ${positionsPerGroup}>;
${share.functions}

@compute @workgroup_size(${threads})
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_index) thread: u32,${share.builtins}
) {
  let V = parameters.vocabularySize;
  ${share.forEachSlot(`
  let position = group.x * POSITIONS + slot;
  let inside = position < parameters.positions;
  let row = min(position, parameters.positions - 1u);
  let base = row * parameters.stride;
  let target_id = targets[row];
  let counts = inside && target_id < V;

  var largest = -3.0e38f;
  for (var v = lane; v < V; v += lanes) { largest = max(largest, logits[base + v]); }
  largest = ${share.largest('largest')};
  var sum = 0.0f;
  for (var v = lane; v < V; v += lanes) { sum += exp(logits[base + v] - largest); }
  sum = ${share.sum('sum')};

  if (lane == 0u && !counts) { nats[slot] = 0.0; }
  if (inside) {
    let scale = select(0.0, parameters.scale, counts);
    for (var v = lane; v < parameters.stride; v += lanes) {
      let logit = logits[base + v];
      if (counts && v == target_id) { nats[slot] = log(sum) + largest - logit; }
      let gradient = (exp(logit - largest) / sum - select(0.0, 1.0, v == target_id)) * scale;
      logits[base + v] = select(0.0, gradient, v < V);
    }
  }`)}
  workgroupBarrier();
  if (thread == 0u) {
    var total = 0.0f;
    for (var i = 0u; i < POSITIONS; i++) { total += nats[i]; }
    losses[parameters.firstLoss + group.x] = total;
  }
}`;
}
