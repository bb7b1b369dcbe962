import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findCells } from '../../../src/model/inspection/findCells';
import { type InspectedTexts, inspectTexts } from '../../../src/model/inspection/inspection';
import { InspectionReader } from '../../../src/model/inspection/reader';
import { cellsOnIn, similarPlaces } from '../../../src/model/inspection/selection';
import { lineCell, quoteCell, quotedCode, quoteModel } from './quoteModel';

const model = quoteModel();
const documents = [
  { path: 'a.c', text: quotedCode(300, 1) },
  { path: 'b.c', text: quotedCode(100, 2) },
];
let reader: InspectionReader;
let inspected: InspectedTexts;

beforeAll(async () => {
  reader = new InspectionReader(model);
  inspected = await inspectTexts(reader, model, documents);
});
afterAll(() => reader.dispose());

describe('finding cells', () => {
  it('finds the quote cell and the cell that counts along the line, with their scores', async () => {
    const findings = new Map((await findCells(inspected)).map((finding) => [finding.property, finding]));
    const string = findings.get('string')!;
    expect(string).toMatchObject({ kind: 'binary', places: 134 });
    expect(string.cells[0]).toMatchObject({ cell: quoteCell, side: 'above', balancedAccuracy: 1, f1: 1, auc: 1 });
    // tanh(−1) and tanh(1) are what the cell shows.
    expect(Math.abs((string.cells[0] as { threshold: number }).threshold)).toBeLessThan(0.77);
    const line = findings.get('linePosition')!.cells[0] as { cell: number; correlation: number };
    expect(line.cell).toBe(lineCell);
    expect(line.correlation).toBeGreaterThan(0.99);
    // Strings stand at the ends of lines, so that others tell something, too.
    const others = string.cells.slice(1).map((found) => (found as { balancedAccuracy: number }).balancedAccuracy);
    expect(Math.max(...others)).toBeLessThan(0.95);
  });

  it('names no cell for what is too rare to be judged by', async () => {
    const findings = await findCells(inspected);
    for (const property of ['comment', 'url', 'include', 'condition']) {
      expect(findings.find((finding) => finding.property === property)).toMatchObject({ characters: 0, cells: [] });
    }
    expect((await findCells(await inspectTexts(reader, model, []))).every(({ cells }) => cells.length === 0)).toBe(
      true,
    );
  });
});

describe('a short text', () => {
  const findingsOf = async (length: number) => {
    const text = documents[0]!.text.slice(0, length);
    return findCells(await inspectTexts(reader, model, [{ path: 'a.c', text }]));
  };

  it('names no cell when there is nothing, or next to nothing, to score it on', async () => {
    for (const length of [60, 1400]) {
      for (const { property, cells } of await findingsOf(length)) expect(cells, `${property} in ${length}`).toEqual([]);
    }
    for (const { kind, property, cells } of await findingsOf(1600)) {
      if (kind === 'numeric') expect(cells, property).toEqual([]);
    }
  });

  it('names cells from two halves on', async () => {
    const found = (await findingsOf(3000)).filter(({ cells }) => cells.length > 0).map(({ property }) => property);
    expect(found).toEqual(expect.arrayContaining(['string', 'linePosition']));
  });
});

describe('a selected range', () => {
  const text = documents[0]!.text;
  const from = text.indexOf('(1, "', 400) + 4;
  const to = text.indexOf('"', from + 1);

  it('has the cells that are on in it and off elsewhere', () => {
    const end = inspected.texts[1]!.start;
    // Of one string alone: elsewhere the cell is on as well, in all other strings.
    const line = text.lastIndexOf('\n', from) + 1;
    const around = { start: line, end: text.indexOf('\n', to) };
    const [first] = cellsOnIn(inspected.store, { from, to }, around);
    expect(first).toMatchObject({ cell: quoteCell, side: 'above', inside: 1, outside: 0 });
    expect(cellsOnIn(inspected.store, { from, to }, { start: 0, end }).map(({ cell }) => cell)).toContain(quoteCell);
  });

  it('has no cells when it is the whole text', () => {
    const end = inspected.texts[1]!.start;
    expect(cellsOnIn(inspected.store, { from: 0, to: end }, { start: 0, end })).toEqual([]);
    expect(cellsOnIn(inspected.store, { from: 0, to: end - 40 }, { start: 0, end })).not.toContainEqual(
      expect.objectContaining({ outside: Number.NaN }),
    );
  });

  it('is like other strings, of this text and the other, and not like itself', () => {
    const cells = [{ cell: quoteCell, side: 'above', threshold: 0 } as const];
    const places = similarPlaces(inspected, cells, to - from, { count: 1000, except: { from, to } });
    expect(places).toHaveLength(133);
    for (const { text, start, end, share } of places) {
      expect(documents[text]!.text.slice(start, end + 1)).toMatch(/^"[a-z]+ [a-z]+"$/);
      expect(share).toBe(1);
    }
    expect(places.some(({ text }) => text === 1)).toBe(true);
    expect(places.some(({ text, start }) => text === 0 && start === from)).toBe(false);
    expect(places[0]!.end - places[0]!.start).toBe(to - from);
  });
});
