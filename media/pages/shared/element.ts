/** What an element is given besides its children: attributes by their names, and what happens on a click. */
export interface Properties {
  readonly class?: string | undefined;
  readonly onclick?: (event: MouseEvent) => void;
  readonly [attribute: string]: unknown;
}

type Child = Node | string;

/**
 * Makes an element. An attribute that is `true` is there without a value, one that is `false` or undefined is not there.
 * Text is text, never HTML.
 */
export function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  properties: Properties = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const made: HTMLElement = document.createElement(name);
  const { onclick, ...attributes } = properties;
  if (onclick) made.addEventListener('click', onclick);
  for (const [attribute, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    made.setAttribute(attribute, value === true ? '' : String(value));
  }
  made.append(...children);
  return made as HTMLElementTagNameMap[K];
}

/** The element of this id, which the page has made. */
export function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`The page has no element #${id}.`);
  return found;
}
