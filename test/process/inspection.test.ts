import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CancellationTokenSource } from 'vscode-jsonrpc/node';
import { writeModelFile } from '../../src/model/onnx/modelFile';
import type { ModelProcess } from '../../src/process/client';
import { Cancelled } from '../../src/process/errors';
import * as protocol from '../../src/process/protocol';
import { lineCell, quoteCell, quotedCode, quoteModel } from '../unit/inspection/quoteModel';
import { modelProcess, temporaryFolder } from './support';

const folder = temporaryFolder();
const workspace = join(folder.path, 'workspace');
const text = quotedCode(200, 1);
let inference: ModelProcess;

beforeAll(async () => {
  mkdirSync(workspace);
  for (const seed of [2, 3, 4]) writeFileSync(join(workspace, `${seed}.c`), quotedCode(120, seed));
  await writeModelFile(join(folder.path, 'model.onnx'), quoteModel());
  inference = modelProcess('inference');
  await inference.request(protocol.loadModel, { path: join(folder.path, 'model.onnx') });
});
afterAll(async () => {
  await inference.dispose();
  folder.remove();
});

function read(document: protocol.InspectTextParams['document'], cells: boolean, onProgress = () => {}) {
  return inference.requestWithProgress(
    protocol.inspectText,
    { document, cells },
    protocol.inspectionProgress,
    onProgress,
  );
}

const reading = <P extends { progressToken: import('vscode-jsonrpc/node').ProgressToken }, R>(
  type: import('vscode-jsonrpc/node').RequestType<P, R, void>,
  params: Omit<P, 'progressToken'>,
) => inference.requestWithProgress(type, params, protocol.inspectionProgress, () => {});

function int8(base64: string): Int8Array {
  return Int8Array.from(Buffer.from(base64, 'base64'), (byte) => (byte << 24) >> 24);
}

describe('an inference process that is asked about a text', () => {
  it('tells what was expected, with progress, and only that if no more is wanted', async () => {
    let calls = 0;
    const { text: report, cells } = await read(
      { path: 'a.c', text: text.replaceAll('\n', '\r\n') },
      false,
      () => calls++,
    );
    expect(cells).toBeNull();
    expect(calls).toBeGreaterThan(1);
    expect(report).toMatchObject({ path: 'a.c', text, isCut: false, guessCount: 5 });
    expect(Buffer.from(report.bits, 'base64')).toHaveLength(4 * text.length);
    expect(Buffer.from(report.guesses, 'base64')).toHaveLength(2 * 5 * text.length);
    expect(report.places.length).toBeGreaterThan(10);
  });

  it('finds the quote cell, on files of the workspace or on the text alone', async () => {
    const { cells } = await read({ path: 'a.c', text }, true);
    const { id } = cells!;
    const alone = await reading(protocol.findCells, { id, sources: null });
    expect(alone).toMatchObject({ basis: 'text', files: 1, characters: text.length });
    const inFiles = await reading(protocol.findCells, { id, sources: { folders: [workspace] } });
    expect(inFiles).toMatchObject({ basis: 'workspace', files: 3 });
    for (const { findings } of [alone, inFiles]) {
      const best = (property: string) => findings.find((finding) => finding.property === property)!.cells[0];
      expect(best('string')).toMatchObject({ cell: quoteCell, balancedAccuracy: 1 });
      expect(best('linePosition')).toMatchObject({ cell: lineCell });
    }
  });

  it('tells what one cell did, and all of them in a part of the text', async () => {
    const { id } = (await read({ path: 'a.c', text }, true)).cells!;
    const { values } = await inference.request(protocol.inspectCell, { id, cell: quoteCell });
    const on = [...int8(values)].map((value) => value > 0);
    const expected = [...text].map((_, t) => text.slice(0, t + 1).split('"').length % 2 === 0);
    expect(on).toEqual(expected);
    const window = await inference.request(protocol.inspectWindow, { id, from: 10, to: 30 });
    expect(int8(window.values).subarray(20 * quoteCell, 20 * (quoteCell + 1))).toEqual(int8(values).subarray(10, 30));
  });

  it('finds places alike in the text and in the workspace', async () => {
    const { id } = (await read({ path: 'a.c', text }, true)).cells!;
    const from = text.indexOf('"');
    const to = text.indexOf('"', from + 1);
    const { cells, places } = await reading(protocol.selectRange, { id, from, to, sources: { folders: [workspace] } });
    expect(cells.map(({ cell }) => cell)).toContain(quoteCell);
    expect(new Set(places.map(({ path }) => path)).size).toBeGreaterThan(1);
    for (const place of places) {
      const { path, start, end, line, before, inside, after } = place;
      const whole = path === 'a.c' ? text : readFileSync(join(workspace, path!), 'utf8');
      const around = whole.slice(Math.max(0, start - 24), end + 24);
      expect(before + inside + after).toBe(around);
      expect(whole.slice(start, end)).toBe(inside);
      expect(line).toBe(whole.slice(0, start).split('\n').length - 1);
      expect(inside).toMatch(/^"?[a-z ]+$/);
      expect(whole.slice(0, start + 1).split('"').length % 2).toBe(0);
    }
    // The most alike first: with the same cells on, over about as many characters.
    const alike = places.map(({ start, end, share }) => {
      return (share * Math.min(end - start, to - from)) / Math.max(end - start, to - from);
    });
    expect(alike).toEqual([...alike].sort((a, b) => b - a));
  });

  it('does not list the selection itself, though its file is in the workspace as well', async () => {
    const own = readFileSync(join(workspace, '2.c'), 'utf8');
    const { id } = (await read({ path: '2.c', text: own }, true)).cells!;
    const from = own.indexOf('"');
    const to = own.indexOf('"', from + 1);
    const params = { id, from, to, sources: { folders: [workspace] } };
    const { places, searched } = await reading(protocol.selectRange, params);
    expect(places.length).toBeGreaterThan(1);
    expect(places.some(({ path, start }) => path === '2.c' && start === from)).toBe(false);
    const keys = places.map(({ path, start }) => `${path} ${start}`);
    expect(new Set(keys).size).toBe(keys.length);
    const others = ['3.c', '4.c'].map((file) => readFileSync(join(workspace, file), 'utf8').length);
    expect(searched).toEqual({ files: 2, characters: others[0]! + others[1]! });
    expect((await reading(protocol.selectRange, { ...params, sources: null })).searched).toBeNull();
  });

  it('has nothing to say of a selection of everything', async () => {
    const { id } = (await read({ path: 'a.c', text }, true)).cells!;
    const all = { id, from: 0, to: text.length, sources: { folders: [workspace] } };
    expect(await reading(protocol.selectRange, all)).toMatchObject({ cells: [], places: [] });
  });

  it('forgets a text that nobody looks at', async () => {
    const { id } = (await read({ path: 'a.c', text }, true)).cells!;
    inference.notify(protocol.forgetText, { id: id - 1 });
    await inference.request(protocol.inspectCell, { id, cell: 0 });
    inference.notify(protocol.forgetText, { id });
    await expect(inference.request(protocol.inspectCell, { id, cell: 0 })).rejects.toThrow(/Another text has been/);
  });

  it('gives up a reading when another model is loaded', async () => {
    let loaded: Promise<unknown> | null = null;
    const load = () => {
      loaded ??= inference.request(protocol.loadModel, { path: join(folder.path, 'model.onnx') });
    };
    await expect(read({ path: null, text: text.repeat(200) }, false, load)).rejects.toThrow(Cancelled);
    await loaded;
    expect((await read({ path: 'a.c', text }, true)).cells).not.toBeNull();
  });

  it('refuses what it can not know with a sentence, and stops when it is told to', async () => {
    const { id } = (await read({ path: 'a.c', text }, true)).cells!;
    await read({ path: 'b.c', text }, true);
    await expect(inference.request(protocol.inspectCell, { id, cell: 0 })).rejects.toThrow(/Another text has been/);
    for (const nothing of ['', '\uFEFF'])
      await expect(read({ path: 'b.c', text: nothing }, true)).rejects.toThrow('There is no text to look at');
    const source = new CancellationTokenSource();
    const long = inference.requestWithProgress(
      protocol.inspectText,
      { document: { path: null, text: text.repeat(50) }, cells: false },
      protocol.inspectionProgress,
      () => source.cancel(),
      source.token,
    );
    await expect(long).rejects.toThrow(Cancelled);
  });
});
