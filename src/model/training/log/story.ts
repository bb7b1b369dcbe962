import type { EndEntry, LogEntry, NoticeEntry, SampleEntry, StartEntry, StepsEntry, ValidationEntry } from './entries';

/** A training from its beginning to where it stands: the entries of its log that still hold, by kind and in order. */
export interface TrainingStory {
  /** The first is the beginning, the others are resumes. */
  readonly starts: readonly StartEntry[];
  readonly steps: readonly StepsEntry[];
  readonly validations: readonly ValidationEntry[];
  readonly samples: readonly SampleEntry[];
  readonly notices: readonly NoticeEntry[];
  /** Null while it runs, or if it was interrupted. */
  readonly end: EndEntry | null;
}

/**
 * The story that a log tells. A training that was killed, or whose loss went out of bounds, goes on from an earlier
 * state: what came after that state is told anew, and the first telling is left out. An entry may come twice.
 */
export function storyOf(entries: Iterable<LogEntry>): TrainingStory {
  const story = {
    starts: [] as StartEntry[],
    steps: [] as StepsEntry[],
    validations: [] as ValidationEntry[],
    samples: [] as SampleEntry[],
    notices: [] as NoticeEntry[],
    end: null as EndEntry | null,
  };
  for (const entry of entries) {
    switch (entry.type) {
      case 'start':
        for (const list of [story.steps, story.validations, story.samples]) dropAfter(list, entry.step);
        if (story.starts.at(-1)?.time !== entry.time) story.starts.push(entry);
        story.end = null;
        break;
      case 'steps':
        for (const list of [story.steps, story.validations, story.samples]) dropAfter(list, entry.step - entry.count);
        story.steps.push(entry);
        break;
      case 'validation':
        dropAfter(story.validations, entry.step - 1);
        story.validations.push(entry);
        break;
      case 'sample':
        dropAfter(story.samples, entry.step - 1);
        story.samples.push(entry);
        break;
      case 'notice':
        if (!story.notices.some((other) => isSame(other, entry))) story.notices.push(entry);
        break;
      case 'end':
        story.end = entry;
        break;
    }
  }
  return story;
}

/** The measurement of the model that is kept: the last that was better than all before. */
export function bestOf({ validations }: Pick<TrainingStory, 'validations'>): ValidationEntry | null {
  return validations.findLast(({ best }) => best) ?? null;
}

function isSame(a: NoticeEntry, b: NoticeEntry): boolean {
  return a.step === b.step && a.seconds === b.seconds && a.message === b.message;
}

function dropAfter(list: { readonly step: number }[], step: number): void {
  while (list.length > 0 && list.at(-1)!.step > step) list.pop();
}
