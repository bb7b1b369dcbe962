import { InvalidArgumentError, Option } from 'commander';

/** An option that takes a whole number from `min` to `max`. */
export function integerOption(flags: string, description: string, min: number, max = Number.MAX_SAFE_INTEGER): Option {
  const range = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
  return new Option(flags, description).argParser((text: string) => {
    const value = Number(text);
    if (/^-?\d+$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It must be a whole number ${range}.`);
  });
}

/** The interval that a number must be in; `above` and `below` leave the bound itself out. */
export interface NumberRange {
  readonly min?: number;
  readonly above?: number;
  readonly max?: number;
  readonly below?: number;
}

/** An option that takes a number in a range. */
export function numberOption(flags: string, description: string, range: NumberRange): Option {
  const { min = -Infinity, above = -Infinity, max = Infinity, below = Infinity } = range;
  return new Option(flags, description).argParser((text: string) => {
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (value >= min && value > above && value <= max && value < below) return value;
    throw new InvalidArgumentError(`It must be a number ${describe(range)}.`);
  });
}

/** An option that takes whole numbers of at least 0 separated by commas. */
export function integerListOption(flags: string, description: string): Option {
  return new Option(flags, description).argParser((text: string) => {
    if (/^\d+(,\d+)*$/.test(text)) return text.split(',').map(Number);
    throw new InvalidArgumentError('It must be whole numbers separated by commas, for example 0,100,1000.');
  });
}

/** An option that may be given several times and collects its values. */
export function repeatableOption(flags: string, description: string): Option {
  return new Option(flags, description).argParser((text: string, before: string[] = []) => [...before, text]);
}

function describe({ min, above, max, below }: NumberRange): string {
  const low = min !== undefined ? `of at least ${min}` : above !== undefined ? `greater than ${above}` : '';
  const high = max !== undefined ? `at most ${max}` : below !== undefined ? `less than ${below}` : '';
  return [low, high].filter(Boolean).join(' and ');
}
