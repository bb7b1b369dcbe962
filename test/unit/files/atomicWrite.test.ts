import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/model/errors';
import { removeLeftovers, writeFileAtomically } from '../../../src/model/files/atomicWrite';
import { useTemporaryFolder } from './temporaryFolder';

const inFolder = useTemporaryFolder();
const bytes = (text: string) => new TextEncoder().encode(text);

/** Chunks that fail half-way, as a full disk does. */
function* failing(error: Error): Generator<Uint8Array> {
  yield bytes('half of ');
  throw error;
}
const diskFull = () => Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });

describe('writeFileAtomically', () => {
  it('writes all chunks in order and leaves nothing else behind', async () => {
    const path = inFolder('file');
    await writeFileAtomically(path, [bytes('one '), bytes(''), bytes('two')]);
    expect(readFileSync(path, 'utf8')).toBe('one two');
    expect(readdirSync(dirname(path))).toEqual(['file']);
  });

  it('makes the folders on the way', async () => {
    const path = inFolder('a/b/file');
    await writeFileAtomically(path, [bytes('x')]);
    expect(readFileSync(path, 'utf8')).toBe('x');
  });

  it('replaces an earlier file by a new one: who has it open goes on reading the old', async () => {
    const path = inFolder('file');
    writeFileSync(path, 'a longer earlier text');
    const { ino } = statSync(path);
    await writeFileAtomically(path, [bytes('short')]);
    expect(readFileSync(path, 'utf8')).toBe('short');
    expect(statSync(path).ino).not.toBe(ino);
  });

  it('leaves the earlier file and no other when the chunks fail half-way', async () => {
    const path = inFolder('file');
    writeFileSync(path, 'earlier');
    await expect(writeFileAtomically(path, failing(new Error('a bug')))).rejects.toThrow('a bug');
    expect(readFileSync(path, 'utf8')).toBe('earlier');
    expect(readdirSync(dirname(path))).toEqual(['file']);
  });

  it('says in a sentence that the disk is full', async () => {
    const path = inFolder('file');
    writeFileSync(path, 'earlier');
    const write = writeFileAtomically(path, failing(diskFull()));
    await expect(write).rejects.toThrow(
      new UserError(`${path} was not written because the disk is full: make room and try again.`),
    );
    expect(readFileSync(path, 'utf8')).toBe('earlier');
    expect(readdirSync(dirname(path))).toEqual(['file']);
  });

  it('does not write under a path that goes through a file', async () => {
    writeFileSync(inFolder('file'), 'earlier');
    const write = writeFileAtomically(inFolder('file/below'), [bytes('x')]);
    await expect(write).rejects.toThrow(/was not written because a part of the path is a file, not a folder/);
    await expect(write).rejects.toThrow(UserError);
    expect(readFileSync(inFolder('file'), 'utf8')).toBe('earlier');
  });

  it('does not write over a folder', async () => {
    mkdirSync(inFolder('taken/inside'), { recursive: true });
    await expect(writeFileAtomically(inFolder('taken'), [bytes('x')])).rejects.toThrow(UserError);
    expect(readdirSync(dirname(inFolder('taken')))).toEqual(['taken']);
    expect(readdirSync(inFolder('taken'))).toEqual(['inside']);
  });

  it('lets two writers at once both finish: one of the two texts is there, whole', async () => {
    const path = inFolder('file');
    await Promise.all(['a', 'b'].map((letter) => writeFileAtomically(path, Array(50).fill(bytes(letter)))));
    expect(['a'.repeat(50), 'b'.repeat(50)]).toContain(readFileSync(path, 'utf8'));
    expect(readdirSync(dirname(path))).toEqual(['file']);
  });
});

it('removeLeftovers removes what a killed writer left of this file, and nothing else', async () => {
  const path = inFolder('file');
  const others = ['file', 'file.tmp', 'file.txt', 'file2.0123abcd.tmp', 'my-file.0123abcd.tmp'];
  for (const name of [...others, 'file.0123abcd.tmp', 'file.ffffffff.tmp']) writeFileSync(inFolder(name), name);
  await removeLeftovers(path);
  expect(readdirSync(dirname(path)).sort()).toEqual(others.sort());
});
