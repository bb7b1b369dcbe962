import { expect, it } from 'vitest';
import { Trainings } from '../../../media/pages/dashboard/trainings';

const training = (id: string) => ({ id, name: id, log: [], comparison: null });

it('follows the newest training, unless an earlier one was chosen', () => {
  const trainings = new Trainings();
  expect(trainings.chosen(null)).toBeUndefined();
  trainings.replace([training('2'), training('1')]);
  const [newest, earlier] = [trainings.choiceOf('2'), trainings.choiceOf('1')];
  trainings.replace([training('3'), training('2'), training('1')]);
  expect(trainings.chosen(newest)?.id).toBe('3');
  expect(trainings.chosen(earlier)?.id).toBe('1');
  trainings.replace([training('3')]);
  expect(trainings.chosen(earlier)?.id).toBe('3');
});
