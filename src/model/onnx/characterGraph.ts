import { GraphBuilder, int } from './graphBuilder';
import { RecurrentStep, stateTensorNames, type WeightedModel } from './recurrentStep';

/**
 * A graph that reads one character of one text, for programs that draw the next one themselves: what sampling inside
 * the graph is measured against. All states travel as one tensor, because each tensor that crosses into JavaScript
 * costs more than some of the operators.
 *
 * Inputs: `token` int64 [1], `state` float32 [1, S·H] with the S tensors of `stateTensorNames` side by side.
 * Outputs: `logits` float32 [1, V], `nextState` float32 [1, S·H].
 */
export function buildCharacterGraph(model: WeightedModel): Uint8Array {
  const graph = new GraphBuilder();
  const step = new RecurrentStep(graph, model, 'float32');
  const { hiddenSize: H, vocabularySize: V } = model.configuration;
  const S = stateTensorNames(model.configuration).length;
  const token = graph.input('token', 'int64', [1]);
  const packed = graph.input('state', 'float32', [1, S * H]);
  const { top, state } = step.append(graph, token, graph.split(packed, new Array<number>(S).fill(H), 1));
  graph.output(graph.node('Concat', state, { attributes: { axis: int(1) }, output: 'nextState' }), 'float32', [
    1,
    S * H,
  ]);
  graph.output(graph.node('Identity', [step.logits(graph, top, 'output.bias')], { output: 'logits' }), 'float32', [
    1,
    V,
  ]);
  return graph.toModel();
}
