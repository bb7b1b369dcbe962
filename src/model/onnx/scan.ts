import { type Dimension, type ElementType, type GraphBuilder, int, type Value } from './graphBuilder';

/** A value with what a subgraph must declare of it. */
export interface TypedValue {
  readonly value: Value;
  readonly type: ElementType;
  readonly shape: readonly Dimension[];
}

/** Declares an input of a graph. */
export function typedInput(
  graph: GraphBuilder,
  name: string,
  type: TypedValue['type'],
  shape: TypedValue['shape'],
): TypedValue {
  return { value: graph.input(name, type, shape), type, shape };
}

/** What the body of a scan computes in one step. */
export interface ScanStep {
  /** The states for the next step, as many and of the same types as those that came in. */
  readonly states: readonly Value[];
  /** What to stack up along a new first axis. */
  readonly stacked: readonly TypedValue[];
}

/**
 * Appends ONNX's Scan: runs `step` once for each element along the first axis of the scanned values, from the first to
 * the last or, with `reverse`, from the last to the first; what is stacked keeps the order of the elements.
 *
 * @param states the states before the first step.
 * @param scanned values of one step: `shape` leaves out the first axis of `value`.
 * @param step builds the body from the names of the states and of this step's elements.
 * @returns the states after the last step, then what was stacked.
 */
export function appendScan(
  graph: GraphBuilder,
  states: readonly TypedValue[],
  scanned: readonly TypedValue[],
  step: (body: GraphBuilder, states: Value[], elements: Value[]) => ScanStep,
  reverse = false,
): Value[] {
  const body = graph.subgraph();
  const declare = ({ value, type, shape }: TypedValue) => body.input(body.uniqueName(value), type, shape);
  const before = states.map(declare);
  const elements = scanned.map(declare);
  const after = step(body, before, elements);
  for (const [i, { type, shape }] of states.entries()) body.output(after.states[i]!, type, shape);
  for (const { value, type, shape } of after.stacked) {
    // A value may leave the body only once.
    body.output(after.states.includes(value) ? body.node('Identity', [value]) : value, type, shape);
  }
  return graph.nodeMany(
    'Scan',
    [...states, ...scanned].map(({ value }) => value),
    states.length + after.stacked.length,
    { attributes: { body, num_scan_inputs: int(scanned.length), ...(reverse && backwards(scanned, after.stacked)) } },
  );
}

function backwards(scanned: readonly unknown[], stacked: readonly unknown[]): Record<string, number[]> {
  return { scan_input_directions: scanned.map(() => 1), scan_output_directions: stacked.map(() => 1) };
}
