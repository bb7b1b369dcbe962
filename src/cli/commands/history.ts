import type { Command } from 'commander';
import { UserError } from '../../model/errors';
import type { SampleEntry, StartEntry, ValidationEntry } from '../../model/training/log/entries';
import { logPath, readLog } from '../../model/training/log/logFile';
import { bestOf, storyOf, type TrainingStory } from '../../model/training/log/story';
import { formatCompact, formatCount, formatDuration, formatShare, framed } from '../format';
import { openOutput } from '../output';
import { markdownTable } from '../table';

const examples = `
Examples:
  How the loss came down, and what the model wrote on the way:
    $ unreasonable history --model models/kernel

  For a script: the whole log, thinned to a few thousand points.
    $ unreasonable history --model models/kernel --json | jq '.steps[] | [.seconds, .bitsPerCharacter]'
`;

/** `unreasonable history`: the story of a training, as the dashboard in the editor shows it. */
export function addHistoryCommand(program: Command): void {
  program
    .command('history')
    .description('Tell how a training went: its loss, and the samples that the model wrote on the way.')
    .requiredOption('--model <folder>', 'the folder of a training')
    .option('--json', 'print it as one JSON object')
    .addHelpText('after', examples)
    .action(async (flags: { model: string; json?: boolean }) => {
      const output = openOutput(flags.json ?? false);
      const entries = await readLog(logPath(flags.model));
      if (entries.length === 0) {
        throw new UserError(
          `There is no log of a training in ${flags.model}: give the folder that "unreasonable train" wrote to.`,
        );
      }
      const story = storyOf(entries);
      if (flags.json) output.result({ ...story, best: bestOf(story) });
      else for (const line of describe(story)) output.line(line);
    });
}

function describe(story: TrainingStory): string[] {
  const { starts, steps, validations, samples, notices, end } = story;
  const last = steps.at(-1);
  return [
    ...starts.map(describeStart),
    ...notices.map(({ step, message }) => `Step ${formatCount(step)}: ${message}`),
    ...(last === undefined
      ? []
      : [
          `${formatCount(last.step)} steps, ${formatCompact(last.characters)} characters in ${formatDuration(last.seconds)}`,
        ]),
    ...(end === null ? ['It has not come to its end.'] : []),
    ...(validations.length === 0 ? [] : ['', validationTable(story)]),
    ...samples.flatMap(describeSample),
  ];
}

function describeStart({ time, step, device, backend }: StartEntry): string {
  const when = new Date(time).toISOString().slice(0, 16).replace('T', ' ');
  const what = step === 0 ? 'Begun' : `Resumed at step ${formatCount(step)}`;
  return `${what} on ${when} UTC, ${device} (${backend})`;
}

function validationTable(story: TrainingStory): string {
  const best = bestOf(story);
  const trainingAt = (entry: ValidationEntry) => story.steps.findLast(({ step }) => step <= entry.step);
  const header = ['', 'step', 'characters', 'time', 'training', 'validation'];
  const rows = story.validations.map((entry) => [
    entry === best ? 'best' : '',
    formatCount(entry.step),
    formatCompact(entry.characters),
    formatDuration(entry.seconds),
    trainingAt(entry)?.bitsPerCharacter.toFixed(3) ?? '',
    entry.bitsPerCharacter.toFixed(3),
  ]);
  return `${markdownTable(header, rows)}\n\nIn bits per character.`;
}

function describeSample({ step, texts }: SampleEntry): string[] {
  return texts.flatMap(({ temperature, text, check }) => {
    const { longestCopy, newShare, words, unknownWords } = check;
    const from = longestCopy?.path ? ` from ${longestCopy.path}` : '';
    const longest = longestCopy === null ? '' : `, longest copy ${longestCopy.length} characters${from}`;
    const spelled = `${words - unknownWords.length} of ${words} words known`;
    return [
      '',
      `Step ${formatCount(step)}, temperature ${temperature} (${formatShare(newShare)} new${longest}, ${spelled}):`,
      ...framed(text),
    ];
  });
}
