import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/model/errors';
import { findNode, type NodeFacts, nodeFacts } from '../../../src/process/nodeBinary';

/** A desktop editor, whose own program is Electron. */
function desktop(versions: Record<string, string>, changes: Partial<NodeFacts> = {}): NodeFacts {
  return {
    host: { path: '/editor/code', version: 'v20.18.1', isElectron: true },
    setting: '',
    packed: '/extension/node',
    onPath: ['/usr/local/bin/node', '/usr/bin/node'],
    versionOf: async (path) => versions[path] ?? null,
    ...changes,
  };
}

const everywhere = {
  '/chosen/node': 'v24.1.0',
  '/extension/node': 'v22.11.0',
  '/usr/local/bin/node': 'v20.1.0',
  '/usr/bin/node': 'v22.0.0',
};

describe('findNode', () => {
  it("takes the host's own where that is plain Node", async () => {
    const host = { path: '/server/node', version: 'v20.18.1', isElectron: false };
    const facts = desktop(everywhere, { host, setting: '/chosen/node' });
    expect(await findNode(facts)).toMatchObject({ path: '/server/node', origin: 'host' });
  });

  it('else takes the one of the setting, the packed one, the first on the PATH', async () => {
    expect(await findNode(desktop(everywhere, { setting: '/chosen/node' }))).toEqual({
      ...{ path: '/chosen/node', version: 'v24.1.0', origin: 'setting', notice: null },
    });
    expect(await findNode(desktop(everywhere))).toMatchObject({ path: '/extension/node', origin: 'packed' });
    const { '/extension/node': _, ...unpacked } = everywhere;
    expect(await findNode(desktop(unpacked))).toMatchObject({ path: '/usr/local/bin/node', origin: 'path' });
  });

  it('passes over what is too old', async () => {
    const old = { '/extension/node': 'v18.20.0', '/usr/local/bin/node': 'v9.0.0', '/usr/bin/node': 'v22.0.0' };
    expect(await findNode(desktop(old))).toMatchObject({ path: '/usr/bin/node' });
    const host = { path: '/server/node', version: 'v18.0.0', isElectron: false };
    expect(await findNode(desktop(old, { host }))).toMatchObject({ path: '/usr/bin/node' });
  });

  it('says that a setting is of no use and takes another', async () => {
    const missing = await findNode(desktop(everywhere, { setting: '/nowhere/node' }));
    expect(missing).toMatchObject({ origin: 'packed' });
    expect(missing.notice).toMatch(/^\/nowhere\/node, .* is no Node.js that runs; another Node.js is used\.$/);
    const old = await findNode(desktop({ ...everywhere, '/chosen/node': 'v16.0.0' }, { setting: '/chosen/node' }));
    expect(old.notice).toContain('is v16.0.0, older than 20');
  });

  it('says in one sentence that there is none', async () => {
    await expect(findNode(desktop({}))).rejects.toThrow(UserError);
    await expect(findNode(desktop({}))).rejects.toThrow('needs Node.js 20 or newer');
  });
});

describe('nodeFacts', () => {
  it('asks a Node for its version, and takes nothing else for one', async () => {
    const { versionOf, host } = nodeFacts('', '');
    expect(await versionOf(process.execPath)).toBe(process.version);
    expect(host).toEqual({ path: process.execPath, version: process.version, isElectron: false });
    expect(await versionOf(join(import.meta.dirname, 'nothing'))).toBeNull();
    expect(await versionOf('/bin/false')).toBeNull();
    expect(await versionOf('a\0b')).toBeNull();
  });
});
