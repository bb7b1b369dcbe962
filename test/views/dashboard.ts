import { expect } from 'vitest';
import type { WebviewPage } from '../host/webviewPage';
import type { Workbench } from '../host/workbench';

// What a user does with the dashboard, step by step. Each step begins where the one before ended. A training ends when
// the test has seen enough, not when a time is over: on a busy machine a second is no step at all.

/** How long a training may take to get somewhere, in milliseconds. */
const patience = 600_000;
const lossCanvas = '.plot >> nth=0 >> canvas';

/** Before anything was trained there is nothing but the offer to. */
export async function open(workbench: Workbench, page: WebviewPage): Promise<void> {
  await workbench.statusBarItem('Unreasonable: Linux model').waitFor();
  await workbench.command('Unreasonable: Show Training Dashboard');
  await status(page, 'Nothing was trained in this workspace yet.');
  expect(await page.button('Keep Training').count()).toBe(0);
  await workbench.screenshot('dashboard-1-empty');
}

/** Trains from the dashboard, until the model has written a few samples. */
export async function train(workbench: Workbench, page: WebviewPage): Promise<void> {
  await begin(workbench, page, 3);
  expect(await fact(page, 'Model')).toBe('LSTM 1 × 128');
  expect(await fact(page, 'Device')).toMatch(/^CPU/);
  expect(await fact(page, 'Time left')).toMatch(/\d (s|min)/);
  expect(Number(await page.find('progress').getAttribute('value'))).toBeGreaterThan(0);
  await workbench.screenshot('dashboard-2-training');
}

/** Stops; the numbers on the page are those that the notification tells. */
export async function stop(workbench: Workbench, page: WebviewPage): Promise<void> {
  await page.button('Stop').click();
  const toast = workbench.toast('Training stopped');
  await toast.waitFor({ timeout: patience });
  await status(page, 'Nothing is being trained at the moment.');
  const [, steps, bits] =
    /\(([\d,]+) steps, ([\d.]+) bits per character\)/.exec((await toast.textContent()) ?? '') ?? [];
  expect(await fact(page, 'Steps')).toContain(steps);
  const best = await fact(page, 'Best');
  expect(Math.abs(Number.parseFloat(best) - Number(bits))).toBeLessThan(0.006);
  await page.find('summary').click();
  expect(await page.find('details tbody tr').filter({ hasText: '(best)' }).count()).toBe(1);
  await page.find('summary').click();
  await workbench.dismissToasts();
}

/** The plot has the training loss, the validation loss and the best model in the theme's colours, light and dark. */
export async function seeCurves(workbench: Workbench, page: WebviewPage): Promise<void> {
  const seen = new Map<string, string>();
  for (const theme of ['light', 'dark'] as const) {
    await workbench.setTheme(theme);
    const [blue, orange, green] = await Promise.all(
      ['charts-blue', 'charts-orange', 'charts-green'].map((name) => page.themeColor(name)),
    );
    await expect.poll(() => page.pixels(lossCanvas, blue!)).toBeGreaterThan(100);
    expect(await page.pixels(lossCanvas, orange!)).toBeGreaterThan(5);
    expect(await page.pixels(lossCanvas, green!)).toBeGreaterThan(50);
    expect(await page.pixels(lossCanvas, await page.themeColor('charts-purple'))).toBe(0);
    seen.set(theme, blue!);
  }
  expect(seen.get('light')).not.toBe(seen.get('dark'));
  expect(await page.pixels(lossCanvas, seen.get('light')!)).toBe(0);
  await workbench.screenshot('dashboard-3-curves');
  await seeHighContrast(workbench, page);
}

/** VS Code turns to high contrast when the system does; the plot follows. */
async function seeHighContrast(workbench: Workbench, page: WebviewPage): Promise<void> {
  const before = await page.themeColor('editor-background');
  await workbench.page.emulateMedia({ forcedColors: 'active' });
  await page.find('body.vscode-high-contrast').waitFor();
  expect(await page.themeColor('editor-background')).not.toBe(before);
  const blue = await page.themeColor('charts-blue');
  await expect.poll(() => page.pixels(lossCanvas, blue)).toBeGreaterThan(100);
  await workbench.page.emulateMedia({ forcedColors: 'none' });
  await page.find('body:not(.vscode-high-contrast)').waitFor();
}

/** Goes to the first sample by keyboard, and from there to the next. */
export async function goBackInTime(workbench: Workbench, page: WebviewPage): Promise<void> {
  const slider = page.frame.getByRole('slider', { name: 'Moment' });
  // The hottest: at first, a cool model writes nothing but spaces.
  const text = () => page.find('.sample pre').last().textContent();
  const newest = await text();
  await slider.press('Home');
  expect(await slider.getAttribute('aria-valuetext')).toMatch(/^step 20, /);
  const first = await text();
  expect(first).not.toBe(newest);
  await slider.press('ArrowRight');
  expect(await slider.getAttribute('aria-valuetext')).toMatch(/^step 26, /);
  await slider.press('ArrowLeft');
  expect(await text()).toBe(first);
  expect(await page.find('.sample h3').allTextContents()).toEqual([0.3, 0.7, 1].map((t) => `Temperature ${t}`));
  expect(await page.find('.sample p').first().textContent()).toMatch(
    /^[\d.]+ % new; (nothing of length is copied|longest copy \d+ characters.*); (no words yet|\d+ of \d+ words are words of your code)\.$/,
  );
  await page.find('.sample p').last().scrollIntoViewIfNeeded();
  await workbench.screenshot('dashboard-4-samples');
}

/** What was set, and all that was learned, is there after a reload of the window. */
export async function reload(workbench: Workbench, page: WebviewPage): Promise<void> {
  const before = await fact(page, 'Best');
  const drawn = await picture(page);
  await page.frame.getByLabel('logarithmic loss').check();
  await expect.poll(() => picture(page)).not.toBe(drawn);
  await page.kept(/logarithmicLoss\W+true/);
  await workbench.reload();
  await page.find('.facts').waitFor();
  expect(await fact(page, 'Best')).toBe(before);
  expect(await page.frame.getByLabel('logarithmic loss').isChecked()).toBe(true);
  expect(await page.frame.getByRole('slider', { name: 'Moment' }).getAttribute('aria-valuetext')).toMatch(/^step 20, /);
  await workbench.screenshot('dashboard-5-after-reload');
}

/** Gives the training a minute more, and sees it go on from where it was. */
export async function keepTraining(workbench: Workbench, page: WebviewPage): Promise<void> {
  const steps = async () => Number.parseInt((await fact(page, 'Steps')).replaceAll(',', ''), 10);
  const before = await steps();
  await page.frame.getByLabel('minutes more').fill('5');
  await page.button('Keep Training').click();
  await status(page, 'The training is running.');
  await expect.poll(steps, { timeout: patience }).toBeGreaterThan(before);
  await page.button('Stop').click();
  await workbench.toast('Training stopped').waitFor({ timeout: patience });
  await workbench.dismissToasts();
}

/** Trains once more: the earlier training lies under the new one, until it is told not to. */
export async function compareTrainings(workbench: Workbench, page: WebviewPage): Promise<void> {
  await begin(workbench, page, 2);
  await page.button('Stop').click();
  await workbench.toast('Training stopped').waitFor({ timeout: patience });
  await workbench.dismissToasts();
  await status(page, 'Nothing is being trained at the moment.');
  expect(await page.find('#training option').count()).toBe(2);
  const purple = await page.themeColor('charts-purple');
  await expect.poll(() => page.pixels(lossCanvas, purple)).toBeGreaterThan(10);
  await workbench.screenshot('dashboard-6-two-trainings');
  await page.frame.getByLabel('compare with earlier trainings').uncheck();
  await expect.poll(() => page.pixels(lossCanvas, purple)).toBe(0);
}

/** Compares with n-grams of all orders; the best of all is told apart. */
export async function compareWithNgrams(workbench: Workbench, page: WebviewPage): Promise<void> {
  await page.button('Compare').click();
  await page.find('.comparison table').first().waitFor({ timeout: patience });
  const rows = page.find('.comparison table >> nth=0 >> tbody tr');
  expect(await rows.locator('th').allTextContents()).toEqual([
    ...Array.from({ length: 19 }, (_, i) => `${i + 2}-gram`),
    'LSTM 1 × 128',
  ]);
  const bits = (await rows.locator('td:nth-child(2)').allTextContents()).map(Number);
  expect(bits.every((value) => value > 1 && value < 8)).toBe(true);
  const best = await page.find('.comparison .best td').first().textContent();
  expect(Number(best)).toBe(Math.min(...bits));
  await page.find('.comparison').scrollIntoViewIfNeeded();
  await workbench.screenshot('dashboard-7-beside-n-grams');
}

/** Begins a training that could last ten minutes, and waits until it has drawn so many samples. */
async function begin(workbench: Workbench, page: WebviewPage, samples: number): Promise<void> {
  await page.button('Train on Workspace').click();
  await workbench.quickPick('10 minutes').click();
  await status(page, 'The training is running.');
  const drawn = async () => Number(await page.find('#timeline').getAttribute('max')) + 1;
  await expect.poll(drawn, { timeout: patience }).toBeGreaterThanOrEqual(samples);
}

async function status(page: WebviewPage, text: string): Promise<void> {
  await page.find('[role=status]').filter({ hasText: text }).waitFor({ timeout: patience });
}

async function fact(page: WebviewPage, name: string): Promise<string> {
  const pair = page.find('.facts div').filter({ has: page.frame.locator('dt', { hasText: RegExp(`^${name}$`) }) });
  return (await pair.locator('dd').textContent()) ?? '';
}

/** All that is drawn in the plot of the loss, as a text to compare. */
function picture(page: WebviewPage): Promise<string> {
  return page.call<string>(lossCanvas, '(canvas) => canvas.toDataURL()');
}
