import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../model/errors';
import type { Pretraining } from './pretraining';

/** A package whose sources are read; see scripts/polyglotSources.json. */
interface Package {
  readonly package: string;
  readonly version: string;
  readonly licence: string;
}

/**
 * The polyglot model: ten languages, for workspaces that are not in C, and to start from. It is as large as what a
 * training of a few minutes chooses for itself, so that starting from it costs no speed.
 */
export const polyglot: Pretraining = {
  name: 'polyglot',
  title: 'Polyglot',
  commands: ['npm run polyglot-sources -- FOLDER', 'npm run pretrain -- polyglot FOLDER'],
  files: { include: [], exclude: ['LICENSE'] },
  training: { hiddenSize: 384, numLayers: 1, batchSize: 64, learningRate: 0.012, minutes: 42, seed: 1 },
  published: { published: [], note: 'The held-out files are from all of the packages.' },
  sample: { path: 'src/parser.ts', temperature: 0.5, seed: 8, length: 1500 },
  async find(given) {
    const packages = await readPackages(given);
    return {
      folder: given!,
      data: `the sources of ${packages.length} packages of Debian and npm, in C, C++, Python, JavaScript, TypeScript, Go, Rust, Java, shell and Markdown`,
      licence: 'MIT',
      terms: { fileName: 'LICENCES.txt', text: await licencesOf(given!, packages) },
      conditions:
        `All of that text is under permissive licences (${licenceNames(packages)}), with the copyrights that\n` +
        'are in `LICENCES.txt` beside this file. A model knows parts of its text by heart, and what it writes may be like what\n' +
        'it read: whoever passes it on passes on that file with it. Else it is under the MIT licence.',
    };
  },
};

async function readPackages(folder: string | undefined): Promise<Package[]> {
  const advice = 'fetch them with "npm run polyglot-sources -- FOLDER", and give that folder';
  if (folder === undefined) throw new UserError(`The polyglot model needs the sources of many packages: ${advice}.`);
  const path = join(folder, 'sources.json');
  if (!existsSync(path)) throw new UserError(`${folder} has no list of packages, sources.json: ${advice}.`);
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Package[];
  } catch {
    throw new UserError(`${path} is damaged: ${advice}.`);
  }
}

/** The licences of all packages as one text. */
async function licencesOf(folder: string, packages: readonly Package[]): Promise<string> {
  const folders = new Set(await readdir(folder));
  const texts = packages.map(async ({ package: name, version, licence }) => {
    const within = name.replace('@', '').replace('/', '-');
    if (!folders.has(within)) throw new UserError(`${folder} lacks ${within}: fetch the packages again.`);
    const text = await readFile(join(folder, within, 'LICENSE'), 'utf8');
    return `${name} ${version} (${licence})\n\n${text.trimEnd()}\n`;
  });
  return (await Promise.all(texts)).join(`\n${'-'.repeat(80)}\n\n`);
}

function licenceNames(packages: readonly Package[]): string {
  return [...new Set(packages.map(({ licence }) => licence))].sort().join(', ');
}
