/**
 * What people should know of a model that is passed on: where it comes from, on what terms, and how good it is. After
 * Mitchell and others, "Model Cards for Model Reporting" (2019).
 */
export interface ModelCard {
  /** Such as "Linux". */
  readonly name: string;
  /** What it was trained on, with its version. */
  readonly data: string;
  /** The licence of that, as an SPDX identifier. */
  readonly licence: string;
  /** When it was made, as "2026-11-24". */
  readonly date: string;
  /** Which files of a source tree were read, as .gitignore patterns; no pattern to include means all of them. */
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly evaluation: CardEvaluation;
}

/** Mean cross-entropies on held-out files. */
export interface CardEvaluation {
  /** Characters that were predicted. */
  readonly characters: number;
  readonly natsPerCharacter: number;
  /** Of the weights before they were rounded to 8 bits, on the first `characters` of the same. */
  readonly rounding: { readonly characters: number; readonly exactNats: number; readonly roundedNats: number };
  /** The n-gram model of `evaluate` on the same characters, and how much it was trained on. */
  readonly ngram: { readonly order: number; readonly characters: number; readonly natsPerCharacter: number };
  /** What others have published on text of the same kind, for comparison. */
  readonly published: readonly { readonly name: string; readonly natsPerCharacter: number }[];
  /** What has to be known to read these. */
  readonly note: string;
}

/** The members that programs rely on. */
export function isModelCard(value: unknown): value is ModelCard {
  const { name, data, licence, date, include, exclude, evaluation } = Object(value) as Partial<ModelCard>;
  const { natsPerCharacter, rounding, ngram, published, note } = Object(evaluation) as Partial<CardEvaluation>;
  const nats = [natsPerCharacter, ngram?.natsPerCharacter, rounding?.exactNats, rounding?.roundedNats];
  return (
    [name, data, licence, date, note].every(isText) &&
    [include, exclude].every((patterns) => Array.isArray(patterns) && patterns.every(isText)) &&
    [...nats, ngram?.order, ngram?.characters, evaluation?.characters].every((number) => typeof number === 'number') &&
    Array.isArray(published) &&
    published.every((row) => typeof row?.name === 'string' && typeof row.natsPerCharacter === 'number')
  );
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
