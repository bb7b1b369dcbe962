import type { Indentation } from './request';

/**
 * A completion as its document writes it: indented with tabs or spaces, whichever it has, and with its line ends.
 *
 * @param text with line feeds.
 * @param lineBefore the part of the cursor's line before it.
 */
export function formatCompletion(
  text: string,
  lineBefore: string,
  indentation: Indentation,
  endOfLine: '\n' | '\r\n',
): string {
  const lines = text.split('\n').map((line, i) => {
    const continuesIndentation = i > 0 || lineBefore.trim() === '';
    return continuesIndentation ? indent(line, indentation) : line;
  });
  return lines.join(endOfLine);
}

/** Spaces behind tabs line something up and stay as they are. */
function indent(line: string, { insertSpaces, tabSize }: Indentation): string {
  const tab = ' '.repeat(tabSize);
  if (insertSpaces) return line.replace(/^[ \t]+/, (blank) => blank.replaceAll('\t', tab));
  return line.replace(/^ +/, (blank) => blank.replaceAll(tab, '\t'));
}
