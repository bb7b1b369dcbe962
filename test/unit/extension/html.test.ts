import { expect, it } from 'vitest';
import { pageHtml } from '../../../src/extension/views/html';

const parts = {
  ...{ cspSource: 'https://own', nonce: 'n0nce', script: 'https://own/a.js', style: 'https://own/a.css' },
  ...{ title: 'A & B', language: 'de', translations: { 'Say "<hi>"': '\'Sag\' & "<hallo>"' } },
};

it('allows its one script and its own style sheet, and nothing else', () => {
  const html = pageHtml(parts);
  const [, policy] = /Content-Security-Policy" content="([^"]*)"/.exec(html)!;
  expect(policy).toBe(
    "default-src 'none'; style-src https://own; script-src 'nonce-n0nce'; base-uri 'none'; form-action 'none'",
  );
  expect(html.match(/<script/g)).toHaveLength(1);
  expect(html).toContain('<script nonce="n0nce" src="https://own/a.js"></script>');
  expect(html).not.toContain('style=');
});

it('keeps translations as text', () => {
  const html = pageHtml(parts);
  const [, attribute] = /data-translations="([^"]*)"/.exec(html)!;
  const text = attribute!.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>');
  expect(JSON.parse(text.replaceAll('&amp;', '&'))).toEqual(parts.translations);
  expect(html).toContain('<title>A &amp; B</title>');
  expect(html).toContain('<html lang="de">');
});
