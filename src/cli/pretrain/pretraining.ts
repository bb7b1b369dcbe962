import type { CardEvaluation } from '../../model/onnx/modelCard';
import type { TrainOptions } from '../../model/training/options';

/** A model that comes along, and how it is made. */
export interface Pretraining {
  /** The name of its folder in `pretrained`, and of the card in lower case. */
  readonly name: string;
  readonly title: string;
  /** The command that makes it, for the card. */
  readonly commands: readonly string[];
  /** Which files of the text are read, as .gitignore patterns; no pattern to include means all source code. */
  readonly files: Required<Pick<TrainOptions, 'include' | 'exclude'>>;
  /** What the recipe does not choose. */
  readonly training: Partial<TrainOptions> & { readonly minutes: number };
  /** What others have published on such text. */
  readonly published: Pick<CardEvaluation, 'published' | 'note'>;
  /** A file that never existed, for the card. */
  readonly sample: CardSample;
  /**
   * Finds the text.
   *
   * @param given a path; where it is left out, the usual place.
   * @param work a folder for what has to be unpacked.
   * @throws UserError where there is none.
   */
  find(given: string | undefined, work: string): Promise<SourceText>;
}

export interface CardSample {
  readonly path: string;
  readonly temperature: number;
  readonly seed: number;
  readonly length: number;
}

/** A text to train on, and its terms. */
export interface SourceText {
  readonly folder: string;
  /** As the card tells it: "the C sources of Linux 6.1.192". */
  readonly data: string;
  /** SPDX */
  readonly licence: string;
  /** What goes beside the model. */
  readonly terms: { readonly fileName: string; readonly text: string };
  /** What the licence means for the model, as a paragraph of the card. */
  readonly conditions: string;
}
