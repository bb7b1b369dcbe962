import { join } from 'node:path';
import type * as vscode from 'vscode';
import { ModelProcess, type ModelProcessOptions } from '../../process/client';
import { findNode, nodeFacts } from '../../process/nodeBinary';
import type { Problems } from '../problems';
import type { Settings } from '../settings';

/** Makes model processes: with which Node, and which program. */
export class Processes {
  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly settings: Settings,
    private readonly problems: Problems,
    private readonly log: vscode.LogOutputChannel,
  ) {}

  /** @throws UserError when there is no Node that could run it. */
  async create(options: Pick<ModelProcessOptions, 'kind' | 'onStart'>): Promise<ModelProcess> {
    const { extensionPath } = this.context;
    const packed = join(extensionPath, 'node', process.platform === 'win32' ? 'node.exe' : 'node');
    const node = await findNode(nodeFacts(this.settings.get('nodePath'), packed));
    if (node.notice !== null) this.problems.warn(node.notice);
    this.log.info(`The ${options.kind} process runs on Node ${node.version} (${node.origin}: ${node.path}).`);
    const tensorflowPath = this.settings.get('tensorflowPath');
    return new ModelProcess({
      ...options,
      ...(tensorflowPath !== '' && { environment: { UNREASONABLE_TENSORFLOW_PATH: tensorflowPath } }),
      node: node.path,
      program: join(extensionPath, 'dist', 'process.cjs'),
      log: (line) => this.log.info(`[${options.kind}] ${line}`),
    });
  }
}
