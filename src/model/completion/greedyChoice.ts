/** The character that a model holds most likely. */
export interface GreedyChoice {
  readonly token: number;
  /** The natural logarithm of its probability. */
  readonly logProbability: number;
}

/** The likeliest character of row `row` of `logits` [rows, V]; of equally likely ones that of the lowest id. */
export function greedyChoice(logits: Float32Array, row: number, vocabularySize: number): GreedyChoice {
  const offset = row * vocabularySize;
  let best = offset;
  for (let i = offset + 1; i < offset + vocabularySize; i++) if (logits[i]! > logits[best]!) best = i;
  // softmax of the largest logit: 1 / Σ exp(logit − largest)
  let sum = 0;
  for (let i = offset; i < offset + vocabularySize; i++) sum += Math.exp(logits[i]! - logits[best]!);
  return { token: best - offset, logProbability: -Math.log(sum) };
}

/** The `count` likeliest characters of row `row` of `logits` [rows, V], best first, with the logarithms of their probabilities. */
export function likeliestChoices(
  logits: Float32Array,
  row: number,
  vocabularySize: number,
  count: number,
): GreedyChoice[] {
  const scores = logits.subarray(row * vocabularySize, (row + 1) * vocabularySize);
  const best = greedyChoice(logits, row, vocabularySize);
  const choices = [best];
  while (choices.length < Math.min(count, vocabularySize)) {
    let next = -1;
    for (let token = 0; token < vocabularySize; token++) {
      if (next >= 0 && !(scores[token]! > scores[next]!)) continue;
      if (!choices.some((choice) => choice.token === token)) next = token;
    }
    choices.push({ token: next, logProbability: best.logProbability + scores[next]! - scores[best.token]! });
  }
  return choices;
}
