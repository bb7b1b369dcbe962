import { kernel } from './kernel';

export const carryThreads = 256;

/**
 * Moves the recurrent state between steps of training: at the start of a step from `carried` into slot 0, times 0 for a
 * stream that starts again; at its end (`store` 1) from the last slot into `carried`.
 *
 * - hidden, cells [L, T + 1, B, H]; carried [2, L, B, H], h before c; carry [B]
 *
 * x of the global id is the vec4 in a layer's [B, H], y the layer.
 */
export const carryState = kernel(
  'carryState',
  {
    carry: 'read array<f32>',
    carried: 'write array<vec4f>',
    hidden: 'write array<vec4f>',
    cells: 'write array<vec4f>',
  },
  { streams: 'u32', steps: 'u32', units: 'u32', layers: 'u32', store: 'u32' },
  `
@compute @workgroup_size(${carryThreads})
fn main(@builtin(global_invocation_id) id: vec3u) {
  let rowLength = parameters.units / 4u;
  let length = parameters.streams * rowLength;
  if (id.x >= length) { return; }
  let slot = id.y * (parameters.steps + 1u) * length + id.x;
  let h = id.y * length + id.x;
  let c = h + parameters.layers * length;
  if (parameters.store != 0u) {
    carried[h] = hidden[slot + parameters.steps * length];
    carried[c] = cells[slot + parameters.steps * length];
  } else if (carry[id.x / rowLength] == 0.0) {
    hidden[slot] = vec4f();
    cells[slot] = vec4f();
  } else {
    hidden[slot] = carried[h];
    cells[slot] = carried[c];
  }
}`,
);
