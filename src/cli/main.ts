import { Command } from 'commander';
import { description, version } from '../../package.json';
import { run } from './run';

const program = new Command('unreasonable').description(description).version(version).exitOverride();

void run(program, process.argv);
