import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const folder = 'src/extension';

/** Every text that the extension shows, in the order of files. */
function shownTexts(): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  return files.sort().flatMap((file) => {
    const source = readFileSync(join(folder, file), 'utf8');
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
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  for (const file of files) {
    const source = readFileSync(join(folder, file), 'utf8');
    expect(source.match(/l10n\.t\(\s*[^'\s]/g), file).toBeNull();
  }
});
