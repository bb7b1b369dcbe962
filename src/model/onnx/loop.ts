import type { GraphBuilder, Value } from './graphBuilder';
import type { TypedValue } from './scan';

/** What the body of a loop computes in one step. */
export interface LoopStep {
  /** bool [1]: whether there is another step after this one. */
  readonly goesOn: Value;
  /** The states for the next step, as many and of the same types as those that came in. */
  readonly states: readonly Value[];
  /** What to stack up along a new first axis. */
  readonly stacked: readonly TypedValue[];
}

/**
 * Appends ONNX's Loop: runs `step` until it says that it is enough, and `most` times at most.
 *
 * @param most int64 [1]
 * @param states the states before the first step.
 * @param step builds the body from the number of the step, int64 [], and the names of the states.
 * @returns the states after the last step, then what was stacked.
 */
export function appendLoop(
  graph: GraphBuilder,
  most: Value,
  states: readonly TypedValue[],
  step: (body: GraphBuilder, index: Value, states: Value[]) => LoopStep,
): Value[] {
  const body = graph.subgraph();
  const index = body.input(body.uniqueName('step'), 'int64', []);
  body.input(body.uniqueName('goesOn'), 'bool', []);
  const before = states.map(({ value, type, shape }) => body.input(body.uniqueName(value), type, shape));
  const after = step(body, index, before);
  body.output(after.goesOn, 'bool', [1]);
  for (const [i, { type, shape }] of states.entries()) body.output(after.states[i]!, type, shape);
  for (const { value, type, shape } of after.stacked) {
    // A value may leave the body only once.
    body.output(after.states.includes(value) ? body.node('Identity', [value]) : value, type, shape);
  }
  const startsWithoutCondition = '';
  return graph.nodeMany(
    'Loop',
    [most, startsWithoutCondition, ...states.map(({ value }) => value)],
    states.length + after.stacked.length,
    { attributes: { body } },
  );
}
