import { expect, test } from 'vitest';
import { languageOf } from '../../../src/model/corpus/languages';
import { type CorpusReport, countLanguages, ExclusionCounter, formatReport } from '../../../src/model/corpus/report';

test('languages go by extension or name, whatever the case', () => {
  const paths = ['a.c', 'x/B.H', 'Makefile', 'makefile', 'kernel/Kconfig', 'a.test.ts', '.bashrc', 'c', 'x.d/y'];
  expect(paths.map(languageOf)).toEqual([
    'C',
    'C',
    'Makefile',
    'Makefile',
    'Kconfig',
    'TypeScript',
    undefined,
    undefined,
    undefined,
  ]);
});

test('characters are counted by language, or by extension', () => {
  const documents = [
    { path: 'a.c', length: 10 },
    { path: 'b.xyz', length: 50 },
    { path: 'c.h', length: 5 },
  ];
  expect(countLanguages(documents)).toEqual([
    { language: '.xyz', files: 1, characters: 50 },
    { language: 'C', files: 2, characters: 15 },
  ]);
});

test('exclusions are counted with a few examples that cannot command a terminal', () => {
  const counter = new ExclusionCounter();
  counter.add('symbolicLink', 'link');
  for (let i = 0; i < 7; i++) counter.add('binary', `\u001b[31m${i}`);
  expect(counter.toJSON()).toEqual([
    { reason: 'binary', count: 7, examples: [0, 1, 2, 3, 4].map((i) => `\uFFFD[31m${i}`) },
    { reason: 'symbolicLink', count: 1, examples: ['link'] },
  ]);
});

test('reads well', () => {
  const report: CorpusReport = {
    root: 'linux',
    files: 1234,
    bytes: 1_000_100,
    characters: 1_000_000,
    vocabularySize: 98,
    unknownCharacters: 12,
    languages: [
      { language: 'C', files: 1200, characters: 990_000 },
      { language: 'Python', files: 34, characters: 10_000 },
    ],
    splits: {
      train: { documents: 1100, characters: 900_000 },
      validation: { documents: 70, characters: 60_000 },
      test: { documents: 64, characters: 40_000 },
    },
    excluded: [
      { reason: 'secret', count: 1, examples: ['.env'] },
      { reason: 'tooLarge', count: 12, examples: ['big.h', 'bigger.h'] },
    ],
  };
  expect(formatReport(report)).toBe(
    `linux: 1,234 files, 1,000,000 characters, a vocabulary of 98 (0.0012 % of the text unknown)

Read
  C       1,200  990,000
  Python     34   10,000

Split
  train       1,100  900,000  90 %
  validation     70   60,000   6 %
  test           64   40,000   4 %

Left out
  may hold secrets   1  .env
  too large         12  big.h, bigger.h, …`,
  );
});
