import { readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, expect, it } from 'vitest';
import { CancellationTokenSource } from 'vscode-jsonrpc/node';
import { UserError } from '../../src/model/errors';
import type { ModelProcess } from '../../src/process/client';
import { Cancelled } from '../../src/process/errors';
import * as protocol from '../../src/process/protocol';
import { isRunning, modelProcess, temporaryFolder, until, writeProject } from './support';

const folder = temporaryFolder();
const running: ModelProcess[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((started) => started.dispose()));
});
afterAll(() => folder.remove());

/** Says at once that it has begun, and tries a registry that nobody answers at for long. */
const patientNpm = {
  npm_config_registry: 'http://127.0.0.1:9/',
  npm_config_loglevel: 'verbose',
  npm_config_fetch_retry_mintimeout: '300000',
  npm_config_fetch_retry_maxtimeout: '300000',
};

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
  const training = startTraining(patientNpm);
  const cancellation = new CancellationTokenSource();
  const out = join(folder.path, 'cancelled', 'tensorflow');
  let begun: string[] = [];
  training.onNotification(protocol.setupLine, () => {
    if (begun.length === 0) begun = readdirSync(dirname(out));
    cancellation.cancel();
  });
  await expect(training.request(protocol.setUpTensorFlow, { out }, cancellation.token)).rejects.toBeInstanceOf(
    Cancelled,
  );
  expect(begun).toEqual([expect.stringMatching(/^tensorflow\.partial-/)]);
  expect(readdirSync(dirname(out))).toEqual([]);
});

it('leaves nothing behind when the window is closed during the setup', async () => {
  const training = startTraining(patientNpm);
  const out = join(folder.path, 'closed', 'tensorflow');
  const lines: string[] = [];
  training.onNotification(protocol.setupLine, (line) => void lines.push(line));
  training.request(protocol.setUpTensorFlow, { out }).catch(() => {});
  await until(() => lines.length > 0);
  expect(readdirSync(dirname(out))).toHaveLength(1);
  const pid = training.pid!;
  await training.dispose();
  await until(() => !isRunning(pid));
  expect(readdirSync(dirname(out))).toEqual([]);
});
