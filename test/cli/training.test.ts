import { describe, expect, it } from 'vitest';
import { plainLines } from '../../src/cli/training/plainLines';
import { barLine } from '../../src/cli/training/progressBar';
import { resumeCommand } from '../../src/cli/training/resumeCommand';
import { describeEvent, type StepEvent } from '../../src/cli/training/view';

function step(values: Partial<StepEvent>): StepEvent {
  return {
    type: 'step',
    step: 1,
    totalSteps: 1000,
    epoch: 0.5,
    loss: 1.61,
    bitsPerCharacter: 2.323,
    gradientNorm: 0.5,
    learningRate: 0.002,
    charactersPerSecond: 512_345,
    secondsElapsed: 0,
    secondsLeft: 125,
    millisecondsPerStep: 12.3,
    ...values,
  };
}

describe('barLine', () => {
  it('fits every width that has room for the percentage, and shows more in a wider terminal', () => {
    let before = 0;
    for (const columns of [12, 20, 40, 60, 80, 120]) {
      const line = barLine(step({ step: 420 }), columns);
      expect(line.length).toBeLessThan(columns);
      expect(line).toContain('42 %');
      expect(line.length).toBeGreaterThanOrEqual(before);
      before = line.length;
    }
    expect(barLine(step({ step: 420 }), 80)).toMatch(
      /^█+░+ +42 % {2}2\.323 bits {2}2 min 05 s left {2}loss 1\.610 {2}512K/,
    );
  });

  it('is empty at the start and full at the end', () => {
    expect(barLine(step({ step: 1 }), 80)).toMatch(/^░+ +0 %/);
    expect(barLine(step({ step: 1000 }), 80)).toMatch(/^█+ 100 %/);
    expect(barLine(step({ step: 5, totalSteps: 0 }), 80)).toMatch(/^░+ +0 %/);
  });
});

describe('plainLines', () => {
  function stepsPrinted(printEvery: number | undefined, events: StepEvent[]): number[] {
    const printed: number[] = [];
    const view = plainLines(
      (line) => printed.push(Number(/^step ([\d,]+)\//.exec(line)?.[1]?.replace(',', ''))),
      printEvery,
    );
    for (const event of events) view.show(event);
    return printed;
  }
  const steps = Array.from({ length: 20 }, (_, i) => step({ step: i + 1, totalSteps: 20, secondsElapsed: i }));

  it('prints the first step, one in five seconds and the last', () => {
    expect(stepsPrinted(undefined, steps)).toEqual([1, 6, 11, 16, 20]);
  });

  it('prints each --print-every steps and the last', () => {
    expect(stepsPrinted(8, steps)).toEqual([8, 16, 20]);
  });
});

describe('describeEvent', () => {
  it('never lets a sample steer the terminal', () => {
    const check = { longestCopy: null, copies: [], newShare: 1, words: 0, unknownWords: [] };
    const lines = describeEvent({
      type: 'sample',
      step: 1000,
      texts: [{ temperature: 0.5, text: 'a\u001b[31m\n\tb\u009b\u0003\n', check }],
    });
    expect(lines).toEqual(['', 'Sample at step 1,000, temperature 0.5:', '  │ a␛[31m', '  │ \tb\ufffd␃', '']);
  });
});

describe('resumeCommand', () => {
  it('repeats what the checkpoint does not know, quoted for a shell', () => {
    const options = {
      source: "it's mine",
      out: 'models/a b',
      minutes: 3,
      hiddenSize: 64,
      include: ['*.c', '*.h'],
      backend: 'onnx' as const,
    };
    expect(resumeCommand(options)).toBe(
      "npx unreasonable train 'it'\\''s mine' --out 'models/a b' --resume --backend onnx --include '*.c' --include '*.h'",
    );
  });
});
