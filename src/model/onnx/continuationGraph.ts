import { GraphBuilder, int, type Value } from './graphBuilder';
import { appendLoop } from './loop';
import { type Precision, RecurrentStep, stateTensorNames, type WeightedModel } from './recurrentStep';
import { type TypedValue, typedInput } from './scan';

export interface ContinuationGraphOptions {
  readonly precision: Precision;
  /** Adds the input `noise`: characters are drawn. Without it the likeliest is taken. */
  readonly noisy: boolean;
}

/**
 * A graph that continues one text for as long as it is likely enough: a Loop whose body reads the last character and
 * chooses the next. Unlike the sampler's, it stops by itself, which is what ghost text needs: most continuations are
 * over after a few characters.
 *
 * Inputs:
 * - `token` int64 [1]: the last character of the text, not yet read;
 * - the states before it, `layer0.h.in`, …: float32 [1, H];
 * - `most` int64 [1]: characters at most;
 * - `leastLogProbability` float32 [1]: it ends with the character at which the probability of all together falls below;
 * - `ends` bool [V]: the characters that end it;
 * - if noisy, `noise` float32 [most, V]: Gumbel noise times the temperature, as in the sampler's graph.
 *
 * Outputs, N being the number of characters, the one that ended it included:
 * - `tokens` int64 [N] and their `logProbabilities` float32 [N], each given those before, at temperature 1;
 * - `distribution` float32 [N, V]: the logarithms of the probabilities of all characters at each place.
 */
export function buildContinuationGraph(model: WeightedModel, options: ContinuationGraphOptions): Uint8Array {
  const graph = new GraphBuilder();
  const step = new RecurrentStep(graph, model, options.precision);
  const { vocabularySize: V, hiddenSize: H } = model.configuration;
  const token = typedInput(graph, 'token', 'int64', [1]);
  const names = stateTensorNames(model.configuration);
  const states = names.map((name) => typedInput(graph, `${name}.in`, 'float32', [1, H]));
  const most = graph.input('most', 'int64', [1]);
  const least = graph.input('leastLogProbability', 'float32', [1]);
  const ends = graph.input('ends', 'bool', [V]);
  const noise = options.noisy ? graph.input('noise', 'float32', ['M', V]) : undefined;
  const certain: TypedValue = { value: graph.constant(Float32Array.of(0), [1]), type: 'float32', shape: [1] };

  const results = appendLoop(graph, most, [token, certain, ...states], (body, index, [last, total, ...before]) => {
    const { top, state } = step.append(body, last!, before);
    const logits = step.logits(body, top, 'output.bias');
    const logProbabilities = body.node('LogSoftmax', [logits]);
    const scores = noise === undefined ? logits : body.node('Add', [logits, body.node('Gather', [noise, index])]);
    const [chosen, logProbability] = largest(body, scores, logProbabilities);
    const sum = body.node('Add', [total!, logProbability]);
    const likely = body.node('GreaterOrEqual', [sum, least]);
    const goesOn = body.node('And', [likely, body.node('Not', [body.node('Gather', [ends, chosen])])]);
    return {
      goesOn,
      states: [chosen, sum, ...state],
      stacked: [
        { value: chosen, type: 'int64', shape: [1] },
        { value: logProbability, type: 'float32', shape: [1] },
        { value: logProbabilities, type: 'float32', shape: [1, V] },
      ],
    };
  });

  const [tokens, logProbabilities, distribution] = results.slice(-3) as Value[];
  const outputs: [string, Value, TypedValue['type'], number[]][] = [
    ['tokens', tokens!, 'int64', [-1]],
    ['logProbabilities', logProbabilities!, 'float32', [-1]],
    ['distribution', distribution!, 'float32', [-1, V]],
  ];
  for (const [name, value, type, shape] of outputs) {
    graph.output(graph.reshape(value, shape, name), type, ['N', ...shape.slice(1)]);
  }
  return graph.toModel();
}

/** The character whose score is the largest, and the logarithm of its probability: [1] each, of scores [1, V]. */
function largest(body: GraphBuilder, scores: Value, logProbabilities: Value): [Value, Value] {
  const chosen = body.node('ArgMax', [scores], { attributes: { axis: int(1), keepdims: int(0) } });
  const place = body.node('Unsqueeze', [chosen, body.ints(1)]);
  const value = body.node('GatherElements', [logProbabilities, place], { attributes: { axis: int(1) } });
  return [chosen, body.node('Squeeze', [value, body.ints(1)])];
}
