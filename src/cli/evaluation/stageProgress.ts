import { SingleBar } from 'cli-progress';

/** Shows how far the stages of a computation are. */
export interface StageProgress {
  /** @param share from 0 to 1. */
  show(stage: string, share: number): void;
  close(): void;
}

/** A bar for each stage in a terminal; elsewhere a line at the beginning of each. */
export function stageProgress(stream: NodeJS.WriteStream): StageProgress {
  if (!stream.isTTY) {
    let last = '';
    return {
      show(stage) {
        if (stage !== last) stream.write(`${stage} …\n`);
        last = stage;
      },
      close() {},
    };
  }
  const bar = new SingleBar({
    stream,
    hideCursor: true,
    clearOnComplete: true,
    barsize: 24,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    format: '{bar} {percentage} %  {stage}',
  });
  return {
    show(stage, share) {
      if (bar.isActive) bar.update(share, { stage });
      else bar.start(1, share, { stage });
    },
    close() {
      if (bar.isActive) bar.stop();
    },
  };
}
