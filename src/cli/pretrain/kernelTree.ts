import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { UserError } from '../../model/errors';

/** A Linux source tree. */
export interface KernelTree {
  readonly folder: string;
  /** Such as "6.1.192". */
  readonly version: string;
  /** The file with the terms of the GPL, version 2. */
  readonly licence: string;
}

/** Where Debian's package linux-source-6.1 puts the sources, and where people unpack them. */
const debianFolder = '/usr/src/linux-source-6.1';

/**
 * Finds the sources of Linux: a folder, or an archive that is unpacked into `work` once.
 *
 * @param given a folder or a .tar.xz; by default where Debian has them.
 * @throws UserError where there are none.
 */
export async function findKernelTree(given: string | undefined, work: string): Promise<KernelTree> {
  const places = given === undefined ? [debianFolder, `${debianFolder}.tar.xz`] : [given];
  const place = places.find((path) => existsSync(path));
  if (place === undefined) {
    throw new UserError(
      given === undefined
        ? `There are no sources of Linux in ${debianFolder}: install Debian's package with "apt install linux-source-6.1", or give the path of a kernel tree.`
        : `There is no file or folder ${given}: give the path of a kernel tree, or of a .tar.xz of one.`,
    );
  }
  const folder = (await stat(place)).isDirectory() ? place : await unpack(place, work);
  return { folder, version: await readVersion(folder), licence: findLicence(folder) };
}

/** Unpacks an archive with one folder in it, whole or not at all. Each archive has a place of its own. */
async function unpack(archive: string, work: string): Promise<string> {
  const { size, mtimeMs } = await stat(archive);
  const key = createHash('sha256')
    .update([resolve(archive), size, mtimeMs].join('\n'))
    .digest('hex')
    .slice(0, 12);
  const target = join(work, `source-${key}`);
  if (!existsSync(target)) {
    const partial = `${target}.partial`;
    await rm(partial, { recursive: true, force: true });
    await mkdir(partial, { recursive: true });
    const child = spawn('tar', ['-xf', archive, '-C', partial], { stdio: ['ignore', 'ignore', 'inherit'] });
    const [code] = await once(child, 'close');
    if (code !== 0) throw new UserError(`${archive} was not unpacked: give a .tar.xz of a kernel tree, or a folder.`);
    await rename(partial, target);
  }
  const [only, ...others] = await readdir(target);
  return only === undefined || others.length > 0 ? target : join(target, only);
}

/** Where the terms are today, and where they were until Linux 4.17. */
const licences = [join('LICENSES', 'preferred', 'GPL-2.0'), 'COPYING'];

function findLicence(folder: string): string {
  const found = licences.map((name) => join(folder, name)).find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new UserError(`${folder} has no ${licences.join(' and no ')}, to go with the model: give a whole kernel tree.`);
}

async function readVersion(folder: string): Promise<string> {
  const makefile = await readFile(join(folder, 'Makefile'), 'utf8').catch(() => '');
  const part = (name: string) => RegExp(`^${name} *= *(\\d+)`, 'm').exec(makefile)?.[1];
  const parts = ['VERSION', 'PATCHLEVEL', 'SUBLEVEL'].map(part);
  if (parts.includes(undefined)) {
    throw new UserError(`${folder} is no kernel tree, for its Makefile says no version: give the path of one.`);
  }
  return parts.join('.');
}
