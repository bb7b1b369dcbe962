import { InferenceSession, Tensor } from 'onnxruntime-node';
import { expect, it } from 'vitest';
import { type CellType, cellTypes } from '../../../src/model/lstm/configuration';
import { hiddenName } from '../../../src/model/lstm/hidden';
import { forward } from '../../../src/model/lstm/reference';
import { GraphBuilder, int } from '../../../src/model/onnx/graphBuilder';
import { randomCase } from './randomCase';

const [V, H, B, T] = [7, 5, 3, 6] as const;

function transposed(data: Float32Array, rows: number, columns: number): Float32Array {
  return Float32Array.from({ length: data.length }, (_, i) => data[(i % rows) * columns + Math.floor(i / rows)]!);
}

/** ONNX keeps two biases, one for x·W and one for h·R, and weights with the gates along the first axis. */
function operatorGraph(cellType: CellType, weights: ReturnType<typeof randomCase>['weights']): Uint8Array {
  const get = (kind: string) => weights.get(`layer0.${kind}`)!.data;
  const GH = get('bias').length;
  const graph = new GraphBuilder();
  const operator = cellType.toUpperCase();
  const states = cellType === 'lstm' ? ['h', 'c'] : ['h'];
  const inputs = [
    graph.input('x', 'float32', [T, B, V]),
    graph.initializer('W', transposed(get('inputWeights'), V, GH), [1, GH, V]),
    graph.initializer('R', transposed(get('recurrentWeights'), H, GH), [1, GH, H]),
    graph.initializer('bias', Float32Array.from([...get('bias'), ...new Float32Array(GH)]), [1, 2 * GH]),
    '',
    ...states.map((state) => graph.input(state, 'float32', [1, B, H])),
  ];
  const results = graph.nodeMany(operator, inputs, 1 + states.length, { attributes: { hidden_size: int(H) } });
  for (const state of results.slice(1)) graph.output(state, 'float32', [1, B, H]);
  return graph.toModel();
}

it.each(cellTypes)('%s computes what the ONNX operator of that name computes', async (cellType) => {
  const example = randomCase({
    cellType,
    vocabularySize: V,
    hiddenSize: H,
    numLayers: 1,
    batchSize: B,
    sequenceLength: T,
  });
  const { configuration, weights, batch, hidden, options } = example;
  const session = await InferenceSession.create(operatorGraph(cellType, weights), { logSeverityLevel: 3 });
  const x = new Float32Array(T * B * V);
  for (const [position, character] of batch.inputs.entries()) x[position * V + character] = 1;
  const feeds: Record<string, Tensor> = { x: new Tensor(x, [T, B, V]) };
  const states = cellType === 'lstm' ? (['h', 'c'] as const) : (['h'] as const);
  for (const state of states) feeds[state] = new Tensor(hidden.get(hiddenName(0, state))!.data, [1, B, H]);
  const results = Object.values(await session.run(feeds));
  await session.release();

  const { hidden: expected } = forward(configuration, weights, batch, hidden, options);
  for (const [i, state] of states.entries()) {
    const data = results[i]!.data as Float32Array;
    for (const [j, value] of expected.get(hiddenName(0, state))!.data.entries()) expect(data[j]).toBeCloseTo(value, 5);
  }
});
