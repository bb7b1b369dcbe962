import { existsSync, mkdirSync, readdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { UserError } from '../../../../src/model/errors';
import { checkPackage } from '../../../../src/model/training/backends/tensorflow/setup/check';
import { runCommand } from '../../../../src/model/training/backends/tensorflow/setup/command';
import {
  findLibrary,
  folderOfPython,
  linkLibrary,
} from '../../../../src/model/training/backends/tensorflow/setup/library';
import { buildEnvironment, findNpm } from '../../../../src/model/training/backends/tensorflow/setup/npm';
import { describeSetup, setUpTensorFlow, sizeOf } from '../../../../src/model/training/backends/tensorflow/setup/setup';
import { useTemporaryFolder } from '../../files/temporaryFolder';

const inFolder = useTemporaryFolder();
afterEach(() => vi.unstubAllEnvs());

function write(path: string, content = ''): string {
  mkdirSync(dirname(inFolder(path)), { recursive: true });
  writeFileSync(inFolder(path), content);
  return inFolder(path);
}

const quiet = { line: () => undefined };

describe('setUpTensorFlow', () => {
  it('leaves a folder alone that has something else in it', async () => {
    const file = write('home/thesis.txt', 'years of work');
    const setup = setUpTensorFlow({ out: dirname(file) }, quiet);
    await expect(setup).rejects.toThrow(/has something else in it: name a folder that is empty or does not exist\.$/);
    expect(readdirSync(inFolder('home'))).toEqual(['thesis.txt']);
  });

  it('says that npm reaches no registry, and leaves nothing behind but what was there', async () => {
    vi.stubEnv('npm_config_registry', 'http://127.0.0.1:9/');
    vi.stubEnv('npm_config_fetch_retries', '0');
    const before = write('place/package.json', '{"name":"unreasonable-tensorflow"}');
    const setup = setUpTensorFlow({ out: inFolder('place') }, quiet);
    await expect(setup).rejects.toThrow(
      /^npm could not install @tensorflow\/tfjs-node-gpu \(code 1\): .*registry.*\.$/,
    );
    expect(readdirSync(inFolder('.'))).toEqual(['place']);
    expect(existsSync(before)).toBe(true);
  });

  it('deletes nothing that lies beside the folder under a name like its own', async () => {
    vi.stubEnv('npm_config_registry', 'http://127.0.0.1:9/');
    vi.stubEnv('npm_config_fetch_retries', '0');
    write('place.partial/thesis.txt', 'years of work');
    write('place.previous/thesis.txt', 'years of work');
    const setups = await Promise.allSettled([1, 2].map(() => setUpTensorFlow({ out: inFolder('place') }, quiet)));
    expect(setups).toEqual(
      [1, 2].map(() => ({
        status: 'rejected',
        reason: expect.objectContaining({ message: expect.stringMatching(/^npm could not/) }),
      })),
    );
    expect(readdirSync(inFolder('.'))).toEqual(['place.partial', 'place.previous']);
    expect(existsSync(inFolder('place.partial/thesis.txt'))).toBe(true);
    expect(existsSync(inFolder('place.previous/thesis.txt'))).toBe(true);
  });

  it('says in a sentence that the folder can not be written', async () => {
    const setup = setUpTensorFlow({ out: join(write('file'), 'place') }, quiet);
    await expect(setup).rejects.toBeInstanceOf(UserError);
    await expect(setup).rejects.toThrow(/place was not written because a part of the path is a file/);
  });

  it('watches a folder grow, also one that is gone', () => {
    write('growing/deep/file', '12345');
    write('growing/other', '678');
    expect(sizeOf(inFolder('growing'))).toBe(8);
    expect(sizeOf(inFolder('gone'))).toBe(0);
  });

  it('says first of all that the library is not where it should be', async () => {
    const setup = setUpTensorFlow({ out: inFolder('place'), libtensorflow: inFolder('nothing') }, quiet);
    await expect(setup).rejects.toThrow(/has no libtensorflow with its headers/);
    expect(existsSync(inFolder('place'))).toBe(false);
  });

  it('tells what it has come to', () => {
    const result = { folder: '/there', version: '2.9.1', gpu: true };
    expect(describeSetup(result)).toBe('TensorFlow 2.9.1 is in /there and has found a GPU.');
    expect(describeSetup({ ...result, gpu: false })).toMatch(/no GPU with CUDA.*--python/);
  });
});

describe('the library', () => {
  it.each([
    ['an unpacked libtensorflow', 'lib/libtensorflow.so.2.15.0', 'lib/libtensorflow_framework.so.2.15.0'],
    ["Python's package", 'libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'],
  ])('is found in %s, and laid out for the build', (_, core, framework) => {
    for (const path of [core, framework, 'include/tensorflow/c/c_api.h']) write(`there/${path}`);
    const library = findLibrary(inFolder('there'));
    expect([library.core, library.framework].map((name) => join(library.folder, name))).toEqual([
      inFolder(`there/${core}`),
      inFolder(`there/${framework}`),
    ]);
    linkLibrary(library, inFolder('package'));
    if (process.platform !== 'linux') return;
    for (const name of ['libtensorflow.so', 'libtensorflow_framework.so']) {
      expect(existsSync(inFolder(`package/deps/lib/${name}`)), name).toBe(true);
    }
    expect(readlinkSync(inFolder('package/deps/include'))).toBe(inFolder('there/include'));
  });

  it('is asked for of a Python, which may be missing or have none', async () => {
    await expect(folderOfPython(inFolder('no-python'))).rejects.toThrow(/can't be asked for its TensorFlow .*ENOENT/);
    const fake = write('python', '#!/bin/sh\necho\n');
    const { chmodSync } = await import('node:fs');
    chmodSync(fake, 0o755);
    if (process.platform !== 'win32') await expect(folderOfPython(fake)).rejects.toThrow(/has no TensorFlow: install/);
  });
});

describe('npm', () => {
  it('is found beside Node or on the PATH, or missed in a sentence', () => {
    const beside = write('node/lib/node_modules/npm/bin/npm-cli.js');
    const node = inFolder('node/bin/node');
    expect(findNpm('', node)).toBe(beside);
    expect(findNpm(inFolder('node/bin'), inFolder('other/bin/node'))).toBe(beside);
    expect(() => findNpm('', inFolder('other/bin/node'))).toThrow(UserError);
  });

  it('builds with its own node-gyp and with the path of the library', () => {
    const gyp = write('npm/node_modules/node-gyp/bin/node-gyp.js');
    const environment = buildEnvironment(inFolder('npm/bin/npm-cli.js'), ['-Wl,-rpath,/there']);
    expect(environment).toMatchObject({
      npm_config_node_gyp: gyp,
      LDFLAGS: expect.stringMatching(/-Wl,-rpath,\/there$/),
    });
  });
});

describe('commands', () => {
  const endless = [process.execPath, '-e', 'console.log("begun"); setInterval(() => {}, 1000)'];

  it('end when they do nothing any more', async () => {
    const result = await runCommand(endless, { ...quiet, folder: '.', stallMilliseconds: 200 });
    expect(result).toMatchObject({ stalled: true, code: null });
  });

  it('end when they are cancelled', async () => {
    const controller = new AbortController();
    const options = { folder: '.', line: () => controller.abort(new Error('enough')), signal: controller.signal };
    await expect(runCommand(endless, options)).rejects.toThrow('enough');
  });
});

it('says in a sentence that an addon can not be loaded', async () => {
  write('package/lib/napi-v8/tfjs_binding.node', 'no library');
  const lines: string[] = [];
  const check = checkPackage(inFolder('package'), { line: (line) => lines.push(line) });
  await expect(check).rejects.toThrow(/^TensorFlow can't be loaded \(.*Error: .*\)\.$/);
  expect(lines.join('\n')).toContain('tfjs_binding.node');
});

it('says of an addon that never answers that it does not, and not that it does not fit', async () => {
  // Node takes a folder of that name for a module of JavaScript.
  write('package/lib/napi-v8/tfjs_binding.node/index.js', 'for (;;);');
  const check = checkPackage(inFolder('package'), { ...quiet, stallMilliseconds: 200 });
  await expect(check).rejects.toThrow(/did not answer: try again/);
});
