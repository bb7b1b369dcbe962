import type {
  CancellationToken,
  GenericRequestHandler,
  MessageConnection,
  NotificationType,
  RequestType,
  RequestType0,
} from 'vscode-jsonrpc/node';
import { Cancelled, toResponseError } from './errors';

/** Answers requests, and turns what handlers throw into errors that the client can tell apart. */
export class Server {
  constructor(
    readonly connection: MessageConnection,
    readonly log: (line: string) => void,
  ) {}

  /** @param handler its signal is aborted when the client cancels the request. */
  onRequest<P, R>(type: RequestType<P, R, void>, handler: (params: P, signal: AbortSignal) => Promise<R>): void {
    const answer = (params: P, token: CancellationToken) =>
      this.answer(type.method, token, (signal) => handler(params, signal));
    this.connection.onRequest(type.method, answer as GenericRequestHandler<unknown, void>);
  }

  onRequest0<R>(type: RequestType0<R, void>, handler: () => Promise<R>): void {
    const answer = (token: CancellationToken) => this.answer(type.method, token, handler);
    this.connection.onRequest(type.method, answer as GenericRequestHandler<unknown, void>);
  }

  onNotification<P>(type: NotificationType<P>, handler: (params: P) => void): void {
    this.connection.onNotification(type.method, handler);
  }

  /** Tells the client, if it is still there: its absence must not disturb a training that is being saved. */
  notify<P>(type: NotificationType<P>, params: P): void {
    try {
      void this.connection.sendNotification(type.method, params).catch(() => {});
    } catch {
      // The connection is closed.
    }
  }

  private async answer<R>(
    method: string,
    token: CancellationToken,
    handler: (signal: AbortSignal) => Promise<R>,
  ): Promise<R> {
    const controller = new AbortController();
    const abort = () => controller.abort(new Cancelled());
    if (token.isCancellationRequested) abort();
    const subscription = token.onCancellationRequested(abort);
    try {
      return await handler(controller.signal);
    } catch (error) {
      const response = toResponseError(error);
      if (response.data !== undefined) this.log(`${method} failed:\n${response.data}`);
      throw response;
    } finally {
      subscription.dispose();
    }
  }
}
