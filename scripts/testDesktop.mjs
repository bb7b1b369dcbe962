// `npm run test:desktop`: builds the extension and its suite, then runs it in a VS Code that is downloaded.
import { join } from 'node:path';
import { buildSuite } from './buildSuite.mjs';
import { ensureBuilt, root, run } from './prepare.mjs';

ensureBuilt();
await buildSuite();
run(process.execPath, [join(root, 'dist', 'test', 'runDesktop.cjs'), ...process.argv.slice(2)]);
