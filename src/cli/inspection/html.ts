import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { escapeHtml } from '../../model/escapeHtml';
import type { EmbeddedInspection } from '../../model/inspection/embedded';

/** The page's folder beside the built program. */
const pages = join(__dirname, 'pages');

/**
 * The page of the editor as one file that stands by itself: its script, its style sheet and all data are in it. It loads
 * nothing and connects to nothing.
 */
export async function inspectionHtml(inspection: EmbeddedInspection): Promise<string> {
  const script = await readFile(join(pages, 'standalone.js'), 'utf8');
  const style = await readFile(join(pages, 'standalone.css'), 'utf8');
  const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  const inScript = script.replaceAll('</script', '<\\/script');
  const policy = `default-src 'none'; script-src ${hash(inScript)}; style-src ${hash(style)}; base-uri 'none'; form-action 'none'`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(inspection.text.path ?? 'Text')} – Unreasonable</title>
<style>${style}</style>
</head>
<body>
<script type="application/json" id="inspection">${JSON.stringify(inspection).replaceAll('<', '\\u003c')}</script>
<script>${inScript}</script>
</body>
</html>
`;
}
