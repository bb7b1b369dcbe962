let translations: Readonly<Record<string, string>> | null = null;

/**
 * A text for people in the language of the editor, as `vscode.l10n.t` in the extension, which hands the page its
 * translations: {0}, {1}… are replaced by the values.
 */
export function t(text: string, ...values: readonly (string | number)[]): string {
  translations ??= JSON.parse(document.body.dataset.translations ?? '{}') as Record<string, string>;
  return (translations[text] ?? text).replaceAll(/\{(\d+)\}/g, (_, index) => String(values[Number(index)]));
}

/** The language of the editor, for numbers and dates. */
export function language(): string {
  return document.documentElement.lang;
}
