import { followingText } from './filters/followingText';
import type { CompletionItem } from './request';

/** What was shown, and where. */
export interface Shown {
  readonly document: string;
  /** The text before the cursor when it was asked for. */
  readonly prefix: string;
  readonly items: readonly CompletionItem[];
}

/**
 * What is left of a suggestion of which a part has been typed since: it stays on the screen without asking again.
 *
 * @param now where the cursor is; its prefix begins where the one of `shown` does.
 * @returns the items that go on from there, null when nothing that was shown does: then it is time to ask again.
 */
export function typedThrough(
  shown: Shown,
  now: { readonly document: string; readonly prefix: string; readonly suffix: string },
): CompletionItem[] | null {
  if (now.document !== shown.document || !now.prefix.startsWith(shown.prefix)) return null;
  const typed = now.prefix.slice(shown.prefix.length);
  const items = shown.items.flatMap(({ text, confidence }) => {
    if (!text.startsWith(typed)) return [];
    // Meanwhile the editor may have closed a bracket or a quote behind the cursor.
    const rest = cutOverlap(text.slice(typed.length), now);
    return rest === '' ? [] : [{ text: rest, confidence }];
  });
  return items.length === 0 ? null : items;
}

function cutOverlap(rest: string, { prefix, suffix }: { readonly prefix: string; readonly suffix: string }): string {
  return rest.slice(0, followingText(rest, { before: prefix, after: suffix, maxLines: 1 }));
}
