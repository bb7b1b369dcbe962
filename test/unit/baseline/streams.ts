import type { TokenStream } from '../../../src/model/corpus/corpus';

/** A stream of documents given as token lists. */
export function streamOf(...documents: ArrayLike<number>[]): TokenStream {
  const spans: { path: string; start: number; length: number }[] = [];
  const tokens: number[] = [];
  for (const [i, document] of documents.entries()) {
    spans.push({ path: `document${i}`, start: tokens.length, length: document.length });
    for (const token of Array.from(document)) tokens.push(token);
  }
  return { tokens: Uint8Array.from(tokens), documents: spans };
}

/** Letters to tokens: a is 0, b is 1 and so on. */
export function letters(text: string): number[] {
  return [...text].map((letter) => letter.charCodeAt(0) - 97);
}

/** A small generator of uniform numbers in [0, 1), the same in every run. */
export function uniforms(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 4294967296;
  };
}

export function randomTokens(length: number, vocabularySize: number, seed: number): number[] {
  const uniform = uniforms(seed);
  return Array.from({ length }, () => Math.floor(uniform() * vocabularySize));
}
