/**
 * A colour of the editor's theme, such as `themeColor('charts-blue')`, for what is drawn on a canvas; elsewhere style
 * sheets say `var(--vscode-charts-blue)`.
 *
 * @param fallback a colour that the theme of high contrast has, where this one may be missing.
 */
export function themeColor(name: string, fallback = 'foreground'): string {
  const style = getComputedStyle(document.documentElement);
  return (
    style.getPropertyValue(`--vscode-${name}`).trim() || style.getPropertyValue(`--vscode-${fallback}`).trim() || 'gray'
  );
}

/** Calls back whenever the theme has changed: what is drawn on a canvas has to be drawn anew. */
export function onThemeChange(redraw: () => void): void {
  // VS Code sets the colours as styles of the root and the kind as a class of the body, several in one go.
  let waiting = false;
  const observer = new MutationObserver(() => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      redraw();
    });
  });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style'] });
  observer.observe(document.body, { attributes: true, attributeFilter: ['class'] });
}
