import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import type { RunningHost } from '../host/host';
import { killAll, processesWith } from '../host/processes';
import type { Workbench } from '../host/workbench';

// What a user does with the extension, step by step. Each step begins where the one before ended.

const trainingToast = 'Unreasonable is training';

/** With fewer bits per character than this, a model knows the commonest words. */
const bitsOfUse = 3;

/** The processes of the model that run under this VS Code. */
export function modelProcesses({ server }: RunningHost, kind: 'inference' | 'training') {
  return processesWith(server.marker).filter(({ command }) => command.endsWith(`process.cjs ${kind}`));
}

/** Before anything was trained: the status bar names the model that came along, and what can't be is not on offer. */
export async function lookAround(workbench: Workbench): Promise<void> {
  await workbench.statusBarItem('Unreasonable: Linux model').waitFor();
  expect(await workbench.offers('Unreasonable: Generate Fake File')).toBe(true);
  expect(await workbench.offers('Unreasonable: Delete Model')).toBe(false);
  expect(await workbench.offers('Unreasonable: Stop Training')).toBe(false);
  expect(await workbench.offers('Unreasonable: Train on Workspace')).toBe(true);
  await workbench.screenshot('01-before-training');
}

/**
 * Trains until the model is of some use: for 20 seconds, which is the setting, and on a machine that is too busy to
 * get anywhere in that time once more, for longer.
 */
export async function train(workbench: Workbench): Promise<void> {
  await chooseTraining(workbench, '20 seconds', '02-train-on-workspace');
  await workbench.toast(trainingToast).filter({ hasText: 'bits per character' }).waitFor();
  await workbench.statusBarItem(/Unreasonable: training [1-9]/).waitFor();
  await workbench.screenshot('03-training');
  let bits = await finishTraining(workbench, '04-trained');
  for (const budget of ['2 minutes', '10 minutes']) {
    if (bits < bitsOfUse) break;
    await chooseTraining(workbench, budget);
    bits = await finishTraining(workbench);
  }
  expect(bits).toBeLessThan(bitsOfUse);
}

/** Waits for the end of a training and returns the bits per character that it came to. */
async function finishTraining(workbench: Workbench, picture?: string): Promise<number> {
  const toast = workbench.toast('Training finished');
  await toast.waitFor({ timeout: 900_000 });
  const [, bits] = /([\d.]+) bits per character/.exec((await toast.textContent()) ?? '') ?? [];
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

/** Types, sees ghost text, accepts it, and finds it in the saved file. */
export async function complete(workbench: Workbench, workspace: string): Promise<void> {
  const path = join(workspace, 'src', 'core.c');
  await workbench.openFile(path);
  const { typed, ghost } = await typeForGhostText(workbench);
  await workbench.screenshot('05-ghost-text');
  await workbench.acceptGhostText();
  await workbench.screenshot('06-accepted');
  await workbench.save();
  expect(readFileSync(path, 'utf8')).toContain(`${typed.trim()}${ghost}`);
}

/** What this project says most often, begun. */
const beginnings = [
  '    return ARG',
  '    uint32_t instan',
  '    if (context->p',
  '#incl',
  '    clear_intern',
  '/* Argon',
];

/** At the end of a file, types beginnings until the model, which has seen little, is sure enough of one to go on. */
async function typeForGhostText(workbench: Workbench): Promise<{ typed: string; ghost: string }> {
  await workbench.press('Control+End');
  for (const typed of beginnings) {
    await workbench.press('Enter');
    await workbench.press('Home');
    await workbench.type(typed);
    const ghost = await workbench.ghostText(5000).catch(() => '');
    if (ghost !== '') return { typed, ghost };
  }
  throw new Error(`No ghost text after any of ${beginnings.join(', ')}.`);
}

/** Asks for a file that never existed and watches it being written. */
export async function generate(workbench: Workbench, name: string, step: number): Promise<void> {
  await workbench.command('Unreasonable: Generate Fake File');
  await workbench.quickInput.fill(`src/${name}`);
  await workbench.quickPick(name).waitFor();
  await workbench.screenshot(`${number(step)}-generate-a-file`);
  await workbench.press('Enter');
  await workbench.toast(`Generating src/${name}`).waitFor();
  const early = await workbench.visibleText();
  await workbench.screenshot(`${number(step + 1)}-streaming`);
  await workbench.toast(`Generating src/${name}`).waitFor({ state: 'detached' });
  const late = await workbench.visibleText();
  expect(late.length).toBeGreaterThan(early.length);
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
  await workbench.toast('temperature 1.3').waitFor();
  await workbench.toast('temperature 1.3').waitFor({ state: 'detached' });
}

/** Kills the process that the model runs in; completions come back by themselves. */
export async function killTheModel(host: RunningHost, workspace: string): Promise<void> {
  const { workbench } = host;
  const [killed] = modelProcesses(host, 'inference');
  expect(killed).toBeDefined();
  killAll([killed!]);
  await sleep(1000);
  await workbench.screenshot('11-model-process-killed');
  await workbench.openFile(join(workspace, 'src', 'encoding.c'));
  await typeForGhostText(workbench);
  expect(modelProcesses(host, 'inference').map(({ pid }) => pid)).not.toContain(killed!.pid);
  await workbench.screenshot('12-completes-again');
  await workbench.acceptGhostText();
  await workbench.save();
}

/** Reloads the window in the middle of a training, which goes on from where it was; then stops it. */
export async function reloadWhileTraining(host: RunningHost): Promise<void> {
  const { workbench } = host;
  await workbench.dismissToasts();
  await chooseTraining(workbench, '2 minutes');
  await workbench.statusBarItem(/Unreasonable: training ([5-9]|\d\d)/).waitFor();
  await workbench.reload();
  await workbench.statusBarItem(/Unreasonable: training ([5-9]|\d\d)/).waitFor();
  expect(modelProcesses(host, 'training')).toHaveLength(1);
  await workbench.screenshot('13-training-after-reload');
  await workbench.command('Unreasonable: Stop Training');
  await workbench.toast('Training stopped').waitFor();
  await workbench.statusBarItem('Unreasonable: ready').waitFor();
  expect(await workbench.offers('Unreasonable: Resume Training')).toBe(true);
  await workbench.screenshot('14-stopped');
}

function number(step: number): string {
  return String(step).padStart(2, '0');
}
