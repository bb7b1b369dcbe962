import type { Command } from 'commander';
import type { Benchmark } from '../bench/benchmark';
import { writeSection } from '../bench/benchmarksFile';
import { completionBenchmark } from '../bench/completion';
import { corpusBenchmark } from '../bench/corpus';
import { ghostTextBenchmark } from '../bench/ghostText';
import { describeMachine, formatMachine } from '../bench/machine';
import { samplingBenchmark } from '../bench/sampling';
import { startingPointBenchmark } from '../bench/startingPoint';
import { timeToLossBenchmark } from '../bench/timeToLoss';
import { trainingBenchmark } from '../bench/training';
import { openOutput } from '../output';

const benchmarks: readonly Benchmark[] = [
  trainingBenchmark,
  timeToLossBenchmark,
  startingPointBenchmark,
  samplingBenchmark,
  completionBenchmark,
  ghostTextBenchmark,
  corpusBenchmark,
];

const examples = `
Examples:
  Sampling speed, beside PyTorch's:
    $ npm run bench -- sampling --python ~/torch/bin/python3

  The same, into its table in BENCHMARKS.md:
    $ npm run bench -- sampling --python ~/torch/bin/python3 --write
`;

/** `unreasonable bench`: measures speed and quality on this machine. */
export function addBenchCommand(program: Command): void {
  const bench = program
    .command('bench')
    .description('Measure speed and quality on this machine, each comparison in one run.')
    .addHelpText('after', examples);
  for (const benchmark of benchmarks) addBenchmark(bench, benchmark);
}

function addBenchmark(bench: Command, benchmark: Benchmark): void {
  const command = bench.command(benchmark.name).description(benchmark.description);
  benchmark.addOptions?.(command);
  command
    .option('--python <path>', 'a Python with PyTorch, to measure beside')
    .option('--write', 'put the result into BENCHMARKS.md of the current folder')
    .option('--json', 'print the result as one JSON object on stdout, and all else on stderr')
    .action(() => measure(benchmark, command.opts()));
}

interface BenchFlags {
  readonly python?: string;
  readonly write?: boolean;
  readonly json?: boolean;
}

async function measure(benchmark: Benchmark, flags: BenchFlags & Record<string, unknown>): Promise<void> {
  const output = openOutput(flags.json ?? false);
  const python = flags.python ?? null;
  const machine = await describeMachine(python);
  output.line(formatMachine(machine));
  const { markdown, json, section } = await benchmark.measure({ python, flags, progress: output.line });
  output.line(`\n${markdown}`);
  const date = new Date().toISOString().slice(0, 10);
  if (flags.write) {
    await writeSection(
      'BENCHMARKS.md',
      section ?? benchmark.name,
      `${markdown}\n\n${date}: ${formatMachine(machine)}.`,
    );
    output.line(`\nWritten to BENCHMARKS.md.`);
  }
  output.result({ benchmark: benchmark.name, date, machine, ...json });
}
