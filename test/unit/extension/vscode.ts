// What stands for VS Code's own module where there is no VS Code: only what makes texts.

export const l10n = {
  t: (text: string, ...values: (string | number)[]) => text.replace(/\{(\d+)\}/g, (_, index) => String(values[index])),
};
