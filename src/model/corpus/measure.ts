import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CorpusOptions } from './options';
import { prepareCorpus } from './prepare';
import { writeTokenFile } from './tokenFile';

export interface CorpusMeasurement {
  /** Bytes of the files that were read into the corpus, not of those that were left out. */
  readonly bytes: number;
  readonly files: number;
  /** From the path to the tokens in memory. */
  readonly seconds: number;
  /** `bytes` in millions per second of `seconds`. */
  readonly megabytesPerSecond: number;
  /** For writing the token file until it is safe on the disk; depends on the disk. */
  readonly writingSeconds: number;
  /** The most memory that the process has held resident since its start, in millions of bytes. */
  readonly peakResidentMegabytes: number;
  /** The size of the token file in millions of bytes. */
  readonly tokenFileMegabytes: number;
}

/**
 * Prepares a corpus, writes it to a temporary token file, and measures that. The peak of memory is that of the whole
 * process: call it in a process that has done nothing else.
 */
export async function measureCorpus(path: string, options: CorpusOptions = {}): Promise<CorpusMeasurement> {
  const folder = await mkdtemp(join(tmpdir(), 'unreasonable-'));
  try {
    const start = performance.now();
    const corpus = await prepareCorpus(path, options);
    const prepared = performance.now();
    const tokenFile = join(folder, 'corpus.tokens');
    await writeTokenFile(tokenFile, corpus);
    const written = performance.now();
    const { bytes, files } = corpus.report;
    const seconds = (prepared - start) / 1000;
    return {
      bytes,
      files,
      seconds,
      megabytesPerSecond: bytes / 1e6 / seconds,
      writingSeconds: (written - prepared) / 1000,
      peakResidentMegabytes: (process.resourceUsage().maxRSS * 1024) / 1e6,
      tokenFileMegabytes: (await stat(tokenFile)).size / 1e6,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
