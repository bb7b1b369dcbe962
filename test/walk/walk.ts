import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { RunningHost } from '../host/host';
import { killAll, processesWith } from '../host/processes';
import { until, type Workbench } from '../host/workbench';

// What a user does with the extension, step by step. Each step begins where the one before ended.

const trainingToast = 'Unreasonable is training';

/** With fewer bits per character than this, a model knows the commonest words. */
const bitsOfUse = 2.5;

/** The processes of the model that run under this VS Code. */
export function modelProcesses({ server }: RunningHost, kind: 'inference' | 'training') {
  return processesWith(server.marker).filter(({ command }) => command.endsWith(`process.cjs ${kind}`));
}

/** Before anything was trained: the status bar names the model that came along, and what can't be is not on offer. */
export async function lookAround(workbench: Workbench): Promise<void> {
  await workbench.statusBarItem('Unreasonable: Linux model').waitFor();
  await workbench.offers('Unreasonable: Generate Fake File', true);
  await workbench.offers('Unreasonable: Delete Model', false);
  await workbench.offers('Unreasonable: Stop Training', false);
  await workbench.offers('Unreasonable: Train on Workspace', true);
  await workbench.screenshot('01-before-training');
}

/**
 * Trains until the model is of some use: for the time of the setting, and on a machine that is too busy to
 * get anywhere in that time once more, for longer.
 */
export async function train(workbench: Workbench, budget = '20 seconds'): Promise<void> {
  await chooseTraining(workbench, budget, '02-train-on-workspace');
  await workbench.toast(trainingToast).filter({ hasText: 'bits per character' }).waitFor();
  await workbench.statusBarItem(/Unreasonable: training [1-9]/).waitFor();
  await workbench.screenshot('03-training');
  let bits = await finishTraining(workbench, '04-trained');
  if (bits >= bitsOfUse) {
    await chooseTraining(workbench, '2 minutes');
    bits = await finishTraining(workbench);
  }
  expect(bits).toBeLessThan(bitsOfUse);
}

/** Waits for the end of a training and returns the bits per character that it came to. */
async function finishTraining(workbench: Workbench, picture?: string): Promise<number> {
  // It goes away by itself, so that it is read in the moment in which it is there.
  const said = await workbench.toast(/Training (finished|ended)/).textContent({ timeout: 300_000 });
  const [, bits] = /([\d.]+) bits per character/.exec(said ?? '') ?? [];
  await workbench.statusBarItem('Unreasonable: ready').waitFor();
  if (picture !== undefined) await workbench.screenshot(picture);
  await workbench.dismissToasts();
  return Number(bits);
}

async function chooseTraining(workbench: Workbench, budget: string, picture?: string): Promise<void> {
  await workbench.command('Unreasonable: Train on Workspace');
  await workbench.quickPick(budget).waitFor();
  if (picture !== undefined) await workbench.screenshot(picture);
  await workbench.quickPick(budget).click();
}

/** Reads what the training has written to the log. */
export async function showLog(workbench: Workbench): Promise<void> {
  await workbench.command('Unreasonable: Show Log');
  const lines = workbench.page.locator('.part.panel .view-line');
  await lines.filter({ hasText: 'in validation' }).first().waitFor();
  await workbench.screenshot('15-log');
  await workbench.command('View: Hide Panel');
  await lines.first().waitFor({ state: 'hidden' });
}

/** Types, sees ghost text, accepts it, and finds it in the saved file. */
export async function complete(workbench: Workbench, workspace: string): Promise<void> {
  const path = join(workspace, 'src', 'core.c');
  const { typed, ghost } = await typeForGhostText(workbench, path);
  await workbench.screenshot('05-ghost-text');
  await workbench.acceptGhostText();
  await workbench.screenshot('06-accepted');
  await workbench.save();
  expect(readFileSync(path, 'utf8')).toContain(`\n${typed}${ghost}`);
}

/** What this project says most often, begun. A model that has learned next to nothing can go on with the second. */
const beginnings = ['    argon2_cont', '    return ARG', '#incl', ' * You may use this w', '    uint32_t instan'];

/** Milliseconds in which ghost text has come, or the model was not sure enough: many times what it takes. */
const ghostPatience = 10_000;

/** At the end of a file, types beginnings until the model, which has seen little, is sure enough of one to go on. */
async function typeForGhostText(workbench: Workbench, path: string): Promise<{ typed: string; ghost: string }> {
  let line = readFileSync(path, 'utf8').split('\n').length;
  await workbench.openFile(path);
  await workbench.goTo(line);
  for (const typed of beginnings) {
    await workbench.press('Enter');
    await workbench.typeLine(++line, typed);
    const ghost = await workbench.ghostText(ghostPatience);
    if (ghost !== '') return { typed, ghost };
    await workbench.press('End');
  }
  throw new Error(`No ghost text after any of ${beginnings.join(', ')}.`);
}

/** Asks for a file that never existed and watches it being written. */
export async function generate(workbench: Workbench, name: string, step: number): Promise<void> {
  await workbench.command('Unreasonable: Generate Fake File');
  await workbench.quickInput.fill(`src/${name}`);
  await workbench.quickPick(name).waitFor();
  await workbench.screenshot(`${number(step)}-generate-a-file`);
  const texts = await workbench.watchText();
  await workbench.answerPick(`src/${name}`);
  await workbench.page.locator(`.tabs-container .tab.active[data-resource-name="${name}"]`).waitFor();
  await until('the first words', async () => (await workbench.visibleText()).length > 20);
  // What says that it has ended goes away by itself, and taking pictures takes its time.
  const ended = workbench.statusBarItem(`characters of src/${name}`).waitFor();
  await Promise.all([ended, workbench.screenshot(`${number(step + 1)}-streaming`)]);
  expect(await texts.count()).toBeGreaterThan(5);
  await workbench.screenshot(`${number(step + 2)}-generated`);
}

/** Turns the temperature up; the next generated file says so. */
export async function changeTemperature(workbench: Workbench): Promise<void> {
  await workbench.command('Unreasonable: Set Temperature');
  await workbench.quickPick('Wild').waitFor();
  await workbench.screenshot('10-temperature');
  await workbench.quickPick('Wild').click();
  await workbench.quickWidget.waitFor({ state: 'hidden' });
  await workbench.command('Unreasonable: Generate Fake File');
  await workbench.answerPick('src/wild.c');
  await workbench.statusBarItem(/characters of src\/wild\.c: temperature 1\.3/).waitFor();
}

/** Kills the process that the model runs in; completions come back by themselves. */
export async function killTheModel(host: RunningHost, workspace: string): Promise<void> {
  const { workbench } = host;
  const [killed] = modelProcesses(host, 'inference');
  expect(killed).toBeDefined();
  killAll([killed!]);
  await workbench.toast('It is started again').waitFor();
  await workbench.screenshot('11-model-process-killed');
  const others = () => modelProcesses(host, 'inference').filter(({ pid }) => pid !== killed!.pid);
  await until('another model process', () => others().length === 1);
  await workbench.statusBarItem('Unreasonable: ready').waitFor();
  const path = join(workspace, 'src', 'encoding.c');
  const { typed, ghost } = await typeForGhostText(workbench, path);
  await workbench.screenshot('12-completes-again');
  await workbench.acceptGhostText();
  await workbench.save();
  expect(readFileSync(path, 'utf8')).toContain(`\n${typed}${ghost}`);
}

/** Reloads the window in the middle of a training, which goes on from the step it was at; then stops it. */
export async function reloadWhileTraining(host: RunningHost): Promise<void> {
  const { workbench } = host;
  await workbench.dismissToasts();
  await chooseTraining(workbench, '2 minutes');
  await workbench.statusBarItem(/Unreasonable: training ([5-9]|\d\d)/).waitFor();
  const [processBefore] = modelProcesses(host, 'training');
  const before = await trainingProgress(workbench);
  await workbench.reload();

  const after = await trainingProgress(workbench);
  expect(after.step).toBeGreaterThanOrEqual(before.step);
  // A network that begins anew is at more than six.
  expect(after.bits).toBeLessThan(5);
  const processes = modelProcesses(host, 'training');
  expect(processes).toHaveLength(1);
  expect(processes[0]!.pid).not.toBe(processBefore!.pid);
  await workbench.screenshot('13-training-after-reload');

  await workbench.command('Unreasonable: Stop Training');
  await workbench.toast('Training stopped').waitFor();
  await workbench.statusBarItem('Unreasonable: ready').waitFor();
  await workbench.offers('Unreasonable: Resume Training', true);
  await until('the training process to end', () => modelProcesses(host, 'training').length === 0);
  await workbench.screenshot('14-stopped');
}

/** What the progress of the training that runs says at this moment. */
async function trainingProgress(workbench: Workbench): Promise<{ step: number; bits: number }> {
  const toast = workbench.toast(trainingToast).filter({ hasText: 'bits per character' });
  const [, step, bits] = /step ([\d,]+) · ([\d.]+) bits per character/.exec((await toast.textContent()) ?? '') ?? [];
  return { step: Number(step?.replaceAll(',', '')), bits: Number(bits) };
}

function number(step: number): string {
  return String(step).padStart(2, '0');
}
