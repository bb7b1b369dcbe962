import { describe, expect, it } from 'vitest';
import { NgramModel } from '../../../src/model/baseline/ngram';
import { NgramPredictor } from '../../../src/model/baseline/ngramPredictor';
import { Vocabulary } from '../../../src/model/corpus/vocabulary';
import { evaluate } from '../../../src/model/evaluation/evaluate';
import { reportEvaluation } from '../../../src/model/evaluation/report';
import { streamOf } from '../baseline/streams';
import { byHeart } from '../completion/predictors';

const vocabulary = new Vocabulary(['\uFFFD', '\u0002', '\u0003', '\n', ' ', ...'abcdefghijklmnopqrstuvwxyz']);
const documentOf = (path: string, text: string) => [...vocabulary.encode(`\u0002${path}\n${text}\u0003`)];
const training = streamOf(documentOf('one', 'the cat sat\non the mat\n'), documentOf('two', 'the cat ate the rat\n'));
const held = documentOf('three', 'the cat sat on the rat\n');
const heldOut = streamOf(held);

describe('reportEvaluation', () => {
  it('has the same figures of the model and of the n-gram model, on the same places', async () => {
    const report = await reportEvaluation(byHeart(vocabulary.size, [held]), vocabulary, { training, heldOut });
    const keys = ['characters', 'natsPerCharacter', 'bitsPerCharacter', 'top1', 'top5', 'keystrokesSaved'];
    expect(Object.keys(report).sort()).toEqual([...keys, 'ngram'].sort());
    expect(Object.keys(report.ngram!).sort()).toEqual([...keys, 'order'].sort());
    expect(report.ngram!.order).toBe(20);
    expect(report.ngram!.characters).toBe(report.characters);
    expect(report.ngram!.keystrokesSaved.characters).toBe(report.keystrokesSaved.characters);
    expect(report.top1).toBe(1);
    expect(report.keystrokesSaved.right).toBe(1);
    const model = NgramModel.train(training, { vocabularySize: vocabulary.size });
    expect(report.ngram).toMatchObject(await evaluate(new NgramPredictor(model), heldOut));
    expect(report.ngram!.bitsPerCharacter).toBeLessThan(4);
  });

  it('follows its options', async () => {
    const stages = new Set<string>();
    const report = await reportEvaluation(
      byHeart(vocabulary.size, [held]),
      vocabulary,
      { training, heldOut },
      {
        maxCharacters: 12,
        maxReplayedCharacters: 10,
        ngramOrder: 3,
        proposal: { minLength: 30 },
        onProgress: (stage, share) => share <= 1 && stages.add(stage),
      },
    );
    expect(report.characters).toBe(11);
    expect(report.keystrokesSaved).toMatchObject({ characters: 3, shown: 0 });
    expect(report.ngram!.order).toBe(3);
    expect([...stages]).toEqual(['prediction', 'keystrokes', 'ngramTraining', 'ngramPrediction', 'ngramKeystrokes']);
  });

  it('has no n-gram model where there is nothing to train it on', async () => {
    const report = await reportEvaluation(byHeart(vocabulary.size, [held]), vocabulary, {
      training: streamOf(),
      heldOut,
    });
    expect(report.ngram).toBeNull();
  });
});
