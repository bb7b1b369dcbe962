import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readModelFile } from '../../src/model/onnx/modelFile';
import { pretrainedFile, pretrainedModels } from '../../src/model/pretrained';
import { bitsFromNats } from '../../src/model/training/history';
import type { TrainOptions } from '../../src/model/training/options';
import { suitableBase } from '../../src/model/training/suitableBase';
import { cli, expectSentence, folderOf, lastLine, statements, tiny } from './cli';

const folder = folderOf({
  'project/a.c': `/* Ω */\n${statements(300)}`,
  'project/b.c': statements(250),
  'project/c.c': statements(200),
});
const at = (name: string) => join(folder, name);

const licences: Record<string, string> = { linux: 'GPL-2.0-only', polyglot: 'MIT' };

describe.each(pretrainedModels)('the model $name, which comes along', (pretrained) => {
  const file = pretrainedFile(pretrained)!;

  it('is small, and its card says on what terms it comes and what it is worth', async () => {
    expect(statSync(file).size).toBeLessThan(8e6);
    const { card, history, configuration } = await readModelFile(file);
    expect(card).toMatchObject({ name: pretrained.title, licence: licences[pretrained.name] });
    expect(configuration).toMatchObject(pretrained.shape);
    expect(history?.characters).toBeGreaterThan(1e6);
    const { rounding, natsPerCharacter } = card!.evaluation;
    expect(bitsFromNats(rounding.roundedNats - rounding.exactNats)).toBeLessThan(0.02);
    expect(bitsFromNats(natsPerCharacter)).toBeLessThan(3);
  });
});

describe('the model linux', () => {
  it('recites the licence of the kernel', async () => {
    const { code, stdout } = await cli([
      ...['sample', '--model', 'linux', '--path', 'drivers/net/foo.c'],
      ...['--temperature', '0', '--length', '60'],
    ]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^\/\/ SPDX-License-Identifier: GPL-2\.0/);
  });

  it('is told of by info and evaluate, and exported', async () => {
    expect((await cli(['info', '--model', 'linux'])).stdout).toMatch(/^Licence {5}GPL-2\.0-only/m);
    expect((await cli(['evaluate', '--model', 'linux'])).stdout).toMatch(/\| +0\.840 \|/);
    const out = at('linux.onnx');
    expect(await cli(['export', '--model', 'linux', '--out', out])).toMatchObject({ code: 0 });
    expect((await readModelFile(out)).card?.name).toBe('Linux');
  });

  it('gives way to a folder of that name', async () => {
    const trained = await cli(['train', at('project'), '--out', at('linux'), ...tiny, '--epochs', '1']);
    expect(trained).toMatchObject({ code: 0 });
    const info = await cli(['info', '--model', 'linux', '--json'], { cwd: folder });
    expect(lastLine(info)).toMatchObject({ configuration: { hiddenSize: 16 } });
  });
});

describe('the model polyglot', () => {
  it('knows other languages better than linux does', async () => {
    const text = readFileSync('src/model/random.ts', 'utf8').slice(0, 1500);
    writeFileSync(at('beginning.ts'), text);
    const bits = async (model: string) => {
      const result = await cli(['evaluate', '--model', model, at('beginning.ts'), '--split', 'all', '--json']);
      return lastLine<{ bitsPerCharacter: number }>(result).bitsPerCharacter;
    };
    const [ofPolyglot, ofLinux] = [await bits('polyglot'), await bits('linux')];
    expect(ofPolyglot).toBeLessThan(2.5);
    expect(ofPolyglot).toBeLessThan(ofLinux - 0.3);
  });
});

describe('train --init-from', () => {
  const train = (out: string, ...more: string[]) =>
    cli(['train', at('project'), '--out', at(out), '--epochs', '0.2', '--json', ...more]);

  it('starts from linux, with the characters of the text that it lacks', async () => {
    const result = await train('from-linux', '--init-from', 'linux');
    expect(result).toMatchObject({ code: 0 });
    expect(result.stderr).toContain('It starts from the model linux.');
    const model = await readModelFile(at('from-linux'));
    expect(model.vocabulary.knows('Ω')).toEqual([]);
    expect(model.history!.settings).toMatchObject({ initFrom: 'linux', hiddenSize: 512, numLayers: 2 });
  });

  it.each([
    ['a short training', ['--minutes', '0.02'], 'polyglot'],
    ['its size', ['--minutes', '0.02', '--hidden-size', '384', '--num-layers', '1'], 'polyglot'],
    ['another size', ['--minutes', '0.02', '--hidden-size', '16'], undefined],
    ['another cell', ['--minutes', '0.02', '--cell-type', 'gru', '--hidden-size', '16'], undefined],
    ['epochs', ['--epochs', '0.05'], undefined],
    ['nothing', ['--minutes', '0.02', '--init-from', 'none', '--hidden-size', '16'], undefined],
  ])('by itself takes what suits: for %s', async (what, options, base) => {
    const out = `auto-${what}`;
    expect(await cli(['train', at('project'), '--out', at(out), ...options])).toMatchObject({ code: 0 });
    expect((await readModelFile(at(out))).history!.settings.initFrom).toBe(base);
  });

  it('by itself takes nothing for a single file, which may be no code, nor for a long time', () => {
    const suitable = (options: Partial<TrainOptions>) =>
      suitableBase({ source: at('project'), out: '', threads: 2, ...options })?.name;
    expect(suitable({})).toBe('polyglot');
    expect(suitable({ source: at('project/a.c') })).toBeUndefined();
    expect(suitable({ source: [at('project/a.c')] })).toBe('polyglot');
    expect(suitable({ minutes: 15 })).toBe('polyglot');
    expect(suitable({ minutes: 15, threads: 4 })).toBeUndefined();
  });

  it('says in a sentence that the shape of a model can not change, and where there is none', async () => {
    expectSentence(
      await train('none', '--init-from', 'linux', '--hidden-size', '64'),
      /The model to start from, linux, has hiddenSize 512, not 64: leave hiddenSize out/,
    );
    expectSentence(
      await train('none', '--init-from', 'linux', '--cell-type', 'gru'),
      /The model to start from, linux, has cellType lstm, not gru/,
    );
    expectSentence(
      await train('none', '--init-from', 'windows'),
      /There is no model at windows: .* or the name of a model that comes along \(linux, polyglot\)/,
    );
  });
});
