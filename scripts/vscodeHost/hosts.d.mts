/** One version of VS Code, as code-server carries it, with the Node it is made for. */
export interface Host {
  name: 'newest' | 'oldest';
  codeServer: string;
  vscode: string;
  node: string;
  /** The names of its own themes. */
  themes: { light: string; dark: string };
}

export const hosts: readonly Host[];
export function hostsFolder(): string;
export function hostFiles(host: Host): {
  folder: string;
  node: string;
  nodeFolder: string;
  entry: string;
  vscode: string;
};
export function isInstalled(host: Host): boolean;
