import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openBackend } from '../../../../src/model/training/backends/chooseBackend';
import type { Binding } from '../../../../src/model/training/backends/tensorflow/binding';
import {
  findPackage,
  loadTensorFlow,
  TensorFlowUnavailableError,
  userFolder,
} from '../../../../src/model/training/backends/tensorflow/loader';
import { Gpu, GpuUnavailableError } from '../../../../src/model/training/backends/webgpu/gpu';
import { useTemporaryFolder } from '../../files/temporaryFolder';
import { settingsOf } from '../backendCases';

const inFolder = useTemporaryFolder();
beforeEach(() => {
  vi.stubEnv('UNREASONABLE_TENSORFLOW_PATH', inFolder('place'));
  vi.stubEnv('UNREASONABLE_TENSORFLOW_CPU', '');
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

/** A package without anything of TensorFlow in it; its addon, if it has one, is no library. */
function fakePackage(name: string, addon?: string, folder = inFolder('place')): string {
  const path = join(folder, 'node_modules', '@tensorflow', name);
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, 'package.json'), JSON.stringify({ name: `@tensorflow/${name}`, version: '4.22.0' }));
  if (addon !== undefined) {
    mkdirSync(dirname(join(path, addon)), { recursive: true });
    writeFileSync(join(path, addon), 'no library');
  }
  return path;
}

const addon = 'lib/napi-v8/tfjs_binding.node';

function fakeBinding(gpu: boolean): Binding {
  const members = ['createTensor', 'deleteTensor', 'tensorDataSync', 'executeOp'].map((name) => [name, () => 0]);
  return { ...Object.fromEntries(members), TF_Version: '2.9.1', isUsingGpuDevice: () => gpu } as Binding;
}

function failing(message: string) {
  return () => {
    throw new Error(message);
  };
}

/** What a person reads where TensorFlow was asked for by name, and which backend trains then. */
async function asked() {
  vi.spyOn(Gpu, 'open').mockRejectedValue(new GpuUnavailableError('no GPU was found'));
  const notices: string[] = [];
  const backend = await openBackend('tensorflow', settingsOf({ title: '' }), 1, (notice) => notices.push(notice));
  await backend.dispose();
  return { name: backend.name, notices };
}

const onCpu = 'Training on the CPU: no GPU was found.';

it('says that the package is missing, and goes on without', async () => {
  const sentence = /^Training without TensorFlow: there is no @tensorflow\/tfjs-node-gpu in \S+ \([^)]*setup[^)]*\)\.$/;
  expect(await asked()).toEqual({ name: 'onnx', notices: [expect.stringMatching(sentence), onCpu] });
});

it('says that the addon is missing, and goes on without', async () => {
  fakePackage('tfjs-node-gpu');
  const sentence = /^Training without TensorFlow: the package in \S+ has no native library, .*setup.*\.$/;
  expect(await asked()).toEqual({ name: 'onnx', notices: [expect.stringMatching(sentence), onCpu] });
});

it('says that the library is broken, and goes on without', async () => {
  fakePackage('tfjs-node-gpu', addon);
  const sentence = /^Training without TensorFlow: the native library \S+ is broken \(.+\)\.$/;
  expect(await asked()).toEqual({ name: 'onnx', notices: [expect.stringMatching(sentence), onCpu] });
});

it('says that the addon is for a later Node, and goes on without', async () => {
  fakePackage('tfjs-node-gpu', 'lib/napi-v999/tfjs_binding.node');
  const sentence = new RegExp(`is for another version of Node\\.js than ${process.version}\\.$`);
  expect(await asked()).toEqual({ name: 'onnx', notices: [expect.stringMatching(sentence), onCpu] });
});

it('does not look for TensorFlow a second time, nor for what nobody has installed', async () => {
  vi.spyOn(Gpu, 'open').mockRejectedValue(new GpuUnavailableError('no GPU was found'));
  const notices: string[] = [];
  const backend = await openBackend('auto', settingsOf({ title: '' }), 1, (notice) => notices.push(notice));
  await backend.dispose();
  expect(notices).toEqual([onCpu]);
});

it('tries TensorFlow by itself where it is installed, and says why it is not used', async () => {
  vi.spyOn(Gpu, 'open').mockRejectedValue(new GpuUnavailableError('no GPU was found'));
  fakePackage('tfjs-node', addon);
  const notices: string[] = [];
  const backend = await openBackend('auto', settingsOf({ title: '' }), 1, (notice) => notices.push(notice));
  await backend.dispose();
  expect(backend.name).toBe('onnx');
  expect(notices).toEqual([
    expect.stringMatching(/^Training on the CPU: no GPU was found, and the native library .*\.$/),
  ]);
});

it.each([
  [
    "The module 'x' was compiled against a different Node.js version using NODE_MODULE_VERSION 93.",
    /another version of Node/,
  ],
  ['Module did not self-register: x', /another version of Node/],
  ['x: undefined symbol: napi_add_async_cleanup_hook', /another version of Node/],
  [
    'libtensorflow.so.2: cannot open shared object file: No such file or directory',
    /needs libtensorflow\.so\.2, which is missing/,
  ],
  ['x: invalid ELF header', /is broken \(x: invalid ELF header\)/],
])('explains "%s"', (message, sentence) => {
  fakePackage('tfjs-node-gpu', addon);
  expect(() => loadTensorFlow({ open: failing(message) })).toThrow(sentence);
});

it('refuses an addon that is another', () => {
  fakePackage('tfjs-node-gpu', addon);
  expect(() => loadTensorFlow({ open: () => ({ hello: 'world' }) })).toThrow('is not the native library of TensorFlow');
});

it('hears of the CPU that TensorFlow falls back to, and takes it only when it is asked to', () => {
  const path = fakePackage('tfjs-node-gpu', addon);
  const open = () => fakeBinding(false);
  const error = expect(() => loadTensorFlow({ open }));
  error.toThrow(TensorFlowUnavailableError);
  error.toThrow(`TensorFlow 2.9.1 in ${path} found no GPU with CUDA and would compute on the CPU`);
  expect(loadTensorFlow({ open, cpu: true }).TF_Version).toBe('2.9.1');
  vi.stubEnv('UNREASONABLE_TENSORFLOW_CPU', '1');
  expect(loadTensorFlow({ open }).TF_Version).toBe('2.9.1');
});

it('loads the newest addon that this Node can load, of the package for GPUs if both are there', () => {
  fakePackage('tfjs-node', addon);
  for (const version of [3, 8, 999]) fakePackage('tfjs-node-gpu', `lib/napi-v${version}/tfjs_binding.node`);
  const opened: string[] = [];
  const open = (file: string) => {
    opened.push(file);
    return fakeBinding(true);
  };
  expect(loadTensorFlow({ open, threads: 2 }).isUsingGpuDevice()).toBe(true);
  expect(opened).toEqual([expect.stringMatching(/tfjs-node-gpu.lib.napi-v8.tfjs_binding\.node$/)]);
  expect(process.env).toMatchObject({ TF_FORCE_GPU_ALLOW_GROWTH: 'true', TF_CPP_MIN_LOG_LEVEL: expect.any(String) });
});

it('looks in the folder of this user where no other is named', () => {
  vi.stubEnv('UNREASONABLE_TENSORFLOW_PATH', '');
  vi.stubEnv('XDG_DATA_HOME', inFolder('data'));
  vi.stubEnv('LOCALAPPDATA', inFolder('data'));
  if (process.platform === 'darwin') vi.stubEnv('HOME', inFolder('home'));
  const path = fakePackage('tfjs-node-gpu', addon, userFolder());
  expect(findPackage()).toBe(path);
  expect(existsSync(path)).toBe(true);
});

it.each([
  ['win32', { LOCALAPPDATA: 'C:/Users/me/AppData/Local' }, /^C:.Users.me.AppData.Local.unreasonable.tensorflow$/],
  ['linux', { XDG_DATA_HOME: '/data' }, /^.data.unreasonable.tensorflow$/],
  ['linux', {}, /.\.local.share.unreasonable.tensorflow$/],
  ['darwin', {}, /Library.Application Support.unreasonable.tensorflow$/],
] as const)('has a folder for each user: %s', (platform, env, pattern) => {
  expect(userFolder(platform, env)).toMatch(pattern);
});
