import { Console } from 'node:console';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node';
import { serveInference } from './inference/serve';
import { lowerPriority } from './priority';
import { ready } from './protocol';
import { Server } from './server';
import { serveTraining } from './training/serve';

// The model process: `node process.cjs inference` or `node process.cjs training`. Stdin and stdout are the protocol's,
// stderr is the log. It ends when its stdin does, which is also what happens when its parent dies.

const [kind] = process.argv.slice(2);
if (kind === 'inference' || kind === 'training') run(kind);
else {
  process.stderr.write('This program is started by the Unreasonable extension: use `unreasonable` in a terminal.\n');
  process.exitCode = 2;
}

function run(kind: 'inference' | 'training'): void {
  const log = (line: string) => void process.stderr.write(`${line}\n`);
  const connection = createMessageConnection(
    new StreamMessageReader(process.stdin),
    new StreamMessageWriter(process.stdout),
    { error: log, warn: log, info: log, log },
  );
  // What a library prints must not get between the messages.
  globalThis.console = new Console(process.stderr, process.stderr);
  // The log or the client may be gone before the process is.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  const server = new Server(connection, log);
  if (kind === 'training') lowerPriority();
  const { end } = kind === 'inference' ? serveInference(server) : serveTraining(server);

  let ending = false;
  const leave = async () => {
    if (ending) return;
    ending = true;
    await end();
    process.exit(0);
  };
  process.stdin.on('end', leave).on('close', leave);
  connection.onClose(leave);
  process.on('SIGTERM', leave).on('SIGINT', leave).on('SIGHUP', leave);
  connection.listen();
  void connection.sendNotification(ready, { pid: process.pid, nodeVersion: process.version });
}
