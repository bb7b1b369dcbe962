// `npm run test:desktop`: the suite in VS Code for the desktop, which is downloaded; needs a display (or xvfb-run).
//
//   npm run test:desktop -- --vsix dist/packages/unreasonable-linux-x64-node.vsix     with that package installed
//   npm run test:desktop -- --vscode 1.96.4                                            in that version; else the newest
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { downloadAndUnzipVSCode, resolveCliArgsFromVSCodeExecutablePath, runTests } from '@vscode/test-electron';

const tests = resolve('dist', 'test');

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { vsix: { type: 'string' }, vscode: { type: 'string', default: 'stable' } },
  });
  const folder = mkdtempSync(join(tmpdir(), 'unreasonable-desktop-'));
  try {
    const executable = await downloadAndUnzipVSCode(values.vscode);
    const userData = join(folder, 'user-data');
    const extensions = join(folder, 'extensions');
    if (values.vsix !== undefined)
      install(executable, values.vsix, ['--user-data-dir', userData, '--extensions-dir', extensions]);
    // The suite writes the project that it wants.
    const workspace = join(folder, 'project');
    mkdirSync(workspace);
    await runTests({
      vscodeExecutablePath: executable,
      extensionDevelopmentPath: values.vsix === undefined ? [resolve('.'), tests] : tests,
      extensionTestsPath: join(tests, 'suite.cjs'),
      launchArgs: [workspace, '--user-data-dir', userData, '--extensions-dir', extensions, '--disable-workspace-trust'],
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function install(executable: string, vsix: string, places: readonly string[]): void {
  const [cli, ...args] = resolveCliArgsFromVSCodeExecutablePath(executable);
  const { status } = spawnSync(cli!, [...args, ...places, '--install-extension', vsix], {
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new Error(`VS Code did not install ${vsix}.`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
