import { CompletionEngine } from '../../model/completion/engine';
import { SessionModel } from '../../model/completion/sessionModel';
import { type Model, readModelFile } from '../../model/onnx/modelFile';
import type { RecurrentState } from '../../model/sampling/recurrentState';
import { Sampler } from '../../model/sampling/sampler';
import type { ModelInfo } from '../protocol';
import { Inspections } from './inspections';
import { describeModel } from './modelInfo';

/** A model with all that works on it. Given back only when nobody uses it any more. */
export class LoadedModel {
  readonly engine: CompletionEngine<RecurrentState>;
  readonly inspections: Inspections;
  private samplerPromise: Promise<Sampler> | null = null;
  private readonly uses = new Set<Promise<unknown>>();

  private constructor(
    readonly info: ModelInfo,
    private readonly model: Model,
    private readonly session: SessionModel,
  ) {
    this.engine = new CompletionEngine(session);
    this.inspections = new Inspections(model);
  }

  /** @throws UserError when there is no such model or it is damaged. */
  static async load(path: string): Promise<LoadedModel> {
    const model = await readModelFile(path);
    const session = await SessionModel.create(model);
    return new LoadedModel(await describeModel(path, model, session.precision), model, session);
  }

  /** In the exact arithmetic, so that a seed gives the same text on every day and as in a terminal. */
  sampler(): Promise<Sampler> {
    this.samplerPromise ??= Sampler.create(this.model, { precision: 'float32' });
    return this.samplerPromise;
  }

  /** Works with the model, which is kept for as long as that takes. */
  async use<T>(work: (model: LoadedModel) => Promise<T>): Promise<T> {
    const use = work(this);
    this.uses.add(use);
    try {
      return await use;
    } finally {
      this.uses.delete(use);
    }
  }

  /** What is being inspected, which may take minutes, is given up; all else is waited for. */
  async dispose(): Promise<void> {
    this.inspections.end();
    await Promise.allSettled(this.uses);
    await this.engine.idle();
    await this.session.dispose();
    await (await this.samplerPromise)?.dispose();
    await this.inspections.dispose();
  }
}
