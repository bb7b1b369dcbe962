import * as vscode from 'vscode';
import { workspaceFolder } from './api';

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

/** Writes a C project that a network learns in seconds, so that what it completes can be told beforehand. */
export async function writeProject(): Promise<void> {
  const folder = workspaceFolder();
  for (const name of devices) {
    const file = vscode.Uri.joinPath(folder, 'drivers', `${name}.c`);
    await vscode.workspace.fs.writeFile(file, Buffer.from(driver(name)));
  }
}

/** Trains on the project, unless a model is there already. */
export const smallPlan = { minutes: 0.25, hiddenSize: 64, numLayers: 1, backend: 'onnx', seed: 1 };
