import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { TrainingStory } from '../../src/model/training/log/story';
import { cli, expectSentence, folderOf, lastLine, statements, tiny } from './cli';

const folder = folderOf({ 'text.c': statements(2000) });
const at = (name: string) => join(folder, name);
const history = (...args: string[]) => cli(['history', '--model', at('model'), ...args]);

describe('history', () => {
  beforeAll(async () => {
    const options = [...tiny, '--epochs', '0.6', '--sample-at', '50', '--validation-every', '60'];
    expect(await cli(['train', at('text.c'), '--out', at('model'), ...options])).toMatchObject({ code: 0 });
  });

  it('tells how the loss came down and what was written on the way', async () => {
    const { code, stdout, stderr } = await history();
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^Begun on \d{4}-\d\d-\d\d \d\d:\d\d UTC, CPU/);
    expect(stdout).toMatch(/^\| +\| +60 \| .* \d\.\d{3} \| +\d\.\d{3} \|$/m);
    expect(stdout.match(/^\| best /gm)).toHaveLength(1);
    expect(stdout).toMatch(/^Step 50, temperature 0\.7 \([\d.]+ % new.*\):$/m);
  });

  it('--json has the whole story', async () => {
    const story = lastLine<TrainingStory & { best: unknown }>(await history('--json'));
    expect(story.steps.reduce((sum, { count }) => sum + count, 0)).toBe(story.end!.step);
    expect(story.samples.map(({ step }) => step)).toEqual([50]);
    expect(story.validations).toContainEqual(story.best);
  });

  it('says where it looked in vain', async () => {
    expectSentence(await cli(['history', '--model', at('nowhere')]), /There is no log of a training in .*nowhere/);
  });
});
