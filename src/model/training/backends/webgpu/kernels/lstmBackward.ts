import { activations } from './activations';
import { constants, kernel, unroll } from './kernel';
import type { StepTiles } from './lstmForward';

/**
 * One time step of an LSTM backward, of one layer for each z of the workgroup's id: the gradient by the state h(t), and
 * from it those by the gates, which replace the gates themselves. With da(t + 1) [B, H] vec4f as left by the step after:
 *
 *     dh = mask ∘ dAbove(t) / keepProbability + da(t+1)·Rᵀ      dc = dh∘o∘(1 − tanh²c(t)) + dc(t+1)∘f(t+1)
 *     da_i = dc∘g∘i(1−i)   da_o = dh∘tanh(c)∘o(1−o)   da_f = dc∘c(t−1)∘f(1−f)   da_g = dc∘i∘(1−g²)
 *
 * - weights: recurrent ones [L, H, H] vec4f; gates [L, T, B, H] vec4f, in i, o, f, g, out da
 * - cells [L, T + 1, B, H]; above [L, T, B, H]: the gradient by what the layer hands up
 * - cellGradients [L, B, H]: dc(t+1)∘f(t+1), from call to call; masks [L, T, B, H] bytes, 0 or 255, where keepScale is not 0
 *
 * The top layer works on step T − 1 − `diagonal`; each layer below it lags `lag` steps behind the one above.
 */
export function lstmBackward(tiles: StepTiles) {
  return kernel(
    'lstmBackward',
    {
      weights: 'read array<vec4f>',
      gates: 'write array<vec4f>',
      cells: 'read array<vec4f>',
      above: 'read array<vec4f>',
      cellGradients: 'write array<vec4f>',
      masks: 'read array<u32>',
    },
    {
      ...{ streams: 'u32', steps: 'u32', units: 'u32', layers: 'u32', diagonal: 'u32', lag: 'u32' },
      ...{ firstLayer: 'u32', keepScale: 'f32' },
    },
    body(tiles),
  );
}

function body({ streams, units, depth, threadStreams, threadUnits, depthSplit }: StepTiles): string {
  const [across, down] = [units / threadUnits, streams / threadStreams];
  const threads = across * down * depthSplit;
  const quads = threadUnits / 4;
  const memory = Math.max(depth * (streams + units + 2), (depthSplit * streams * units) / 4);
  const dot4 = (x: string, r: string, sum: string) =>
    `fma(${x}.x, ${r}.x, fma(${x}.y, ${r}.y, fma(${x}.z, ${r}.z, fma(${x}.w, ${r}.w, ${sum}))))`;
  return `
${constants({ STREAMS: streams, UNITS: units, DEPTH: depth, DEPTH_SPLIT: depthSplit })}
${constants({ ACROSS: across, DOWN: down, THREADS: threads, THREAD_UNITS: threadUnits })}
// Rows are one vec4f longer than they need be, so that threads that write a column hit different memory banks.
${constants({ GATE_ROW: streams + 1, WEIGHT_ROW: units + 1, WEIGHT_TILE: depth * (streams + 1) })}
// First a tile of da [DEPTH][GATE_ROW] and one of R [DEPTH][WEIGHT_ROW]; then dh [DEPTH_SPLIT][STREAMS][UNITS / 4].
var<workgroup> tile: array<vec4f, ${memory}>;
${activations}

fn loadTiles(gateBase: u32, weightBase: u32, firstStream: u32, start: u32, thread: u32) {
  let H = parameters.units;
  let last = parameters.streams - 1u; // streams beyond the last repeat it; their results are not stored
  for (var item = thread; item < DEPTH * STREAMS; item += THREADS) {
    let k = item % DEPTH;
    let row = item / DEPTH;
    tile[k * GATE_ROW + row] = gates[(gateBase + min(firstStream + row, last)) * H + start + k];
  }
  for (var item = thread; item < DEPTH * UNITS; item += THREADS) {
    let k = item % DEPTH;
    let row = item / DEPTH;
    tile[WEIGHT_TILE + k * WEIGHT_ROW + row] = weights[weightBase + row * H + start + k];
  }
}

@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let B = parameters.streams;
  let H = parameters.units;
  let layer = parameters.firstLayer + group.z;
  let t = parameters.steps - 1u - (parameters.diagonal - (parameters.layers - 1u - layer) * parameters.lag);
  let last = t == parameters.steps - 1u;
  let firstUnit = group.x * UNITS;
  let firstStream = group.y * STREAMS;
  let split = thread / (ACROSS * DOWN);
  let x = thread % ACROSS;
  let y = thread / ACROSS % DOWN;
  ${unroll(threadStreams, (i) => unroll(threadUnits, (j) => `var d${i}_${j} = 0.0f;`))}
  if (!last) {
    let gateBase = (layer * parameters.steps + t + 1u) * B;
    let weightBase = (layer * H + firstUnit) * H;
    for (var start = 0u; start < H; start += DEPTH) {
      loadTiles(gateBase, weightBase, firstStream, start, thread);
      workgroupBarrier();
      for (var step = 0u; step < DEPTH / DEPTH_SPLIT; step++) {
        let k = split * (DEPTH / DEPTH_SPLIT) + step;
        ${unroll(threadStreams, (i) => `let a${i} = tile[k * GATE_ROW + y + ${i}u * DOWN];`)}
        ${unroll(threadUnits, (j) => `let r${j} = tile[WEIGHT_TILE + k * WEIGHT_ROW + x * THREAD_UNITS + ${j}u];`)}
        ${unroll(threadStreams, (i) =>
          unroll(threadUnits, (j) => `d${i}_${j} = ${dot4(`a${i}`, `r${j}`, `d${i}_${j}`)};`),
        )}
      }
      workgroupBarrier();
    }
  }
  ${unroll(threadStreams, (i) =>
    unroll(quads, (j) => {
      const values = [0, 1, 2, 3].map((k) => `d${i}_${4 * j + k}`).join(', ');
      return `tile[(split * STREAMS + y + ${i}u * DOWN) * (UNITS / 4u) + x * ${quads}u + ${j}u] = vec4f(${values});`;
    }),
  )}
  workgroupBarrier();
  // Four neighbouring units of a stream a thread.
  for (var item = thread; item < STREAMS * UNITS / 4u; item += THREADS) {
    let row = item / (UNITS / 4u);
    let stream = firstStream + row;
    if (stream >= B) { continue; }
    let unit = firstUnit + item % (UNITS / 4u) * 4u;
    let position = (layer * parameters.steps + t) * B + stream;
    let index = (position * H + unit) / 4u;
    var dh = above[index];
    if (parameters.keepScale > 0.0) { dh *= unpack4x8unorm(masks[index]) * parameters.keepScale; }
    for (var part = 0u; part < DEPTH_SPLIT; part++) {
      dh += tile[(part * STREAMS + row) * (UNITS / 4u) + item % (UNITS / 4u)];
    }
    let before = (((layer * (parameters.steps + 1u) + t) * B + stream) * H + unit) / 4u;
    let c = cells[before];
    let tanhC = hyperbolicTangent(cells[before + B * H / 4u]);
    let carried = ((layer * B + stream) * H + unit) / 4u;
    var dcAfter = vec4f();
    if (!last) { dcAfter = cellGradients[carried]; }
    var dcBefore = vec4f();
    for (var j = 0u; j < 4u; j++) {
      let gate = gates[position * H + unit + j];
      let i = gate.x; let o = gate.y; let f = gate.z; let g = gate.w;
      let dc = dh[j] * o * (1.0 - tanhC[j] * tanhC[j]) + dcAfter[j];
      let da = vec4f(
        dc * g * i * (1.0 - i),
        dh[j] * tanhC[j] * o * (1.0 - o),
        dc * c[j] * f * (1.0 - f),
        dc * i * (1.0 - g * g));
      gates[position * H + unit + j] = da;
      dcBefore[j] = dc * f;
    }
    cellGradients[carried] = dcBefore;
  }
}`;
}
