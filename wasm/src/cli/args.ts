import { type ParseArgsConfig, parseArgs } from 'node:util';
import { InputError, messageOf } from '../errors.js';
import type { Command } from './usage.js';

/** What `--adapter` may be. */
export const adapterNames = ['chat', 'json', 'xml', 'baml', 'compact'] as const;

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const model = { model: text, 'base-url': text, adapter: text, threads: text, concurrency: text };
const program = { signature: text, instructions: text };

const options = {
  optimize: {
    ...model,
    ...program,
    metric: text,
    rows: text,
    train: text,
    val: text,
    test: text,
    optimizer: text,
    candidates: text,
    bootstrapped: text,
    demos: text,
    seed: text,
    'max-calls': text,
    'max-usd': text,
    'max-seconds': text,
    out: text,
    fresh: flag,
    json: flag,
  },
  eval: { ...model, ...program, metric: text, rows: text, show: text, output: text, compare: text, json: flag },
  run: { ...model, ...program, rows: text, input: { type: 'string', multiple: true } },
  inspect: { ...program, adapter: text, input: { type: 'string', multiple: true }, json: flag },
  serve: { port: text, host: text, dir: text, model: text, threads: text },
  'fetch-model': {},
} as const satisfies Record<Command, ParseArgsConfig['options']>;

/** The options of a command, as they were written. */
export class Args {
  /** What is no option: files. */
  readonly files: readonly string[];
  readonly #values: Readonly<Record<string, unknown>>;

  constructor(command: Command, words: readonly string[]) {
    try {
      const parsed = parseArgs({ args: [...words], options: options[command], allowPositionals: true });
      this.files = parsed.positionals;
      this.#values = parsed.values;
    } catch (error) {
      throw usageError(`${messageOf(error).split('. ')[0]}. \`strop ${command} --help\` lists what there is.`, error);
    }
  }

  text(name: string): string | undefined {
    return this.#values[name] as string | undefined;
  }
  flag(name: string): boolean {
    return this.#values[name] === true;
  }
  /** A whole number. */
  number(name: string, least = 0): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const number = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
    if (!(number >= least)) throw usageError(`--${name} must be a whole number from ${least}, not "${value}".`);
    return number;
  }
  /** A number above 0, whole or not. */
  amount(name: string): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const number = /^\d{1,15}(\.\d{1,9})?$/.test(value) ? Number(value) : Number.NaN;
    if (!(number > 0)) throw usageError(`--${name} must be a number above 0, not "${value}".`);
    return number;
  }
  oneOf<T extends string>(name: string, choices: readonly T[]): T | undefined {
    const value = this.text(name);
    if (value === undefined || choices.includes(value as T)) return value as T | undefined;
    throw usageError(`--${name} is one of ${choices.join(', ')}, not "${value}".`);
  }
  /** `--input name=value`, where a value that is JSON but no text is what it says. */
  inputs(): Record<string, unknown> | undefined {
    const given = this.#values.input as string[] | undefined;
    if (!given) return undefined;
    return Object.fromEntries(
      given.map((pair) => {
        const at = pair.indexOf('=');
        if (at < 1) throw usageError(`--input is NAME=VALUE, not "${pair}".`);
        return [pair.slice(0, at), typedValue(pair.slice(at + 1))];
      }),
    );
  }
}

function typedValue(written: string): unknown {
  try {
    const value: unknown = JSON.parse(written);
    return typeof value === 'string' ? written : value;
  } catch {
    return written; // plain text, as nearly always
  }
}

/** An error in what was typed. */
export function usageError(message: string, cause?: unknown): InputError {
  return new InputError('usage', message, cause === undefined ? {} : { cause });
}
