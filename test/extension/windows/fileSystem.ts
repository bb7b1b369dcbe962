import * as vscode from 'vscode';

/** The one file of the virtual workspace, as if it came from a repository somewhere. */
const name = 'alpha_beta.c';
const content = Buffer.from('#include <linux/module.h>\n\nstatic int alpha_beta(struct device *dev)\n{\n\tif (');

/** A file system that is on no disk; VS Code starts this extension for it. */
export function activate({ subscriptions }: vscode.ExtensionContext): void {
  const provider: vscode.FileSystemProvider = {
    onDidChangeFile: new vscode.EventEmitter<vscode.FileChangeEvent[]>().event,
    watch: () => ({ dispose: () => {} }),
    stat: ({ path }) => {
      if (path === '/project') return { type: vscode.FileType.Directory, ctime: 0, mtime: 0, size: 0 };
      if (path !== `/project/${name}`) throw vscode.FileSystemError.FileNotFound(path);
      return { type: vscode.FileType.File, ctime: 0, mtime: 0, size: content.length };
    },
    readDirectory: () => [[name, vscode.FileType.File]],
    readFile: ({ path }) => {
      if (path !== `/project/${name}`) throw vscode.FileSystemError.FileNotFound(path);
      return content;
    },
    createDirectory: refuse,
    writeFile: refuse,
    delete: refuse,
    rename: refuse,
  };
  subscriptions.push(vscode.workspace.registerFileSystemProvider('vscode-vfs', provider, { isReadonly: true }));
}

function refuse(): never {
  throw vscode.FileSystemError.NoPermissions();
}
