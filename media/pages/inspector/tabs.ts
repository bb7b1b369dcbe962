import { element } from '../shared/element';

/** Tabs as the ARIA practices have them: arrow keys move among them, one of them is in the order of the Tab key. */
export function tabList<Name extends string>(
  label: string,
  tabs: readonly (readonly [name: Name, title: string])[],
  chosen: (name: Name) => void,
): { readonly element: HTMLElement; select(name: Name): void } {
  const buttons = tabs.map(([name, title]) =>
    element('button', { role: 'tab', id: `tab-${name}`, 'aria-controls': 'panel', onclick: () => chosen(name) }, title),
  );
  const list = element('div', { role: 'tablist', 'aria-label': label }, ...buttons);
  list.addEventListener('keydown', ({ key }) => {
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
    const step = { ArrowLeft: -1, ArrowRight: 1 }[key];
    if (at < 0 || step === undefined) return;
    const next = (at + step + buttons.length) % buttons.length;
    buttons[next]!.focus();
    chosen(tabs[next]![0]);
  });
  return {
    element: list,
    select(name) {
      for (const [i, button] of buttons.entries()) {
        const isSelected = tabs[i]![0] === name;
        button.setAttribute('aria-selected', String(isSelected));
        button.tabIndex = isSelected ? 0 : -1;
      }
    },
  };
}
