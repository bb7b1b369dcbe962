import * as vscode from 'vscode';
import type { Problems } from './problems';
import { checkSetting, type SettingName, type SettingValue, settingRules } from './settingRules';

const section = 'unreasonable';

/** The settings as they are used: what can't be is told once, and the default used. */
export class Settings implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changed.event;
  private readonly told = new Set<string>();
  private readonly subscription: vscode.Disposable;

  constructor(private readonly problems: Problems) {
    this.subscription = vscode.workspace.onDidChangeConfiguration((event) => {
      if (!event.affectsConfiguration(section)) return;
      this.told.clear();
      this.checkAll();
      this.changed.fire();
    });
    this.checkAll();
  }

  get<N extends SettingName>(name: N, scope?: vscode.ConfigurationScope): SettingValue<N> {
    const { value, problem } = checkSetting(name, vscode.workspace.getConfiguration(section, scope ?? null).get(name));
    if (problem !== null && !this.told.has(problem)) {
      this.told.add(problem);
      this.problems.warn(problem, {
        title: vscode.l10n.t('Open Settings'),
        run: () => vscode.commands.executeCommand('workbench.action.openSettings', `${section}.${name}`),
      });
    }
    return value;
  }

  /** Writes a setting where it is set already, else for the user. */
  async set<N extends SettingName>(name: N, value: SettingValue<N>, language?: string): Promise<void> {
    const scope = language === undefined ? null : { languageId: language };
    const configuration = vscode.workspace.getConfiguration(section, scope);
    const found = configuration.inspect(name);
    const inWorkspace = language === undefined ? found?.workspaceValue : found?.workspaceLanguageValue;
    const target = inWorkspace === undefined ? vscode.ConfigurationTarget.Global : vscode.ConfigurationTarget.Workspace;
    await configuration.update(name, value, target, language !== undefined);
  }

  dispose(): void {
    this.subscription.dispose();
    this.changed.dispose();
  }
  /** Says what is wrong when it is written, not hours later when it is first used. */
  private checkAll(): void {
    for (const name of Object.keys(settingRules) as SettingName[]) this.get(name);
  }
}
