import { describe, expect, it } from 'vitest';
import { applyFilters } from '../../../../src/model/completion/filters';
import type { Filter, Surroundings } from '../../../../src/model/completion/filters/filter';
import { followingText } from '../../../../src/model/completion/filters/followingText';
import { maxLines } from '../../../../src/model/completion/filters/maxLines';
import { repeatedLines } from '../../../../src/model/completion/filters/repeatedLines';
import { scope } from '../../../../src/model/completion/filters/scope';
import { trailingWhitespace } from '../../../../src/model/completion/filters/trailingWhitespace';
import { unmatchedBracket } from '../../../../src/model/completion/filters/unmatchedBracket';

/** What a filter leaves of `text` between `before` and `after`. */
function left(filter: Filter, text: string, around: Partial<Surroundings> = {}): string {
  return text.slice(0, filter(text, { before: '', after: '', maxLines: 10, ...around }));
}

describe('maxLines', () => {
  it.each([
    ['abc', 1, 'abc'],
    ['abc\ndef\nghi', 1, 'abc'],
    ['abc\ndef\nghi', 2, 'abc\ndef'],
    ['abc\ndef', 5, 'abc\ndef'],
    ['\nabc', 1, ''],
  ])('%j in %i lines is %j', (text, lines, rest) => {
    expect(left(maxLines, text, { maxLines: lines })).toBe(rest);
  });
});

describe('unmatchedBracket', () => {
  it.each([
    ['a) + b', '', '', 'a'],
    ['f(a) + b', '', '', 'f(a) + b'],
    ['a) + b', 'x = (', '', 'a) + b'],
    ['a)) + b', 'x = (', '', 'a)'],
    ['a]', 'x = (', '', 'a'],
    ['(a]', '', '', '(a'],
    // The editor has closed it.
    ['a, b);', 'f(', ')', 'a, b'],
    ['g(a), b);', 'f(', ');', 'g(a), b'],
    // Quoted brackets are none.
    ['")" + a', '', '', '")" + a'],
    ['a)', 'if (strcmp(b, "(") == 0 && ', '', 'a)'],
    ['\n\treturn;\n}\n}', 'if (a) {', '', '\n\treturn;\n}\n'],
  ])('of %j behind %j and before %j leaves %j', (text, before, after, rest) => {
    expect(left(unmatchedBracket, text, { before, after })).toBe(rest);
  });
});

describe('followingText', () => {
  it.each([
    ['value);', ');', 'value'],
    ['value', ');', 'value'],
    ['value) {', ')', 'value) {'],
    ['value)', ')', 'value'],
    ['a + b == c', ' == c', 'a + b'],
    ['len; i++', '; i++) {', 'len'],
    // The next line, known by the whole of it.
    ['return 0;', '\n\n\treturn 0;\n}', ''],
    ['a = 1;\n\treturn 0;\n}', '\n\treturn 0;\n}', 'a = 1;'],
    ['a = 1;\n\treturn 1;', '\n\treturn 0;\n}', 'a = 1;\n\treturn 1;'],
    ['}', '\n}\n', '}'],
  ])('of %j before %j leaves %j', (text, after, rest) => {
    expect(left(followingText, text, { after })).toBe(rest);
  });
});

describe('repeatedLines', () => {
  it.each([
    ['int a;\nint a;\nint b;', '', 'int a;'],
    ['int a;\nint b;', '', 'int a;\nint b;'],
    ['c = 1;', '\tabc = 1;\n\tab', ''],
    ['c = 2;', '\tabc = 1;\n\tab', 'c = 2;'],
    ['}\n}\n}', '', '}\n}\n}'],
    ['call();\n\n\ncall();', '', 'call();\n\n'],
  ])('of %j behind %j leaves %j', (text, before, rest) => {
    expect(left(repeatedLines, text, { before })).toBe(rest);
  });
});

describe('scope', () => {
  it.each([
    ['a;\n\tb;\n}', '\t', 'a;\n\tb;'],
    ['a;\n\n\tb;', '\t', 'a;\n\n\tb;'],
    ['{\n\t\ta;\n\t}\n\tb;\n}', '\tif (c) ', '{\n\t\ta;\n\t}\n\tb;'],
    ['a\nb', '', 'a\nb'],
  ])('of %j behind %j leaves %j', (text, before, rest) => {
    expect(left(scope, text, { before })).toBe(rest);
  });
});

describe('trailingWhitespace', () => {
  it.each([
    ['abc \t\n', 'abc'],
    ['  abc', '  abc'],
    [' \n ', ''],
  ])('of %j leaves %j', (text, rest) => {
    expect(left(trailingWhitespace, text)).toBe(rest);
  });
});

describe('all filters', () => {
  it('work together', () => {
    const around = { before: 'int f(void)\n{\n\tif (', after: ') {\n\t\treturn 0;\n\t}\n}', maxLines: 3 };
    expect(applyFilters('a == b) {\n\t\treturn 1;', around)).toBe('a == b');
    expect(applyFilters('   ', around)).toBe('');
  });
});
