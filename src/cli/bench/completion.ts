import type { Command } from 'commander';
import { evaluateModel } from '../evaluation/evaluateModel';
import { evaluationTable } from '../evaluation/table';
import { formatCount } from '../format';
import type { Benchmark, BenchmarkContext, BenchmarkResult } from './benchmark';

export const completionBenchmark: Benchmark = {
  name: 'completion',
  description: 'Keystrokes that ghost text saves and the time that it takes, beside an n-gram model.',
  addOptions(command: Command): void {
    command
      .requiredOption('--model <path>', 'a model file, or the folder of a training')
      .requiredOption('--source <path>', 'the folder or text file that it was trained on');
  },
  async measure({ flags, progress }: BenchmarkContext): Promise<BenchmarkResult> {
    const { model, source } = flags as { model: string; source: string };
    progress(`${model} on ${source} …`);
    const { name, split, characters, report } = await evaluateModel({ model, source }, () => undefined);
    const replayed = formatCount(report.keystrokesSaved.characters);
    const scope = `On the ${split} part (${formatCount(characters)} characters, ${replayed} of them typed):`;
    return { markdown: `${scope}\n\n${evaluationTable(name, report)}`, json: { model, source, split, ...report } };
  },
};
