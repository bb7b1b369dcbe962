import { stat } from 'node:fs/promises';
import { UserError } from '../../model/errors';
import { readModelFile, writeModelFile } from '../../model/onnx/modelFile';
import * as protocol from '../protocol';
import type { Server } from '../server';
import { serveInspections } from './inspections';
import { LoadedModel } from './loadedModel';
import { describeModel } from './modelInfo';
import { sampleText } from './sample';
import { CompletionCounter } from './statistics';
import { suggestPaths } from './suggestPaths';

/** Answers what an inference process is asked. */
export function serveInference(server: Server): { end(): Promise<void> } {
  const counter = new CompletionCounter();
  let loaded: LoadedModel | null = null;
  const model = (): LoadedModel => {
    if (loaded === null) throw new UserError('No model is loaded: train one on this workspace, or choose one.');
    return loaded;
  };

  server.onRequest(protocol.loadModel, async ({ path }) => {
    const next = await LoadedModel.load(path);
    const previous = loaded;
    loaded = next;
    // That waits for whoever still uses it, for whom the new one need not wait.
    void previous?.dispose().catch((error: unknown) => server.log(`A model was not given back: ${error}`));
    return next.info;
  });
  server.onRequest(protocol.describeModel, async ({ path }) => describeModel(path, await readModelFile(path), null));
  server.onRequest(protocol.complete, (request, signal) =>
    counter.count(() => model().use(({ engine }) => engine.complete(request, signal))),
  );
  server.onNotification(protocol.prime, (context) => loaded?.engine.prime(context));
  server.onNotification(protocol.closeDocument, ({ document }) => loaded?.engine.close(document));
  server.onRequest(protocol.sample, (params, signal) =>
    model().use(async (current) =>
      sampleText(await current.sampler(), params, signal, (chunk) =>
        server.connection.sendProgress(protocol.sampleProgress, params.progressToken, chunk),
      ),
    ),
  );
  server.onRequest(protocol.suggestPaths, (params, signal) =>
    model().use(async (current) => suggestPaths(await current.sampler(), params, signal)),
  );
  server.onRequest(protocol.exportModel, async ({ path, out, int8 }) => {
    if (!out.endsWith('.onnx')) throw new UserError(`${out} does not end in .onnx: give the name of a file that does.`);
    await writeModelFile(out, await readModelFile(path), int8 ? { quantize: 'int8' } : {});
    return { bytes: (await stat(out)).size };
  });
  serveInspections(server, model);
  server.onRequest0(protocol.statistics, async () => ({
    completions: counter.summary(),
    documents: loaded?.engine.documents ?? 0,
    bytes: process.memoryUsage.rss(),
  }));

  return { end: async () => {} };
}
