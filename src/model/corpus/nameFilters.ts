import ignore from 'ignore';
import type { ExclusionReason } from './exclusion';

/** Rejects files and folders by their own name, whatever folder they are in. Patterns are those of .gitignore. */
interface NameRule {
  readonly reason: ExclusionReason;
  readonly patterns: readonly string[];
}

/** The first reason counts: a secret in a lock file's clothes is reported as a secret. */
export const nameRules: readonly NameRule[] = [
  {
    reason: 'secret',
    patterns: [
      ...['.env', '.env.*', '*.env', '.envrc', '.npmrc', '.yarnrc*', '.pypirc', '.netrc', '_netrc', '.pgpass'],
      ...['.htpasswd', '.git-credentials', '.dockercfg', '.terraformrc', 'terraform.rc', '*.tfvars', '*.tfstate*'],
      ...['*.pem', '*.key', '*.p8', '*.p12', '*.pfx', '*.jks', '*.keystore', '*.kdb', '*.kdbx', '*.ppk', '*.ovpn'],
      ...['*.gpg', '*.asc', '*.age', '.vault-token', 'wallet.dat'],
      ...[
        'id_rsa',
        'id_dsa',
        'id_ecdsa',
        'id_ed25519',
        'secring.*',
        'service-account*.json',
        'service_account*.json',
        'client_secret*.json',
      ],
      // A folder of that name is more likely to hold the source code that handles them.
      ...['credentials', '!credentials/', 'secrets', '!secrets/'],
      ...['credentials.{}', 'secrets.{}', 'secret.{}'].flatMap(dataFiles),
      ...['.ssh/', '.aws/', '.gnupg/', '.kube/'],
    ],
  },
  {
    reason: 'dependencies',
    patterns: [
      ...['.git', '.hg/', '.svn/', '.jj/', 'CVS/', 'node_modules/', 'bower_components/', 'jspm_packages/'],
      ...['.yarn/', '.pnpm-store/', 'site-packages/', '.venv/', 'venv/', '.tox/', '.nox/', '.eggs/', 'Pods/'],
      ...['dist/', 'out/', '__pycache__/', '.mypy_cache/', '.pytest_cache/', '.ruff_cache/', '.cache/', '.gradle/'],
      ...['.next/', '.nuxt/', '.output/', '.svelte-kit/', '.parcel-cache/', '.turbo/', '.terraform/', '.vscode-test/'],
      ...['coverage/', 'DerivedData/', 'CMakeFiles/'],
    ],
  },
  {
    reason: 'lockFile',
    patterns: [
      ...['*.lock', '*.lockb', '*.lockfile', 'package-lock.json', 'npm-shrinkwrap.json', 'pnpm-lock.yaml'],
      ...['packages.lock.json', 'go.sum', '.terraform.lock.hcl'],
    ],
  },
  { reason: 'minified', patterns: ['*.min.*', '*-min.js', '*-min.css'] },
];

/** The same name with each extension under which settings are kept, but not those of source code. */
function dataFiles(pattern: string): string[] {
  const extensions = 'json yaml yml toml xml ini cfg conf config properties csv txt db'.split(' ');
  return extensions.map((extension) => pattern.replace('{}', extension));
}

/**
 * Why a file or folder is never read, judged by its own name alone; undefined when nothing speaks against it.
 *
 * @param name with a slash at its end when it's a folder. Upper and lower case count as the same.
 */
export type NameFilter = (name: string) => ExclusionReason | undefined;

/** The filter remembers every name that it has met: make one for each walk. */
export function createNameFilter(): NameFilter {
  // Of several rules that match the last one counts.
  const rules = nameRules
    .toReversed()
    .flatMap(({ reason, patterns }) => patterns.map((pattern) => ({ pattern, mark: reason })));
  const matcher = ignore().add(rules);
  return (name) => matcher.test(name).rule?.mark as ExclusionReason | undefined;
}
