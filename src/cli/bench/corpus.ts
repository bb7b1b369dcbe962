import type { Command } from 'commander';
import { type CorpusMeasurement, measureCorpus } from '../../model/corpus/measure';
import { median } from '../../model/statistics';
import { formatCount } from '../format';
import { numberOption } from '../options';
import { markdownTable } from '../table';
import type { Benchmark, BenchmarkContext, BenchmarkResult } from './benchmark';

export const corpusBenchmark: Benchmark = {
  name: 'corpus',
  description: 'Megabytes per second from a folder to tokens in memory, and the memory that it takes.',
  addOptions(command: Command): void {
    command
      .requiredOption('--source <path>', 'the folder or file to read')
      .addOption(numberOption('--rounds <N>', 'readings', { minimum: 1, maximum: 100, whole: true }).default(3));
  },
  async measure({ flags, progress }: BenchmarkContext): Promise<BenchmarkResult> {
    const { source, rounds } = flags as { source: string; rounds: number };
    const measurements: CorpusMeasurement[] = [];
    for (let round = 1; round <= rounds; round++) {
      progress(`reading, ${round} of ${rounds} …`);
      measurements.push(await measureCorpus(source));
    }
    return { markdown: report(measurements), json: { source, measurements } };
  },
};

/** Medians; but of memory the first reading, after which the process still holds what is not collected yet. */
function report(measurements: readonly CorpusMeasurement[]): string {
  const first = measurements[0]!;
  const middle = (value: (measurement: CorpusMeasurement) => number) => median(measurements.map(value));
  const header = ['files', 'MB', 'MB/s', 'seconds', 'writing, s', 'token file, MB', 'peak resident, MB'];
  const row = [
    formatCount(first.files),
    (first.bytes / 1e6).toFixed(1),
    middle((measurement) => measurement.megabytesPerSecond).toFixed(0),
    middle((measurement) => measurement.seconds).toFixed(2),
    middle((measurement) => measurement.writingSeconds).toFixed(2),
    first.tokenFileMegabytes.toFixed(1),
    first.peakResidentMegabytes.toFixed(0),
  ];
  return markdownTable(header, [row]);
}
