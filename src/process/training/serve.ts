import { join } from 'node:path';
import { corpusOptionsOf } from '../../model/corpus/options';
import { UserError } from '../../model/errors';
import { modelFileName } from '../../model/onnx/modelFile';
import { describeSetup, setUpTensorFlow } from '../../model/training/backends/tensorflow/setup/setup';
import { bitsFromNats } from '../../model/training/history';
import type { TrainEvent } from '../../model/training/options';
import { train } from '../../model/training/trainer';
import { Cancelled } from '../errors';
import * as protocol from '../protocol';
import type { Server } from '../server';
import { compareModel } from './compare';
import { throttleSteps } from './events';
import { previewSources } from './preview';

/** Milliseconds that the training of a window that has just been closed or reloaded may take to save. */
const patience = 30_000;

/** Answers what a training process is asked. */
export function serveTraining(server: Server): { end(): Promise<void> } {
  const leaving = new AbortController();
  let current: Promise<protocol.TrainResult> | null = null;
  const setups = new Set<Promise<unknown>>();

  server.onRequest(protocol.preview, (sources, signal) => previewSources(sources, signal));
  server.onRequest(protocol.compare, ({ progressToken, ...params }, signal) =>
    compareModel(params, signal, (share) => {
      // A client that is gone cancels the request, too.
      void server.connection.sendProgress(protocol.compareProgress, progressToken, share).catch(() => {});
    }),
  );
  server.onRequest(protocol.train, async (params, signal) => {
    if (current !== null) throw new UserError('This process is training already: stop that first.');
    const events = throttleSteps((event) => server.notify(protocol.trainEvent, event));
    current = runTraining(params, AbortSignal.any([signal, leaving.signal]), events);
    try {
      return await current;
    } finally {
      current = null;
    }
  });

  server.onRequest(protocol.setUpTensorFlow, async (params, signal) => {
    const line = (text: string) => server.notify(protocol.setupLine, text);
    const setup = setUpTensorFlow(params, { line, signal: AbortSignal.any([signal, leaving.signal]) });
    setups.add(setup);
    try {
      const result = await setup;
      return { ...result, message: describeSetup(result) };
    } finally {
      setups.delete(setup);
    }
  });

  return {
    /** A training that nobody can stop any more is saved, so that it can be resumed; a setup is cleared away. */
    async end() {
      leaving.abort(new Cancelled());
      await Promise.allSettled([current, ...setups]);
    },
  };
}

async function runTraining(
  { sources, options }: protocol.TrainParams,
  signal: AbortSignal,
  onEvent: (event: TrainEvent) => void,
): Promise<protocol.TrainResult> {
  try {
    const end = await train(
      { ...options, source: [...sources.folders], ...corpusOptionsOf(sources) },
      { onEvent, signal, patience: options.resume ? patience : 0 },
    );
    return {
      reason: end.reason,
      step: end.step,
      bitsPerCharacter: end.best && bitsFromNats(end.best.loss),
      model: join(options.out, modelFileName),
    };
  } catch (error) {
    // Before its first step a training ends with the reason of the signal.
    if (error !== signal.reason || !signal.aborted) throw error;
    return { reason: 'stoppedEarly', step: 0, bitsPerCharacter: null, model: null };
  }
}
