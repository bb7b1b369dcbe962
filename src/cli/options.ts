import { InvalidArgumentError, Option } from 'commander';

/** What a number may be, both ends included. */
export interface NumberRange {
  readonly minimum: number;
  readonly maximum: number;
  readonly whole?: boolean;
}

/** An option that takes a number in a range. */
export function numberOption(flags: string, description: string, range: NumberRange): Option {
  const { minimum, maximum, whole = false } = range;
  return new Option(flags, description).argParser((text: string) => {
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (value >= minimum && value <= maximum && (!whole || Number.isInteger(value))) return value;
    throw new InvalidArgumentError(`It must be a ${whole ? 'whole number' : 'number'} from ${minimum} to ${maximum}.`);
  });
}

/** An option that takes whole numbers separated by commas, of at least 0 or in a range. */
export function integerListOption(
  flags: string,
  description: string,
  { minimum, maximum }: Omit<NumberRange, 'whole'> = { minimum: 0, maximum: Number.POSITIVE_INFINITY },
): Option {
  const [range, example] = Number.isFinite(maximum)
    ? [` from ${minimum} to ${maximum}`, [minimum, maximum].join()]
    : ['', '0,100,1000'];
  return new Option(flags, description).argParser((text: string) => {
    const values = /^\d+(,\d+)*$/.test(text) ? text.split(',').map(Number) : [];
    if (values.length > 0 && values.every((value) => value >= minimum && value <= maximum)) return values;
    throw new InvalidArgumentError(`It must be whole numbers${range} separated by commas, for example ${example}.`);
  });
}

/** An option that may be given several times and collects its values. */
export function repeatableOption(flags: string, description: string): Option {
  return new Option(flags, description).argParser((text: string, before: string[] = []) => [...before, text]);
}
