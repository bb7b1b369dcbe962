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
    await workbench.statusBarItem('Unreasonable: no model').waitFor();
    await workbench.press(chooseModelKey);
    await workbench.statusBarItem('Unreasonable: ready').waitFor();
    await workbench.openFile(project.file);
    await showsSurprise(workbench);
    const page = new WebviewPage(workbench);
    await showsPredictions(workbench, page);
    await showsNeurons(workbench, page);
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
  await page.waitForFunction(`(${colouredLines})().length > 1`);
  const coloured = await page.evaluate<{ text: string; strength: number }[]>(`(${colouredLines})()`);
  expect(coloured[0]!.text).toContain(oddLine);
  expect(coloured[0]!.strength).toBeGreaterThan(3 * coloured[1]!.strength);
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

  // Most of what came was guessed; the shades of the odd line's surprise are there as well.
  const background = await page.themeColor('editor-background');
  const hit = mix(await page.themeColor('charts-green'), background, 0.6);
  expect(await page.pixels(canvas, hit, 14)).toBeGreaterThan(2000);
  await page
    .find('.places button')
    .filter({ hasText: oddLine.slice(3, 8) })
    .first()
    .click();
  const { start, end } = truth.places[0]!;
  const last = truth.characters[end - 1]!;
  await spoken
    .filter({ hasText: `Line ${truth.places[0]!.line + 1}, ` })
    .filter({ hasText: `: ${shown(last)}, ` })
    .waitFor();
  expect(end - start).toBe(8);
  const surprise = mix(await page.themeColor('charts-orange'), background, 0.6);
  expect(await page.pixels(canvas, surprise, 14)).toBeGreaterThan(300);
  await workbench.screenshot('inspector-3-predictions');
}

/** Two cells that are as different as can be: one is always on, the other off. */
async function showsNeurons(workbench: Workbench, page: WebviewPage): Promise<void> {
  await page.find('#tab-neurons').click();
  await page.find('#unit').waitFor();
  const background = await page.themeColor('editor-background');
  const green = mix(await page.themeColor('charts-green'), background, 0.6);
  const blue = mix(await page.themeColor('charts-blue'), background, 0.6);
  await page.find('.scrolled').focus();
  await workbench.press('Control+Home');
  for (const [cell, seen, unseen] of [
    [truth.highest, green, blue],
    [truth.lowest, blue, green],
  ] as const) {
    await page.find('#layer').selectOption(String(Math.floor(cell / truth.hiddenSize)));
    await page.find('#unit').fill(String(cell % truth.hiddenSize));
    await page.find('#unit').press('Enter');
    const value = truth.activation(cell, 0);
    await page
      .find('#activation')
      .filter({ hasText: `${value.toFixed(2).replace('-', '-')} at the cursor` })
      .waitFor();
    await expect.poll(() => page.pixels(canvas, seen, 20)).toBeGreaterThan(1000);
    expect(await page.pixels(canvas, unseen, 20)).toBeLessThan(await page.pixels(canvas, seen, 20));
  }
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

  // Selects a string with the keyboard.
  const { from, to } = truth.selection;
  await page.find('.scrolled').focus();
  await workbench.press('Control+Home');
  for (let i = 0; i < from; i++) await workbench.press('ArrowRight');
  for (let i = from; i < to - 1; i++) await workbench.press('Shift+ArrowRight');
  await page.button('Cells of the Selection').click();
  await page.find('#selected .cells button').first().waitFor();
  const cells = await page
    .find('#selected .cells button')
    .evaluateAll((buttons) =>
      buttons.map((button) => Number((button as unknown as { dataset: { cell: string } }).dataset.cell)),
    );
  expect(cells).toEqual(truth.selectedCells);
  expect(await page.find('#selected .places mark').count()).toBe(truth.similarPlaces);
  await workbench.screenshot('inspector-4-neurons');
}

async function showsAllCellsAndGates(workbench: Workbench, page: WebviewPage): Promise<void> {
  await page.find('#tab-wall').click();
  await page.find('.scrolled').focus();
  await workbench.press('Home');
  const green = await page.themeColor('charts-green');
  const blue = await page.themeColor('charts-blue');
  await expect.poll(() => page.pixels(canvas, green, 30)).toBeGreaterThan(100);
  expect(await page.pixels(canvas, blue, 30)).toBeGreaterThan(100);
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
  expect(await page.pixels('figure canvas', blue, 60)).toBeGreaterThan(20);
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

/** Lines of the editor that the heat map has coloured, the strongest first: their text and the sum of width × alpha. */
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
    .sort((a, b) => b.strength - a.strength);
}`;

function shown(character: string): string {
  return { ' ': 'space', '\n': 'line end', '\t': 'tab', '\u0003': 'end of the file' }[character] ?? character;
}

function percent(share: number): string {
  return share.toLocaleString('en', { style: 'percent', maximumFractionDigits: 1 });
}

/** A colour over another one, both as #rrggbb. */
function mix(color: string, under: string, alpha: number): string {
  const parts = (text: string) => [1, 3, 5].map((at) => Number.parseInt(text.slice(at, at + 2), 16));
  const back = parts(under);
  return `rgb(${parts(color).map((part, i) => Math.round(part * alpha + back[i]! * (1 - alpha)))})`;
}
