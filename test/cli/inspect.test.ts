import { closeSync, openSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { writeModelFile } from '../../src/model/onnx/modelFile';
import { lineCell, quoteCell, quotedCode, quoteModel } from '../unit/inspection/quoteModel';
import { cli, expectSentence, folderOf, lastLine } from './cli';

const code = quotedCode(150, 1);
const folder = folderOf({
  'project/a.c': quotedCode(120, 2),
  'project/lib/b.c': code,
  'empty.c': '',
  'mark.c': '\uFEFF',
  'binary.c': Uint8Array.of(1, 0, 2),
});
const at = (name: string) => join(folder, name);
const inspect = (...args: string[]) => cli(['inspect', '--model', at('quote.onnx'), ...args]);

beforeAll(async () => {
  await writeModelFile(at('quote.onnx'), quoteModel());
  // It takes no place on the disk.
  closeSync(openSync(at('huge.c'), 'w'));
  truncateSync(at('huge.c'), 3e9);
});

interface Json {
  readonly path: string;
  readonly characters: number;
  readonly bitsPerCharacter: number;
  readonly predictions: readonly { character: string; bits: number; guesses: { probability: number }[] }[];
  readonly gateSaturation: readonly { gate: string; left: number[] }[];
  readonly activations: {
    readonly characters: number;
    readonly scale: number;
    readonly cells: readonly { layer: number; unit: number; values: number[] }[];
  };
  readonly cellFinding: {
    readonly basis: string;
    readonly files: number;
    readonly properties: readonly { property: string }[];
  };
}

describe('inspect', () => {
  it('tells people of the surprising places and of the cells that were found', async () => {
    const { code: exit, stdout } = await inspect(at('project/lib/b.c'));
    expect(exit).toBe(0);
    expect(stdout).toMatch(
      new RegExp(`inside a string .*layer 1, unit ${quoteCell} .*balanced accuracy 100\\.0 %, AUC 1\\.000`),
    );
    expect(stdout).toMatch(
      new RegExp(`position in the line .*layer 1, unit ${lineCell} .*correlation (0\\.99|1\\.00)`),
    );
    expect(stdout).toMatch(/inside a comment .*too rare to tell/);
  });

  it('tells programs all of it, the path being that in the folder of the data', async () => {
    const result = await inspect(at('project/lib/b.c'), '--data', at('project'), '--json');
    const json = lastLine<Json>(result);
    expect(json).toMatchObject({
      path: 'lib/b.c',
      characters: code.length,
      cellFinding: { basis: 'workspace', files: 2 },
    });
    expect(json.predictions.map(({ character }) => character).join('')).toBe(code);
    const mean = json.predictions.reduce((sum, { bits }) => sum + bits, 0) / code.length;
    expect(json.bitsPerCharacter).toBeCloseTo(mean, 2);
    for (const { guesses } of json.predictions.slice(0, 50)) {
      const all = guesses.map(({ probability }) => probability);
      expect(all).toHaveLength(5);
      expect([...all].sort((a, b) => b - a)).toEqual(all);
    }
    const string = json.cellFinding.properties.find(({ property }) => property === 'string');
    expect(string).toMatchObject({ cells: [{ layer: 0, unit: quoteCell, balancedAccuracy: 1 }, {}, {}, {}, {}] });
    const { characters, scale, cells } = json.activations;
    expect({ characters, scale }).toEqual({ characters: code.length, scale: 127 });
    expect(cells.map(({ layer, unit }) => [layer, unit])).toEqual(Array.from({ length: 8 }, (_, unit) => [0, unit]));
    const inQuotes = [...code].map((_, t) => code.slice(0, t + 1).split('"').length % 2 === 0);
    expect(cells[quoteCell]!.values.map((value) => value > 0)).toEqual(inQuotes);
    expect(json.gateSaturation.map(({ gate, left }) => [gate, left.length])).toEqual([
      ['input', 8],
      ['output', 8],
      ['forget', 8],
    ]);
  });

  it('writes a page that stands by itself and may load nothing', async () => {
    writeFileSync(at('tricky.c'), `${code}</script><script>alert("1")</script> <!-- `);
    const out = at('page.html');
    expect(await inspect(at('tricky.c'), '--out', out)).toMatchObject({ code: 0 });
    const page = readFileSync(out, 'utf8');
    expect(page).toMatch(/default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+'/);
    expect(page).not.toMatch(/<link|src=|@import|url\(/);
    expect(page.match(/<script/g)).toHaveLength(2);
    expect(page).not.toContain('alert("1")</script>');
    const data = /<script type="application\/json" id="inspection">([^<]*)<\/script>/.exec(page)![1]!;
    expect(JSON.parse(data).text.text).toContain('</script><script>alert("1")</script>');
  });
});

describe('inspect on awkward input', () => {
  it.each([
    ['a file that is not there', () => [at('nowhere.c')], /was not read because there is no such file/],
    ['an empty file', () => [at('empty.c')], /is empty: name a file with text in it/],
    ['a byte order mark and nothing else', () => [at('mark.c')], /is empty: name a file with text in it/],
    ['a file beyond all measure', () => [at('huge.c')], /has 3\.00 GB, of which no model would read all/],
    ['a file that is no text', () => [at('binary.c')], /is not text in UTF-8/],
    ['a page of another kind', () => [at('project/a.c'), '--out', at('page.pdf')], /does not end in \.html/],
    ['data that is no folder', () => [at('project/a.c'), '--data', at('empty.c')], /is no folder/],
  ])('%s', async (_, args, sentence) => {
    const { stderr, ...result } = await inspect(...args());
    // Progress is on stderr as well.
    expectSentence({ ...result, stderr: stderr.replace(/^.* …\n/gm, '') }, sentence);
  });

  it('prints what it has found also where the page can not be written', async () => {
    const result = await inspect(at('project/a.c'), '--out', at('empty.c/page.html'), '--json');
    expect(result.code).toBe(1);
    expect(result.stderr).toMatch(/page\.html was not written because a part of the path is a file/);
    expect(JSON.parse(result.stdout)).toMatchObject({ path: 'a.c' });
  });
});
