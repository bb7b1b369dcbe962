// `npm run pictures`: the README's pictures, from the walk in test/walk. Needs ImageMagick (apt install imagemagick).
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { npm, root } from './prepare.mjs';
import { hosts } from './vscodeHost/hosts.mjs';

const output = join(root, 'test', 'output', `vscode-${hosts[0].vscode}`);
const media = join(root, 'media', 'readme');

/** Pictures of the README and the steps of the walk that they show. */
const pictures = {
  'train.png': '03-training-dark.png',
  'ghost-text.png': '05-ghost-text-light.png',
  'generate.png': '09-generated-dark.png',
  'temperature.png': '10-temperature-light.png',
};

const mostBytes = 3e6;

process.env.UNREASONABLE_PICTURES = 'yes';
npm(['exec', '--', 'vitest', 'run', '--project', 'vscode', 'test/walk', '-t', `${hosts[0].vscode}|filmed`]);
mkdirSync(media, { recursive: true });
for (const [name, step] of Object.entries(pictures)) {
  convert([join(output, step), '-strip', '-colors', '256', `PNG8:${join(media, name)}`]);
}
film(join(media, 'walk.gif'));

/**
 * Joins the frames of the walk, each named by the milliseconds that passed before it, to a moving picture. One that is
 * larger than a README should be is made again in fewer colours.
 * @param {string} path
 */
function film(path) {
  const frames = join(output, 'frames');
  const names = readdirSync(frames).sort();
  for (const colors of [96, 48, 24]) {
    rmSync(path, { force: true });
    const args = names.flatMap((name, index) => ['-delay', String(delayAfter(names, index)), join(frames, name)]);
    convert([...args, '-loop', '0', '-resize', '900x', '-colors', String(colors), '-layers', 'optimize', path]);
    if (statSync(path).size < mostBytes) break;
  }
  const { size } = statSync(path);
  console.log(`${path}: ${names.length} frames, ${(size / 1e6).toFixed(2)} MB`);
  if (size >= mostBytes) process.exitCode = 1;
}

/**
 * How long a frame stays, in hundredths of a second: as long as in reality, but long waiting is cut short.
 * @param {string[]} names
 * @param {number} index
 */
function delayAfter(names, index) {
  const time = (at) => Number.parseInt(names[at] ?? '', 10);
  const milliseconds = index + 1 < names.length ? time(index + 1) - time(index) : 2500;
  return Math.round(Math.min(1500, Math.max(60, milliseconds)) / 10);
}

/** @param {string[]} args */
function convert(args) {
  const { status, stderr, error } = spawnSync('convert', args, { encoding: 'utf8' });
  if (error?.code === 'ENOENT') throw new Error('ImageMagick is missing: apt install imagemagick');
  if (status !== 0) throw new Error(`convert failed: ${stderr}`);
}
