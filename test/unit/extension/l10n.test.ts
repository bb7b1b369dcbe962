import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** The extension, and the pages of its webviews, which get the same translations. */
const folders = ['src/extension', 'media/pages'];

const sources = folders.flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .sort()
    .map((file) => ({ file: join(folder, file), source: readFileSync(join(folder, file), 'utf8') })),
);

/** Every text that the extension shows, in the order of files. */
function shownTexts(): string[] {
  return sources.flatMap(({ source }) => {
    return [...source.matchAll(/l10n\.t\(\s*'((?:[^'\\]|\\.)*)'/g)].map(([, text]) => text!.replaceAll("\\'", "'"));
  });
}

// `npx vitest run test/unit/extension/l10n.test.ts -u` writes it anew.
test('l10n/bundle.l10n.json has every text for translators', async () => {
  const bundle = Object.fromEntries(shownTexts().map((text) => [text, text]));
  expect(Object.keys(bundle).length).toBeGreaterThan(50);
  await expect(`${JSON.stringify(bundle, null, 2)}\n`).toMatchFileSnapshot('../../../l10n/bundle.l10n.json');
});

test('every text is one literal, so that it can be found', () => {
  for (const { file, source } of sources) {
    expect(source.match(/l10n\.t\(\s*[^'\s]/g), file).toBeNull();
  }
});
