import { mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FrameLocator, Locator, Page } from 'playwright-core';

export type Theme = 'light' | 'dark';

const themeMarkers = { light: '.monaco-workbench.vs:not(.vs-dark)', dark: '.monaco-workbench.vs-dark' };

/** How long anything may take that a user waits for, in milliseconds. Generous: machines that run tests are slow. */
const patience = 120_000;

/** A list goes on changing for a moment after what filters it was typed. */
const settling = 300;

/** The window, in a user's terms. The selectors are the same in every VS Code from 1.96 to 1.139. */
export class Workbench {
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
    await this.page.keyboard.press('F1');
    await this.quickInput.fill(`>${title}`);
    await this.quickWidget.locator('.monaco-list-row.focused').filter({ hasText: title }).waitFor();
    await sleep(settling);
    await this.page.keyboard.press('Enter');
  }

  /** Whether the command palette offers a command. */
  async offers(title: string): Promise<boolean> {
    await this.page.keyboard.press('F1');
    await this.quickInput.fill(`>${title}`);
    await sleep(settling);
    const count = await this.quickPick(title).count();
    await this.page.keyboard.press('Escape');
    await this.quickWidget.waitFor({ state: 'hidden' });
    return count > 0;
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

  /** Fills in an InputBox and accepts it. */
  async answer(text: string): Promise<void> {
    await this.quickInput.fill(text);
    await this.page.keyboard.press('Enter');
  }

  /** Types into a QuickPick that takes what is typed, and accepts it. */
  async answerPick(text: string): Promise<void> {
    await this.quickInput.fill(text);
    await this.quickPick(text).waitFor();
    await this.page.keyboard.press('Enter');
  }

  // The editor.

  /** Opens a file by its whole path, which VS Code finds without a search. */
  async openFile(path: string): Promise<void> {
    const name = basename(path);
    await this.page.keyboard.press('Control+p');
    await this.quickInput.fill(path);
    await this.quickPick(name).waitFor();
    await this.page.keyboard.press('Enter');
    await this.page.locator(`.tabs-container .tab.active[data-resource-name="${name}"]`).waitFor();
  }

  /** Puts the cursor somewhere in the active editor; lines and columns are counted from 1. */
  async goTo(line: number, column = 1): Promise<void> {
    await this.page.keyboard.press('Control+g');
    await this.answer(`:${line},${column}`);
    await this.quickWidget.waitFor({ state: 'hidden' });
  }

  /** Types as a person does, with a pause between keys in milliseconds. */
  async type(text: string, delay = 30): Promise<void> {
    await this.page.keyboard.type(text, { delay });
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

  // Ghost text.

  /** The ghost text shown at this moment; empty when there is none. */
  async ghostTextNow(): Promise<string> {
    const parts = this.page.locator('.view-lines .ghost-text-decoration, .view-lines .ghost-text-decoration-preview');
    return plain((await parts.allTextContents()).join(''));
  }

  /** Waits for ghost text and returns it. */
  async ghostText(timeout = patience): Promise<string> {
    await this.page.locator('.view-lines .ghost-text-decoration').first().waitFor({ timeout });
    return this.ghostTextNow();
  }

  /** Accepts the ghost text with Tab and waits until it has become text. */
  async acceptGhostText(): Promise<void> {
    await this.page.keyboard.press('Tab');
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
    if (this.screenshots === null) return;
    mkdirSync(this.screenshots, { recursive: true });
    for (const theme of ['light', 'dark'] as const) {
      await this.setTheme(theme);
      await sleep(350);
      await this.page.screenshot({ path: join(this.screenshots, `${name}-${theme}.png`), animations: 'disabled' });
    }
  }
}

/** The editor draws spaces as no-break spaces. */
function plain(text: string): string {
  return text.replaceAll('\u00a0', ' ');
}
