import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onnx } from 'onnx-proto';
import { expect, it } from 'vitest';
import { cellTypes } from '../../../src/model/lstm/configuration';
import { readModelFile, writeModelFile } from '../../../src/model/onnx/modelFile';
import { stateTensorNames } from '../../../src/model/onnx/recurrentStep';
import { ForwardSession } from '../../../src/model/sampling/forwardSession';
import { testModel } from '../sampling/testModel';
import { largestDifference } from './largestDifference';

const python = process.env.UNREASONABLE_PYTHON ?? 'python3';
const hasRuntime = spawnSync(python, ['-c', 'import numpy, onnxruntime'], { timeout: 60_000 }).status === 0;
const script = fileURLToPath(new URL('runModel.py', import.meta.url));

interface Result {
  shape: number[];
  data: number[];
}

function runInPython(path: string, feeds: object): Record<string, Result> {
  const input = JSON.stringify(feeds);
  return JSON.parse(execFileSync(python, [script, path], { input, encoding: 'utf8', timeout: 60_000 }));
}

const T = 6;
const B = 2;
const cases = cellTypes.flatMap((cellType) =>
  ([undefined, 'int8'] as const).map((quantize) => ({ cellType, quantize, kind: quantize ?? 'float32' })),
);

it.for(cases)(
  'a $kind model.onnx of the $cellType gives the same in Python',
  async ({ cellType, quantize }, context) => {
    if (!hasRuntime) context.skip(`${python} has no onnxruntime; name one that has by UNREASONABLE_PYTHON`);
    const folder = mkdtempSync(join(tmpdir(), 'unreasonable-python-'));
    const path = join(folder, 'model.onnx');
    await writeModelFile(path, testModel({ cellType, numLayers: 2 }), quantize && { quantize });
    const model = await readModelFile(path);
    const { hiddenSize: H, vocabularySize: V } = model.configuration;
    const tokens = Int32Array.from({ length: T * B }, (_, i) => (i * 7) % V);
    const session = await ForwardSession.create(model);
    const first = await session.run(tokens, T, B);
    const second = await session.run(tokens, T, B, first.state);
    const names = stateTensorNames(model.configuration);
    const state = (tensors: readonly { data: ArrayLike<number> }[]) =>
      names.map((name, i) => [`${name}.in`, { type: 'float32', shape: [B, H], data: Array.from(tensors[i]!.data) }]);

    const results = runInPython(path, {
      tokens: { type: 'int64', shape: [T, B], data: [...tokens] },
      ...Object.fromEntries(state(first.state.tensors as readonly { data: Float32Array }[])),
    });

    expect(results.logits!.shape).toEqual([T, B, V]);
    expect(largestDifference(results.logits!.data, second.logits)).toBeLessThan(1e-5);
    for (const [i, name] of names.entries()) {
      const expected = second.state.tensors[i]!.data as Float32Array;
      expect(largestDifference(results[`${name}.out`]!.data, expected)).toBeLessThan(1e-5);
    }
    await session.dispose();
    rmSync(folder, { recursive: true });
  },
);

it('a model.onnx uses nothing but standard operators', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'unreasonable-operators-'));
  for (const { cellType, quantize, kind } of cases) {
    const path = join(folder, `${cellType}-${kind}.onnx`);
    await writeModelFile(path, testModel({ cellType }), quantize && { quantize });
    const { graph } = onnx.ModelProto.decode(readFileSync(path));
    const domains = new Set(graph!.node!.map(({ domain }) => domain));
    expect(domains).toEqual(new Set(['']));
  }
  rmSync(folder, { recursive: true });
});
