import { lastSteps } from './forwardGraph';
import { GraphBuilder } from './graphBuilder';
import { type Precision, RecurrentStep, stateTensorNames, type WeightedModel } from './recurrentStep';
import { appendScan, type TypedValue, typedInput } from './scan';

/**
 * A graph that reads T characters of B texts by the same step, in the same arithmetic, as the sampler's.
 *
 * Inputs: `tokens` int64 [T, B], the states before them, `layer0.h.in`, …: float32 [B, H], and `lastSteps` int64 [1].
 * Outputs: `logits` float32 [S, B, V] of the character after each of the last S = `lastSteps` steps, and the states
 * `layer0.h.out`, ….
 */
export function buildTeacherForcedGraph(model: WeightedModel, precision: Precision): Uint8Array {
  const graph = new GraphBuilder();
  const step = new RecurrentStep(graph, model, precision);
  const { vocabularySize: V, hiddenSize: H } = model.configuration;
  const names = stateTensorNames(model.configuration);
  const states = names.map((name) => typedInput(graph, `${name}.in`, 'float32', ['B', H]));
  const tokens: TypedValue = { value: graph.input('tokens', 'int64', ['T', 'B']), type: 'int64', shape: ['B'] };
  const results = appendScan(graph, states, [tokens], (body, before, [token]) => {
    const { top, state } = step.append(body, token!, before);
    return { states: state, stacked: [{ value: top, type: 'float32', shape: ['B', H] }] };
  });
  for (const [i, name] of names.entries()) {
    graph.output(graph.node('Identity', [results[i]!], { output: `${name}.out` }), 'float32', ['B', H]);
  }
  const tops = lastSteps(graph, results[names.length]!);
  const product = graph.node('MatMul', [tops, 'output.weights']);
  graph.output(graph.node('Add', [product, 'output.bias'], { output: 'logits' }), 'float32', ['S', 'B', V]);
  return graph.toModel();
}
