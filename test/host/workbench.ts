import { mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { errors, type FrameLocator, type Locator, type Page } from 'playwright-core';

export type Theme = 'light' | 'dark';

const themeMarkers = { light: '.monaco-workbench.vs:not(.vs-dark)', dark: '.monaco-workbench.vs-dark' };

/** How long anything may take that a user waits for, in milliseconds. Generous: machines that run tests are slow. */
const patience = 120_000;

/** After this time without an answer, in milliseconds, a key was lost on a window that was busy: it is pressed again. */
const keyPatience = 5_000;

/** The window, in a user's terms. The selectors are the same in every VS Code from 1.96 to 1.139. */
export class Workbench {
  /** Milliseconds between keys. */
  typingDelay = 30;
  /** Milliseconds to stand still where a picture would be taken if pictures were kept: for a film. */
  stillness = 0;

  constructor(
    readonly page: Page,
    private readonly screenshots: string | null,
  ) {
    page.setDefaultTimeout(patience);
  }

  /** Resolves when the window has been drawn. */
  async ready(): Promise<void> {
    await this.page.locator('.monaco-workbench .part.statusbar').waitFor();
    await this.page.locator('.explorer-viewlet, .part.editor').first().waitFor();
  }

  /** As "Developer: Reload Window". */
  async reload(): Promise<void> {
    await this.page.reload();
    await this.ready();
  }

  // Commands and what they ask.

  /** Runs a command by its whole title, such as "Unreasonable: Show Log". */
  async command(title: string): Promise<void> {
    const typed = `>${title}`;
    const row = this.quickWidget.locator('.monaco-list-row.focused').filter({ hasText: title });
    // A palette that was opened too early does not learn of a command that comes later.
    await until(`the command "${title}"`, async () => {
      await this.openQuickInput('F1');
      await this.quickInput.fill(typed);
      if (await appears(row, keyPatience)) return true;
      await this.press('Escape');
      return false;
    });
    await this.accept(typed);
  }

  /** Presses Enter in a QuickPick that has something typed in it. */
  private async accept(typed: string): Promise<void> {
    await this.pressUntil('Enter', `"${typed}" to be accepted`, async () => (await this.quickInputNow()) !== typed);
  }

  /** Waits until the command palette offers a command, or until it does not. */
  async offers(title: string, expected: boolean): Promise<void> {
    await until(`the palette ${expected ? 'to offer' : 'not to offer'} "${title}"`, async () => {
      await this.openQuickInput('F1');
      await this.quickInput.fill(`>${title}`);
      const offered = await appears(this.quickPick(title), 2_000);
      await this.press('Escape');
      await this.quickWidget.waitFor({ state: 'hidden' });
      return offered === expected;
    });
  }

  private async openQuickInput(key: string): Promise<void> {
    await this.pressUntil(key, `${key} to open something`, async () => (await this.quickInputNow()) !== null);
  }

  /** What is in the text field of the command palette or QuickPick at this moment; null when none is open. */
  private async quickInputNow(): Promise<string | null> {
    return (await this.quickInput.isVisible())
      ? this.quickInput.inputValue({ timeout: 1_000 }).catch(() => null)
      : null;
  }

  /** Presses a key, and again as long as it had no effect: a window that is busy may lose it. */
  async pressUntil(key: string, what: string, holds: () => Promise<boolean>): Promise<void> {
    await until(what, async () => {
      await this.press(key);
      return until(what, holds, keyPatience).then(
        () => true,
        () => false,
      );
    });
  }

  /** The text field of the command palette, a QuickPick or an InputBox. */
  get quickInput(): Locator {
    return this.quickWidget.locator('.quick-input-box input');
  }

  /** A row of the QuickPick that is open. */
  quickPick(text: string | RegExp): Locator {
    return this.quickWidget.locator('.quick-input-list .monaco-list-row').filter({ hasText: text }).first();
  }

  /** The title, message and rows of the QuickPick or InputBox that is open. */
  get quickWidget(): Locator {
    return this.page.locator('.quick-input-widget:not([style*="display: none"])');
  }

  /** Types into a QuickPick that takes what is typed, and accepts it. */
  async answerPick(text: string): Promise<void> {
    await this.quickInput.fill(text);
    await this.quickPick(text).waitFor();
    await this.accept(text);
  }

  // The editor.

  /** Opens a file by its whole path, which VS Code finds without a search, and waits until it can be typed in. */
  async openFile(path: string): Promise<void> {
    const name = basename(path);
    await this.openQuickInput('Control+p');
    await this.quickInput.fill(path);
    await this.quickPick(name).waitFor();
    await this.accept(path);
    await this.page.locator(`.tabs-container .tab.active[data-resource-name="${name}"]`).waitFor();
    await this.page.locator(`.editor-group-container.active .monaco-editor.focused[data-uri$="/${name}"]`).waitFor();
  }

  /** Puts the cursor somewhere in the active editor; lines and columns are counted from 1. */
  async goTo(line: number, column = 1): Promise<void> {
    await this.openQuickInput('Control+g');
    await this.quickInput.fill(`:${line},${column}`);
    await this.accept(`:${line},${column}`);
    await this.quickWidget.waitFor({ state: 'hidden' });
    await this.cursorAt(line, column).waitFor();
  }

  private cursorAt(line: number, column: number): Locator {
    return this.statusBarItem(RegExp(`^Ln ${line}, Col ${column}$`));
  }

  /**
   * Types one line as a person does and waits until all of it is there. The cursor stands in an empty line.
   */
  async typeLine(line: number, text: string): Promise<void> {
    await this.page.keyboard.type(text, { delay: this.typingDelay });
    await this.cursorAt(line, text.length + 1).waitFor();
  }

  press(key: string): Promise<void> {
    return this.page.keyboard.press(key);
  }

  /** Saves the active editor and waits until its file is written. */
  async save(): Promise<void> {
    await this.page.keyboard.press('Control+s');
    await this.page.locator('.tabs-container .tab.active:not(.dirty)').first().waitFor();
  }

  /** The lines of the active editor that are in view. */
  async visibleText(): Promise<string> {
    const script = `[...document.querySelectorAll('.editor-group-container.active .view-lines .view-line')]
      .map((line) => ({ top: parseFloat(line.style.top), text: line.textContent }))
      .sort((a, b) => a.top - b.top).map(({ text }) => text).join('\\n')`;
    return plain(await this.page.evaluate<string>(script));
  }

  /**
   * Watches the active editor's visible text from now on. `count` tells in how many different ways it was drawn, which
   * no look from outside could miss.
   */
  async watchText(): Promise<{ count(): Promise<number> }> {
    await this.page.evaluate(`{
      const texts = window.unreasonableTexts = new Set();
      new MutationObserver(() => {
        const lines = document.querySelectorAll('.editor-group-container.active .view-lines .view-line');
        texts.add([...lines].map((line) => line.textContent).join('\\n'));
      }).observe(document.querySelector('.part.editor'), { subtree: true, childList: true, characterData: true });
    }`);
    return { count: () => this.page.evaluate<number>('window.unreasonableTexts.size') };
  }

  // Ghost text.

  /** The ghost text shown at this moment; empty when there is none. */
  async ghostTextNow(): Promise<string> {
    const parts = this.page.locator('.view-lines .ghost-text-decoration, .view-lines .ghost-text-decoration-preview');
    return plain((await parts.allTextContents()).join(''));
  }

  /** Waits for ghost text and returns it; empty when none has come in that time. */
  async ghostText(timeout = patience): Promise<string> {
    await appears(this.page.locator('.view-lines .ghost-text-decoration').first(), timeout);
    return this.ghostTextNow();
  }

  /** Accepts the ghost text with Tab and waits until it has become text. */
  async acceptGhostText(): Promise<void> {
    await this.press('Tab');
    await this.page.locator('.view-lines .ghost-text-decoration').first().waitFor({ state: 'detached' });
  }

  // Around the editor.

  statusBarItem(text: string | RegExp): Locator {
    return this.page.locator('.statusbar-item').filter({ hasText: text }).first();
  }

  /** A notification or the progress in one. */
  toast(text: string | RegExp): Locator {
    return this.page.locator('.notifications-toasts .notification-list-item').filter({ hasText: text }).first();
  }

  /** A button of a notification. */
  async clickToast(text: string | RegExp, button: string): Promise<void> {
    const toast = this.toast(text);
    await toast.hover();
    await toast.locator('.monaco-button').filter({ hasText: button }).first().click();
  }

  async dismissToasts(): Promise<void> {
    await this.command('Notifications: Clear All Notifications');
  }

  /** The document inside the webview that is open. */
  get webview(): FrameLocator {
    return this.page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
  }

  // Pictures.

  /** VS Code follows the colour scheme of the system, see server.ts; nothing loses the focus. */
  async setTheme(theme: Theme): Promise<void> {
    await this.page.emulateMedia({ colorScheme: theme });
    await this.page.locator(themeMarkers[theme]).waitFor();
  }

  /** Takes a picture of the window as `name-light.png` and `name-dark.png`, where pictures are kept at all. */
  async screenshot(name: string): Promise<void> {
    if (this.screenshots === null) {
      await sleep(this.stillness);
      return;
    }
    mkdirSync(this.screenshots, { recursive: true });
    for (const theme of ['light', 'dark'] as const) {
      await this.setTheme(theme);
      await sleep(350);
      await this.page.screenshot({ path: join(this.screenshots, `${name}-${theme}.png`), animations: 'disabled' });
    }
  }
}

/** Waits until something is so. */
export async function until(
  what: string,
  holds: () => Promise<boolean> | boolean,
  milliseconds = patience,
): Promise<void> {
  for (const end = Date.now() + milliseconds; ; ) {
    if (await holds()) return;
    if (Date.now() > end) throw new Error(`Waited ${milliseconds / 1000} s for ${what}.`);
    await sleep(50);
  }
}

/** Whether something is there within some milliseconds. */
async function appears(locator: Locator, timeout: number): Promise<boolean> {
  try {
    await locator.waitFor({ timeout });
    return true;
  } catch (error) {
    if (error instanceof errors.TimeoutError) return false;
    throw error;
  }
}

/** The editor draws spaces as no-break spaces. */
function plain(text: string): string {
  return text.replaceAll('\u00a0', ' ');
}
