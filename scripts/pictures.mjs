// `npm run pictures`: the README's pictures, from the walk in test/walk. Needs ImageMagick and
// FFmpeg (apt install imagemagick ffmpeg).
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
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
  start('convert', [join(output, step), '-strip', '-colors', '256', `PNG8:${join(media, name)}`]);
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
  const list = join(output, 'frames.txt');
  const lines = names.map((name, i) => `file 'frames/${name}'\nduration ${secondsOf(names, i)}\n`);
  writeFileSync(list, `ffconcat version 1.0\n${lines.join('')}`);
  for (const colors of [48, 32, 16]) {
    // Without dithering, what stands still in the window stands still in the picture.
    const palette = `split[a][b];[a]palettegen=max_colors=${colors}:stats_mode=diff[p];[b][p]paletteuse=dither=none:diff_mode=rectangle`;
    const filter = `fps=5,scale=800:-1:flags=area,${palette}`;
    start('ffmpeg', ['-v', 'error', '-y', '-f', 'concat', '-i', list, '-vf', filter, '-loop', '0', path]);
    if (statSync(path).size < mostBytes) break;
  }
  const { size } = statSync(path);
  console.log(`${path}: ${names.length} frames, ${(size / 1e6).toFixed(2)} MB`);
  if (size >= mostBytes) process.exitCode = 1;
}

/**
 * How long a frame stays: as long as in reality, but long waiting is cut short.
 * @param {string[]} names
 * @param {number} index
 */
function secondsOf(names, index) {
  const time = (/** @type {number} */ at) => Number.parseInt(names[at] ?? '', 10);
  const milliseconds = index + 1 < names.length ? time(index + 1) - time(index) : 2500;
  return Math.min(1500, Math.max(60, milliseconds)) / 1000;
}

/**
 * @param {string} program
 * @param {string[]} args
 */
function start(program, args) {
  const { status, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} failed: ${stderr}`);
}
