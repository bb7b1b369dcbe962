import { NotificationType, type ProgressToken, ProgressType, RequestType, RequestType0 } from 'vscode-jsonrpc/node';
import type { CompletionRequest, CompletionResult, DocumentContext } from '../model/completion/request';
import type { LanguageCount } from '../model/corpus/report';
import type { ModelComparison } from '../model/evaluation/comparisonResult';
import type { ModelConfiguration } from '../model/lstm/configuration';
import type { TrainEvent, TrainOptions } from '../model/training/options';

// What the editor (or a test) and a model process say to each other: JSON-RPC over the child's stdin and stdout. A
// process is either an inference or a training process for all its life. Both sides import this file, so of the model
// it imports types alone.

export type ProcessKind = 'inference' | 'training';

/** The code of an error whose message is one sentence for the user; any other error is a bug. */
export const userErrorCode = 1;
/** The code of an error that answers a request which was cancelled. */
export const cancelledCode = -32800;

export type {
  CompletionItem,
  CompletionOptions,
  CompletionRequest,
  CompletionResult,
  DocumentContext,
  Indentation,
} from '../model/completion/request';

// ---- Both kinds ----

/** The first message to the client: the program is loaded and takes requests. */
export interface ReadyParams {
  readonly pid: number;
  /** Such as "v22.11.0". */
  readonly nodeVersion: string;
}
export const ready = new NotificationType<ReadyParams>('ready');

// ---- Inference ----

export interface ModelPath {
  /** A model file, or the folder of a `model.onnx`. */
  readonly path: string;
}

export interface ModelInfo {
  readonly path: string;
  readonly configuration: ModelConfiguration;
  readonly parameters: number;
  /** V, the reserved characters included. */
  readonly vocabularySize: number;
  /** Bytes. */
  readonly fileSize: number;
  /** What the products of a completion are computed in; null as long as the model has not been loaded. */
  readonly precision: 'float32' | 'int8' | null;
  /** How it was trained; null if that is not known. */
  readonly training: TrainingSummary | null;
}

export interface TrainingSummary {
  /** Of the best measurement on the validation split; null if there was none. */
  readonly bitsPerCharacter: number | null;
  readonly steps: number;
  readonly characters: number;
  readonly seconds: number;
  /** Such as "onnx". */
  readonly backend: string;
  /** For people, such as "CPU, 2 threads". */
  readonly device: string;
}

/** Loads a model, in place of the one before; every request below but `describeModel` needs one. */
export const loadModel = new RequestType<ModelPath, ModelInfo, void>('inference/loadModel');

/** What a model file is, without loading it to be used. */
export const describeModel = new RequestType<ModelPath, ModelInfo, void>('inference/describeModel');

/** What to show behind the cursor. Cancelling it stops the work and answers with {@link cancelledCode}. */
export const complete = new RequestType<CompletionRequest, CompletionResult, void>('inference/complete');

/** A document has just been shown, or the cursor has moved far: reads it in the background. */
export const prime = new NotificationType<DocumentContext>('inference/prime');

/** A document has been closed: forgets it. */
export const closeDocument = new NotificationType<{ readonly document: string }>('inference/closeDocument');

export interface SampleParams {
  /** The chunks come as progress of this token. */
  readonly progressToken: ProgressToken;
  /** Writes the file of this name. */
  readonly path?: string;
  /** Goes on from this text. */
  readonly prime?: string;
  /** Characters of both that the model has never seen are refused, by default, or read as the unknown character. */
  readonly unknownCharacters?: 'refuse' | 'read';
  readonly temperature: number;
  readonly topK?: number;
  readonly topP?: number;
  /** The same seed gives the same text; by default a random one. */
  readonly seed?: number;
  /** Characters at most. */
  readonly length: number;
  /** Where it ends: at the end of the document, of the line, or only at `length`. */
  readonly stopAt: 'document' | 'line' | 'length';
}

export interface SampleChunk {
  /** With line feeds. */
  readonly text: string;
  /** The one that was given, or drawn. */
  readonly seed: number;
}
export const sampleProgress = new ProgressType<SampleChunk>();

export interface SampleResult {
  readonly seed: number;
  readonly characters: number;
  readonly seconds: number;
  /** Whether the text came to its own end, or was cut at `length`. */
  readonly reason: 'end' | 'length';
}

/** Writes text in the style of the model. Cancelling it stops the work and answers with {@link cancelledCode}. */
export const sample = new RequestType<SampleParams, SampleResult, void>('inference/sample');

export interface SuggestPathsParams {
  /** How many at most. */
  readonly count: number;
  /** Paths begin with this, such as a folder with a slash. */
  readonly start?: string;
  /** Ends of names that are wanted, such as ".c"; all by default. */
  readonly endings?: readonly string[];
  /** Paths that exist, which are left out. */
  readonly known?: readonly string[];
}

/** Paths of files that could be in the workspace but are not, from the model's own imagination; the likeliest first. */
export const suggestPaths = new RequestType<SuggestPathsParams, string[], void>('inference/suggestPaths');

export interface ExportParams extends ModelPath {
  /** The file to write, its name ending in .onnx. */
  readonly out: string;
  /** Stores the weights in 8 bits: a quarter of the size. */
  readonly int8: boolean;
}

/** Writes a model to one self-contained file; the result is its size. */
export const exportModel = new RequestType<ExportParams, { readonly bytes: number }, void>('inference/exportModel');

export interface Statistics {
  readonly completions: {
    readonly requests: number;
    readonly cancelled: number;
    /** Answered with at least one item. */
    readonly answered: number;
    /** Of the last 500 that were not cancelled; null before the first. */
    readonly p50Milliseconds: number | null;
    readonly p95Milliseconds: number | null;
  };
  readonly documents: number;
  /** Resident memory of the process. */
  readonly bytes: number;
}
export const statistics = new RequestType0<Statistics, void>('inference/statistics');

/** What a model thinks of a text while it reads it. */
export * from './inspectionProtocol';

// ---- Training ----

export interface SourceOptions {
  /** Folders of the workspace; where there are several, paths begin with the name of the folder. */
  readonly folders: readonly string[];
  /** Which files to read, as .gitignore patterns; by default the names and extensions of source code. */
  readonly include?: readonly string[];
  /** Files and folders to leave out besides the usual ones, as .gitignore patterns. */
  readonly exclude?: readonly string[];
  /** Bytes; larger files are left out. */
  readonly maxFileSize?: number;
}

export interface PreviewResult {
  readonly files: number;
  /** Bytes of the files that would be read. */
  readonly bytes: number;
  readonly characters: number;
  /** Different characters. */
  readonly vocabularySize: number;
  /** Most characters first. */
  readonly languages: readonly LanguageCount[];
  readonly excluded: readonly PreviewExclusion[];
}

export interface PreviewExclusion {
  /** For people, such as "may hold secrets". */
  readonly reason: string;
  /** Files and folders; a folder counts once. */
  readonly count: number;
  /** The first few paths. */
  readonly examples: readonly string[];
}

/**
 * What a training would read, and what not and why. Fails with a sentence when there is nothing at all. Cancelling it
 * answers with {@link cancelledCode}.
 */
export const preview = new RequestType<SourceOptions, PreviewResult, void>('training/preview');

export interface TrainParams {
  readonly sources: SourceOptions;
  readonly options: Omit<TrainOptions, 'source' | 'include' | 'exclude'>;
}

export interface TrainResult {
  /** `stoppedEarly`: before the first step, and nothing was written. */
  readonly reason: 'finished' | 'stopped' | 'earlyStopping' | 'stoppedEarly';
  readonly step: number;
  /** Of the best measurement; null if there was none. */
  readonly bitsPerCharacter: number | null;
  /** The model file; null if nothing was written. */
  readonly model: string | null;
}

/**
 * Trains, one training at a time. Cancelling it stops after the current step, saves everything and answers with the
 * result, so that it can be resumed; losing the client saves everything, too. A training that is resumed waits for the
 * process of a window that was closed just now.
 */
export const train = new RequestType<TrainParams, TrainResult, void>('training/train');

export interface SetUpTensorFlowParams {
  /** The folder to install into; one of this user by default. */
  readonly out?: string;
  /** The Python whose TensorFlow is used; one is downloaded by default. */
  readonly python?: string;
}

export interface SetUpTensorFlowResult {
  readonly folder: string;
  /** Such as "2.9.1". */
  readonly version: string;
  /** Whether it has found a GPU that it can use. */
  readonly gpu: boolean;
  /** All of it in a sentence. */
  readonly message: string;
}

/** Installs TensorFlow, and loads it once. Cancelling it leaves nothing behind, and answers with {@link cancelledCode}. */
export const setUpTensorFlow = new RequestType<SetUpTensorFlowParams, SetUpTensorFlowResult, void>(
  'training/setUpTensorFlow',
);

/** A line that a tool printed while TensorFlow is set up. */
export const setupLine = new NotificationType<string>('training/setupLine');
export interface CompareParams {
  /** Shares from 0 to 1 come as progress of this token. */
  readonly progressToken: ProgressToken;
  /** The text that the model was trained on. */
  readonly sources: SourceOptions;
  /** The folder of the training. */
  readonly folder: string;
}
export const compareProgress = new ProgressType<number>();

/**
 * Compares a model with n-gram models of the same text, and keeps the result in its folder. Cancelling it answers with
 * {@link cancelledCode}.
 */
export const compare = new RequestType<CompareParams, ModelComparison, void>('training/compare');

/** What happens during a training, in order; of the steps about ten in a second. */
export const trainEvent = new NotificationType<TrainEvent>('training/event');
