import type { DashboardTraining } from '../../../src/extension/views/dashboard/messages';
import type { ModelComparison } from '../../../src/model/evaluation/comparisonResult';
import type { LogEntry } from '../../../src/model/training/log/entries';
import { storyOf, type TrainingStory } from '../../../src/model/training/log/story';

/** A training as the page has it. */
export interface Training {
  readonly id: string;
  readonly name: string;
  readonly story: TrainingStory;
  readonly comparison: ModelComparison | null;
}

/** The trainings of the workspace, the newest first, with the stories that their logs tell so far. */
export class Trainings {
  private logs: (DashboardTraining & { readonly log: LogEntry[] })[] = [];
  private readonly stories = new Map<string, TrainingStory>();

  replace(trainings: readonly DashboardTraining[]): void {
    this.logs = trainings.map((training) => ({ ...training, log: [...training.log] }));
    this.stories.clear();
  }

  /** Returns false for a training that is not known. */
  add(id: string, entry: LogEntry): boolean {
    const found = this.logs.find((training) => training.id === id);
    if (found === undefined) return false;
    found.log.push(entry);
    this.stories.delete(id);
    return true;
  }

  get all(): Training[] {
    return this.logs.map(({ id, name, comparison }) => ({ id, name, comparison, story: this.storyOf(id) }));
  }

  /** What to keep of a choice: null for the newest, so that the next one is looked at as soon as it begins. */
  choiceOf(id: string): string | null {
    return id === this.logs[0]?.id ? null : id;
  }

  /** The training of a choice that was kept; the newest where that is not known any more. */
  chosen(choice: string | null): Training | undefined {
    const { all } = this;
    return all.find(({ id }) => id === choice) ?? all[0];
  }

  private storyOf(id: string): TrainingStory {
    const known = this.stories.get(id);
    if (known !== undefined) return known;
    const story = storyOf(this.logs.find((training) => training.id === id)?.log ?? []);
    this.stories.set(id, story);
    return story;
  }
}
