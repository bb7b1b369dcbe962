import { kernel } from './kernel';

export const dropoutMaskThreads = 32;

/**
 * The dropout masks of a step, bit for bit those of `fillDropoutMask` in `src/model/lstm/dropoutMask.ts`: the mask of a
 * layer and stream is the sequence of bytes that xoshiro128** (Blackman and Vigna, 2021) gives from a state of its own,
 * compared with a threshold. One thread draws one mask, so that the backward pass and a resumed run find the same one.
 *
 * - states [L · B]: the four words of each generator, little enough to be seeded on the CPU
 * - masks [L, T, B, stride / 4] u32: bytes 255 (kept) or 0; `units` of each row's bytes are drawn
 */
export const dropoutMasks = kernel(
  'dropoutMasks',
  { states: 'read array<u32>', masks: 'write array<u32>' },
  { layers: 'u32', streams: 'u32', steps: 'u32', units: 'u32', stride: 'u32', threshold: 'u32' },
  `
var<private> state: vec4u;
var<private> left_over: u32;       // bytes drawn and not yet used, the next one lowest
var<private> left_over_count: u32; // 0 to 3

fn rotateLeft(word: u32, bits: u32) -> u32 { return (word << bits) | (word >> (32u - bits)); }

fn nextWord() -> u32 {
  let result = rotateLeft(state.y * 5u, 7u) * 9u;
  let shifted = state.y << 9u;
  state.z ^= state.x;
  state.w ^= state.y;
  state.y ^= state.z;
  state.x ^= state.w;
  state.z ^= shifted;
  state.w = rotateLeft(state.w, 11u);
  return result;
}

// The next 1 to 4 bytes of the sequence, the first one lowest; what is above them means nothing.
fn takeBytes(count: u32) -> u32 {
  if (left_over_count >= count) {
    let bytes = left_over;
    left_over >>= 8u * count;
    left_over_count -= count;
    return bytes;
  }
  let word = nextWord();
  let bytes = left_over | (word << (8u * left_over_count));
  let used = count - left_over_count;
  left_over = select(0u, word >> (8u * (used % 4u)), used < 4u);
  left_over_count = 4u - used;
  return bytes;
}

// 255 in each byte under the threshold, 0 in the others, two bytes at a time: 255 + threshold − byte reaches bit 8.
fn compare(bytes: u32) -> u32 {
  let lanes = (255u + parameters.threshold) * 0x00010001u;
  let even = lanes - (bytes & 0x00ff00ffu);
  let odd = lanes - ((bytes >> 8u) & 0x00ff00ffu);
  return (((even >> 8u) & 0x00010001u) | (odd & 0x01000100u)) * 255u;
}

@compute @workgroup_size(${dropoutMaskThreads})
fn main(@builtin(global_invocation_id) id: vec3u) {
  let B = parameters.streams;
  if (id.x >= parameters.layers * B) { return; }
  let rowWords = parameters.stride / 4u;
  let layer = id.x / B;
  let stream = id.x % B;
  state = vec4u(states[4u * id.x], states[4u * id.x + 1u], states[4u * id.x + 2u], states[4u * id.x + 3u]);
  for (var t = 0u; t < parameters.steps; t++) {
    let row = ((layer * parameters.steps + t) * B + stream) * rowWords;
    for (var unit = 0u; unit < parameters.units; unit += 4u) {
      masks[row + unit / 4u] = compare(takeBytes(min(4u, parameters.units - unit)));
    }
  }
}`,
);
