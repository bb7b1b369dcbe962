import { type CellType, gateCount, type ModelConfiguration, stateNames } from '../lstm/configuration';
import { hiddenName } from '../lstm/hidden';
import { layerWeightName, type Weights } from '../lstm/weights';
import { quantizeInBlocks } from './blockQuantization';
import { type Attribute, type GraphBuilder, int, type Value } from './graphBuilder';

/** How the products of a step are computed: as they are, or with 8-bit weights and activations. */
export type Precision = 'float32' | 'int8';

/** What a graph is built from. */
export interface WeightedModel {
  readonly configuration: ModelConfiguration;
  readonly weights: Weights;
}

/** The names of the state tensors in the order in which graphs take and give them: `layer0.h`, `layer0.c`, … */
export function stateTensorNames({ cellType, numLayers }: ModelConfiguration): string[] {
  return Array.from({ length: numLayers }, (_, layer) =>
    stateNames(cellType).map((state) => hiddenName(layer, state)),
  ).flat();
}

/**
 * One character through all layers in plain operators, for graphs that have to look at each character before the next:
 * there, one product a layer of [below, h] with the stacked weights [W; R] is faster than ONNX's LSTM operator. The
 * first layer's product with the one-hot character is a row of its weights; its bias is folded into that table.
 */
export class RecurrentStep {
  private readonly cell: StepCell;
  /** Of the products in 8 bits, by the names of their weights. */
  private readonly productShapes = new Map<string, { K: number; N: number; blockSize: number }>();

  /** Adds the weights to `graph`; {@link append} then works in it and in its subgraphs. */
  constructor(
    private readonly graph: GraphBuilder,
    private readonly model: WeightedModel,
    private readonly precision: Precision,
  ) {
    this.cell = cells[model.configuration.cellType];
    for (let layer = 0; layer < model.configuration.numLayers; layer++) this.addLayerWeights(layer);
    const { hiddenSize: H, vocabularySize: V } = model.configuration;
    graph.initializer('output.weights', this.weight('output.weights'), [H, V]);
    graph.initializer('output.bias', this.weight('output.bias'), [V]);
  }

  /**
   * @param token int64 [B]
   * @param state each [B, H], in the order of {@link stateTensorNames}.
   * @returns the new state, and what the output layer sees: `top` [B, H].
   */
  append(body: GraphBuilder, token: Value, state: readonly Value[]): { top: Value; state: Value[] } {
    const { hiddenSize: H, numLayers, cellType } = this.model.configuration;
    const width = stateNames(cellType).length;
    const next: Value[] = [];
    let below: Value | undefined;
    for (let layer = 0; layer < numLayers; layer++) {
      const input = below;
      const preActivation = (block: number, h: Value) =>
        input === undefined
          ? this.firstPreActivation(body, block, h, token)
          : this.preActivation(body, layer, block, input, h);
      const states = this.cell.update(body, preActivation, state.slice(layer * width, (layer + 1) * width), H);
      next.push(...states);
      below = states[0]!;
    }
    return { top: below!, state: next };
  }

  /** Scores of the next character [B, V], with `bias` ([V] or [B, V]) added. */
  logits(body: GraphBuilder, top: Value, bias: Value): Value {
    return body.node('Gemm', [top, 'output.weights', bias]);
  }

  private firstPreActivation(body: GraphBuilder, block: number, h: Value, token: Value): Value {
    const row = body.node('Gather', [`characters.${block}`, token]);
    const name = productName(0, block);
    if (this.precision === 'float32') return body.node('Gemm', [h, name, row]);
    return body.node('Add', [this.integerProduct(body, h, 0, block), row]);
  }

  private preActivation(body: GraphBuilder, layer: number, block: number, below: Value, h: Value): Value {
    const x = body.node('Concat', [below, h], { attributes: { axis: int(1) } });
    const name = productName(layer, block);
    if (this.precision === 'float32') return body.node('Gemm', [x, name, `${name}.bias`]);
    return this.integerProduct(body, x, layer, block, `${name}.bias`);
  }

  /** Rounds each row of `x` to 8 bits, block by block, and multiplies in integers. */
  private integerProduct(body: GraphBuilder, x: Value, layer: number, block: number, bias?: Value): Value {
    const { K, N, blockSize } = this.productShapes.get(productName(layer, block))!;
    const name = productName(layer, block);
    const attributes: Record<string, Attribute> = {
      K: int(K),
      N: int(N),
      bits: int(8),
      block_size: int(blockSize),
      accuracy_level: int(4),
    };
    const inputs = [x, name, `${name}.scales`, ...(bias === undefined ? [] : ['', '', bias])];
    return body.node('MatMulNBits', inputs, { domain: 'com.microsoft', attributes });
  }

  private addLayerWeights(layer: number): void {
    const { configuration } = this.model;
    const { hiddenSize: H, vocabularySize: V, cellType } = configuration;
    const GH = gateCount(cellType) * H;
    const bias = this.weight(layerWeightName(layer, 'bias'));
    const input = this.weight(layerWeightName(layer, 'inputWeights'));
    const recurrent = this.weight(layerWeightName(layer, 'recurrentWeights'));
    for (const [block, columns] of this.cell.blocks(H).entries()) {
      const N = columns.end - columns.start;
      const take = (rows: Float32Array, count: number) => takeColumns(rows, count, GH, columns);
      const blockBias = take(bias, 1);
      const R = take(recurrent, H);
      if (layer === 0) {
        const table = take(input, V).map((value, i) => value + blockBias[i % N]!);
        this.graph.initializer(`characters.${block}`, table, [V, N]);
        this.addProduct(productName(layer, block), R, H, N);
      } else {
        const stacked = new Float32Array(2 * H * N);
        stacked.set(take(input, H));
        stacked.set(R, H * N);
        this.addProduct(productName(layer, block), stacked, 2 * H, N);
        this.graph.initializer(`${productName(layer, block)}.bias`, blockBias, [N]);
      }
    }
  }

  private addProduct(name: string, matrix: Float32Array, K: number, N: number): void {
    if (this.precision === 'float32') {
      this.graph.initializer(name, matrix, [K, N]);
      return;
    }
    const { values, scales, blockSize } = quantizeInBlocks(matrix, K, N);
    this.graph.initializer(name, values, [N, Math.ceil(K / blockSize), blockSize]);
    this.graph.initializer(`${name}.scales`, scales, [scales.length]);
    this.productShapes.set(name, { K, N, blockSize });
  }

  private weight(name: string): Float32Array {
    return this.model.weights.get(name)!.data;
  }
}

function productName(layer: number, block: number): string {
  return `layer${layer}.product${block}`;
}

/** Columns [start, end) of the gates that are computed together; those from `doubledFrom` on are doubled. */
interface ColumnBlock {
  readonly start: number;
  readonly end: number;
  readonly doubledFrom: number;
}

function takeColumns(matrix: Float32Array, rows: number, width: number, columns: ColumnBlock): Float32Array {
  const { start, end, doubledFrom } = columns;
  const result = new Float32Array(rows * (end - start));
  for (let row = 0, at = 0; row < rows; row++) {
    for (let column = start; column < end; column++, at++) {
      const value = matrix[row * width + column]!;
      result[at] = column < doubledFrom ? value : 2 * value;
    }
  }
  return result;
}

/** A cell as the blocks of gates that need a product each, and how states [B, H] follow from the pre-activations. */
interface StepCell {
  blocks(H: number): ColumnBlock[];
  update(
    graph: GraphBuilder,
    preActivation: (block: number, h: Value) => Value,
    state: readonly Value[],
    H: number,
  ): Value[];
}

const lstm: StepCell = {
  /** tanh(x) = 2σ(2x) − 1: with the columns of g doubled, one Sigmoid serves all four gates. */
  blocks: (H) => [{ start: 0, end: 4 * H, doubledFrom: 3 * H }],
  update(graph, preActivation, [h, c], H) {
    const gates = graph.node('Sigmoid', [preActivation(0, h!)]);
    const [i, o, f, s] = graph.split(gates, [H, H, H, H], 1) as [Value, Value, Value, Value];
    const g = graph.node('Sub', [graph.node('Add', [s, s]), graph.scalar(1)]);
    const nextC = graph.node('Add', [graph.node('Mul', [f, c!]), graph.node('Mul', [i, g])]);
    return [graph.node('Mul', [o, graph.node('Tanh', [nextC])]), nextC];
  },
};

const gru: StepCell = {
  blocks: (H) => [
    { start: 0, end: 2 * H, doubledFrom: 2 * H },
    { start: 2 * H, end: 3 * H, doubledFrom: 3 * H },
  ],
  /** h' = (1 − z)∘n + z∘h as n + z∘(h − n). */
  update(graph, preActivation, [h], H) {
    const gates = graph.node('Sigmoid', [preActivation(0, h!)]);
    const [z, r] = graph.split(gates, [H, H], 1) as [Value, Value];
    const n = graph.node('Tanh', [preActivation(1, graph.node('Mul', [r, h!]))]);
    return [graph.node('Add', [n, graph.node('Mul', [z, graph.node('Sub', [h!, n])])])];
  },
};

const rnn: StepCell = {
  blocks: (H) => [{ start: 0, end: H, doubledFrom: H }],
  update: (graph, preActivation, [h]) => [graph.node('Tanh', [preActivation(0, h!)])],
};

const cells: Record<CellType, StepCell> = { lstm, gru, rnn };
