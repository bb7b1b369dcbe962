import { UserError } from '../errors';

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file: look for a mistake in the path',
  ENOSPC: 'the disk is full: make room and try again',
  EDQUOT: 'the disk quota is used up: make room and try again',
  EFBIG: 'it would be larger than a file may be here: choose another disk',
  EACCES: 'you have no permission to do that there: choose another place or change the permissions',
  EPERM: 'you have no permission to do that there: choose another place or change the permissions',
  EROFS: 'that disk is read-only: choose another place',
  ENOTDIR: 'a part of the path is a file, not a folder: choose another place',
  EEXIST: 'a part of the path is a file, not a folder: choose another place',
  EISDIR: 'it is a folder, not a file: choose another name',
  ENAMETOOLONG: 'the path is too long: choose a shorter one',
};

/**
 * Turns an error of the file system that people can do something about into a {@link UserError}; others stay as they
 * are.
 *
 * @param what happened, to go before the reason: "model.onnx was not written".
 */
export function explainFileError(error: unknown, what: string): unknown {
  const reason = reasons[(error as NodeJS.ErrnoException).code ?? ''];
  return reason === undefined ? error : new UserError(`${what} because ${reason}.`, { cause: error });
}
