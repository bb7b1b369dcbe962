import { describe, expect, it } from 'vitest';
import { bestMark, lossCurves, stepCurve } from '../../../media/pages/dashboard/curves';
import { Trainings } from '../../../media/pages/dashboard/trainings';
import type { LogEntry } from '../../../src/model/training/log/entries';
import { storyOf } from '../../../src/model/training/log/story';

const steps = (step: number): LogEntry => ({
  ...{ type: 'steps', step, characters: 100 * step, seconds: 2 * step, count: 1, bitsPerCharacter: 8 / step },
  ...{ gradientNorm: step, learningRate: 0.1, charactersPerSecond: 50, totalSteps: 10, secondsLeft: 1 },
});
const validation = (step: number, bitsPerCharacter: number, best: boolean): LogEntry => ({
  ...{ type: 'validation', step, characters: 100 * step, seconds: 2 * step, bitsPerCharacter, best },
});

const log = [steps(1), steps(2), validation(2, 5, true), steps(3), steps(4), validation(4, 6, false)];
const names = { training: 'Training', validation: 'Validation' };

describe('curves', () => {
  const story = storyOf(log);

  it('show losses over characters or time', () => {
    const [training, measured] = lossCurves(story, [], 'characters', names);
    expect(training).toMatchObject({ name: 'Training', xs: [100, 200, 300, 400], ys: [8, 4, 8 / 3, 2] });
    expect(measured).toMatchObject({ name: 'Validation', points: true, xs: [200, 400], ys: [5, 6] });
    expect(lossCurves(story, [], 'seconds', names)[0]!.xs).toEqual([2, 4, 6, 8]);
    expect(stepCurve(story, 'gradientNorm', 'seconds', 'Norm')).toMatchObject({ xs: [2, 4, 6, 8], ys: [1, 2, 3, 4] });
  });

  it('lie over the validation losses of earlier trainings, or their training losses where they have no others', () => {
    const earlier = [
      { name: 'a', story },
      { name: 'b', story: storyOf([steps(1), steps(5)]) },
    ];
    const [a, b, own] = lossCurves(story, earlier, 'characters', names);
    expect(a).toMatchObject({ name: 'a', faint: true, ys: [5, 6] });
    expect(b).toMatchObject({ name: 'b', faint: true, xs: [100, 500] });
    expect(own!.name).toBe('Training');
    expect(new Set([a!.color, b!.color, own!.color]).size).toBe(3);
  });

  it('mark the model that is kept', () => {
    expect(bestMark(story, 'seconds')).toEqual({ x: 4, y: 5, color: 'charts-green' });
    expect(bestMark(storyOf([steps(1)]), 'seconds')).toBeNull();
  });
});

describe('Trainings', () => {
  it('follow what is logged', () => {
    const trainings = new Trainings();
    trainings.replace([{ id: 'new', name: 'New', log: log.slice(0, 2), comparison: null }]);
    expect(trainings.all[0]!.story.steps).toHaveLength(2);
    expect(trainings.add('new', log[2]!)).toBe(true);
    expect(trainings.all[0]!.story.validations).toHaveLength(1);
    expect(trainings.add('other', log[2]!)).toBe(false);
  });
});
