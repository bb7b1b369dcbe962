import { Command } from 'commander';
import { description, version } from '../../package.json';
import { addBenchCommand } from './commands/bench';
import { addEvaluateCommand } from './commands/evaluate';
import { addExportCommand } from './commands/export';
import { addHistoryCommand } from './commands/history';
import { addInfoCommand } from './commands/info';
import { addInspectCommand } from './commands/inspect';
import { addPretrainCommand } from './commands/pretrain';
import { addSampleCommand } from './commands/sample';
import { addTensorFlowCommand } from './commands/tensorflow';
import { addTrainCommand } from './commands/train';
import { run } from './run';

const examples = `
Examples:
  $ unreasonable train ~/linux/kernel --out models/kernel --minutes 10
  $ unreasonable sample --model models/kernel --path kernel/sched/hope.c --temperature 0.5
  $ unreasonable evaluate --model models/kernel ~/linux/kernel
  $ unreasonable train --help
`;

const program = new Command('unreasonable')
  .description(description)
  .version(version)
  .addHelpText('after', examples)
  .exitOverride();

addTrainCommand(program);
addSampleCommand(program);
addEvaluateCommand(program);
addHistoryCommand(program);
addInfoCommand(program);
addInspectCommand(program);
addExportCommand(program);
addTensorFlowCommand(program);
addBenchCommand(program);
addPretrainCommand(program);

void run(program, process.argv);
