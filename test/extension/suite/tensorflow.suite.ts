import assert from 'node:assert/strict';
import { openExtension, run } from './api';

describe('Set Up TensorFlow GPU', () => {
  it('asks nobody and installs nothing where the Python that was named does not run', async () => {
    const { settings, problems } = await openExtension();
    assert.equal(settings.get('tensorflowPath'), '');
    assert.equal(await run('setUpTensorFlow', { python: '/nowhere/python3' }), undefined);
    assert.equal(problems.current.length, 1);
    assert.match(problems.current[0]!, /^\/nowhere\/python3 can't be asked for its TensorFlow /);
  });
});
