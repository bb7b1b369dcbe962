import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { cli, expectSentence, folderOf } from './cli';

const folder = folderOf({ 'home/thesis.txt': 'years of work' });
const at = (name: string) => join(folder, name);

it('tensorflow setup deletes nothing that is not its own', async () => {
  expectSentence(await cli(['tensorflow', 'setup', '--out', at('home')]), /has something else in it/);
  expect(existsSync(at('home/thesis.txt'))).toBe(true);
});

it('tensorflow setup says which library it misses, before it installs anything', async () => {
  const options = ['tensorflow', 'setup', '--out', at('tensorflow'), '--json'];
  expectSentence(await cli([...options, '--libtensorflow', at('nowhere')]), /has no libtensorflow with its headers/);
  expectSentence(await cli([...options, '--python', at('nowhere')]), /can't be asked for its TensorFlow/);
  expect(existsSync(at('tensorflow'))).toBe(false);
});

it('tensorflow without a command shows what there is', async () => {
  const { code, stderr } = await cli(['tensorflow']);
  expect(code).toBe(2);
  expect(stderr).toContain('setup');
});
