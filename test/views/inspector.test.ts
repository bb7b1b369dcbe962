import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { hosts } from '../../scripts/vscodeHost/hosts.mjs';
import { type RunningHost, startHost } from '../host/host';
import { whyNot } from '../host/requirements';
import { WebviewPage } from '../host/webviewPage';
import type { Workbench } from '../host/workbench';
import { type InspectedProject, inspectedProject, oddLine } from './inspectedProject';
import { type Truth, truthOf } from './inspectedTruth';

const chooseModelKey = 'Control+Alt+m';
const canvas = '.scrolled canvas';
/** What is drawn comes after what was asked of the model. */
const patience = { timeout: 120_000 };

let folder: string;
let project: InspectedProject;
let truth: Truth;

beforeAll(async () => {
  if (hosts.every((host) => whyNot(host) !== null)) return;
  folder = mkdtempSync(join(tmpdir(), 'unreasonable-inspector-'));
  project = inspectedProject(folder);
  truth = await truthOf(project);
});
afterAll(() => {
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});

test.for(hosts)('what a model thinks is shown in VS Code $vscode', async (host, context) => {
  const reason = whyNot(host);
  if (reason !== null) context.skip(reason);
  const screenshots = fileURLToPath(new URL(`../output/views-${host.vscode}`, import.meta.url));
  const keybindings = [{ key: 'ctrl+alt+m', command: 'unreasonable.chooseModel', args: project.model }];
  const { workspace } = project;
  const running = await startHost({ host, workspace, vsix: inject('vsix'), screenshots, keybindings });
  try {
    const { workbench } = running;
    await workbench.statusBarItem('Unreasonable: Linux model').waitFor();
    await workbench.press(chooseModelKey);
    await workbench.statusBarItem('Unreasonable: ready').waitFor();
    await workbench.openFile(project.file);
    await showsSurprise(workbench);
    const page = new WebviewPage(workbench);
    await showsPredictions(workbench, page);
    await showsNeurons(workbench, page);
    await showsHighContrast(workbench, page);
    await findsCells(workbench, page);
    await showsAllCellsAndGates(workbench, page);
    await keepsWhatWasSet(running, page);
    expect(await running.dispose()).toEqual([]);
  } catch (error) {
    await running.workbench.screenshot('inspector-failure').catch(() => {});
    throw error;
  } finally {
    await running.dispose();
  }
});

/** The line that no driver has is the one with the strongest colours, and the first of the surprising places. */
async function showsSurprise(workbench: Workbench): Promise<void> {
  await workbench.command('Unreasonable: Toggle Surprise Heat Map');
  const { page } = workbench;
  await page.waitForFunction(`(${colouredLines})().length === ${truth.surprisingLines.length}`);
  const coloured = await page.evaluate<string[]>(`(${colouredLines})()`);
  expect(coloured[0]).toBe(oddLine);
  expect([...coloured].sort()).toEqual([...truth.surprisingLines].sort());
  await workbench.screenshot('inspector-1-heat-map');

  await workbench.command('Unreasonable: Show Most Surprising Places');
  const first = workbench.quickWidget.locator('.monaco-list-row').first();
  await first.filter({ hasText: oddLine }).waitFor();
  const { bits, line } = truth.places[0]!;
  expect(await first.textContent()).toContain(`line ${line + 1}, ${bits.toFixed(1)} bits`);
  await workbench.screenshot('inspector-2-places');
  await workbench.press('Escape');
  await workbench.command('Unreasonable: Toggle Surprise Heat Map');
  await page.waitForFunction(`(${colouredLines})().length === 0`);
}

async function showsPredictions(workbench: Workbench, page: WebviewPage): Promise<void> {
  await workbench.goTo(1);
  await workbench.command('Unreasonable: Show Predictions');
  await page
    .find('#facts')
    .filter({ hasText: `${truth.bitsPerCharacter.toFixed(3)} bits per character` })
    .waitFor();
  expect(await page.find('#tab-guesses').getAttribute('aria-selected')).toBe('true');

  // Ten characters on with the keyboard: the page says what the engine says of that character.
  await page.find('.scrolled').focus();
  await workbench.press('Control+Home');
  for (let i = 0; i < 10; i++) await workbench.press('ArrowRight');
  const spoken = page.find('#spoken');
  await spoken
    .filter({ hasText: `column 8: ${shown(truth.characters[10]!)}, ${truth.bits[10]!.toFixed(2)} bits` })
    .waitFor();
  const rows = await page.find('.here tr').allTextContents();
  const expected = truth.guesses[10]!.map(({ character, probability }) => `${shown(character)}${percent(probability)}`);
  expect(rows).toEqual(expected);

  // Most of what came was guessed.
  const tints = ['charts-green', 'charts-red', 'charts-orange'];
  const guessed = await counts(page, canvas, tints);
  expect(guessed['charts-green']).toBeGreaterThan(1000);
  expect(guessed['charts-red']).toBeGreaterThan(50);
  await page.find('.places button').first().click();
  const { start, end } = truth.places[0]!;
  const last = truth.characters[end - 1]!;
  await spoken
    .filter({ hasText: `Line ${truth.places[0]!.line + 1}, ` })
    .filter({ hasText: `: ${shown(last)}, ` })
    .waitFor();
  expect(end - start).toBe(8);
  expect((await counts(page, canvas, tints))['charts-orange']).toBeGreaterThan(guessed['charts-orange']!);
  await workbench.screenshot('inspector-3-predictions');
}

/** Two cells that are as different as can be: one is mostly on, the other mostly off. */
async function showsNeurons(workbench: Workbench, page: WebviewPage): Promise<void> {
  await page.find('#tab-neurons').click();
  await page.find('#layer option').nth(1).waitFor({ state: 'attached' });
  await page.find('.scrolled').focus();
  await workbench.press('Control+Home');
  for (const [cell, more, less] of [
    [truth.highest, 'charts-green', 'charts-blue'],
    [truth.lowest, 'charts-blue', 'charts-green'],
  ] as const) {
    await page.find('#layer').selectOption({ value: String(Math.floor(cell / truth.hiddenSize)) });
    await page.find('#unit').fill(String(cell % truth.hiddenSize));
    await page.find('#unit').press('Enter');
    const value = truth.activation(cell, 0).toFixed(2);
    await page
      .find('#activation')
      .filter({ hasText: `${value} at the cursor` })
      .waitFor();
    const isColoured = async () => {
      const found = await counts(page, canvas, ['charts-green', 'charts-blue']);
      return found[more]! > 1000 && found[more]! > 2 * found[less]!;
    };
    await expect.poll(isColoured, patience).toBe(true);
  }
}

/** VS Code turns to high contrast when the system does; the text has its colours. */
async function showsHighContrast(workbench: Workbench, page: WebviewPage): Promise<void> {
  const before = await page.themeColor('editor-background');
  await workbench.page.emulateMedia({ forcedColors: 'active' });
  await page.find('body.vscode-high-contrast').waitFor();
  expect(await page.themeColor('editor-background')).not.toBe(before);
  const coloured = async () => (await counts(page, canvas, ['charts-blue']))['charts-blue']!;
  await expect.poll(coloured, patience).toBeGreaterThan(1000);
  await workbench.page.emulateMedia({ forcedColors: 'none' });
  await page.find('body:not(.vscode-high-contrast)').waitFor();
}

async function findsCells(workbench: Workbench, page: WebviewPage): Promise<void> {
  await page.button('Find Cells').click();
  const best = page.find('tr[data-property="string"] button').first();
  await best.waitFor();
  const { cell, score } = truth.stringCell;
  expect(await best.getAttribute('data-cell')).toBe(String(cell));
  expect(await best.textContent()).toContain(percent(score));
  await best.click();
  await page.find(`tr[data-property="string"] button[data-cell="${cell}"][aria-pressed="true"]`).waitFor();

  // Selects the last string with the keyboard, from its end.
  const { from, to } = truth.selection;
  await page.find('.scrolled').focus();
  await workbench.press('Control+End');
  for (let i = truth.characters.length - 1; i > to - 1; i--) await workbench.press('ArrowLeft');
  for (let i = to - 1; i > from; i--) await workbench.press('Shift+ArrowLeft');
  await page.button('Cells of the Selection').click();
  await page.find('#selected .cells button').first().waitFor();
  const cells = await page
    .find('#selected .cells button')
    .evaluateAll((buttons) =>
      buttons.map((button) => Number((button as unknown as { dataset: { cell: string } }).dataset.cell)),
    );
  expect(cells).toEqual(truth.selectedCells);
  expect(await page.find('#selected .places mark').count()).toBe(truth.similarPlaces);
  const { characters, files } = truth.searched;
  const searched = `${characters.toLocaleString('en')} characters from the beginnings of ${files} other files`;
  expect(await page.find('#selected').textContent()).toContain(searched);
  await workbench.screenshot('inspector-4-neurons');
}

async function showsAllCellsAndGates(workbench: Workbench, page: WebviewPage): Promise<void> {
  await page.find('#tab-wall').click();
  const isDrawn = async () => {
    const { 'charts-green': high, 'charts-blue': low } = await counts(page, canvas, ['charts-green', 'charts-blue']);
    return high! > 100 && low! > 100;
  };
  await expect.poll(isDrawn, patience).toBe(true);
  await page.find('.scrolled').focus();
  await workbench.press('Home');
  await page.find('#spoken').filter({ hasText: 'layer 1, unit 0' }).waitFor();
  await workbench.screenshot('inspector-5-all-cells');
  await workbench.press('ArrowRight');
  await workbench.press('Enter');
  await page.find('#unit').waitFor();
  expect(await page.find('#unit').inputValue()).toBe('1');
  expect(await page.find('#layer').inputValue()).toBe('0');

  await page.find('#tab-gates').click();
  const figures = page.find('figure');
  await figures.first().waitFor();
  expect(await figures.count()).toBe(6);
  expect(await figures.nth(2).textContent()).toContain(
    `Layer 1, forget gateshut ${percent(truth.forgetGate.shut)}, open ${percent(truth.forgetGate.open)} of the time`,
  );
  expect((await counts(page, 'figure canvas', ['charts-blue']))['charts-blue']).toBeGreaterThan(20);
  await workbench.screenshot('inspector-6-gates');
}

/** After a reload of the window the page reads the same text again and shows the same panel and cell. */
async function keepsWhatWasSet({ workbench }: RunningHost, page: WebviewPage): Promise<void> {
  await page.find('#tab-neurons').click();
  await page.find('.scrolled').focus();
  await workbench.press('Control+End');
  await page.kept(new RegExp(`cursor\\\\*":${truth.characters.length - 1}\\D`));
  await workbench.reload();
  await page
    .find('#activation')
    .filter({ hasText: `${truth.activation(1, truth.characters.length - 1).toFixed(2)} at` })
    .waitFor();
  expect(await page.find('#unit').inputValue()).toBe('1');
  expect(await page.find('#tab-neurons').getAttribute('aria-selected')).toBe('true');
}

/** Lines of the editor that the heat map has coloured, the strongest first by the sum of width × alpha. */
const colouredLines = `() => {
  const texts = new Map([...document.querySelectorAll('.editor-instance .view-lines .view-line')]
    .map((line) => [line.style.top, line.textContent.replaceAll('\\u00a0', ' ')]));
  return [...document.querySelectorAll('.editor-instance .view-overlays > div')]
    .map((line) => ({
      text: texts.get(line.style.top) ?? '',
      strength: [...line.querySelectorAll('.cdr')].reduce((sum, part) => {
        const [red, green, blue, alpha = 1] = (getComputedStyle(part).backgroundColor.match(/[\\d.]+/g) ?? []).map(Number);
        const isOurs = red === 0xd1 && green === 0x86 && blue === 0x16;
        return sum + (isOurs ? alpha * part.getBoundingClientRect().width : 0);
      }, 0),
    }))
    .filter(({ strength }) => strength > 0)
    .sort((a, b) => b.strength - a.strength)
    .map(({ text }) => text.trim());
}`;

function shown(character: string): string {
  return { ' ': 'space', '\n': 'line end', '\t': 'tab', '\u0003': 'end of the file' }[character] ?? character;
}

function percent(share: number): string {
  return share.toLocaleString('en', { style: 'percent', maximumFractionDigits: 1 });
}

/**
 * How many pixels of a canvas are tinted with each of some colours of the theme, however strongly, over the background
 * of the editor. Those of the text's own colour count for none.
 */
async function counts(page: WebviewPage, selector: string, names: readonly string[]): Promise<Record<string, number>> {
  const all = [...names, 'editor-foreground', 'editor-background'];
  const colors = await Promise.all(all.map((name) => page.themeColor(name)));
  const found = await page.call<number[]>(selector, countTints, colors);
  return Object.fromEntries(names.map((name, i) => [name, found[i]!]));
}

/** Puts each pixel to the colour whose difference to the background, the last of the colours, it points along. */
const countTints = `(canvas, colors) => {
  const one = new OffscreenCanvas(1, 1).getContext('2d');
  const rgb = colors.map((color) => {
    one.fillStyle = color;
    one.fillRect(0, 0, 1, 1);
    return [...one.getImageData(0, 0, 1, 1).data.slice(0, 3)];
  });
  const back = rgb.pop();
  const length = (vector) => Math.hypot(...vector);
  const directions = rgb.map((color) => color.map((part, i) => part - back[i]));
  const counts = directions.map(() => 0);
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  for (let i = 0; i < data.length; i += 4) {
    const alpha = data[i + 3] / 255;
    const difference = back.map((part, channel) => alpha * (data[i + channel] - part));
    if (length(difference) < 25) continue;
    const cosines = directions.map((direction) =>
      direction.reduce((sum, part, channel) => sum + part * difference[channel], 0) / length(direction) / length(difference));
    const best = cosines.indexOf(Math.max(...cosines));
    if (cosines[best] > 0.97) counts[best]++;
  }
  return counts;
}`;
