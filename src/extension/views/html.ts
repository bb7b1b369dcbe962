import { escapeHtml } from '../../model/escapeHtml';

/** What the HTML of a page is made of. */
export interface HtmlParts {
  /** The source of what the extension itself may load, as the webview says it. */
  readonly cspSource: string;
  readonly nonce: string;
  readonly script: string;
  readonly style: string;
  readonly title: string;
  readonly language: string;
  /** Texts in the language of the editor, by their English. */
  readonly translations: Readonly<Record<string, string>>;
}

/**
 * The HTML of a page: an empty body that its script fills. Nothing runs but that script, nothing is loaded but its style
 * sheet, and nothing is ever connected to.
 */
export function pageHtml(parts: HtmlParts): string {
  const { cspSource, nonce, script, style, title, language, translations } = parts;
  const policy = [
    `default-src 'none'`,
    `style-src ${cspSource}`,
    `script-src 'nonce-${nonce}'`,
    `base-uri 'none'`,
    `form-action 'none'`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="${escapeHtml(language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${escapeHtml(style)}">
<title>${escapeHtml(title)}</title>
</head>
<body data-translations="${escapeHtml(JSON.stringify(translations))}">
<script nonce="${nonce}" src="${escapeHtml(script)}"></script>
</body>
</html>
`;
}
