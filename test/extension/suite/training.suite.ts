import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { acquireLock } from '../../../src/model/files/lock';
import type { TrainResult } from '../../../src/process/protocol';
import { openExtension, run, until } from './api';
import { longPlan, smallPlan, writeDrivers } from './project';

describe('Training', () => {
  before(writeDrivers);

  it('can be stopped, keeps its model and goes on from there', async () => {
    const { training, models, statusBar } = await openExtension();
    const stopped = run<TrainResult>('trainOnWorkspace', longPlan(20));
    await until('progress', () => /training \d+ %/.test(statusBar.text) && training.status!.detail.includes('bits'));
    assert.match(
      training.status!.detail,
      /\d+ % · step [\d,]+ · \d\.\d\d bits per character · .+ characters\/s · CPU.* left$/,
    );
    assert.equal(await run('trainOnWorkspace', smallPlan), undefined, 'one training at a time');
    await run('stopTraining');
    const { reason, model } = await stopped;
    assert.equal(reason, 'stopped');
    assert.ok(model !== null && existsSync(model));
    assert.ok(training.resumable);
    const folder = models.current!.path;
    const resumed = run<TrainResult>('resumeTraining');
    await until('the resumed training', () => training.status?.detail.includes('bits') === true);
    await run('stopTraining');
    assert.equal((await resumed).reason, 'stopped');
    assert.equal(models.current!.path, folder);
    assert.equal(training.pid, undefined);
  });

  it('ends with a model that is in use', async () => {
    const { training, models, inference, statusBar } = await openExtension();
    const before = models.current!.path;
    const { reason, model } = await run<TrainResult>('trainOnWorkspace', smallPlan);
    assert.notEqual(reason, 'stopped');
    assert.equal(model, join(models.current!.path, 'model.onnx'));
    assert.notEqual(models.current!.path, before, 'an earlier model is not written over');
    assert.ok(existsSync(before));
    assert.equal(training.resumable, false);
    await until('the model', () => inference.model !== null && statusBar.text === '$(sparkle) Unreasonable: ready');
    assert.match(statusBar.tooltip, /LSTM 1 × 64/);
  });

  it('keeps away from a workspace that another window trains on', async () => {
    const { training, models, problems } = await openExtension();
    const folder = dirname(models.current!.path);
    const before = readdirSync(folder);
    const lock = await acquireLock(folder);
    try {
      assert.equal(await run('trainOnWorkspace', smallPlan), undefined);
      assert.deepEqual(problems.current, [
        'Another window is training on this workspace: stop it there, or wait until it is done.',
      ]);
      assert.equal(training.status, null);
    } finally {
      await lock.release();
    }
    assert.deepEqual(readdirSync(folder), before, 'nothing half-made is left');
  });
});
