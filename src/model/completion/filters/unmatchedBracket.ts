import { type Filter, lineAfter } from './filter';

const openers: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };
const closers = /[)\]}]/;

/**
 * Ends in front of a closing bracket that nothing opened, be it in the completion or in the text before it; and in
 * front of one that the text after the cursor has already, because the editor closed it.
 */
export const unmatchedBracket: Filter = (text, surroundings) => {
  const open = openBrackets(surroundings.before);
  const isClosedBehind = closers.test(lineAfter(surroundings));
  const firstLine = `${text}\n`.indexOf('\n');
  const openedHere: string[] = [];
  for (const { character, at } of brackets(text)) {
    const opener = openers[character];
    if (opener === undefined) {
      openedHere.push(character);
    } else if (openedHere.length > 0) {
      if (openedHere.pop() !== opener) return at;
    } else if ((isClosedBehind && at < firstLine) || open.pop() !== opener) {
      return at;
    }
  }
  return text.length;
};

/** The brackets of a text that are not closed in it, outermost first. */
function openBrackets(text: string): string[] {
  const open: string[] = [];
  for (const { character } of brackets(text)) {
    const opener = openers[character];
    if (opener === undefined) open.push(character);
    else if (open.at(-1) === opener) open.pop();
  }
  return open;
}

/** Quoted text on one line, or a bracket. */
const quotedOrBracket = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`\n]*`|[()[\]{}]/g;

/** The brackets of a text that are not quoted. */
function* brackets(text: string): Generator<{ character: string; at: number }> {
  for (const { 0: match, index } of text.matchAll(quotedOrBracket)) {
    if (match.length === 1) yield { character: match, at: index };
  }
}
