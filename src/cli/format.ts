export * from '../model/format';

/** Shows control characters as their pictures (U+2400…), so that a text can't steer the terminal that it is shown in. */
export function withoutControls(text: string): string {
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, (character) => {
    const code = character.charCodeAt(0);
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    return code === 0x7f ? '\u2421' : '\ufffd';
  });
}

/** A sampled text as lines of a terminal, set off from what is said about it. */
export function framed(text: string): string[] {
  return withoutControls(text)
    .trimEnd()
    .split('\n')
    .map((line) => `  │ ${line}`);
}
