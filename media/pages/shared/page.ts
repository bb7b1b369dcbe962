import type { Ready } from '../../../src/extension/views/messages';

declare function acquireVsCodeApi(): {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
};

/** The page's side of a `View`: what it hears, what it says, and what it remembers. */
export interface Page<FromPage, State> {
  send(message: FromPage): void;
  /** What the person has set on the page. It outlives hiding the page and reloading the window. */
  readonly state: State;
  /** Changes some of the state. */
  remember(change: Partial<State>): void;
}

/**
 * Connects the page with the extension. Called once, when the page is built: the extension then answers with all that
 * there is to show.
 *
 * @param initial the state of a page that was never opened before.
 */
export function openPage<ToPage, FromPage, State extends object>(
  initial: State,
  onMessage: (message: ToPage) => void,
): Page<FromPage, State> {
  const vscode = acquireVsCodeApi();
  let state: State = { ...initial, ...(vscode.getState() as Partial<State> | undefined) };
  window.addEventListener('message', ({ data }: MessageEvent<ToPage>) => onMessage(data));
  // Not before the caller has what is returned here, which its answers to messages will need.
  queueMicrotask(() => vscode.postMessage({ type: 'ready' } satisfies Ready));
  return {
    send: (message) => vscode.postMessage(message),
    get state() {
      return state;
    },
    remember(change) {
      state = { ...state, ...change };
      vscode.setState(state);
    },
  };
}
