import { setTimeout as sleep } from 'node:timers/promises';
import type { FrameLocator, Locator } from 'playwright-core';
import { until, type Workbench } from './workbench';

/** Milliseconds in which a window that nobody asks anything finds the time to write. */
const idleTime = 3_000;

/** A page of the extension in the webview that is in front, see src/extension/views. */
export class WebviewPage {
  constructor(private readonly workbench: Workbench) {}

  /** Its document: VS Code puts it into a frame within a frame. */
  get frame(): FrameLocator {
    // A webview that is hidden may keep its outer frame for a while.
    const outer = this.workbench.page.locator('iframe.webview.ready:visible').first();
    return outer.contentFrame().frameLocator('iframe#active-frame');
  }

  find(selector: string): Locator {
    return this.frame.locator(selector);
  }

  /** A button by its name, as a screen reader says it. */
  button(name: string | RegExp): Locator {
    return this.frame.getByRole('button', { name });
  }

  /** A style of the first element as it was computed, such as "rgb(0, 0, 0)" for a colour. */
  style(selector: string, property: string): Promise<string> {
    return this.call<string>(selector, '(node, name) => getComputedStyle(node).getPropertyValue(name)', property);
  }

  /** A colour of the theme that VS Code shows at the moment, such as "#89d185" for "charts-green". */
  themeColor(name: string): Promise<string> {
    const script = '(node, name) => getComputedStyle(node).getPropertyValue(name).trim()';
    return this.call<string>('html', script, `--vscode-${name}`);
  }

  /**
   * How many pixels of a canvas have a colour, up to a difference of `tolerance` in each of red, green and blue.
   *
   * @param color as style sheets say it.
   */
  pixels(canvas: string, color: string, tolerance = 10): Promise<number> {
    return this.call<number>(canvas, countPixels, { color, tolerance });
  }

  /**
   * Waits until the window has written down something that it is to know after a reload, such as the kind of a view or a
   * part of its state (JSON within JSON: a quote comes with backslashes). In a browser it does so every few seconds, though
   * not while a webview has the focus or the page is never idle, and a reload does not wait for it.
   */
  async kept(pattern: RegExp): Promise<void> {
    const { page } = this.workbench;
    await until(`the window to keep ${pattern}`, async () => {
      await this.workbench.command('View: Show Explorer');
      await sleep(idleTime);
      return page.evaluate<boolean>(`(${storageHolds})(${pattern})`);
    });
  }

  /** Calls a function, given as its source, with the first element and an argument. */
  call<T>(selector: string, source: string, argument: unknown = null): Promise<T> {
    // The program has no types of the DOM, and Playwright calls functions alone, no texts.
    const inPage = new Function('node', 'argument', `return (${source})(node, argument);`);
    return this.find(selector)
      .first()
      .evaluate<T, unknown>(inPage as (node: unknown, argument: unknown) => T, argument);
  }
}

const countPixels = `(canvas, { color, tolerance }) => {
  const one = new OffscreenCanvas(1, 1).getContext('2d');
  one.fillStyle = color;
  one.fillRect(0, 0, 1, 1);
  const wanted = one.getImageData(0, 0, 1, 1).data;
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  let count = 0;
  for (let i = 0; i < data.length; i += 4) {
    const far = [0, 1, 2].some((channel) => Math.abs(data[i + channel] - wanted[channel]) > tolerance);
    if (!far && data[i + 3] > 128) count++;
  }
  return count;
}`;

/** Whether any value of the window's storage, tables of texts in IndexedDB, matches a pattern. */
const storageHolds = `async (pattern) => {
  const result = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  for (const { name } of await indexedDB.databases()) {
    const database = await result(indexedDB.open(name));
    try {
      for (const table of database.objectStoreNames) {
        const values = await result(database.transaction(table).objectStore(table).getAll());
        if (values.some((value) => typeof value === 'string' && pattern.test(value))) return true;
      }
    } finally {
      database.close();
    }
  }
  return false;
}`;
