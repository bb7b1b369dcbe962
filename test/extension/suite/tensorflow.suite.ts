import assert from 'node:assert/strict';
import { openExtension, run } from './api';

describe('Set Up TensorFlow GPU', () => {
  it('asks nobody and installs nothing where the Python that was named does not run', async () => {
    const { settings } = await openExtension();
    assert.equal(settings.get('tensorflowPath'), '');
    assert.equal(await run('setUpTensorFlow', { python: '/nowhere/python3' }), undefined);
  });
});
