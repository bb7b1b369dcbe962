import type { Extension } from './kernel';

/** Threads of a workgroup that adds up. */
export const groupSumThreads = 256;

/**
 * How a workgroup of 256 threads adds up a vec2f of each, as pieces of WGSL: a function `sumOverGroup`, to be called by
 * all threads with `arguments` behind the thread's own value, and the built-in values that `main` must take for it.
 *
 * With subgroups, each adds up by itself and the few sums of theirs are added by every thread: two barriers instead of nine.
 */
export function groupSum(subgroups: boolean) {
  return subgroups ? bySubgroups : byHalving;
}

interface GroupSum {
  readonly extensions: readonly Extension[];
  readonly functions: string;
  readonly builtins: string;
  readonly arguments: string;
}

const byHalving: GroupSum = {
  extensions: [],
  builtins: '',
  arguments: 'thread',
  functions: `
var<workgroup> sums: array<vec2f, ${groupSumThreads}>;
fn sumOverGroup(value: vec2f, thread: u32) -> vec2f {
  sums[thread] = value;
  workgroupBarrier();
  for (var distance = ${groupSumThreads / 2}u; distance > 0u; distance /= 2u) {
    if (thread < distance) { sums[thread] += sums[thread + distance]; }
    workgroupBarrier();
  }
  return workgroupUniformLoad(&sums[0]);
}`,
};

const bySubgroups: GroupSum = {
  extensions: ['subgroups'],
  builtins: `
  @builtin(subgroup_id) subgroup: u32,
  @builtin(subgroup_invocation_id) lane: u32,
  @builtin(num_subgroups) subgroups: u32,`,
  arguments: 'subgroup, lane, subgroups',
  functions: `
var<workgroup> sums: array<vec2f, ${groupSumThreads}>; // one of each subgroup, however small they are
fn sumOverGroup(value: vec2f, subgroup: u32, lane: u32, subgroups: u32) -> vec2f {
  let own = subgroupAdd(value);
  if (lane == 0u) { sums[subgroup] = own; }
  workgroupBarrier();
  var total = vec2f();
  for (var i = 0u; i < subgroups; i++) { total += sums[i]; }
  workgroupBarrier();
  return total;
}`,
};
