import { threadsAsleep } from '../../model/onnx/threadsAsleep';
import { median } from '../../model/statistics';
import type { TrainingBackend } from '../../model/training/backend';
import { OnnxBackend } from '../../model/training/backends/onnx/onnxBackend';
import { TensorFlowBackend } from '../../model/training/backends/tensorflow/tensorFlowBackend';
import { markdownTable } from '../table';
import type { BenchmarkResult } from './benchmark';
import type { Peer } from './peer';
import {
  batchOf,
  learningRate,
  loadFresh,
  nameOf,
  type Shape,
  settingsOf,
  stepsPerRound,
  timed,
  vocabularySize,
} from './trainingShapes';

interface Measurement extends Shape {
  /** Milliseconds a step. */
  readonly tensorflow: number;
  readonly onnx: number;
  readonly pytorch: number | null;
  /** The medians of the rounds' own ratios. */
  readonly besideOnnx: number;
  readonly besidePytorch: number | null;
}

/** Training steps of TensorFlow, on its GPU if it has one, beside ONNX Runtime on the CPU and PyTorch on the same device. */
export async function measureTensorFlow(
  shapes: readonly Shape[],
  {
    rounds,
    threads,
    peer,
    progress,
  }: {
    readonly rounds: number;
    readonly threads: number;
    readonly peer: Peer | null;
    readonly progress: (line: string) => void;
  },
): Promise<BenchmarkResult> {
  const results: Measurement[] = [];
  let device = '';
  for (const shape of shapes) {
    const settings = settingsOf(shape);
    const tensorflow = await TensorFlowBackend.create(settings, { threads, cpu: true });
    const onnx = await OnnxBackend.create(settings, { threads });
    device = tensorflow.device;
    progress(`${nameOf(shape)} on ${device} …`);
    try {
      const onGpu = tensorflow.device.startsWith('GPU');
      results.push(await measureShape(shape, { tensorflow, onnx }, rounds, await peerOn(peer, shape, onGpu)));
    } finally {
      await tensorflow.dispose();
      await onnx.dispose();
    }
  }
  const markdown = `TensorFlow's device: ${device}.\n\n${report(results)}`;
  return { markdown, json: { device, shapes: results }, section: 'training-tensorflow' };
}

/** The peer with the model loaded on the device that TensorFlow has too; null where it has none such. */
async function peerOn(peer: Peer | null, shape: Shape, onGpu: boolean): Promise<Peer | null> {
  if (peer === null) return null;
  if (onGpu && (await peer.ask<{ cuda: string | null }>({ devices: true })).cuda === null) return null;
  await peer.ask({ load: nameOf(shape), vocabularySize, device: onGpu ? 'cuda' : 'cpu', ...shape });
  return peer;
}

async function measureShape(
  shape: Shape,
  backends: Readonly<Record<'tensorflow' | 'onnx', TrainingBackend>>,
  rounds: number,
  peer: Peer | null,
): Promise<Measurement> {
  const settings = settingsOf(shape);
  const batch = batchOf(settings);
  for (const backend of Object.values(backends)) await loadFresh(backend, settings);
  const steps = stepsPerRound(shape);
  const times = { tensorflow: [] as number[], onnx: [] as number[], pytorch: [] as number[] };
  const timeSteps = async (backend: TrainingBackend) =>
    median(await timed(steps, () => backend.step(batch, learningRate)));
  for (let round = -1; round < rounds; round++) {
    const tensorflow = await timeSteps(backends.tensorflow);
    await threadsAsleep();
    const answer = await peer?.ask<{ milliseconds: number[] }>({ run: nameOf(shape), steps });
    const onnx = await timeSteps(backends.onnx);
    if (round < 0) continue; // warms up
    times.tensorflow.push(tensorflow);
    times.onnx.push(onnx);
    if (answer) times.pytorch.push(median(answer.milliseconds));
  }
  const beside = (others: readonly number[]) => median(others.map((other, round) => times.tensorflow[round]! / other));
  return {
    ...shape,
    tensorflow: median(times.tensorflow),
    onnx: median(times.onnx),
    pytorch: peer === null ? null : median(times.pytorch),
    besideOnnx: beside(times.onnx),
    besidePytorch: peer === null ? null : beside(times.pytorch),
  };
}

function report(results: readonly Measurement[]): string {
  const withPeer = results.some(({ pytorch }) => pytorch !== null);
  const header = ['LSTM', 'TensorFlow ms', 'ONNX Runtime ms', 'TensorFlow / it'];
  if (withPeer) header.push('PyTorch ms', 'TensorFlow / it');
  const rows = results.map((result) => [
    nameOf(result),
    result.tensorflow.toFixed(1),
    result.onnx.toFixed(1),
    `${result.besideOnnx.toFixed(2)}x`,
    ...(withPeer ? [result.pytorch!.toFixed(1), `${result.besidePytorch!.toFixed(2)}x`] : []),
  ]);
  const missing =
    'PyTorch on the same device was not there to compare with: name a Python that has it with `--python`.';
  return `${markdownTable(header, rows)}${withPeer ? '' : `\n\n${missing}`}`;
}
