import { Tensor } from 'onnxruntime-node';
import type { ForwardSession } from '../sampling/forwardSession';
import { type RecurrentState, selectRows } from '../sampling/recurrentState';
import type { Prediction, Predictor } from './predictor';

/** The recurrent network in a session, as a predictor. */
export class SessionPredictor implements Predictor<RecurrentState> {
  constructor(
    private readonly session: Pick<ForwardSession, 'run'>,
    readonly vocabularySize: number,
  ) {}

  run(tokens: Int32Array, T: number, B: number, state?: RecurrentState): Promise<Prediction<RecurrentState>> {
    return this.session.run(tokens, T, B, state);
  }

  select(state: RecurrentState, rows: readonly number[]): RecurrentState {
    return selectRows(state, rows);
  }

  concatenate(states: readonly RecurrentState[]): RecurrentState {
    const batch = states.reduce((sum, state) => sum + state.batch, 0);
    const tensors = states[0]!.tensors.map(({ dims }, i) => {
      const H = dims[1]!;
      const rows = new Float32Array(batch * H);
      let offset = 0;
      for (const { tensors } of states) {
        const data = tensors[i]!.data as Float32Array;
        rows.set(data, offset);
        offset += data.length;
      }
      return new Tensor('float32', rows, [batch, H]);
    });
    return { batch, tensors };
  }
}
