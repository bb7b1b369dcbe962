import type { Inference } from '../../../src/extension/models/inference';
import { Cancelled } from '../../../src/process/errors';
import { EventEmitter } from './vscode';

interface Token {
  readonly isCancellationRequested: boolean;
  onCancellationRequested(listener: () => void): unknown;
}

/** A request that waits for its answer by the test. */
export interface FakeRequest {
  readonly method: string;
  readonly params: Record<string, unknown>;
  readonly isCancelled: boolean;
  answer(result: unknown): Promise<void>;
  fail(error: unknown): Promise<void>;
}

/** An inference process that answers when the test says so, and tells of each request as the real one does. */
export class FakeInference {
  private readonly changed = new EventEmitter<void>();
  readonly onDidChange = this.changed.event;
  readonly requests: FakeRequest[] = [];
  readonly notified: string[] = [];
  model: object | null = fakeModel(8);

  /** As what it stands for. */
  get asInference(): Inference {
    return this as unknown as Inference;
  }

  get latest(): FakeRequest {
    return this.requests.at(-1)!;
  }

  /** Goes over to another model, or to none. */
  load(model: object | null): void {
    this.model = model;
    this.changed.fire();
  }

  notify({ method }: { method: string }): void {
    this.notified.push(method);
  }

  request({ method }: { method: string }, params: object, token?: Token): Promise<unknown> {
    this.changed.fire();
    return new Promise((resolve, reject) => {
      let isCancelled = false;
      token?.onCancellationRequested(() => {
        isCancelled = true;
        reject(new Cancelled());
      });
      this.requests.push({
        method,
        params: params as Record<string, unknown>,
        get isCancelled() {
          return isCancelled;
        },
        answer: (result) => settle(() => resolve(result)),
        fail: (error) => settle(() => reject(error)),
      });
    }).finally(() => this.changed.fire());
  }

  requestWithProgress(type: { method: string }, params: object, ...rest: unknown[]): Promise<unknown> {
    return this.request(type, params, rest[2] as Token | undefined);
  }
}

export function fakeModel(hiddenSize: number): object {
  return { configuration: { cellType: 'lstm', numLayers: 1, hiddenSize } };
}

/** All that follows from something at once has happened. */
export async function settle(change: () => void = () => {}): Promise<void> {
  change();
  for (let i = 0; i < 20; i++) await Promise.resolve();
}

/** What a model says of a text: the same surprise at each character. */
export function textReport(text: string, bits = 5, isCut = false): object {
  const N = [...text].length;
  const base64 = (bytes: { buffer: ArrayBufferLike }) => Buffer.from(bytes.buffer).toString('base64');
  return {
    ...{ path: 'a.c', text, isCut, vocabulary: ['a', 'b'], guessCount: 2, bitsPerCharacter: bits, places: [] },
    guesses: base64(new Uint16Array(2 * N)),
    probabilities: base64(new Uint16Array(2 * N)),
    bits: base64(new Float32Array(N).fill(bits)),
  };
}
