import * as vscode from 'vscode';

/** What completions did, counted on this machine and nowhere else. */
export interface Counters {
  readonly shown: number;
  readonly accepted: number;
  /** Accepted by word or by line, once for each part. */
  readonly acceptedInPart: number;
  /** Characters that did not have to be typed: those accepted, less the key that accepted them. */
  readonly charactersSaved: number;
  /** When counting began, in milliseconds since 1970. */
  readonly since: number;
}

const key = 'counters';
const secondsBetweenWrites = 5;

const zero = () => ({ shown: 0, accepted: 0, acceptedInPart: 0, charactersSaved: 0, since: Date.now() });

/** Keeps the {@link Counters} of the user, over all workspaces. */
export class Statistics implements vscode.Disposable {
  private counters: Counters;
  private timer: NodeJS.Timeout | null = null;

  constructor(private readonly memento: vscode.Memento) {
    this.counters = { ...zero(), ...memento.get<Partial<Counters>>(key) };
  }

  get current(): Counters {
    return this.counters;
  }

  show(): void {
    this.add({ shown: 1 });
  }

  accept(characters: number): void {
    this.add({ accepted: 1, charactersSaved: Math.max(0, characters - 1) });
  }

  acceptPart(characters: number): void {
    this.add({ acceptedInPart: 1, charactersSaved: Math.max(0, characters - 1) });
  }

  async reset(): Promise<void> {
    this.counters = zero();
    await this.write();
  }

  async dispose(): Promise<void> {
    if (this.timer === null) return;
    clearTimeout(this.timer);
    await this.write();
  }

  private add(more: Partial<Counters>): void {
    const { shown, accepted, acceptedInPart, charactersSaved, since } = this.counters;
    this.counters = {
      since,
      shown: shown + (more.shown ?? 0),
      accepted: accepted + (more.accepted ?? 0),
      acceptedInPart: acceptedInPart + (more.acceptedInPart ?? 0),
      charactersSaved: charactersSaved + (more.charactersSaved ?? 0),
    };
    this.timer ??= setTimeout(() => void this.write(), 1000 * secondsBetweenWrites);
  }

  private async write(): Promise<void> {
    this.timer = null;
    await this.memento.update(key, this.counters);
  }
}

/** Shows the counters and offers to count anew. */
export async function showStatistics(statistics: Statistics): Promise<void> {
  const reset = vscode.l10n.t('Count from Zero');
  const chosen = await vscode.window.showInformationMessage(describe(statistics.current), reset);
  if (chosen === reset) await statistics.reset();
}

function describe({ shown, accepted, acceptedInPart, charactersSaved, since }: Counters): string {
  const date = new Date(since).toLocaleDateString(vscode.env.language);
  return vscode.l10n.t(
    'Since {0}: {1} completions shown, {2} accepted, {3} more in part; {4} characters not typed. These numbers stay on this machine.',
    ...[date, shown, accepted, acceptedInPart, charactersSaved],
  );
}
