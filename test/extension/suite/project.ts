import * as vscode from 'vscode';
import { openExtension, run, until, workspaceFolder } from './api';

const devices = ['spi', 'i2c', 'uart', 'gpio', 'pwm', 'adc', 'dac', 'can', 'usb', 'rtc', 'nand', 'mmc'];

/** One driver of the project, in which every line follows from the one before. */
export function driver(name: string): string {
  return `// SPDX-License-Identifier: GPL-2.0-only
#include <linux/module.h>
#include <linux/${name}.h>

static int ${name}_probe(struct device *dev)
{
\tint ret;

\tret = ${name}_enable(dev);
\tif (ret < 0)
\t\treturn ret;
\treturn 0;
}

static int ${name}_remove(struct device *dev)
{
\tint ret;

\tret = ${name}_disable(dev);
\tif (ret < 0)
\t\treturn ret;
\treturn 0;
}

MODULE_LICENSE("GPL");
`;
}

/** Reads nothing but what matches these patterns in a training. */
export async function readOnly(patterns: string[] | undefined): Promise<void> {
  const configuration = vscode.workspace.getConfiguration('unreasonable');
  await configuration.update('include', patterns, vscode.ConfigurationTarget.Workspace);
}

/**
 * Writes a C project that a network learns in seconds, so that what it completes can be told beforehand, beside what is
 * in the workspace already, which training then leaves out.
 */
export async function writeDrivers(): Promise<void> {
  const folder = workspaceFolder();
  await readOnly(['drivers/*.c']);
  for (const name of devices) {
    const file = vscode.Uri.joinPath(folder, 'drivers', `${name}.c`);
    await vscode.workspace.fs.writeFile(file, Buffer.from(driver(name)));
  }
}

const shape = {
  ...{ hiddenSize: 64, numLayers: 1, sequenceLength: 32, batchSize: 8, learningRate: 0.01 },
  ...{ backend: 'onnx', seed: 1, earlyStopping: false },
};

/** A training that takes seconds, and learns as much on a slow machine as on a fast one. */
export const smallPlan = { ...shape, epochs: 40 };

/** One that goes on until it is stopped, and measures as often as that. */
export const longPlan = (validationEvery: number) => ({ ...shape, minutes: 30, validationEvery });

/** Makes sure that there is a model of the drivers, loaded. */
export async function ensureModel(): Promise<void> {
  const { models, inference } = await openExtension();
  if (models.current === null || models.current.pretrained !== null) {
    await writeDrivers();
    await run('trainOnWorkspace', smallPlan);
  }
  await until('a model', () => inference.model !== null);
}

/** Makes sure that there is none but the one that came with the extension. */
export async function removeModels(): Promise<void> {
  const { models } = await openExtension();
  while (models.current?.pretrained === null) await run('deleteModel', { confirmed: true });
}
