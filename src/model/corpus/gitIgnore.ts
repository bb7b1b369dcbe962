import ignore, { type Ignore } from 'ignore';

interface Level {
  /** The folder of the .gitignore, relative to the root: empty, or ending with a slash. */
  readonly base: string;
  readonly rules: Ignore;
}

/** Like git, which respects case except on the systems whose file names don't. */
const ignoreCase = process.platform === 'win32' || process.platform === 'darwin';

/**
 * The rules of all .gitignore files from the root of a walk down to one folder; a deeper one overrules those above it.
 * Walk from the top and don't enter an ignored folder: nothing in it can be included again.
 */
export class GitIgnore {
  private constructor(private readonly levels: readonly Level[]) {}

  static readonly none = new GitIgnore([]);

  /** These rules and those of a .gitignore in `folder`, a path relative to the root: empty, or ending with a slash. */
  with(folder: string, text: string): GitIgnore {
    return new GitIgnore([...this.levels, { base: folder, rules: ignore({ ignoreCase }).add(text) }]);
  }

  /**
   * Whether git would ignore this path.
   *
   * @param path relative to the root; with a slash at its end when it's a folder.
   */
  ignores(path: string): boolean {
    for (let i = this.levels.length - 1; i >= 0; i--) {
      const { base, rules } = this.levels[i]!;
      const { ignored, unignored } = rules.test(path.slice(base.length));
      if (ignored) return true;
      if (unignored) {
        if (path.endsWith('/')) this.includeAgain(path, i);
        return false;
      }
    }
    return false;
  }

  /**
   * The levels above `level` would ignore a folder that it includes again. They would go on to judge what is inside
   * by the folder, so they are told too.
   */
  private includeAgain(folder: string, level: number): void {
    for (const { base, rules } of this.levels.slice(0, level)) {
      const relative = folder.slice(base.length);
      if (rules.ignores(relative)) rules.add(`!/${relative.replace(/[\\*?[\]!# ]/g, '\\$&')}`);
    }
  }
}
