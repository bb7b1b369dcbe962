import { describe, expect, it } from 'vitest';
import { CompletionEngine } from '../../../src/model/completion/engine';
import type { CompletionOptions, CompletionRequest } from '../../../src/model/completion/request';
import { UserError } from '../../../src/model/errors';
import { MemoryModel } from './memoryModel';

const options: CompletionOptions = {
  maxLines: 1,
  confidence: 0.5,
  temperature: 0,
  choices: 1,
  indentation: { insertSpaces: false, tabSize: 8 },
  endOfLine: '\n',
};

type Changes = Partial<Omit<CompletionRequest, 'options'>> & { readonly options?: Partial<CompletionOptions> };

function request(prefix: string, changes: Changes = {}) {
  return {
    ...{ document: 'a', path: 'a.c', prefix, suffix: '', elsewhere: '' },
    ...changes,
    options: { ...options, ...changes.options },
  } as CompletionRequest;
}

const source = 'int main(void)\n{\n\tint counter = 0;\n\treturn counter;\n}\n';
const document = `\u0002a.c\n${source}\u0003`;

async function texts(model: MemoryModel, ...parameters: Parameters<typeof request>): Promise<string[]> {
  const { items } = await new CompletionEngine(model).complete(request(...parameters));
  return items.map(({ text }) => text);
}

describe('CompletionEngine', () => {
  it('completes the line, with the probability of the text as a whole', async () => {
    const engine = new CompletionEngine(MemoryModel.of(document, 0.98));
    const { items, charactersRead } = await engine.complete(request('int main(void)\n{\n\tint cou'));
    expect(items.map(({ text }) => text)).toEqual(['nter = 0;']);
    expect(items[0]!.confidence).toBeCloseTo(0.98 ** 9, 6);
    expect(charactersRead).toBe('\u0002a.c\nint main(void)\n{\n\tint co'.length);
  });

  it('completes nothing that is too uncertain', async () => {
    expect(await texts(MemoryModel.of(document, 0.7), 'int main(void)\n{\n\tint cou')).toEqual([]);
  });

  it('completes as many lines as are wanted, and one in the middle of a line', async () => {
    const model = MemoryModel.of(document, 0.999);
    const prefix = 'int main(void)\n{\n\tint cou';
    expect(await texts(model, prefix, { options: { maxLines: 2 } })).toEqual(['nter = 0;\n\treturn counter;']);
    expect(await texts(model, prefix, { suffix: ' + 1;', options: { maxLines: 2 } })).toEqual(['nter = 0;']);
  });

  it('never goes on behind the end of a document', async () => {
    expect(await texts(MemoryModel.of(document, 0.999), source.slice(0, -3), { options: { maxLines: 9 } })).toEqual([]);
    const almost = source.slice(0, -'counter;\n}\n'.length);
    expect(await texts(MemoryModel.of(document, 0.999), almost, { options: { maxLines: 9 } })).toEqual(['counter;']);
  });

  it('reads CRLF and gives it back, and writes spaces where the document does', async () => {
    const model = MemoryModel.of(document, 0.999);
    const prefix = 'int main(void)\r\n{\r\n\tint cou';
    const changes = { maxLines: 2, endOfLine: '\r\n' as const, indentation: { insertSpaces: true, tabSize: 4 } };
    expect(await texts(model, prefix, { options: changes })).toEqual(['nter = 0;\r\n    return counter;']);
  });

  it('copes with characters that the model does not know, and with an empty text without a name', async () => {
    expect(await texts(MemoryModel.of('→ab\u0003', 1), '→ab')).toEqual([]);
    expect(await texts(MemoryModel.of('\u0002int x;\u0003', 1), '', { path: null })).toEqual(['int x;']);
  });

  it('cuts what the suffix has already', async () => {
    const prefix = 'int main(void)\n{\n\tint cou';
    expect(await texts(MemoryModel.of(document, 0.98), prefix, { suffix: ' = 0;\n' })).toEqual(['nter']);
  });

  it('offers what leaves the likeliest text for something nearly as likely, when asked by hand', async () => {
    const words = ['return', 'retry', 'break', 'continue'];
    const model = new MemoryModel((text) => {
      const typed = text.slice(text.lastIndexOf('\n') + 1);
      const fitting = words.filter((word) => word.startsWith(typed) && word !== typed);
      const characters = [...new Set(fitting.map((word) => word[typed.length]!))];
      const weights = [[1], [0.7, 0.3], [0.6, 0.3, 0.1]][characters.length - 1] ?? [];
      return characters.length === 0 ? [['\n', 1]] : characters.map((character, i) => [character, weights[i]!]);
    });
    const all = await texts(model, '\n', { options: { choices: 3 } });
    expect(all).toEqual(['return', 'break', 'retry']);
    expect(await texts(model, '\n', { options: { choices: 2 } })).toEqual(['return', 'break']);
  });

  describe('remembers what stands in the document', () => {
    const unsure = () => new MemoryModel(() => [['e', 0.05]]);
    const lines = [...'abcdefghi'].map((name) => `${name} = frobnicate(the_widget);\n`).join('');
    const prefix = `${lines}x = frobnicate(the`;

    it('and completes what the model has never heard of', async () => {
      const [text] = await texts(unsure(), prefix);
      expect(text).toBeDefined();
      expect('_widget);'.startsWith(text!)).toBe(true);
    });

    it('also what is too far up to be read while somebody waits', async () => {
      const between = Array.from({ length: 300 }, (_, i) => `${i * 7919};`).join('\n');
      const [text] = await texts(unsure(), `${lines}${between}\nx = frobnicate(the`);
      expect(text && '_widget);'.startsWith(text)).toBe(true);
    });

    it('but not in another, nor once it was removed', async () => {
      const engine = new CompletionEngine(unsure());
      expect((await engine.complete(request(prefix))).items).toHaveLength(1);
      expect((await engine.complete(request('x = frobnicate(the', { document: 'b' }))).items).toEqual([]);
      expect((await engine.complete(request('x = frobnicate(the'))).items).toEqual([]);
    });

    it('as it is now, wherever the text that is sent begins', async () => {
      const engine = new CompletionEngine(unsure());
      const filler = Array.from({ length: 400 }, (_, i) => `${i * 7919};`).join('\n');
      const text = `${lines}${filler}\nx = frobnicate(the`;
      engine.prime({ document: 'a', path: 'a.c', prefix: text });
      await engine.idle();
      const ask = (elsewhere: string) => {
        return engine.complete(
          request(text.slice(2000), { elsewhere: `${elsewhere}${text.slice(lines.length, 2000)}\n` }),
        );
      };
      const confidence = (await ask(lines)).items[0]!.confidence;
      // Once, and not once more in what was read before.
      const fresh = new CompletionEngine(unsure());
      const elsewhere = `${lines}${text.slice(lines.length, 2000)}\n`;
      expect((await fresh.complete(request(text.slice(2000), { elsewhere }))).items[0]!.confidence).toBe(confidence);
      // Renamed further up, and so gone.
      expect((await ask(lines.replaceAll('the_widget', 'it'))).items).toEqual([]);
    });

    it('and offers it first to somebody who has asked', async () => {
      const [unasked] = await texts(unsure(), prefix);
      const asked = await texts(unsure(), prefix, { options: { choices: 3 } });
      expect(asked[0]).toBe(unasked);
      expect(asked.length).toBeGreaterThan(1);
    });

    it('and keeps it from somebody who wants to be surprised', async () => {
      expect(await texts(unsure(), prefix, { options: { temperature: 1 } })).toEqual([]);
    });
  });

  it('refuses a confidence out of range', async () => {
    await expect(texts(MemoryModel.of(document, 1), 'i', { options: { confidence: 2 } })).rejects.toThrow(UserError);
  });

  it('stops reading when the request is cancelled', async () => {
    const model = MemoryModel.of('', 1);
    const controller = new AbortController();
    model.onRead = () => controller.abort(new Error('cancelled'));
    const engine = new CompletionEngine(model);
    await expect(engine.complete(request('x'.repeat(600)), controller.signal)).rejects.toThrow('cancelled');
    expect(model.reads).toHaveLength(1);
  });

  it('reads the last 1,000 characters while somebody waits, the rest afterwards, and then a keystroke costs one', async () => {
    const lines = Array.from({ length: 500 }, (_, i) => `line ${i};`).join('\n');
    const engine = new CompletionEngine(MemoryModel.of(lines, 1));
    const at = lines.indexOf('\n', 3800) + 4;
    const first = await engine.complete(request(lines.slice(0, at)));
    expect(first.charactersRead).toBeLessThanOrEqual(1000 + '\u0002a.c\n'.length);
    expect(first.items[0]?.text).toBe(lines.slice(at, lines.indexOf('\n', at)));
    await engine.idle();
    expect((await engine.complete(request(lines.slice(0, at + 1)))).charactersRead).toBe(1);
    expect(engine.documents).toBe(1);
  });

  it('reads a document that is shown before anybody asks, and forgets it when it is closed', async () => {
    const engine = new CompletionEngine(MemoryModel.of(document, 1));
    const prefix = source.slice(0, 30);
    engine.prime({ document: 'a', path: 'a.c', prefix });
    await engine.idle();
    expect((await engine.complete(request(prefix))).charactersRead).toBe(0);
    engine.close('a');
    expect((await engine.complete(request(prefix))).charactersRead).toBeGreaterThan(30);
  });

  it('reads what a document has become, when it changes while it is read in the background', async () => {
    const model = MemoryModel.of('', 1);
    const engine = new CompletionEngine(model);
    model.onRead = () => {
      model.onRead = () => {};
      engine.prime({ document: 'a', path: 'a.c', prefix: 'b'.repeat(2000) });
    };
    engine.prime({ document: 'a', path: 'a.c', prefix: 'a'.repeat(2000) });
    await engine.idle();
    expect((await engine.complete(request('b'.repeat(2000)))).charactersRead).toBe(0);
  });
});
