import * as vscode from 'vscode';
import { UserError } from '../model/errors';
import { ProcessDied } from '../process/errors';

/** How a problem is shown: by default with a button that shows the log. */
export interface Remedy {
  readonly title: string;
  run(): unknown;
}

/**
 * Tells people what went wrong, in one sentence, once: the same sentence again goes to the log alone, until
 * {@link Problems.forget} is called because the person has asked for the same thing anew.
 */
export class Problems {
  private readonly told = new Set<string>();
  private readonly toldErrors = new WeakSet<object>();

  constructor(private readonly log: vscode.LogOutputChannel) {}

  /**
   * A {@link UserError} is shown as it is; anything else is a mistake of ours, whose stack is in the log. An error that
   * passes by twice, because who told it threw it on, is told once.
   */
  tell(error: unknown, ...remedies: readonly Remedy[]): void {
    if (error instanceof Error) {
      if (this.toldErrors.has(error)) return;
      this.toldErrors.add(error);
    }
    this.log.error(error instanceof Error ? error : String(error));
    this.show(sentenceOf(error), vscode.window.showErrorMessage, remedies);
  }

  /** Something to know that stops nothing. */
  warn(sentence: string, ...remedies: readonly Remedy[]): void {
    this.log.warn(sentence);
    this.show(sentence, vscode.window.showWarningMessage, remedies);
  }

  /** What was told lately. */
  get current(): readonly string[] {
    return [...this.told];
  }

  /** What was told may be told again. */
  forget(): void {
    this.told.clear();
  }

  private show(
    sentence: string,
    present: (message: string, ...titles: string[]) => Thenable<string | undefined>,
    remedies: readonly Remedy[],
  ): void {
    if (this.told.has(sentence)) return;
    this.told.add(sentence);
    const choices = [...remedies, { title: vscode.l10n.t('Show Log'), run: () => this.log.show() }];
    void present(sentence, ...choices.map(({ title }) => title)).then((chosen) => {
      choices.find(({ title }) => title === chosen)?.run();
    });
  }
}

function sentenceOf(error: unknown): string {
  if (error instanceof UserError || error instanceof ProcessDied) return error.message;
  const message = error instanceof Error ? error.message : String(error);
  return vscode.l10n.t(
    'Unreasonable made a mistake: {0} The log says more.',
    /[.!?]$/.test(message) ? message : `${message}.`,
  );
}
