import { settle } from './fakeInference';
import { EventEmitter, type Uri } from './vscode';

/** The panel of a page, with all that was posted to it. */
export function fakePanel<To extends { readonly type: string }, From>() {
  const posted: To[] = [];
  const received = new EventEmitter<From | { type: 'ready' }>();
  const disposed = new EventEmitter<void>();
  const panel = {
    ...{ visible: true, reveal: () => {}, onDidChangeViewState: () => {}, onDidDispose: disposed.event },
    dispose: () => disposed.fire(),
    webview: {
      cspSource: '',
      asWebviewUri: (uri: Uri) => uri,
      onDidReceiveMessage: received.event,
      postMessage: async (message: To) => void posted.push(message),
    },
  };
  return {
    ...{ panel, posted },
    send: (message: From | { type: 'ready' }) => settle(() => received.fire(message)),
    close: () => settle(() => disposed.fire()),
    /** The last message of a type. */
    last: <T extends To['type']>(type: T) =>
      posted.findLast((message): message is Extract<To, { type: T }> => message.type === type),
    count: (type: To['type']) => posted.filter((message) => message.type === type).length,
  };
}
