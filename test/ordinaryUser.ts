import { chmodSync } from 'node:fs';
import type { TestContext } from 'vitest';

/** The user and group `nobody` of Linux and macOS, near enough: someone who owns nothing. */
const nobody = 65534;

/**
 * Does something as a user for whom permissions count: root may read and write everything, and CI runs as root.
 *
 * @param folder that this user may enter; what is in it is up to the test.
 */
export async function asOrdinaryUser<Result>(
  context: TestContext,
  folder: string,
  run: () => Promise<Result>,
): Promise<Result> {
  if (process.platform === 'win32') context.skip('Windows has no such permissions');
  if (process.getuid?.() !== 0) return run();
  chmodSync(folder, 0o755);
  process.seteuid?.(nobody);
  try {
    return await run();
  } finally {
    process.seteuid?.(0);
  }
}
