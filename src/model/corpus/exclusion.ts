/** Every reason why a file or folder is not read, with the words that a report says it in. */
export const exclusionReasons = {
  secret: 'may hold secrets',
  dependencies: 'dependencies, build output or version control',
  excluded: 'match an exclude pattern',
  gitignore: 'ignored by .gitignore',
  lockFile: 'lock files',
  notIncluded: 'not a kind of file that is read',
  tooLarge: 'too large',
  empty: 'empty',
  binary: 'binary, or not UTF-8',
  generated: 'generated',
  minified: 'minified',
  duplicate: 'exact copies of another file',
  symbolicLink: 'symbolic links',
  notRegular: 'neither files nor folders',
  unreadable: 'could not be read',
} as const;

export type ExclusionReason = keyof typeof exclusionReasons;
