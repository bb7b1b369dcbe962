import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import type * as vscode from 'vscode';
import { ModelStore } from '../../../src/extension/models/modelStore';
import { MarkerStore } from '../../../src/extension/training/marker';
import { Training, type TrainingParts } from '../../../src/extension/training/training';
import { ProcessDied } from '../../../src/process/errors';
import { type TrainParams, type TrainResult, train } from '../../../src/process/protocol';
import { useTemporaryFolder } from '../files/temporaryFolder';
import { Uri, workspace } from './vscode';

const inFolder = useTemporaryFolder();
afterEach(() => vi.useRealTimers());

/** What VS Code keeps for a workspace. */
function memento(): vscode.Memento {
  const values = new Map<string, unknown>();
  const get = (key: string) => values.get(key);
  return {
    get,
    keys: () => [...values.keys()],
    update: async (key: string, value: unknown) => void values.set(key, value),
  } as never;
}

const stoppedEarly: TrainResult = { reason: 'stoppedEarly', step: 0, bitsPerCharacter: null, model: null };

/** Trainings in a window whose model process does with the folder of a training what a test says. */
function openWindow(settings: Record<string, unknown> = {}) {
  workspace.workspaceFolders = [{ uri: Uri.file('/workspace'), name: 'workspace' }];
  const workspaceState = memento();
  const models = new ModelStore({ workspaceState, storageUri: { fsPath: inFolder('storage') } } as never);
  const markers = new MarkerStore(workspaceState);
  const told: string[] = [];
  let asked: TrainParams | undefined;
  let work: (out: string) => Promise<TrainResult> | TrainResult = () => stoppedEarly;
  const process = {
    onNotification: () => {},
    request: async ({ method }: { method: string }, params: TrainParams) => {
      if (method !== train.method) return { characters: 100_000, vocabularySize: 90 };
      asked = params;
      return work(params.options.out);
    },
    dispose: async () => {},
  };
  const parts = {
    settings: {
      get: (name: string) => ({ include: [], exclude: [], 'training.startFrom': 'none', ...settings })[name],
    },
    processes: { create: async () => process },
    problems: { tell: (_: unknown, ...remedies: { title: string }[]) => told.push(...remedies.map((r) => r.title)) },
    log: { info: () => {}, warn: () => {} },
    ...{ models, markers },
  } as unknown as TrainingParts;
  const training = new Training(parts);
  return {
    ...{ models, markers, training, told },
    options: () => asked?.options,
    train: (what: typeof work, plan = {}) => {
      work = what;
      return training.train({ minutes: 1, ...plan });
    },
    trainings: () => readdirSync(models.folder).filter((name) => name !== 'training.lock'),
  };
}

const save = (out: string, name: 'checkpoint.safetensors' | 'model.onnx') => writeFileSync(join(out, name), '');

it('keeps the checkpoint of a training that died before it had a model, and offers to resume it', async () => {
  const { train, training, trainings, told, markers } = openWindow();
  const dying = train((out) => {
    save(out, 'checkpoint.safetensors');
    throw new ProcessDied('The training process ended by SIGKILL.');
  });
  await expect(dying).rejects.toBeInstanceOf(ProcessDied);
  expect(trainings()).toHaveLength(1);
  expect(training.resumable).toBe(true);
  expect(existsSync(markers.read()!.folder)).toBe(true);
  expect(told).toEqual(['Resume Training']);
});

it('leaves no folder, and nothing to resume, of a training that died with nothing saved', async () => {
  const { train, training, trainings, told } = openWindow();
  const dying = train(() => {
    throw new ProcessDied('The training process ended by SIGKILL.');
  });
  await expect(dying).rejects.toBeInstanceOf(ProcessDied);
  expect(trainings()).toEqual([]);
  expect(training.resumable).toBe(false);
  expect(told).toEqual([]);
});

it('can still resume a training after another one that was stopped before its first step', async () => {
  const { train, training, markers, trainings } = openWindow();
  let first = '';
  await train((out) => {
    first = out;
    save(out, 'checkpoint.safetensors');
    save(out, 'model.onnx');
    return { reason: 'stopped', step: 10, bitsPerCharacter: 3, model: join(out, 'model.onnx') };
  });
  await train(() => {
    expect(training.hasCheckpoint).toBe(false);
    return stoppedEarly;
  });
  expect(training.resumable).toBe(true);
  expect(markers.read()).toMatchObject({ folder: first, state: 'stopped' });
  expect(trainings()).toHaveLength(1);
});

it('does not say of an ended training that it runs', async () => {
  vi.useFakeTimers();
  const { train, training, markers, models } = openWindow();
  // The model is loaded for longer than a heart takes to beat.
  vi.spyOn(models, 'choose').mockImplementation(async () => void (await vi.advanceTimersByTimeAsync(60_000)));
  await train((out) => {
    save(out, 'checkpoint.safetensors');
    return { reason: 'stopped', step: 10, bitsPerCharacter: 3, model: out };
  });
  expect(markers.read()?.state).toBe('stopped');
  await train((out) => {
    save(out, 'checkpoint.safetensors');
    return { reason: 'finished', step: 10, bitsPerCharacter: 3, model: out };
  });
  expect(training.resumable).toBe(false);
});

it('makes a folder of its own for each training, also for two in the same second', async () => {
  const { models } = openWindow();
  const folders = await Promise.all([1, 2, 3].map(() => models.makeFolder()));
  expect(new Set(folders).size).toBe(3);
});

it('asks for no size where the model to start from has one', async () => {
  const sizes = { hiddenSize: 128, numLayers: 3 };
  const fromNothing = openWindow();
  await fromNothing.train(() => stoppedEarly, sizes);
  expect(fromNothing.options()).toMatchObject({ ...sizes, initFrom: 'none' });
  const fromLinux = openWindow({ 'training.startFrom': 'linux' });
  await fromLinux.train(() => stoppedEarly, sizes);
  expect(fromLinux.options()).toMatchObject({ minutes: 1, initFrom: 'linux' });
  expect(fromLinux.options()).not.toHaveProperty('hiddenSize');
  expect(fromLinux.options()).not.toHaveProperty('numLayers');
});
