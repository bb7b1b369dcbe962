import type { SampleChecker } from '../novelty/check';
import type { Writing } from './comparisonResult';
import { addTallies, bracketBalance, indentationBalance, shareOf } from './structure';

export function measureWriting(texts: readonly string[], checker: SampleChecker): Writing {
  const checks = texts.map((text) => checker.check(text));
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const characters = sum(texts.map(({ length }) => length));
  const words = checks.map((check) => ({ right: check.words - check.unknownWords.length, count: check.words }));
  const copied = sum(checks.flatMap(({ copies }) => copies.map(({ length }) => length)));
  return {
    characters,
    brackets: shareOf(addTallies(texts.map(bracketBalance))),
    indentation: shareOf(addTallies(texts.map(indentationBalance))),
    knownWords: shareOf(addTallies(words)),
    newShare: shareOf({ right: characters - copied, count: characters }),
    longestCopy: Math.max(0, ...checks.map(({ longestCopy }) => longestCopy?.length ?? 0)),
  };
}
