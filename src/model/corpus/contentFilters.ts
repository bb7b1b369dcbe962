import { isUtf8 } from 'node:buffer';
import type { ExclusionReason } from './exclusion';

/** Rejects files by the bytes in them. */
interface ContentFilter {
  readonly reason: ExclusionReason;
  readonly rejects: (bytes: Buffer) => boolean;
}

/** In the order in which they are asked, the cheap ones first. */
export const contentFilters: readonly ContentFilter[] = [
  { reason: 'empty', rejects: (bytes) => bytes.length === 0 },
  { reason: 'binary', rejects: isBinary },
  { reason: 'generated', rejects: isGenerated },
  { reason: 'minified', rejects: isMinified },
  { reason: 'secret', rejects: holdsSecret },
];

/** Why the content of a file must not be trained on; undefined when nothing speaks against it. */
export function rejectByContent(bytes: Buffer): ExclusionReason | undefined {
  return contentFilters.find(({ rejects }) => rejects(bytes))?.reason;
}

/** The most of a text that may be broken UTF-8; stray Latin-1 letters are fewer, another encoding's text is more. */
export const largestBrokenShare = 0.05;

/** A NUL byte, or too many sequences that are no UTF-8. */
export function isBinary(bytes: Buffer): boolean {
  if (bytes.includes(0)) return true;
  if (isUtf8(bytes)) return false;
  const replaced = new TextDecoder().decode(bytes).split('\uFFFD').length - 1;
  return replaced > bytes.length * largestBrokenShare;
}

const headLength = 2048;
/** One glance spares nearly all files the search for each mark. */
const perhapsGenerated = /generated|do not edit/i;
const generatedMarks = [
  /@generated\b/,
  /\bDO NOT EDIT\b/,
  /\bgenerated\b[\s\S]{0,80}\bdo not (?:edit|modify)\b/i,
  /\bdo not (?:edit|modify)\b[\s\S]{0,80}\bgenerated\b/i,
  /^[^\w\n]*(?:Auto-?generated|Automatically generated|Generated (?:automatically|by))\b/m,
  /^[^\w\n]*This (?:file|code) (?:is|was|has been) (?:auto-?|automatically )?generated\b/im,
];

/** Says of itself, near its beginning, that a program wrote it. */
export function isGenerated(bytes: Buffer): boolean {
  const head = bytes.toString('latin1', 0, headLength);
  return perhapsGenerated.test(head) && generatedMarks.some((mark) => mark.test(head));
}

const longestLine = 5000;
const longestMeanLine = 300;
/** A short text may well be one line, a paragraph for example. */
const leastMinified = 4096;
const newline = 0x0a;

/** A line of more than 5,000 bytes, or lines of more than 300 bytes on average. */
export function isMinified(bytes: Buffer): boolean {
  return bytes.length >= leastMinified && (hasLongLine(bytes) || hasFewLines(bytes));
}

/** Leaps to the last newline within reach, so that most of the text is never looked at. */
function hasLongLine(bytes: Buffer): boolean {
  let start = 0;
  while (bytes.length - start > longestLine) {
    const end = bytes.lastIndexOf(newline, start + longestLine);
    if (end < start) return true;
    start = end + 1;
  }
  return false;
}

/** Counts newlines until there are enough, which in ordinary code is after a tenth of it. */
function hasFewLines(bytes: Buffer): boolean {
  let missing = Math.ceil(bytes.length / longestMeanLine);
  for (let at = 0; at < bytes.length && missing > 0; at++) {
    if (bytes[at] === newline) missing--;
  }
  return missing > 0;
}

/** Private keys, and the access tokens that can be told by their form: AWS, GitHub, Slack, Google, Stripe, npm. */
const secretForms = new RegExp(
  [
    '-----BEGIN [A-Z ]{0,40}PRIVATE KEY',
    '\\bAKIA[0-9A-Z]{16}\\b',
    '\\bgh[pousr]_[A-Za-z0-9]{36}',
    '\\bgithub_pat_\\w{22}',
    '\\bxox[abprs]-\\w{10}',
    '\\bAIza[\\w-]{35}',
    '\\b[rs]k_live_\\w{24}',
    '\\bnpm_[A-Za-z0-9]{36}',
  ].join('|'),
);

/** Longer than any of these forms, which may lie across the end of a window. */
const longestSecretForm = 128;
const windowSize = 1 << 20;

/** Looks through one window after the other, so that a large text needs no large string. */
export function holdsSecret(bytes: Buffer): boolean {
  for (let start = 0; start < bytes.length; start += windowSize) {
    const end = Math.min(bytes.length, start + windowSize + longestSecretForm);
    if (secretForms.test(bytes.toString('latin1', start, end))) return true;
  }
  return false;
}
