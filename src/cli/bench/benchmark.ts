import type { Command } from 'commander';

/** What every benchmark is given beside its own flags. */
export interface BenchmarkContext {
  /** A Python with PyTorch to compare with, or null. */
  readonly python: string | null;
  /** Tells a person how far it is. */
  progress(line: string): void;
  /** The values of the options that {@link Benchmark.addOptions} added, by their camelCase names. */
  readonly flags: Readonly<Record<string, unknown>>;
}

export interface BenchmarkResult {
  /** For people, in a terminal and in BENCHMARKS.md: a table, with a sentence where it needs one. */
  readonly markdown: string;
  /** The same numbers for programs. */
  readonly json: object;
  /** The markers in BENCHMARKS.md between which it belongs; the benchmark's name by default. */
  readonly section?: string;
}

/**
 * One subcommand of `unreasonable bench`. A new one is a file beside this one that exports a Benchmark, its name in
 * the list of commands/bench.ts, and its pair of markers in BENCHMARKS.md.
 */
export interface Benchmark {
  readonly name: string;
  readonly description: string;
  /** Adds options and arguments of its own. */
  addOptions?(command: Command): void;
  measure(context: BenchmarkContext): Promise<BenchmarkResult>;
}
