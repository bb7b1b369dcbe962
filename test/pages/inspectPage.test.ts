import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { EmbeddedInspection } from '../../src/model/inspection/embedded';
import { writeModelFile } from '../../src/model/onnx/modelFile';
import { cli, folderOf } from '../cli/cli';
import { chromiumPath } from '../host/requirements';
import { quoteCell, quotedCode, quoteModel } from '../unit/inspection/quoteModel';

// The page that `unreasonable inspect --out` writes, in a real browser: the page of the editor with all answers in it.

const code = quotedCode(400, 1);
const folder = folderOf({ 'code.c': code });
const whole = join(folder, 'whole.html');
const cut = join(folder, 'cut.html');
/** Characters at which all cells are known in the page that is cut. */
const known = 2000;
const executablePath = chromiumPath();
/** A machine that runs tests may be slow. */
const patience = { timeout: 100_000 };

let browser: Browser;
let page: Page;
const mistakes: string[] = [];

beforeAll(async () => {
  if (executablePath === undefined) return;
  await writeModelFile(join(folder, 'quote.onnx'), quoteModel());
  const written = await cli(['inspect', '--model', join(folder, 'quote.onnx'), join(folder, 'code.c'), '--out', whole]);
  expect(written).toMatchObject({ code: 0 });
  writeFileSync(cut, withWindow(readFileSync(whole, 'utf8'), known));
  browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
  });
});
afterAll(() => browser?.close());

beforeEach(async (context) => {
  if (executablePath === undefined) return context.skip('needs chromium: apt install chromium');
  mistakes.length = 0;
  page = await browser.newPage({ viewport: { width: 1000, height: 700 } });
  page.setDefaultTimeout(patience.timeout);
  page.on('pageerror', (error) => mistakes.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && mistakes.push(message.text()));
  return async () => {
    await page.close();
    expect(mistakes).toEqual([]);
  };
});

/** The page as it is for a larger model, of which less fits it. */
function withWindow(html: string, length: number): string {
  const data = /(<script type="application\/json" id="inspection">)([^<]*)/;
  return html.replace(data, (_, tag: string, json: string) => {
    const inspection = JSON.parse(json) as EmbeddedInspection;
    const all = Buffer.from(inspection.window, 'base64');
    const N = inspection.windowLength;
    const rows = Array.from({ length: all.length / N }, (_, cell) => all.subarray(cell * N, cell * N + length));
    const window = Buffer.concat(rows).toString('base64');
    return tag + JSON.stringify({ ...inspection, window, windowLength: length, rows: {} }).replaceAll('<', '\\u003c');
  });
}

const open = (path: string) => page.goto(pathToFileURL(path).href);
const tab = (name: string) => page.locator(`#tab-${name}`).click();
const text = () => page.locator('.scrolled');
const scrolled = () => text().evaluate((box) => (box as unknown as { scrollTop: number }).scrollTop);
const scrollTo = (top: number) =>
  text().evaluate((box, wanted) => {
    (box as unknown as { scrollTop: number }).scrollTop = wanted;
  }, top);
/** All that is drawn, after the next frame. */
const picture = () =>
  page.evaluate<string>(
    `new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(
      document.querySelector('.scrolled canvas').toDataURL()))))`,
  );

test('the cells that were found colour the text, and a selected string finds the others', async () => {
  await open(whole);
  expect(await page.locator('h1').textContent()).toBe('code.c');
  await tab('neurons');
  await page.locator(`tr[data-property="string"] button[data-cell="${quoteCell}"]`).first().click();
  expect(await page.locator('#unit').inputValue()).toBe(String(quoteCell));

  const [from, to] = [code.indexOf('"'), code.indexOf('"', code.indexOf('"') + 1)];
  await text().focus();
  await page.keyboard.press('Control+Home');
  for (let i = 0; i < from; i++) await page.keyboard.press('ArrowRight');
  expect(await page.locator('#activation').textContent()).toBe('0.76 at the cursor');
  for (let i = from; i < to - 1; i++) await page.keyboard.press('Shift+ArrowRight');
  await page.getByRole('button', { name: 'Cells of the Selection' }).click();
  await page.locator(`#selected .cells button[data-cell="${quoteCell}"]`).waitFor();
  const places = await page.locator('#selected .places mark').allTextContents();
  expect(places.length).toBeGreaterThan(3);
  for (const place of places) expect(place).toMatch(/^"?[a-z ]+$/);
  expect(await page.locator('#selected').textContent()).toContain('Only this text was searched.');
});

test('a selection of the whole text has no cells of its own', async () => {
  await open(whole);
  await tab('neurons');
  await text().focus();
  await page.keyboard.press('Control+Home');
  await page.keyboard.press('Control+Shift+End');
  await page.getByRole('button', { name: 'Cells of the Selection' }).click();
  await page.locator('#selected', { hasText: 'No cell is on there and off elsewhere.' }).waitFor();
});

test('the text stays where it was, whatever is looked at meanwhile', async () => {
  await open(whole);
  await tab('neurons');
  await scrollTo(1234);
  for (const other of ['wall', 'gates', 'neurons']) {
    await tab(other);
    await tab('neurons');
    expect(await scrolled(), other).toBe(1234);
  }
  // Rows are higher with the guesses in them: the first that is in view is the same, however often.
  await tab('guesses');
  const first = await scrolled();
  expect(first).toBeGreaterThan(1234);
  for (let i = 0; i < 3; i++) {
    await tab('neurons');
    await tab('guesses');
  }
  expect(await scrolled()).toBe(first);
  await text().focus();
  await page.evaluate(`document.querySelector('#tab-neurons').click()`);
  expect(await page.evaluate(`document.activeElement.className`)).toBe('scrolled');

  await page.setViewportSize({ width: 600, height: 700 });
  await page.keyboard.press('Control+End');
  const end = await scrolled();
  await tab('wall');
  await tab('neurons');
  expect(await scrolled()).toBe(end);
});

test('the wall shows what is in view in the text', async () => {
  await open(whole);
  await tab('wall');
  const beginning = await picture();
  await tab('neurons');
  await scrollTo(1234);
  await tab('wall');
  await expect.poll(picture, patience).not.toBe(beginning);
  await tab('neurons');
  await scrollTo(0);
  await tab('wall');
  await expect.poll(picture, patience).toBe(beginning);
});

test('what is not in the page is said not to be known', async () => {
  await open(cut);
  await tab('neurons');
  await text().focus();
  await page.keyboard.press('Control+End');
  expect(await page.locator('#activation').textContent()).toBe('Not known here');
  await page.keyboard.press('Shift+ArrowLeft');
  await page.getByRole('button', { name: 'Cells of the Selection' }).click();
  await page.locator('[role=status]', { hasText: 'for the first 2,000 characters alone' }).waitFor();
  expect(await page.locator('#selected').textContent()).toBe('');

  // The nearest that is known: as much as a wall can show.
  await tab('wall');
  const drawn =
    await page.evaluate<number>(`new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => {
    const canvas = document.querySelector('.scrolled canvas');
    const { data } = canvas.getContext('2d').getImageData(0, 0, 120, 60);
    const colors = new Set();
    for (let i = 0; i < data.length; i += 4) colors.add(data.slice(i, i + 4).join());
    done(colors.size);
  })))`);
  expect(drawn).toBeGreaterThan(10);
});
