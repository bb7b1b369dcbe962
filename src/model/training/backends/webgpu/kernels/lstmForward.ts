import { activations } from './activations';
import { component, constants, kernel, unroll } from './kernel';

/**
 * The part of one time step that a workgroup computes, `streams` x `units`, how many units of the step before it loads at
 * a time (`depth`), and the part of one thread. The depth is shared by `depthSplit` groups of threads.
 */
export interface StepTiles {
  readonly streams: number;
  readonly units: number;
  readonly depth: number;
  readonly threadStreams: number;
  readonly threadUnits: number;
  readonly depthSplit: number;
}

/**
 * One time step of an LSTM forward, of one layer for each z of the workgroup's id. With R the recurrent weights
 * (see `src/model/lstm/cells/lstm.ts` for the cell itself):
 *
 *     a = h(t−1)·R + x(t)·W + b     i = σ(a_i)  o = σ(a_o)  f = σ(a_f)  g = tanh(a_g)
 *     c(t) = f∘c(t−1) + i∘g         h(t) = o∘tanh(c(t))
 *
 * In layer 0, x·W is a row of W; above, `gates` already holds x·W + b. One vec4f is (i, o, f, g) of a unit, so the
 * product accumulates all four gates of a unit in one thread and the cell needs nothing from elsewhere.
 *
 * - weights: vec4f, see `packing.ts`: recurrent ones [L, H, H], and those of layer 0 from inputOffset: [V + 1, H]
 * - inputs [T, B]; gates [L, T, B, H] vec4f: in x·W + b, out i, o, f, g
 * - hidden, cells: [L, T + 1, B, H], slot t + 1 is the state after step t
 * - masks [L, T, B, H] bytes, 0 or 255; dropped [L, T, B, H]: mask ∘ h / keepProbability, where keepScale is not 0
 *
 * Layer l works on the step `diagonal` − l · lag.
 */
export function lstmForward(tiles: StepTiles) {
  return kernel(
    'lstmForward',
    {
      weights: 'read array<vec4f>',
      inputs: 'read array<u32>',
      gates: 'write array<vec4f>',
      hidden: 'write array<vec4f>',
      cells: 'write array<vec4f>',
      masks: 'read array<u32>',
      dropped: 'write array<vec4f>',
    },
    {
      ...{ streams: 'u32', steps: 'u32', units: 'u32', diagonal: 'u32', lag: 'u32', firstLayer: 'u32' },
      ...{ inputOffset: 'u32', biasOffset: 'u32', keepScale: 'f32' },
    },
    body(tiles),
  );
}

function body({ streams, units, depth, threadStreams, threadUnits, depthSplit }: StepTiles): string {
  const [across, down] = [units / threadUnits, streams / threadStreams];
  const threads = across * down * depthSplit;
  const memory = Math.max((depth * streams) / 4 + depth * units, depthSplit * streams * units);
  return `
${constants({ STREAMS: streams, UNITS: units, DEPTH: depth, DEPTH_SPLIT: depthSplit })}
${constants({ ACROSS: across, DOWN: down, THREADS: threads, WEIGHT_TILE: (depth * streams) / 4 })}
// First a tile of h [DEPTH][STREAMS / 4] and one of R [DEPTH][UNITS]; then the sums [DEPTH_SPLIT][STREAMS][UNITS].
var<workgroup> tile: array<vec4f, ${memory}>;
${activations}

fn loadTiles(hiddenBase: u32, weightBase: u32, firstStream: u32, start: u32, thread: u32) {
  let rowLength = parameters.units / 4u;
  for (var item = thread; item < DEPTH * STREAMS / 16u; item += THREADS) {
    let k = item % (DEPTH / 4u);
    let piece = item / (DEPTH / 4u);
    let column = start / 4u + k;
    let last = parameters.streams - 1u; // streams beyond the last repeat it; their results are not stored
    let block = transpose(mat4x4f(
      ${[0, 1, 2, 3].map((i) => `hidden[(hiddenBase + min(firstStream + piece * 4u + ${i}u, last)) * rowLength + column]`).join(',\n      ')}));
    ${unroll(4, (i) => `tile[(k * 4u + ${i}u) * (STREAMS / 4u) + piece] = block[${i}];`)}
  }
  for (var item = thread; item < DEPTH * UNITS; item += THREADS) {
    tile[WEIGHT_TILE + item] = weights[weightBase + (start + item / UNITS) * parameters.units + item % UNITS];
  }
}

@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let B = parameters.streams;
  let H = parameters.units;
  let layer = parameters.firstLayer + group.z;
  let t = parameters.diagonal - layer * parameters.lag;
  let firstUnit = group.x * UNITS;
  let firstStream = group.y * STREAMS;
  let split = thread / (ACROSS * DOWN);
  let x = thread % ACROSS;
  let y = thread / ACROSS % DOWN;
  let hiddenBase = (layer * (parameters.steps + 1u) + t) * B;
  let weightBase = layer * H * H + firstUnit;
  ${unroll(threadStreams, (i) => unroll(threadUnits, (j) => `var a${i}_${j} = vec4f();`))}
  for (var start = 0u; start < H; start += DEPTH) {
    loadTiles(hiddenBase, weightBase, firstStream, start, thread);
    workgroupBarrier();
    for (var step = 0u; step < DEPTH / DEPTH_SPLIT; step++) {
      let k = split * (DEPTH / DEPTH_SPLIT) + step;
      ${unroll(threadStreams / 4, (i) => `let h${i} = tile[k * (STREAMS / 4u) + y + ${i}u * DOWN];`)}
      ${unroll(threadUnits, (j) => `let r${j} = tile[WEIGHT_TILE + k * UNITS + x + ${j}u * ACROSS];`)}
      ${unroll(threadStreams, (i) => unroll(threadUnits, (j) => `a${i}_${j} += h${i >> 2}.${component[i & 3]} * r${j};`))}
    }
    workgroupBarrier();
  }
  ${unroll(threadStreams, (i) =>
    unroll(threadUnits, (j) => {
      const stream = `(y + ${i >> 2}u * DOWN) * 4u + ${i & 3}u`;
      return `tile[(split * STREAMS + ${stream}) * UNITS + x + ${j}u * ACROSS] = a${i}_${j};`;
    }),
  )}
  workgroupBarrier();
  // Four neighbouring units of a stream a thread.
  for (var item = thread; item < STREAMS * UNITS / 4u; item += THREADS) {
    let row = item / (UNITS / 4u);
    let column = item % (UNITS / 4u) * 4u;
    let stream = firstStream + row;
    if (stream >= B) { continue; }
    let unit = firstUnit + column;
    let position = (layer * parameters.steps + t) * B + stream;
    let before = ((hiddenBase + stream) * H + unit) / 4u;
    let after = before + B * H / 4u;
    let c = cells[before];
    var i = vec4f(); var o = vec4f(); var f = vec4f(); var aG = vec4f();
    for (var j = 0u; j < 4u; j++) {
      var a = vec4f();
      for (var part = 0u; part < DEPTH_SPLIT; part++) { a += tile[(part * STREAMS + row) * UNITS + column + j]; }
      if (layer == 0u) {
        a += weights[parameters.inputOffset + inputs[t * B + stream] * H + unit + j];
        a += weights[parameters.biasOffset + unit + j];
      } else {
        a += gates[position * H + unit + j];
      }
      let s = sigmoid(a.xyz);
      i[j] = s.x; o[j] = s.y; f[j] = s.z; aG[j] = a.w;
    }
    let g = hyperbolicTangent(aG);
    for (var j = 0u; j < 4u; j++) { gates[position * H + unit + j] = vec4f(i[j], o[j], f[j], g[j]); }
    let cNext = f * c + i * g;
    let h = o * hyperbolicTangent(cNext);
    cells[after] = cNext;
    hidden[after] = h;
    if (parameters.keepScale > 0.0) {
      let index = (position * H + unit) / 4u;
      dropped[index] = h * unpack4x8unorm(masks[index]) * parameters.keepScale;
    }
  }
}`;
}
