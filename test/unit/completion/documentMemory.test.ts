import { describe, expect, it } from 'vitest';
import { DocumentMemories } from '../../../src/model/completion/documentMemories';
import { DocumentMemory, Recall } from '../../../src/model/completion/documentMemory';
import { Random } from '../../../src/model/random';
import { asciiVocabulary } from './memoryModel';

const tokensOf = (text: string) => Int32Array.from(asciiVocabulary.encode(text));

/** What is expected behind a text, and after how many characters that are the same. */
function expectedBehind(text: string, draft = ''): [string, number] | null {
  const recall = new Recall(new DocumentMemory(tokensOf(text)));
  for (const token of tokensOf(draft)) recall.advance(token);
  const { expected } = recall;
  return expected && [asciiVocabulary.decode([expected.token]), expected.length];
}

describe('a memory of a document', () => {
  it('expects what stood behind the end of the text before', () => {
    expect(expectedBehind('int counter = 0; return cou')).toBeNull();
    expect(expectedBehind('int counter = 0; return count')).toEqual(['e', 6]);
    expect(expectedBehind('int counter = 0; return ', 'count')).toEqual(['e', 6]);
  });

  it('takes the longest repetition, and of equally long ones the latest', () => {
    expect(expectedBehind('my_value1 = your_value2 = his_value3; your_value')).toEqual(['2', 11]);
    expect(expectedBehind('a_value1 b_value2 c_value')).toEqual(['2', 6]);
  });

  it('goes along with what may come', () => {
    const text = 'alpha(first); beta(second); ';
    expect(expectedBehind(text, 'alpha(')).toEqual(['f', 6]);
    expect(expectedBehind(text, 'alpha(fir')).toEqual(['s', 9]);
    expect(expectedBehind(text, 'alpha(beta(')).toEqual(['s', 5]);
    expect(expectedBehind(text, 'alpha(x')).toBeNull();
  });

  it('counts the other places that go on alike and otherwise', () => {
    const recall = new Recall(new DocumentMemory(tokensOf('->name1 ->name2 ->name1 ->name1 my->name2 my->name')));
    expect(recall.expected).toEqual({ token: tokensOf('2')[0], length: 9, agreeing: 1, disagreeing: 3 });
  });

  it('compares 64 characters at most', () => {
    const long = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'.repeat(2);
    expect(expectedBehind(`${long} ${long.slice(0, 100)}`)![1]).toBe(64);
  });

  it('does not know what was written since it was asked', () => {
    const memory = new DocumentMemory(tokensOf('some name'));
    const recall = new Recall(memory);
    for (const token of tokensOf(' other name')) memory.append(token);
    for (const token of tokensOf(' other')) recall.advance(token);
    expect(recall.expected).toBeNull();
  });

  it('finds in long documents what a plain search finds', () => {
    const random = Random.fromSeed(1);
    // Of four letters, so that there is much to be found, by chance and by quotation.
    const text: number[] = [];
    while (text.length < 5000) {
      const from = Math.floor(random.next() * text.length);
      if (random.next() < 0.1) text.push(...text.slice(from, from + 40));
      else text.push(5 + Math.floor(random.next() * 4));
    }
    const memory = new DocumentMemory();
    let found = 0;
    for (const [i, token] of text.entries()) {
      memory.append(token);
      if (i % 50 !== 0) continue;
      const expected = new Recall(memory).expected;
      const length = longestRepetition(text, i + 1);
      // Only the 32 latest places with the same five characters are looked at.
      expect(expected?.length ?? 0).toBeLessThanOrEqual(length);
      if (expected && expected.length === length) found++;
      else expect(length < 5 || expected !== null).toBe(true);
    }
    expect(found).toBeGreaterThan(60);
  });
});

/** The definition, up to 64 characters; 0 for under five. */
function longestRepetition(text: readonly number[], end: number): number {
  let longest = 0;
  for (let place = 1; place < end; place++) {
    let length = 0;
    while (length < Math.min(64, place) && text[place - 1 - length] === text[end - 1 - length]) length++;
    longest = Math.max(longest, length);
  }
  return longest < 5 ? 0 : longest;
}

describe('the memories of several documents', () => {
  const expectation = (memories: DocumentMemories, document: string, text: string, elsewhere = '') => {
    const { expected } = memories.recall(document, tokensOf(text), elsewhere);
    return expected && asciiVocabulary.decode([expected.token]);
  };

  it('go on with a text, and begin anew where it was changed', () => {
    const memories = new DocumentMemories(asciiVocabulary);
    expect(expectation(memories, 'a', 'number1; num')).toBeNull();
    expect(expectation(memories, 'a', 'number1; number')).toBe('1');
    expect(expectation(memories, 'a', 'number2; number')).toBe('2');
    expect(expectation(memories, 'a', 'number')).toBeNull();
  });

  it('know what stands elsewhere, but not what comes of putting it together', () => {
    const memories = new DocumentMemories(asciiVocabulary);
    expect(expectation(memories, 'a', 'number', 'my number7\r\n')).toBe('7');
    expect(expectation(memories, 'a', 'number1;number', 'my number7\r\n')).toBe('1');
    expect(expectation(memories, 'a', 'number', 'my number8')).toBe('8');
    expect(expectation(memories, 'a', 'ber9 xnumber', 'my num')).toBeNull();
    expect(expectation(memories, 'a', 'number', '')).toBeNull();
  });

  it('know nothing of each other', () => {
    const memories = new DocumentMemories(asciiVocabulary);
    expectation(memories, 'a', 'number1; ');
    expect(expectation(memories, 'b', 'number')).toBeNull();
    expect(expectation(memories, 'a', 'number1; number')).toBe('1');
  });

  it('are those of the last eight, and none that were forgotten', () => {
    const memories = new DocumentMemories(asciiVocabulary);
    for (let i = 0; i < 20; i++) memories.recall(`${i}`, tokensOf('text'), '');
    expect(memories.size).toBe(8);
    memories.forget('19');
    memories.forget('0');
    expect(memories.size).toBe(7);
  });
});
