import { existsSync } from 'node:fs';
import { corpusOptionsOf } from '../../model/corpus/options';
import { checkpointPath } from '../../model/training/checkpoint';
import type { TrainEvent, TrainOptions } from '../../model/training/options';
import { TrainingComplete, train } from '../../model/training/trainer';
import { catchInterrupt } from '../interrupt';
import type { Output } from '../output';
import { exitCodes } from '../run';
import { plainLines } from '../training/plainLines';
import { progressBar } from '../training/progressBar';

/**
 * Trains, or goes on with the training in `options.out`, whose settings are then its own; it reads the same files again.
 *
 * @param limits minutes in all, where the person has given them; and what throws when the model has too many
 *   parameters, before the first step.
 * @returns whether it came to its end; false after Ctrl+C, with everything saved.
 */
export async function trainWithCheckpoints(
  options: TrainOptions,
  limits: { readonly minutes: number | undefined; checkParameters(parameters: number): void },
  { people, line }: Output,
): Promise<boolean> {
  const { source, out } = options;
  const resumed: TrainOptions = {
    ...{ source, out, resume: true },
    ...corpusOptionsOf(options),
    ...(limits.minutes && { minutes: limits.minutes }),
  };
  const view = people.isTTY ? progressBar(people) : plainLines(line, undefined);
  const interrupt = catchInterrupt(() => view.show({ type: 'notice', message: 'Stopping and saving …' }));
  try {
    const onEvent = (event: TrainEvent) => {
      view.show(event);
      if (event.type === 'start') limits.checkParameters(event.parameters);
    };
    const handlers = { onEvent, signal: interrupt.signal };
    const { reason } = await train(existsSync(checkpointPath(out)) ? resumed : options, handlers).finally(view.close);
    if (reason !== 'stopped') return true;
    line('Everything is saved: the same command goes on.');
  } catch (error) {
    if (error instanceof TrainingComplete) return true;
    if (error !== interrupt.signal.reason) throw error;
    line('Stopped before the first step; nothing was written.');
  } finally {
    interrupt.dispose();
  }
  process.exitCode = exitCodes.interrupted;
  return false;
}
