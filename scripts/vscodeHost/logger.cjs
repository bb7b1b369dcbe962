// Stands for @vscode/spdlog in the VS Code of tests: that library would have to be compiled, and without it nothing
// that VS Code and its extensions log is ever written. Has the part of its interface that VS Code uses.
const { appendFileSync, mkdirSync } = require('node:fs');
const { dirname } = require('node:path');

const levels = ['trace', 'debug', 'info', 'warn', 'error', 'critical'];
const words = ['trace', 'debug', 'info', 'warning', 'error', 'critical'];

class Logger {
  #path;
  #level = 2;
  #plain = false;

  constructor(_type, _name, path) {
    this.#path = path;
    mkdirSync(dirname(path), { recursive: true });
    for (const [level, method] of levels.entries()) this[method] = (message) => this.#write(level, message);
  }

  getLevel() {
    return this.#level;
  }

  setLevel(level) {
    this.#level = level;
  }

  setPattern() {}

  clearFormatters() {
    this.#plain = true;
  }

  flush() {}

  drop() {}

  #write(level, message) {
    if (level < this.#level) return;
    const time = new Date().toISOString().replace('T', ' ').replace('Z', '');
    appendFileSync(this.#path, this.#plain ? message : `${time} [${words[level]}] ${message}\n`);
  }
}

const create = async (name, path) => new Logger('rotating', name, path);

// One by one, so that an ES module sees their names.
exports.Logger = Logger;
exports.setLevel = () => {};
exports.setFlushOn = () => {};
exports.createRotatingLogger = create;
exports.createAsyncRotatingLogger = create;
