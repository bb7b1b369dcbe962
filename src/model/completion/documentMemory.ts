/** Characters that must agree before a place is remembered: fewer agree by chance. */
const shortestMatch = 5;
/** Characters that are compared: more don't make it any surer. */
const longestMatch = 64;
/** Earlier places that are compared, the latest first. */
const mostPlaces = 32;
const tableSize = 1 << 15;

/** What stood behind the place of the document that is most like the end of the text. */
export interface Recollection {
  readonly token: number;
  /** How many characters before it are the same: {@link shortestMatch} or more. */
  readonly length: number;
  /** Of the other places with at least the shortest match, how many went on with the same character, and with another. */
  readonly agreeing: number;
  readonly disagreeing: number;
}

/**
 * What is known of one document, to be searched for the longest repetition of its end. People write the
 * same names and phrases again and again in a file: "code is locally repetitive" (Tu, Su and Devanbu, "On the
 * localness of software", 2014), and a network whose weights stand still can't know those of today. Places are found by
 * a hash of the characters before them, as in LZ77 compressors and in the match models of Mahoney's PAQ.
 */
export class DocumentMemory {
  private tokens = new Int32Array(1024);
  private count = 0;
  /** For each hash the latest place with it, -1 for none. A place is the number of tokens before it. */
  private readonly latest = new Int32Array(tableSize).fill(-1);
  /** For each place the one before it with the same hash, -1 for none. */
  private earlier = new Int32Array(1024);

  constructor(tokens: ArrayLike<number> = []) {
    for (let i = 0; i < tokens.length; i++) this.append(tokens[i]!);
  }

  get length(): number {
    return this.count;
  }

  append(token: number): void {
    if (this.count + 1 >= this.tokens.length) {
      this.tokens = grown(this.tokens);
      this.earlier = grown(this.earlier);
    }
    this.tokens[this.count++] = token;
    if (this.count < shortestMatch) return;
    const hash = hashOf(this.tokens, this.count);
    this.earlier[this.count] = this.latest[hash]!;
    this.latest[hash] = this.count;
  }

  /** The last tokens, at most so many. */
  end(length: number): number[] {
    return [...this.tokens.subarray(Math.max(0, this.count - length), this.count)];
  }

  /**
   * What stood behind the longest repetition of the end of `text`, of equally long ones the latest; null if nothing long
   * enough is repeated.
   *
   * @param limit only the first so many tokens of the document are searched.
   */
  recollect(text: readonly number[], limit: number): Recollection | null {
    if (text.length < shortestMatch) return null;
    let best = { token: -1, length: 0 };
    const votes = new Map<number, number>();
    let all = 0;
    let place = this.latest[hashOf(text, text.length)]!;
    for (let seen = 0; place >= 0 && seen < mostPlaces; place = this.earlier[place]!) {
      if (place >= limit) continue;
      seen++;
      const length = this.matchBefore(place, text);
      if (length < shortestMatch) continue;
      const token = this.tokens[place]!;
      votes.set(token, (votes.get(token) ?? 0) + 1);
      all++;
      if (length > best.length) best = { token, length };
    }
    if (all === 0) return null;
    const same = votes.get(best.token)!;
    return { ...best, agreeing: same - 1, disagreeing: all - same };
  }

  private matchBefore(place: number, text: readonly number[]): number {
    const most = Math.min(longestMatch, place, text.length);
    let length = 0;
    while (length < most && this.tokens[place - 1 - length] === text[text.length - 1 - length]) length++;
    return length;
  }
}

/** Follows a text, the document and then what may come after it, and says at each character what memory expects. */
export class Recall {
  /** The end of the text. */
  private readonly text: number[];
  /** Where the document ended when this began: what is written later is not known here. */
  private readonly limit: number;
  private recollection: Recollection | null;

  constructor(private readonly memory: DocumentMemory) {
    this.limit = memory.length;
    this.text = memory.end(longestMatch);
    this.recollection = memory.recollect(this.text, this.limit);
  }

  get expected(): Recollection | null {
    return this.recollection;
  }

  /** The text goes on with `token`. */
  advance(token: number): void {
    this.text.push(token);
    this.recollection = this.memory.recollect(this.text, this.limit);
  }
}

/** FNV-1a of the `shortestMatch` tokens before `end`. */
function hashOf(tokens: ArrayLike<number>, end: number): number {
  let hash = 0x811c9dc5;
  for (let i = end - shortestMatch; i < end; i++) hash = Math.imul(hash ^ tokens[i]!, 0x01000193);
  return (hash ^ (hash >>> 15)) & (tableSize - 1);
}

function grown(array: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(2 * array.length);
  larger.set(array);
  return larger;
}
