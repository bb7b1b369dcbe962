import { ResponseError } from 'vscode-jsonrpc/node';
import { UserError } from '../model/errors';
import { cancelledCode, userErrorCode } from './protocol';

/** A request that was cancelled, by its sender. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled';

  constructor() {
    super('The request was cancelled.');
  }
}

/** The process of a request died, or could not be started. */
export class ProcessDied extends Error {
  override readonly name = 'ProcessDied';
}

const bugCode = -32603;

/** An error as it travels to the client; the stack of a bug goes along for the log. */
export function toResponseError(error: unknown): ResponseError<string | undefined> {
  if (error instanceof UserError) return new ResponseError(userErrorCode, error.message);
  if (error instanceof Cancelled) return new ResponseError(cancelledCode, error.message);
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  return new ResponseError(bugCode, message, stack);
}

/** What {@link toResponseError} was given, as far as the client needs to tell: UserError, Cancelled, or any other. */
export function fromResponseError(error: unknown): unknown {
  if (!(error instanceof ResponseError)) return error;
  if (error.code === userErrorCode) return new UserError(error.message);
  if (error.code === cancelledCode) return new Cancelled();
  const bug = new Error(error.message);
  if (typeof error.data === 'string') bug.stack = error.data;
  return bug;
}
