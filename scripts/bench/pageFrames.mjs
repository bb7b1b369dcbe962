// `npm run bench:page -- --model MODEL [--text FILE]`: how smooth the page is that `inspect --out` writes, on a text of
// 100 KB: the milliseconds from frame to frame in a browser, 120 frames for each thing that a person does. Needs chromium.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { npm, root } from '../prepare.mjs';

const { values } = parseArgs({
  options: { model: { type: 'string', default: 'linux' }, text: { type: 'string', default: 'package-lock.json' } },
});
const size = 100_000;
const frames = 120;

/** What is done before each frame, as source for the page: `i` counts frames, `box` is what scrolls. */
const scroll = 'box.scrollTop = 200 * i';
const press = "box.dispatchEvent(new KeyboardEvent('keydown', { key: 'PageDown', bubbles: true }))";
const otherCell = `const unit = document.querySelector('#unit');
  unit.value = String(i % 8);
  unit.dispatchEvent(new Event('change'))`;
const otherTab = "document.querySelector(['#tab-guesses', '#tab-neurons'][i % 2]).click()";
const actions = [
  { tab: 'guesses', does: 'scrolls the guesses', script: scroll },
  { tab: 'guesses', does: 'pages down the guesses', script: press },
  { tab: 'neurons', does: 'scrolls the neurons', script: scroll },
  { tab: 'neurons', does: 'looks at another cell', script: otherCell },
  { tab: 'neurons', does: 'goes from tab to tab', script: otherTab },
  { tab: 'wall', does: 'scrolls all cells', script: scroll },
];

npm(['run', '--silent', 'build']);
const folder = mkdtempSync(join(tmpdir(), 'unreasonable-page-'));
const executablePath = process.env.UNREASONABLE_CHROMIUM ?? '/usr/bin/chromium';
try {
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.goto(`file://${inspect(folder)}`);
  console.log('| milliseconds from frame to frame | p50 | p95 | most |\n| --- | ---: | ---: | ---: |');
  for (const { tab, does, script } of actions) {
    await page.locator(`#tab-${tab}`).click();
    const gaps = /** @type {number[]} */ (await page.evaluate(measure(script)));
    const at = (/** @type {number} */ share) => gaps[Math.min(frames - 1, Math.floor(share * frames))]?.toFixed(1);
    console.log(`| who ${does} | ${at(0.5)} | ${at(0.95)} | ${at(1)} |`);
  }
  await browser.close();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/**
 * Writes the page of the first 100 KB of the text.
 * @param {string} folder
 */
function inspect(folder) {
  const [text, page] = [join(folder, 'text.txt'), join(folder, 'page.html')];
  writeFileSync(text, readFileSync(resolve(root, values.text)).subarray(0, size));
  const program = join(root, 'bin', 'unreasonable.mjs');
  execFileSync(process.execPath, [program, 'inspect', '--model', values.model, text, '--out', page], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return page;
}

/**
 * The source of a function's call that does something before each frame and returns the sorted times between frames.
 * @param {string} script
 */
function measure(script) {
  return `(async () => {
    const gaps = [];
    const box = document.querySelector('.scrolled');
    let last = performance.now();
    for (let i = 0; i < ${frames}; i++) {
      ${script};
      const now = await new Promise((done) => requestAnimationFrame(() => done(performance.now())));
      gaps.push(now - last);
      last = now;
    }
    return gaps.sort((a, b) => a - b);
  })()`;
}
