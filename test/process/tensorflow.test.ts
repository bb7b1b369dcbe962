import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, expect, it } from 'vitest';
import { CancellationTokenSource } from 'vscode-jsonrpc/node';
import { UserError } from '../../src/model/errors';
import type { ModelProcess } from '../../src/process/client';
import { Cancelled } from '../../src/process/errors';
import * as protocol from '../../src/process/protocol';
import { modelProcess, temporaryFolder, writeProject } from './support';

const folder = temporaryFolder();
const running: ModelProcess[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((started) => started.dispose()));
});
afterAll(() => folder.remove());

function startTraining(environment: NodeJS.ProcessEnv): ModelProcess {
  const started = modelProcess('training', { environment });
  running.push(started);
  return started;
}

it('looks for TensorFlow where the client says, and trains without it where it is not', async () => {
  const nowhere = join(folder.path, 'nowhere');
  const training = startTraining({ UNREASONABLE_TENSORFLOW_PATH: nowhere });
  const notices: string[] = [];
  const stop = new CancellationTokenSource();
  const backend = new Promise((resolve) => {
    training.onNotification(protocol.trainEvent, (event) => {
      if (event.type === 'notice') notices.push(event.message);
      if (event.type !== 'start') return;
      resolve(event.backend);
      stop.cancel();
    });
  });
  const options = { epochs: 1, hiddenSize: 16, numLayers: 1, sequenceLength: 16, batchSize: 8, sampleAt: [] };
  const sources = { folders: [writeProject(join(folder.path, 'project'))] };
  const params = { sources, options: { ...options, backend: 'tensorflow', out: join(folder.path, 'model') } } as const;
  const result = await training.request(protocol.train, params, stop.token);
  expect(['stopped', 'stoppedEarly']).toContain(result.reason);
  expect(notices[0]).toContain(`there is no @tensorflow/tfjs-node-gpu in ${nowhere}`);
  expect(await backend).not.toBe('tensorflow');
});

it('says in a sentence why TensorFlow could not be set up', async () => {
  const training = startTraining({});
  writeFileSync(join(folder.path, 'file'), '');
  const setup = training.request(protocol.setUpTensorFlow, { out: join(folder.path, 'file') });
  await expect(setup).rejects.toThrow(/file has something else in it/);
  await expect(setup).rejects.toBeInstanceOf(UserError);
});

it('leaves nothing behind when the setup is cancelled', async () => {
  // A registry that nobody answers at; npm would try for a while.
  const training = startTraining({ npm_config_registry: 'http://127.0.0.1:9/' });
  const cancellation = new CancellationTokenSource();
  const out = join(folder.path, 'cancelled', 'tensorflow');
  const setup = training.request(protocol.setUpTensorFlow, { out }, cancellation.token);
  cancellation.cancel();
  await expect(setup).rejects.toBeInstanceOf(Cancelled);
  expect([out, `${out}.partial`].filter(existsSync)).toEqual([]);
});
