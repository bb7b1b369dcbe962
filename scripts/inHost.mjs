// Builds the extension and what runs inside an extension host, then starts one of the programs in dist/test by its name.
import { join } from 'node:path';
import { buildSuite } from './buildSuite.mjs';
import { root, run } from './prepare.mjs';

const [program, ...args] = process.argv.slice(2);
await buildSuite();
run(process.execPath, [join(root, 'dist', 'test', `${program}.cjs`), ...args]);
