import { Command } from 'commander';
import { description, version } from '../../package.json';
import { addBenchCommand } from './commands/bench';
import { addEvaluateCommand } from './commands/evaluate';
import { addExportCommand } from './commands/export';
import { addInfoCommand } from './commands/info';
import { addSampleCommand } from './commands/sample';
import { addTrainCommand } from './commands/train';
import { run } from './run';

const program = new Command('unreasonable').description(description).version(version).exitOverride();

addTrainCommand(program);
addSampleCommand(program);
addEvaluateCommand(program);
addInfoCommand(program);
addExportCommand(program);
addBenchCommand(program);

void run(program, process.argv);
