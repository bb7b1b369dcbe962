import { expect, it } from 'vitest';
import { Inference } from '../../../src/extension/models/inference';
import type { ModelReference } from '../../../src/extension/models/modelStore';
import { complete, loadModel, type ModelInfo } from '../../../src/process/protocol';
import { EventEmitter } from './vscode';

/** What a test answers when it wants to. */
interface Asked {
  readonly method: string;
  readonly path?: string;
  answer(): Promise<void>;
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 5));

/** Inference with a store of models and a process that the test plays. */
function play() {
  const asked: Asked[] = [];
  const changed = new EventEmitter<ModelReference | null>();
  const models = {
    current: null as ModelReference | null,
    onDidChange: changed.event,
  };
  const ask = (method: string, path: string | undefined, result: unknown) =>
    new Promise((resolve) => {
      asked.push({
        method,
        ...(path && { path }),
        answer: async () => {
          resolve(result);
          await settled();
        },
      });
    });
  const channel = {
    request: ({ method }: { method: string }, params: { path?: string }) =>
      ask(method, params.path, method === loadModel.method ? ({ path: params.path } as unknown as ModelInfo) : method),
  };
  let started: Promise<unknown> | null = null;
  const processes = {
    create: async ({ onStart }: { onStart: (child: typeof channel) => Promise<void> }) => {
      const ensureStarted = () => {
        started ??= onStart(channel).then(() => {
          process.state = 'running';
        });
        return started;
      };
      const process = {
        state: 'stopped',
        onDeath: () => {},
        restart: ensureStarted,
        request: async (type: { method: string }, params: { path?: string }) => {
          await ensureStarted();
          return channel.request(type, params);
        },
        dispose: async () => {},
      };
      return process;
    },
  };
  const problems = { tell: () => {}, warn: () => {} };
  const inference = new Inference(processes as never, models as never, problems as never);
  return {
    ...{ inference, asked },
    waitingFor: () => asked.map(({ method, path }) => path ?? method),
    /** Makes another model the current one. */
    choose: async (path: string, own = true) => {
      const pretrained = own ? null : ({ name: path } as never);
      models.current = { path, own, pretrained };
      changed.fire(models.current);
      await settled();
    },
    answerNext: () => asked.shift()!.answer(),
  };
}

it('loads the model that became the current one while another was loaded at the start', async () => {
  const { inference, choose, answerNext, waitingFor } = play();
  await choose('a');
  await choose('b');
  expect(waitingFor()).toEqual(['a']);
  await answerNext();
  expect(inference.model).toBeNull();
  expect(waitingFor()).toEqual(['b']);
  await answerNext();
  expect(inference.model).toEqual({ path: 'b' });
});

it('loads one model after the other, so that the last one is the one that answers', async () => {
  const { inference, choose, answerNext, waitingFor } = play();
  await choose('a');
  await answerNext();
  for (const path of ['b', 'c', 'd']) await choose(path);
  expect(waitingFor()).toEqual(['b']);
  await answerNext();
  // What was passed over in between need not be loaded.
  expect(waitingFor()).toEqual(['d']);
  await answerNext();
  expect(inference.model).toEqual({ path: 'd' });
  expect(waitingFor()).toEqual([]);
});

it('lets requests wait for the model that is being loaded, and is busy with them', async () => {
  const { inference, choose, answerNext, waitingFor } = play();
  await choose('a');
  await answerNext();
  await choose('b');
  const answer = inference.request(complete, {} as never);
  await settled();
  expect(inference.busy).toBe(true);
  await choose('c');
  expect(waitingFor()).toEqual(['b']);
  await answerNext();
  expect(waitingFor()).toEqual(['c']);
  await answerNext();
  expect(waitingFor()).toEqual([complete.method]);
  await answerNext();
  expect(await answer).toBe(complete.method);
  expect(inference.busy).toBe(false);
});

it('loads a model that came along when it is needed, and again when another becomes the current one', async () => {
  const { inference, choose, answerNext, waitingFor } = play();
  await choose('linux', false);
  expect([inference.waiting, waitingFor()]).toEqual([true, []]);
  const answer = inference.request(complete, {} as never);
  await settled();
  expect(waitingFor()).toEqual(['linux']);
  await choose('polyglot', false);
  await answerNext();
  expect(waitingFor()).toEqual(['polyglot']);
  await answerNext();
  await answerNext();
  expect(await answer).toBe(complete.method);
  expect(inference.model).toEqual({ path: 'polyglot' });
});
