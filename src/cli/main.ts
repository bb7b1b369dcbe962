import { Command } from 'commander';
import { description, version } from '../../package.json';
import { addBenchCommand } from './commands/bench';
import { addTrainCommand } from './commands/train';
import { run } from './run';

const program = new Command('unreasonable').description(description).version(version).exitOverride();

addTrainCommand(program);
addBenchCommand(program);

void run(program, process.argv);
