import { describe, expect, it } from 'vitest';
import { version } from '../../package.json';
import { cli } from './cli';

describe('unreasonable', () => {
  it('prints its version alone', async () => {
    expect(await cli(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  it('refuses a command that it does not have with exit code 2 and nothing on stdout', async () => {
    const { code, stdout, stderr } = await cli(['trian']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toBe("error: unknown command 'trian'\n(Did you mean train?)\n");
  });
});
