import { describe, expect, it } from 'vitest';
import { bracketBalance, indentationBalance, shareOf } from '../../../src/model/evaluation/structure';

describe('bracketBalance', () => {
  it('counts closing brackets that close what was opened last', () => {
    expect(bracketBalance('f(a[1], {b})')).toEqual({ right: 3, count: 3 });
    expect(bracketBalance('f(a]) + }')).toEqual({ right: 1, count: 3 });
  });

  it('holds a text that is cut, and brackets in quotes, to no account', () => {
    expect(bracketBalance('if (a) { f(')).toEqual({ right: 1, count: 1 });
    expect(bracketBalance('f(")", \')\', `}`)')).toEqual({ right: 1, count: 1 });
  });
});

describe('indentationBalance', () => {
  it('finds nothing wrong with code', () => {
    const c = 'int f(int a)\n{\n\tif (a) {\n\t\tg(\n\t\t\ta);\n\n\t\treturn 1;\n\t}\n\treturn 0;\n}\nint b;\n';
    expect(indentationBalance(c)).toEqual({ right: 9, count: 9 });
    const python = 'def f(a):\n    if a:\n        return 1\n    for b in a:\n        g(b)\nx = {\n}\n';
    expect(indentationBalance(python)).toEqual({ right: 6, count: 6 });
  });

  it('finds a line that is deeper for no reason, one that is not deep enough, and one that fits no line before', () => {
    expect(indentationBalance('a;\n    b;')).toEqual({ right: 0, count: 1 });
    expect(indentationBalance('if (a) {\nb;')).toEqual({ right: 0, count: 1 });
    expect(indentationBalance('if (a) {\n        b;\n    c;')).toEqual({ right: 1, count: 2 });
  });
});

it('has no share of nothing', () => {
  expect(shareOf({ right: 0, count: 0 })).toBeNull();
  expect(shareOf({ right: 1, count: 4 })).toBe(0.25);
});
