import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { useTemporaryFolder } from '../../files/temporaryFolder';
import { gpuEnvironment, TestGpu } from './testGpu';

// Whole processes that train on the GPU: they must end by themselves and in their own time, whatever is pending.

const inFolder = useTemporaryFolder();
const testGpu = new TestGpu();
afterAll(() => testGpu.dispose());
beforeEach((context) => testGpu.skipIfMissing(context));

interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly output: string;
}

/** Runs the built CLI's training; `onOutput` may interfere after each piece of text. */
async function trainInChild(
  args: readonly string[],
  onOutput: (output: string, child: ChildProcess) => void = () => undefined,
): Promise<Ended> {
  writeFileSync(inFolder('text.c'), 'int value = 1;\nreturn value;\n'.repeat(400));
  const fixed = ['--hidden-size', '16', '--sequence-length', '12', '--batch-size', '8', '--print-every', '5'];
  const all = ['train', inFolder('text.c'), '--out', inFolder('out'), '--backend', 'webgpu', ...fixed, ...args];
  const child = spawn(
    process.execPath,
    ['--expose-gc', '--import', join(__dirname, 'preload.mjs'), 'dist/cli.cjs', ...all],
    {
      env: gpuEnvironment(await testGpu.open()),
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data) => {
      output += data;
      onOutput(output, child);
    });
  }
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, output }));
  });
}

describe('a process that trains on the GPU', () => {
  it('ends with its training, however often garbage is collected', async () => {
    const { code, signal, output } = await trainInChild(['--epochs', '1']);
    expect({ code, signal }, output).toEqual({ code: 0, signal: null });
    expect(output).toMatch(/\(webgpu\)/);
    expect(output).not.toMatch(/warning|error/i);
    expect(existsSync(inFolder('out/model.onnx'))).toBe(true);
  });

  it('stops and saves on Ctrl+C', async () => {
    let interrupted = false;
    const { code, signal, output } = await trainInChild(['--epochs', '10000'], (text, child) => {
      if (interrupted || !text.includes('step 20')) return;
      interrupted = true;
      child.kill('SIGINT');
    });
    expect({ code, signal }, output).toEqual({ code: 130, signal: null });
    expect(existsSync(inFolder('out/checkpoint.safetensors'))).toBe(true);
  });

  it('can leave in the middle of a step without a crash in the native library', async () => {
    const { code, signal, output } = await trainInChild(['--epochs', '10000'], (text, child) => {
      if (text.includes('step 20')) child.kill('SIGUSR2');
    });
    expect({ code, signal }, output).toEqual({ code: 7, signal: null });
  });
});
