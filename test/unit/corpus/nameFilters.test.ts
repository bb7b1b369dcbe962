import { describe, expect, test } from 'vitest';
import { createNameFilter } from '../../../src/model/corpus/nameFilters';

const reject = createNameFilter();

describe.each([
  [
    'secret',
    ['.env', '.env.local', '.ENV', 'prod.env', '.npmrc', '.netrc', 'server.pem', 'id_rsa', 'id_ed25519', 'a.key'],
    ['env.ts', 'environment.py', 'pem.c', 'key.c', 'id_rsa.c', 'keys.go'],
  ],
  [
    'secret',
    ['credentials', 'credentials.json', 'secrets.yaml', 'secret.yml', '.git-credentials', '.ssh/', 'x.tfvars'],
    ['credentials.ts', 'secrets.py', 'credentials/', 'secrets/', 'secret-sharing.md'],
  ],
  [
    'dependencies',
    ['node_modules/', '.git/', '.git', 'dist/', 'out/', '__pycache__/', '.venv/', 'coverage/'],
    ['dist.ts', 'out.c', 'build/', 'target/', 'vendor/', '.github/', 'node_modules.md'],
  ],
  ['lockFile', ['package-lock.json', 'yarn.lock', 'Cargo.lock', 'pnpm-lock.yaml', 'go.sum'], ['lock.c', 'lock.yaml']],
  ['minified', ['jquery.min.js', 'a.min.css', 'underscore-min.js'], ['min.js', 'admin.js', 'minify.js']],
])('%s', (reason, rejected, passed) => {
  test.each(rejected)('takes out %s', (name) => expect(reject(name)).toBe(reason));
  test.each(passed)('lets %s pass', (name) => expect(reject(name)).toBeUndefined());
});
