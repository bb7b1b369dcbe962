// `npm run bench:editor`: how long ghost text takes, inside the extension host of a real VS Code.
//
//   npm run bench:editor                                      trains a 2x512 model for 3 minutes, then measures
//   npm run bench:editor -- --model models/mine               measures that one
//   npm run bench:editor -- --minutes 1 --hidden-size 128     another size
//   npm run bench:editor -- --model models/mine --write       puts the table into BENCHMARKS.md
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Host, hosts } from '../../scripts/vscodeHost/hosts.mjs';
import { writeSection } from '../../src/cli/bench/benchmarksFile';
import { describeMachine, formatMachine } from '../../src/cli/bench/machine';
import { startHost } from '../host/host';
import { whyNot } from '../host/requirements';
import { copyRealProject } from '../walk/realProject';
import type { BenchResult, BenchTask, Call } from './inHost';

const root = process.cwd();

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      model: { type: 'string' },
      minutes: { type: 'string', default: '3' },
      'hidden-size': { type: 'string', default: '512' },
      keystrokes: { type: 'string', default: '100' },
      write: { type: 'boolean', default: false },
    },
  });
  const host = hosts[0]!;
  const reason = whyNot(host);
  if (reason !== null) throw new Error(`This ${reason}.`);
  const folder = mkdtempSync(join(tmpdir(), 'unreasonable-bench-'));
  try {
    const workspace = copyRealProject(join(folder, 'project'));
    const result = await measure(host, workspace, join(folder, 'result.json'), {
      model: values.model === undefined ? null : resolve(values.model),
      minutes: Number(values.minutes),
      hiddenSize: Number(values['hidden-size']),
      keystrokes: Number(values.keystrokes),
      files: readdirSync(join(workspace, 'src'))
        .filter((name) => name.endsWith('.c'))
        .map((name) => `src/${name}`),
    });
    const date = new Date().toISOString().slice(0, 10);
    const machine = formatMachine(await describeMachine(null));
    const markdown = `${report(result)}\n\n${date}: ${machine}, VS Code ${host.vscode}.`;
    console.log(markdown);
    if (values.write) await writeSection('BENCHMARKS.md', 'editor', markdown);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(host: Host, workspace: string, path: string, task: BenchTask): Promise<BenchResult> {
  let ended: (code: number) => void = () => {};
  const end = new Promise<number>((done) => {
    ended = done;
  });
  const running = await startHost({
    host,
    workspace,
    developmentExtensions: [root, join(root, 'dist', 'test')],
    testsPath: join(root, 'dist', 'test', 'bench.cjs'),
    onTestsEnd: ended,
    // Whatever the editor asks for by itself would be measured too.
    settings: { 'editor.inlineSuggest.enabled': false },
    env: { UNREASONABLE_BENCH: JSON.stringify(task), UNREASONABLE_BENCH_RESULT: path },
  });
  const code = await end;
  await running.dispose();
  if (code !== 0) throw new Error(`The benchmark ended with code ${code}.`);
  return JSON.parse(readFileSync(path, 'utf8'));
}

function report({ model, typing, opening }: BenchResult): string {
  const asked = typing.filter(({ request }) => request > 0);
  const rows: [string, number[]][] = [
    ['a key, from the call of the provider to its result', asked.map(({ total }) => total)],
    ['of it the model process', asked.map(({ process }) => process)],
    ['of it between the processes', asked.map(({ request, process }) => request - process)],
    ['of it the extension host', asked.map(({ total, request }) => total - request)],
    ['a key of the ghost text itself, which asks nothing', typing.filter(isTypedThrough).map(({ total }) => total)],
    ['the first call in a document, which reads up to 1,000 characters', opening.map(({ total }) => total)],
    ['of it the model process', opening.map(({ process }) => process)],
    ['of that waiting for what is read in the background', opening.map(({ waiting }) => waiting)],
    ['of that reading', opening.map(({ priming }) => priming)],
    ['of it the extension host', opening.map(({ total, request }) => total - request)],
  ];
  const { numLayers, hiddenSize, precision } = model;
  return [
    `| milliseconds, ${numLayers}×${hiddenSize}, ${precision} | calls | p50 | p95 | most |`,
    '| --- | ---: | ---: | ---: | ---: |',
    ...rows.map(([name, values]) => `| ${name} | ${values.length} | ${quantiles(values)} |`),
  ].join('\n');
}

function isTypedThrough({ request, length }: Call): boolean {
  return request === 0 && length > 0;
}

function quantiles(values: readonly number[]): string {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1];
  return [0.5, 0.95, 1].map((share) => at(share)?.toFixed(2) ?? '').join(' | ');
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
