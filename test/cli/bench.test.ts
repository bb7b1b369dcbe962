import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { replaceSection } from '../../src/cli/bench/benchmarksFile';
import { type GpuShapeResult, reportGpu } from '../../src/cli/bench/gpuTraining';
import { addBenchCommand } from '../../src/cli/commands/bench';
import { markdownTable } from '../../src/cli/table';
import { UserError } from '../../src/model/errors';

describe('markdownTable', () => {
  it('lines columns up, numbers to the right', () => {
    expect(
      markdownTable(
        ['model', 'ms'],
        [
          ['2×128', '9.5'],
          ['2×512 int8', '1,234'],
        ],
      ),
    ).toBe(
      ['| model      |    ms |', '| ---------- | ----: |', '| 2×128      |   9.5 |', '| 2×512 int8 | 1,234 |'].join(
        '\n',
      ),
    );
  });
});

describe('replaceSection', () => {
  const text = 'before\n<!-- bench:a -->\nold\n<!-- /bench:a -->\n<!-- bench:b -->\nkept\n<!-- /bench:b -->\n';

  it('replaces what stands between the markers of one benchmark and keeps the rest', () => {
    const replaced = replaceSection(text, 'a', '| new |\n');
    expect(replaced).toBe(text.replace('old', '| new |'));
    expect(replaceSection(replaced, 'a', 'old')).toBe(text);
  });

  it('refuses a text without the markers', () => {
    expect(() => replaceSection(text, 'c', 'new')).toThrow(UserError);
  });
});

describe('reportGpu', () => {
  const result: GpuShapeResult = {
    ...{ numLayers: 2, hiddenSize: 512, batchSize: 100, sequenceLength: 100, device: 'A GPU (subgroups)' },
    ...{ milliseconds: 8, millisecondsOneByOne: 9.5, charactersPerSecond: 1_250_000 },
    ...{ productRate: 25e12, productShare: 0.5, groups: { 'forward steps': 3, update: 0.25 } },
    ...{ peerDevice: 'A GPU, CUDA 12', peerMilliseconds: { fp32: 10, tf32: 5 }, ratios: { fp32: 0.8, tf32: 1.6 } },
  };

  it('has a table of steps beside both arithmetics of PyTorch, and one of groups of kernels', () => {
    const report = reportGpu([result]);
    expect(report).toContain('Device: A GPU (subgroups); our matrix product does 25.00 TFLOP/s on it.');
    expect(report).toMatch(
      /\| 2x512, B 100, T 100 \| +8.00 \| +9.50 \| +1,250,000 \| +50 % \| +10.00 \| +0.80x \| +5.00 \| +1.60x \|/,
    );
    expect(report).toContain('PyTorch ran its cuDNN LSTM on: A GPU, CUDA 12.');
    expect(report).toMatch(/\| 2x512, B 100, T 100 \| +3.00 \| +0.25 \| +3.25 \|/);
  });

  it('leaves out what there was not', () => {
    const alone = { ...result, productRate: 2e9, groups: null, peerDevice: null, peerMilliseconds: null, ratios: null };
    const report = reportGpu([alone]);
    expect(report).toContain('2.0 GFLOP/s');
    expect(report).toContain('PyTorch with CUDA was not there');
    expect(report).not.toContain('ms on the GPU');
  });
});

describe('the benchmarks that the documents name', () => {
  const program = new Command();
  addBenchCommand(program);
  const benchmarks = program.commands.find((command) => command.name() === 'bench')!.commands;
  const named = ['BENCHMARKS.md', 'CONTRIBUTING.md'].flatMap((document) => {
    const text = readFileSync(join(__dirname, '../..', document), 'utf8').replaceAll(/\\\n\s*/g, '');
    return [...text.matchAll(/npm run bench -- ([^`\n]+)/g)].map((match) => match[1]!);
  });

  it.each(named)('%s', (line) => {
    const benchmark = benchmarks.find((command) => command.name() === line.split(' ')[0])!;
    const given = line.match(/--[\w-]+/g) ?? [];
    expect(benchmark.options.map((option) => option.long)).toEqual(expect.arrayContaining(given));
    for (const option of benchmark.options.filter(({ mandatory }) => mandatory)) expect(given).toContain(option.long);
  });
});
