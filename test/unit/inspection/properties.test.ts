import { expect, test } from 'vitest';
import { type BinaryProperty, labelText } from '../../../src/model/inspection/properties/properties';

/** The characters of a text at which a property holds, the others as dots; line ends as they are. */
function marked(text: string, path: string | null, property: BinaryProperty): string {
  const labels = labelText([...text], path).binary[property];
  return [...text].map((character, t) => (labels[t] === 1 || character === '\n' ? character : '.')).join('');
}

test.for<[what: string, property: BinaryProperty, path: string | null, text: string, expected: string]>([
  ['strings of C', 'string', 'a.c', 'f("a\\"b", "");', '.."a\\"b..."...'],
  ['no string in a comment', 'string', 'a.c', '// "x"\n"y"', '......\n"y.'],
  ['no string behind a character', 'string', 'a.c', `c = '"'; d = "e";`, `............."e..`],
  ['an apostrophe in a comment', 'comment', 'a.c', "int a; // don't\nint b;", "......../ don't\n......"],
  ['block comments', 'comment', 'a.c', 'a /* b\n * c */ d', '...* b\n * c *...'],
  ['a comment that never ends', 'comment', 'a.c', 'a /* b', '...* b'],
  ['a string that never ends', 'string', 'a.c', 'a "b\nc', '.."b\n.'],
  ['a string over the line end', 'string', 'a.c', '"a\\\nb" c', '"a\\\nb...'],
  ['comments of Python', 'comment', 'a.py', 'x = "#" # y', '........# y'],
  ['docstrings of Python', 'string', 'a.py', '"""a "b"\nc""" d', '.."a "b"\nc""...'],
  ['both quotes of JavaScript', 'string', 'a.js', `f('a', "b", \`c\n\${d}\`)`, `..'a..."b...\`c\n\${d}..`],
  ['lifetimes of Rust', 'string', 'a.rs', `fn f<'a>(x: &'a str) { g("s") }`, `${'.'.repeat(25)}"s....`],
  ['strings where nothing is known', 'string', null, 'a "b" c', '.."b...'],
  ['comments of Lua', 'comment', 'a.lua', 'a -- b\nc', '...- b\n.'],
  ['comments of HTML', 'comment', 'a.html', "it's <!-- b --> c", `${'.'.repeat(8)}- b --...`],
  ['includes', 'include', 'a.c', '#include <a.h>\n#define include\n', '.......e <a.h>\n...............\n'],
  ['imports of more lines', 'include', 'a.ts', "import { a,\nb } from 'c';\nd;", ".....t { a,\nb } from 'c';\n.."],
  ['imports of Python', 'include', 'a.py', 'from a import b\nx = 1', '...m a import b\n.....'],
  ['conditions of C', 'condition', 'a.c', 'if (a && (b)) c(); // if (d)', `.f (a && (b)${'.'.repeat(16)}`],
  ['conditions of Python', 'condition', 'a.py', 'if a[1:2]:\n  b', '.f a[1:2].\n...'],
  ['addresses', 'url', 'a.c', '/* https://a.b/c?d). */ e', '........../a.b/c?d.......'],
  ['names', 'identifier', 'a.c', 'int a_1 = 2 + b2; // c', 'int.a_1.......b2......'],
])('marks %s', ([, property, path, text, expected]) => {
  expect(marked(text, path, property)).toBe(expected);
});

test('counts places in lines, indentation and open brackets', () => {
  const text = 'a(\n\t  b[🙂],\n) "("';
  const { linePosition, indentation, bracketDepth } = labelText([...text], 'a.c').numeric;
  expect([...linePosition]).toEqual([0, 1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 0, 1, 2, 3, 4, 5]);
  expect([...indentation]).toEqual([0, 0, 0, 4, 5, 6, 6, 6, 6, 6, 6, 0, 0, 0, 0, 0, 0]);
  expect([...bracketDepth]).toEqual([0, 1, 1, 1, 1, 1, 1, 2, 2, 1, 1, 1, 0, 0, 0, 0, 0]);
});
