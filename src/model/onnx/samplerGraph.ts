import { GraphBuilder, int, type Value } from './graphBuilder';
import { type Precision, RecurrentStep, stateTensorNames, type WeightedModel } from './recurrentStep';
import { appendScan, type TypedValue, typedInput } from './scan';

export interface SamplerGraphOptions {
  readonly precision: Precision;
  /** Adds the inputs topK and topP. Sorting costs, so the graph without them is one of its own. */
  readonly truncated: boolean;
}

/**
 * A graph that writes N characters of B texts: a Scan whose body reads the last character, draws the next and hands it
 * to the following step, so that one run makes many characters.
 *
 * A draw from softmax(logits / T) is argmax(logits + T·G) with Gumbel noise G = −ln(−ln u) for uniform u (Gumbel 1954;
 * Maddison, Tarlow and Minka, "A* Sampling", 2014). Scaling the noise instead of the logits makes temperature 0 the
 * argmax without being a case of its own. The noise of all steps is made at once outside the Scan and enters as the
 * bias of the output layer, so that a draw costs a single further operator.
 *
 * Inputs:
 * - `token` int64 [B]: the last character of each text, not yet read;
 * - the states before it, `layer0.h.in`, …: float32 [B, H];
 * - `uniforms` float32 [N, B, W]: numbers in (0, 1); W is V or, if truncated, topK;
 * - `temperature` float32 [];
 * - `bans` float32 [B, V]: 0, or −∞ for a character that must not be drawn;
 * - if truncated, `topK` int64 [1] and `topP` float32 [].
 *
 * Outputs: `tokens` int64 [N, B], and the states after reading all but the last of them, `layer0.h.out`, ….
 */
export function buildSamplerGraph(model: WeightedModel, options: SamplerGraphOptions): Uint8Array {
  const graph = new GraphBuilder();
  const step = new RecurrentStep(graph, model, options.precision);
  const { vocabularySize: V, hiddenSize: H } = model.configuration;
  const names = stateTensorNames(model.configuration);
  const token = typedInput(graph, 'token', 'int64', ['B']);
  const states = names.map((name) => typedInput(graph, `${name}.in`, 'float32', ['B', H]));
  const bias = graph.node('Add', ['output.bias', graph.input('bans', 'float32', ['B', V])]);
  const width = options.truncated ? 'W' : V;
  const noise = scaledGumbelNoise(graph, width);
  const stepNoise: TypedValue = {
    value: options.truncated ? noise : graph.node('Add', [noise, bias]),
    type: 'float32',
    shape: ['B', width],
  };
  const drawTruncated = options.truncated ? truncatedDraw(graph) : undefined;

  const results = appendScan(graph, [token, ...states], [stepNoise], (body, [last, ...before], [elements]) => {
    const { top, state } = step.append(body, last!, before);
    const drawn =
      drawTruncated === undefined
        ? argmax(body, step.logits(body, top, elements!))
        : drawTruncated(body, step.logits(body, top, bias), elements!);
    return { states: [drawn, ...state], stacked: [{ value: drawn, type: 'int64', shape: ['B'] }] };
  });

  for (const [i, name] of names.entries()) {
    graph.output(graph.node('Identity', [results[1 + i]!], { output: `${name}.out` }), 'float32', ['B', H]);
  }
  graph.output(graph.node('Identity', [results.at(-1)!], { output: 'tokens' }), 'int64', ['N', 'B']);
  return graph.toModel();
}

/** T·G = (−T)·ln(−ln u), shaped as `uniforms`. */
function scaledGumbelNoise(graph: GraphBuilder, width: number | string): Value {
  const uniforms = graph.input('uniforms', 'float32', ['N', 'B', width]);
  const temperature = graph.input('temperature', 'float32', []);
  const exponential = graph.node('Neg', [graph.node('Log', [uniforms])]);
  return graph.node('Mul', [graph.node('Log', [exponential]), graph.node('Neg', [temperature])]);
}

/** Appends to a body the draw of one character a row: logits [B, V], noise [B, W], result int64 [B]. */
type Draw = (body: GraphBuilder, logits: Value, noise: Value) => Value;

/**
 * Draws from the topK most likely characters, and of these from the fewest whose probabilities at this temperature add
 * up to topP (Holtzman et al., "The Curious Case of Neural Text Degeneration", 2020). The noise goes by rank.
 */
function truncatedDraw(graph: GraphBuilder): Draw {
  const topK = graph.input('topK', 'int64', [1]);
  const topP = graph.input('topP', 'float32', []);
  const inverseTemperature = graph.node('Reciprocal', [
    graph.node('Max', ['temperature', graph.scalar(smallestTemperature)]),
  ]);
  return (body, logits, noise) => {
    const [best, ids] = body.nodeMany('TopK', [logits, topK], 2) as [Value, Value];
    const probabilities = body.node('Softmax', [body.node('Mul', [best, inverseTemperature])]);
    const before = body.node('CumSum', [probabilities, lastAxis(body)], { attributes: { exclusive: int(1) } });
    const scores = body.node('Add', [best, noise]);
    const kept = body.node('Where', [body.node('Less', [before, topP]), scores, body.scalar(-Infinity)]);
    const rank = argmax(body, kept, true);
    return body.node('Squeeze', [body.node('GatherElements', [ids, rank], axis1), body.ints(1)]);
  };
}

/** Below this, topP sees the distribution as if it were this cold, which leaves one character except for ties. */
const smallestTemperature = 1e-4;
const axis1 = { attributes: { axis: int(1) } };

function lastAxis(graph: GraphBuilder): Value {
  return graph.constant(Int32Array.of(1), []);
}

/** Of values [B, W] the place of the largest in each row: int64 [B], or [B, 1] with `keepdims`. */
function argmax(body: GraphBuilder, values: Value, keepdims = false): Value {
  return body.node('ArgMax', [values], { attributes: { axis: int(1), keepdims: int(keepdims ? 1 : 0) } });
}
