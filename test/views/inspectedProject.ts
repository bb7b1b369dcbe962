import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../dist/cli.cjs', import.meta.url));
const devices = ['spi', 'i2c', 'uart', 'gpio', 'pwm', 'adc', 'dac', 'can', 'usb', 'rtc', 'nand', 'mmc'];

/** What no driver has: the line of the file to look at that a model of the drivers can't see coming. */
export const oddLine = 'XQZ@@7#~`|^WKJ';

/** A small driver, with a comment, an import, conditions and strings; of another device the same with its name. */
function driver(name: string): string {
  return `/*
 * This is the driver of the ${name} device.
 */
#include <linux/module.h>
#include <linux/${name}.h>

static int ${name}_probe(struct device *dev)
{
\tint ret;

\t/* Switch it on before anything else is done. */
\tret = ${name}_enable(dev, "the ${name} device");
\tif (ret < 0)
\t\treturn ret;
\treturn 0;
}

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("The driver of the ${name} device");
`;
}

export interface InspectedProject {
  readonly workspace: string;
  /** A file like those that were trained on, but for {@link oddLine}. */
  readonly file: string;
  /** Its path in the workspace. */
  readonly path: string;
  /** Really trained on the drivers of the workspace. */
  readonly model: string;
}

/** Writes a project and trains a small model on it, so many steps, however long they take. */
export function inspectedProject(folder: string): InspectedProject {
  const workspace = join(folder, 'project');
  const drivers = join(workspace, 'drivers');
  mkdirSync(drivers, { recursive: true });
  for (const name of devices) writeFileSync(join(drivers, `${name}.c`), driver(name));
  const out = join(folder, 'model');
  const size = ['--hidden-size', '48', '--num-layers', '2', '--sequence-length', '40', '--batch-size', '8'];
  const how = ['--epochs', '40', '--learning-rate', '0.01', '--seed', '1', '--backend', 'onnx', '--threads', '1'];
  execFileSync(process.execPath, [program, 'train', workspace, '--out', out, ...size, ...how, '--json'], {
    stdio: 'pipe',
  });
  const path = 'drivers/odd.c';
  const file = join(workspace, path);
  writeFileSync(file, driver('odd').replace('\tint ret;\n', `\tint ret;\n\t${oddLine}\n`));
  return { workspace, file, path, model: join(out, 'model.onnx') };
}
