import { documentHead, normaliseText } from '../corpus/documents';
import { Vocabulary } from '../corpus/vocabulary';
import { type BranchOptions, type Place, proposeOne, proposeSeveral } from './branches';
import { ContextCache, type ContextTokens } from './contextCache';
import type { CompletionModel } from './continuation';
import { DocumentMemories } from './documentMemories';
import type { Recall } from './documentMemory';
import { applyFilters } from './filters';
import { lineAfter, lineBefore, type Surroundings } from './filters/filter';
import { formatCompletion } from './format';
import type { Draft, Proposal } from './proposal';
import { defaultProposalOptions, type ProposalRule, proposalRule } from './proposalRule';
import { ReadingPace } from './readingPace';
import type { CompletionItem, CompletionRequest, CompletionResult, DocumentContext } from './request';
import { concatenate } from './tokenArrays';
import { Turns } from './turns';

/** A text that is read in part begins at a multiple of this, so that it begins where it began a keystroke ago. */
const anchorSpacing = 250;
/** Characters of a completion of several lines at most. */
const longestBlock = 400;

/** Completes the texts before cursors. */
export class CompletionEngine<State> {
  private readonly cache: ContextCache<State>;
  private readonly memories: DocumentMemories;
  private readonly pace = new ReadingPace();
  private readonly turns = new Turns();
  /** Documents that are to be read in the background. */
  private readonly toPrime = new Map<string, DocumentContext>();
  private priming: Promise<void> | null = null;

  constructor(private readonly model: CompletionModel<State>) {
    this.cache = new ContextCache(model);
    this.memories = new DocumentMemories(model.vocabulary);
  }

  /** How many texts it knows. */
  get documents(): number {
    return this.cache.size;
  }

  /**
   * @param signal ends the work; the promise is then rejected with its reason.
   * @throws UserError when an option is out of range.
   */
  async complete(request: CompletionRequest, signal?: AbortSignal): Promise<CompletionResult> {
    const rule = ruleFor(request, this.model.vocabulary.characters);
    const start = performance.now();
    return this.turns.run(async () => {
      const check = () => signal?.throwIfAborted();
      check();
      const begun = performance.now();
      const context = this.encode(request);
      const { state, last, read } = await this.read(request, context, check);
      const primed = performance.now();
      this.pace.learn(read, primed - begun);
      const recall = request.options.temperature === 0 ? this.recallFor(request, context) : null;
      const items = await this.propose(request, rule, { state, last, recall }, check);
      check();
      const end = performance.now();
      const milliseconds = {
        waiting: begun - start,
        priming: primed - begun,
        proposing: end - primed,
        total: end - start,
      };
      return { items, milliseconds, charactersRead: read };
    });
  }

  /** Reads a text in the background. */
  prime(context: DocumentContext): void {
    this.toPrime.set(context.document, context);
    this.priming ??= this.primeAll();
  }

  /** Resolves when nothing is left to be read in the background. */
  async idle(): Promise<void> {
    await this.priming;
  }

  /** Forgets a document. */
  close(document: string): void {
    this.toPrime.delete(document);
    this.cache.forget(document);
    this.cache.forget(tailKey(document));
    this.memories.forget(document);
  }

  /** The state behind all but the last character of a text, which was read for a good part if not whole. */
  private async read(request: DocumentContext, context: ContextTokens, check: () => void) {
    const { document } = request;
    const { charactersInTime } = this.pace;
    if (this.cache.missing(document, context) <= charactersInTime) {
      this.cache.forget(tailKey(document));
      return this.cache.stateBefore(document, context, check);
    }
    // What is further up is read afterwards.
    this.prime(request);
    return this.cache.stateBefore(tailKey(document), lastPart(context, charactersInTime), check);
  }

  /**
   * Of the text as it was sent: what the cache has from further up may have been edited since, and is sent as `elsewhere`.
   */
  private recallFor({ document, elsewhere }: CompletionRequest, { head, body }: ContextTokens): Recall {
    return this.memories.recall(document, concatenate(head, body), elsewhere);
  }

  private async primeAll(): Promise<void> {
    for (let next = first(this.toPrime); next !== undefined; next = first(this.toPrime)) {
      const [document, context] = next;
      const tokens = this.encode(context);
      const isLatest = () => this.toPrime.get(document) === context;
      let missing = tokens.head.length + tokens.body.length;
      while (missing > 0 && isLatest()) {
        await this.turns.runInBackground(async () => {
          // Meanwhile it may have been closed, or shown again with another text.
          if (isLatest()) missing = (await this.cache.advance(document, tokens)).missing;
        });
      }
      if (isLatest()) this.toPrime.delete(document);
    }
    this.priming = null;
  }

  private encode({ path, prefix }: DocumentContext): ContextTokens {
    const { vocabulary } = this.model;
    const body = Int32Array.from(vocabulary.encode(normaliseText(prefix)));
    const head = path === null ? '' : documentHead(path);
    if (head === '' && body.length === 0) return { head: Int32Array.of(Vocabulary.start), body };
    return { head: Int32Array.from(vocabulary.encode(head)), body };
  }

  private async propose(
    request: CompletionRequest,
    rule: ProposalRule,
    place: Place<State>,
    check: () => void,
  ): Promise<CompletionItem[]> {
    const { options, prefix, suffix } = request;
    const { vocabulary } = this.model;
    const before = normaliseText(prefix);
    const surroundings = { before, after: normaliseText(suffix), maxLines: linesFor(request) };
    const branchOptions: BranchOptions = {
      rule,
      temperature: options.temperature,
      seed: hash(before),
      cut: (draft) => cutDraft(draft, vocabulary, surroundings),
      check,
    };
    const proposals =
      options.choices > 1
        ? await proposeSeveral(this.model, place, options.choices, branchOptions)
        : await proposeOne(this.model, place, branchOptions);
    const toItem = ({ tokens, probability }: Proposal) => {
      const text = vocabulary.decode(tokens);
      const formatted = formatCompletion(text, lineBefore(surroundings), options.indentation, options.endOfLine);
      return { text: formatted, confidence: probability };
    };
    return [proposals ?? []].flat().map(toItem);
  }
}

function first<K, V>(map: ReadonlyMap<K, V>): [K, V] | undefined {
  return map.entries().next().value;
}

/** The track of a text of which only the last part has been read so far. */
function tailKey(document: string): string {
  return `${document}\0tail`;
}

function lastPart({ head, body }: ContextTokens, length: number): ContextTokens {
  const start = Math.ceil((body.length - length) / anchorSpacing) * anchorSpacing;
  return { head, body: body.subarray(Math.max(0, start)) };
}

/** In the middle of a line a completion can't go on to the next. */
function linesFor({ suffix, options }: CompletionRequest): number {
  return lineAfter({ before: '', after: normaliseText(suffix), maxLines: 1 }).trim() === '' ? options.maxLines : 1;
}

function ruleFor(request: CompletionRequest, characters: readonly string[]): ProposalRule {
  const { confidence, choices } = request.options;
  const lines = linesFor(request);
  const { minLength, maxLength } = defaultProposalOptions;
  const rule = proposalRule(characters, {
    confidence,
    minLength: choices > 1 ? 1 : minLength,
    maxLength: lines > 1 ? longestBlock : maxLength,
  });
  if (lines > 1) {
    const lineFeed = characters.indexOf('\n');
    if (lineFeed !== -1) rule.ends[lineFeed] = 0;
  }
  return rule;
}

/** The part of a draft that the filters leave: each token is one character. */
function cutDraft({ tokens, logProbabilities }: Draft, vocabulary: Vocabulary, surroundings: Surroundings): Draft {
  const length = [...applyFilters(vocabulary.decode(tokens), surroundings)].length;
  return { tokens: tokens.slice(0, length), logProbabilities: logProbabilities.slice(0, length) };
}

/** FNV-1a of the last characters: the same text gives the same draws, so that what is shown does not flicker. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = Math.max(0, text.length - 200); i < text.length; i++) {
    value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  }
  return value >>> 0;
}
