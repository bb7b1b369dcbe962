import { SessionPredictor } from '../../model/completion/sessionPredictor';
import type { TokenStream } from '../../model/corpus/corpus';
import { type EvaluationOptions, evaluate } from '../../model/evaluation/evaluate';
import type { Scores } from '../../model/evaluation/scores';
import type { Model } from '../../model/onnx/modelFile';
import { ForwardSession } from '../../model/sampling/forwardSession';

/** How well a model predicts a text that was encoded with its vocabulary. */
export async function scoreModel(model: Model, text: TokenStream, options: EvaluationOptions = {}): Promise<Scores> {
  const session = await ForwardSession.create(model);
  try {
    return await evaluate(new SessionPredictor(session, model.vocabulary.size), text, options);
  } finally {
    await session.dispose();
  }
}
