import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findKernelTree } from '../../src/cli/pretrain/kernelTree';
import { UserError } from '../../src/model/errors';
import { readModelFile } from '../../src/model/onnx/modelFile';
import { cli, expectSentence, folderOf, lastLine, shell, statements } from './cli';

const makefile = 'VERSION = 6\nPATCHLEVEL = 1\nSUBLEVEL = 7\nEXTRAVERSION =\n';
/** Statements, and every character of the path that the sample of the card is asked for. */
const source = (lines: number) => `/* drivers/net/foo.c */\n${statements(lines)}`;
const folder = folderOf({
  'linux/Makefile': makefile,
  'linux/LICENSES/preferred/GPL-2.0': 'The terms.\n',
  'linux/kernel/cpu.c': source(300),
  'linux/kernel/acct.c': source(200),
  'linux/mm/page.c': source(100),
  'linux/drivers/net/nothing.c': source(900),
  'linux/drivers/gpu/drm/amd/include/registers.h': statements(900),
  'linux/Documentation/index.rst': statements(900),
  'other/Makefile': 'all:\n\ttrue\n',
  'old/Makefile': 'VERSION = 2\nPATCHLEVEL = 6\nSUBLEVEL = 39\n',
  'old/COPYING': 'The terms.\n',
  'bare/Makefile': makefile,
  'packages/sources.json': JSON.stringify([
    { package: '@some/thing', version: '1.2.3', licence: 'MIT', from: 'npm', folders: ['src'] },
    { package: 'other', version: '4.5', licence: 'BSD-3-Clause', from: 'debian', folders: ['.'] },
  ]),
  'packages/some-thing/LICENSE': 'Some terms.\n',
  'packages/some-thing/src/parser.ts': `// src/parser.ts\n${statements(300)}`,
  'packages/some-thing/src/lexer.ts': statements(200),
  'packages/some-thing/src/tokens.ts': statements(150),
  'packages/other/LICENSE': 'Other terms.\n',
  'packages/other/other.py': statements(400),
  'packages/other/another.py': statements(250),
  'damaged/sources.json': '[',
  'missing/sources.json': JSON.stringify([{ package: 'gone', version: '1', licence: 'MIT' }]),
});
const at = (name: string) => join(folder, name);
const pretrain = (tree: string, ...more: string[]) =>
  cli(['pretrain', 'linux', at(tree), '--out', at('work'), '--to', at('made'), '--hidden-size', '16', ...more]);

describe('pretrain', () => {
  it('goes on after Ctrl+C, and leaves a model with its card and its licence', async () => {
    const stopped = await cli(
      ['pretrain', 'linux', at('linux'), '--out', at('work'), '--to', at('made'), '--hidden-size', '16'],
      { onStart: (child) => child.stdout!.on('data', (data) => /^step /m.test(String(data)) && child.kill('SIGINT')) },
    );
    expect(stopped).toMatchObject({ code: 130, stderr: '' });
    expect(stopped.stdout).toContain('the same command goes on');
    expect(existsSync(at('made'))).toBe(false);

    const result = await pretrain('linux', '--minutes', '0.05', '--json');
    expect(result).toMatchObject({ code: 0 });
    expect(result.stderr).toContain('Measuring');
    // It has read the same files as before, and no others.
    expect(result.stderr).not.toContain('text has changed');
    const card = lastLine<{ evaluation: { natsPerCharacter: number } }>(result);
    expect(card).toMatchObject({
      name: 'Linux',
      licence: 'GPL-2.0-only',
      data: expect.stringMatching(/^the C sources of Linux 6\.1\.7: 4 files, [\d,]+ characters$/),
      evaluation: { natsPerCharacter: expect.any(Number), ngram: { order: 20 } },
    });
    expect((await readModelFile(at('made'))).card).toEqual(card);
    expect(readFileSync(at('made/GPL-2.0.txt'), 'utf8')).toBe('The terms.\n');
    const text = readFileSync(at('made/README.md'), 'utf8');
    expect(text).toContain('| hiddenSize | 16 |');
    expect(text).toContain(` ${card.evaluation.natsPerCharacter.toFixed(3)} |`);
  });

  it('the figures of a card are told again without the text', async () => {
    const { code, stdout } = await cli(['evaluate', '--model', at('made')]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/held-out characters of the C sources of Linux 6\.1\.7/);
    expect(stdout).toMatch(/\| best LSTM of Karpathy, Johnson and Fei-Fei \(2015\) +\| +1\.212 \| +0\.840 \|/);
  });

  it('evaluate on a tree reads what the training read, and names what was published', async () => {
    const { code, stdout } = await cli(['evaluate', '--model', at('made'), at('linux')]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/\| bits per character +\| +\d\.\d{3} \| +\d\.\d{3} \|/);
    expect(stdout).toContain('Published: 0.84 nats, 1.212 bits per character, best LSTM');
  });

  it('reads an archive of a tree', async () => {
    await shell('tar -cJf linux.tar.xz linux', folder);
    const result = await cli([
      ...['pretrain', 'linux', at('linux.tar.xz'), '--out', at('packed'), '--to', at('unpacked')],
      ...['--hidden-size', '8', '--minutes', '0.02', '--json'],
    ]);
    expect(result).toMatchObject({ code: 0 });
    expect(lastLine(result)).toMatchObject({ data: expect.stringContaining('Linux 6.1.7') });
  });

  it.each([
    ['nowhere', /There is no file or folder .*: give the path of a kernel tree/],
    ['other', /is no kernel tree, for its Makefile says no version/],
    ['other/Makefile', /was not unpacked/],
  ])('says in a sentence that %s is no kernel tree', async (tree, sentence) => {
    const result = await pretrain(tree);
    const stderr = result.stderr.trimEnd().split('\n').at(-1)!;
    expectSentence({ ...result, stderr: `${stderr}\n` }, sentence);
  });

  it('says before it trains that the model would be too large to come along', async () => {
    const size = ['--hidden-size', '1024', '--minutes', '0.01'];
    const result = await cli(['pretrain', 'linux', at('linux'), '--out', at('large'), '--to', at('made'), ...size]);
    expect(result.code).toBe(1);
    expect(result.stderr).toMatch(/parameters are too many to come along: train at most 7,000,000\.\n$/);
    expect(existsSync(at('large'))).toBe(false);
  });

  it('takes the terms from where old trees have them, and asks for them before it trains', async () => {
    expect((await findKernelTree(at('old'), at('work'))).licence).toBe(at('old/COPYING'));
    await expect(findKernelTree(at('bare'), at('work'))).rejects.toThrow(/bare has no .* to go with the model/);
    await expect(findKernelTree(at('bare'), at('work'))).rejects.toBeInstanceOf(UserError);
  });

  it('unpacks another archive to another place', async () => {
    await shell('tar -cJf one.tar.xz linux && tar -cJf two.tar.xz old', folder);
    const versions = [];
    for (const name of ['one', 'two', 'one']) {
      versions.push((await findKernelTree(at(`${name}.tar.xz`), at('both'))).version);
    }
    expect(versions).toEqual(['6.1.7', '2.6.39', '6.1.7']);
    expect(readdirSync(at('both'))).toHaveLength(2);
  });

  it('makes a model of many packages, with the terms of each beside it', async () => {
    const result = await cli([
      ...['pretrain', 'polyglot', at('packages'), '--out', at('many'), '--to', at('polyglot')],
      ...['--hidden-size', '16', '--minutes', '0.03', '--json'],
    ]);
    expect(result).toMatchObject({ code: 0 });
    expect(lastLine(result)).toMatchObject({
      name: 'Polyglot',
      data: expect.stringMatching(
        /^the sources of 2 packages of Debian and npm, in C, .*: \d files, [\d,]+ characters$/,
      ),
      evaluation: { published: [] },
    });
    const terms = readFileSync(at('polyglot/LICENCES.txt'), 'utf8');
    expect(terms).toMatch(
      /^@some\/thing 1\.2\.3 \(MIT\)\n\nSome terms\.\n\n-+\n\nother 4\.5 \(BSD-3-Clause\)\n\nOther terms\.\n$/,
    );
    const text = readFileSync(at('polyglot/README.md'), 'utf8');
    expect(text).toContain('permissive licences (BSD-3-Clause, MIT)');
    expect(text).toContain('npm run polyglot-sources -- FOLDER\nnpm run pretrain -- polyglot FOLDER');
    expect(text).toContain('```ts\n');
  });

  it.each([
    [[], /The polyglot model needs the sources of many packages: fetch them/],
    [[at('linux')], /linux has no list of packages, sources\.json: fetch them/],
    [[at('damaged')], /sources\.json is damaged: fetch them/],
    [[at('missing')], /missing lacks gone: fetch the packages again\./],
  ])('says in a sentence what is wrong with the packages %j', async (given, sentence) => {
    expectSentence(await cli(['pretrain', 'polyglot', ...given, '--out', at('none')]), sentence);
  });

  it('knows two models', async () => {
    expectSentence(
      await cli(['pretrain', 'windows']),
      /windows is no model that can be made: there is linux and polyglot\.$/m,
    );
  });
});
