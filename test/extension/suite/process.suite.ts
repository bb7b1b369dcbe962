import assert from 'node:assert/strict';
import { openExtension, run, until } from './api';
import { ensureModel, longPlan, smallPlan } from './project';

describe('A model process that dies', () => {
  before(ensureModel);

  it('comes back with its model', async () => {
    const { inference } = await openExtension();
    await until('a model', () => inference.model !== null);
    const pid = inference.pid!;
    process.kill(pid, 'SIGKILL');
    await until('its death', () => inference.model === null);
    await until('another', () => inference.model !== null && inference.pid !== pid);
    assert.notEqual(await run('generateFakeFile', { path: 'drivers/again.c', length: 50 }), undefined);
  });

  it('before it trains is told of, once', async () => {
    const { training, problems } = await openExtension();
    const died = run('trainOnWorkspace', smallPlan);
    await until('its start', () => training.pid !== undefined);
    process.kill(training.pid!, 'SIGKILL');
    assert.equal(await died, undefined);
    assert.deepEqual(problems.current, ['The training process ended by SIGKILL.']);
    assert.equal(training.pid, undefined);
    assert.equal(training.status, null);
  });

  it('in training leaves a training that can be resumed', async () => {
    const { training } = await openExtension();
    const died = run('trainOnWorkspace', longPlan(10));
    await until('progress', () => (training.status?.share ?? 0) > 0);
    await until('a checkpoint', () => training.hasCheckpoint);
    process.kill(training.pid!, 'SIGKILL');
    assert.equal(await died, undefined);
    assert.equal(training.status, null);
    assert.ok(training.resumable);
    const resumed = run<{ reason: string }>('resumeTraining');
    await until('the resumed training', () => training.status?.detail.includes('bits') === true);
    await run('stopTraining');
    assert.equal((await resumed).reason, 'stopped');
  });
});
