import { describe, expect, it } from 'vitest';
import { replaceSection } from '../../src/cli/bench/benchmarksFile';
import { markdownTable } from '../../src/cli/table';
import { UserError } from '../../src/model/errors';

describe('markdownTable', () => {
  it('lines columns up, numbers to the right', () => {
    expect(
      markdownTable(
        ['model', 'ms'],
        [
          ['2×128', '9.5'],
          ['2×512 int8', '1,234'],
        ],
      ),
    ).toBe(
      ['| model      |    ms |', '| ---------- | ----: |', '| 2×128      |   9.5 |', '| 2×512 int8 | 1,234 |'].join(
        '\n',
      ),
    );
  });
});

describe('replaceSection', () => {
  const text = 'before\n<!-- bench:a -->\nold\n<!-- /bench:a -->\n<!-- bench:b -->\nkept\n<!-- /bench:b -->\n';

  it('replaces what stands between the markers of one benchmark and keeps the rest', () => {
    const replaced = replaceSection(text, 'a', '| new |\n');
    expect(replaced).toBe(text.replace('old', '| new |'));
    expect(replaceSection(replaced, 'a', 'old')).toBe(text);
  });

  it('refuses a text without the markers', () => {
    expect(() => replaceSection(text, 'c', 'new')).toThrow(UserError);
  });
});
