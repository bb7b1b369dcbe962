import * as vscode from 'vscode';

/** Lets the person pick one of some items, of which `active` is marked at first; undefined if they pick none. */
export async function pickOne<T extends vscode.QuickPickItem>(
  items: readonly T[],
  active: T | undefined,
  { title, placeholder }: { readonly title: string; readonly placeholder: string },
): Promise<T | undefined> {
  const pick = vscode.window.createQuickPick<T>();
  pick.title = title;
  pick.placeholder = placeholder;
  pick.items = items;
  if (active !== undefined) pick.activeItems = [active];
  try {
    return await answerOf(pick);
  } finally {
    pick.dispose();
  }
}

/** Shows a QuickPick and waits for what the person does. */
export function answerOf<T extends vscode.QuickPickItem>(pick: vscode.QuickPick<T>): Promise<T | undefined> {
  return new Promise((resolve) => {
    pick.onDidAccept(() => resolve(pick.selectedItems[0]));
    pick.onDidHide(() => resolve(undefined));
    pick.show();
  });
}
