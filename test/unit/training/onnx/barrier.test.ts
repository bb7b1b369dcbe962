import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { buildSync } from 'esbuild';
import { expect, it } from 'vitest';
import { Barrier } from '../../../../src/model/training/backends/onnx/barrier';

const participants = 2;
const sharedWords = () => new Int32Array(new SharedArrayBuffer(4 * Barrier.words));

/** A thread that waits at a barrier as soon as it has started; settles with what came of it. */
async function startWaiter(words: Int32Array): Promise<{ outcome: Promise<string> }> {
  const source = fileURLToPath(new URL('../../../../src/model/training/backends/onnx/barrier.ts', import.meta.url));
  const { text } = buildSync({ entryPoints: [source], bundle: true, format: 'cjs', write: false }).outputFiles[0]!;
  const code = `${text}
    const { parentPort, workerData } = require('node:worker_threads');
    parentPort.postMessage('started');
    try {
      new module.exports.Barrier(workerData, ${participants}).wait();
      parentPort.postMessage('passed');
    } catch (error) {
      parentPort.postMessage(error.message);
    }`;
  const worker = new Worker(code, { eval: true, workerData: words });
  await once(worker, 'message');
  return { outcome: once(worker, 'message').then(([outcome]) => outcome as string) };
}

it('is passed by all when the last one comes', async () => {
  const words = sharedWords();
  const { outcome } = await startWaiter(words);
  new Barrier(words, participants).wait();
  expect(await outcome).toBe('passed');
});

it('lets go who waits when it is broken', async () => {
  const words = sharedWords();
  const { outcome } = await startWaiter(words);
  new Barrier(words, participants).break();
  expect(await outcome).toBe('another training thread failed');
});

it('keeps nobody who comes after it was broken', () => {
  // Not shared, so that waiting would be an error and not for ever.
  const barrier = new Barrier(new Int32Array(Barrier.words), participants);
  barrier.break();
  expect(() => barrier.wait()).toThrow('another training thread failed');
});
