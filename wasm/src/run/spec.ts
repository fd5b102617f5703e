import { configured } from '../config.js';
import { callCore } from '../core/core.js';
import { ConfigurationError, InputError, messageOf, quote } from '../errors.js';
import type { Metric, MetricFunction } from '../evaluate/metrics.js';
import type { Cache, Caching } from '../lm/cache.js';
import { heldTo } from '../lm/call.js';
import { type Price, priceFor } from '../lm/cost.js';
import type { AdapterName, Compat, LM, LMConfig } from '../lm/types.js';
import { type Row, type Runnable, stateText, structure } from '../program/runnable.js';
import type { DriverOptions } from './driver.js';
import type { Journal } from './journal.js';

/** What an evaluation and an optimization may be told. */
export interface SessionOptions {
  /** The model. For a module of JavaScript it is what predictors use that have none of their own. */
  lm?: LM;
  /** The prompt format; otherwise the predictors', the configured or the model's own. */
  adapter?: AdapterName;
  /** The second model of the prompt format `two_step`; otherwise the predictors' or the configured one. */
  extractionLM?: LM;
  /**
   * How replies are read: as a careful person would, or as DSPy does. A run never asks a second time in another format,
   * unless a module of JavaScript does.
   */
  compat?: Compat;
  /** How the model is to answer, where the predictors do not say. */
  config?: LMConfig;
  /** How many calls at once; otherwise what the model says, else 8. */
  concurrency?: number;
  /** Where answers are kept; otherwise the configured place, else in memory until the run ends. `false`: nowhere. */
  cache?: Cache | false;
  /**
   * Whether answers are taken from the cache (`use`, unless given), asked again (`refresh`), or neither (`bypass`). It
   * holds for the calls that the run makes: what its journal has the answer of is not asked again.
   */
  caching?: Caching;
  /** Where the run keeps what it was answered, to be continued from. */
  journal?: Journal;
  /** Ends the run at once; calls on the way are given up. */
  signal?: AbortSignal;
  /**
   * Which members of a row are inputs, for a module of JavaScript. Otherwise those that every row has and that no
   * predictor of the module yields.
   */
  inputs?: readonly string[];
}

/** Limits of what a run may take. What would exceed them is never begun. */
export interface Budget {
  /** Executions of the program. */
  runs?: number;
  /** Calls of a model. */
  calls?: number;
  /** Tokens, in and out. */
  tokens?: number;
  /** US dollars, at the configured prices or the model's own. */
  usd?: number;
  /** Seconds from the start, after which the run is stopped and keeps the best; calls on the way are waited for. */
  seconds?: number;
}

/** All that a run needs, from a program, its data and the options. @internal */
export function driverOptions(
  { budget = {}, ...task }: { task: string; budget?: Budget | undefined; [option: string]: unknown },
  program: Runnable,
  metric: Metric | undefined,
  sets: Readonly<Record<string, { name: string; rows: readonly Row[] } | undefined>>,
  options: SessionOptions,
): DriverOptions {
  const predictors = [...program.namedPredictors().values()];
  const { program: made } = program[structure]();
  const host = 'predictors' in made;
  const lm =
    options.lm ??
    (host
      ? undefined
      : only(
          'lm',
          predictors.map((p) => p.lm),
        )) ??
    configured().lm;
  if (!lm && (!host || predictors.some((predictor) => !predictor.lm))) {
    throw new ConfigurationError(
      'no_lm',
      'There is no model to ask. Give `lm` to the program or the run, or to all by `configure({ lm })`.',
    );
  }
  const adapters = predictors.map((predictor) => predictor.adapter);
  const adapter = options.adapter ?? only('adapter', adapters) ?? configured().adapter ?? lm?.adapter ?? 'chat';
  // What the schemas of libraries want only JavaScript can say, and the core asks no second model: then JavaScript runs
  // the program as the core would.
  const hosted = !host && (adapter === 'two_step' || predictors.some((predictor) => predictor.isChecked));
  const { extractionLM } = options;
  const compats = predictors.map((predictor) => predictor.compat);
  const compat = options.compat ?? (host ? undefined : only('compat', compats)) ?? configured().compat;
  const config = {
    ...options.config,
    ...(host
      ? undefined
      : only(
          'config',
          predictors.map((p) => p.config),
        )),
  };
  const all = Object.values(sets).flatMap((set) => set?.rows ?? []);
  const inputs = host || hosted ? { inputs: options.inputs ?? inputsOf(all, predictors) } : undefined;
  const structured = { ...(hosted ? predictorsOf(program) : made), ...inputs };
  const concurrency = options.concurrency ?? lm?.concurrency ?? configured().concurrency ?? 8;
  if (!(Number.isInteger(concurrency) && concurrency > 0)) {
    throw new ConfigurationError('bad_concurrency', `concurrency must be a whole number from 1, not ${concurrency}.`);
  }

  const price = lm && priceFor(lm);
  const head = {
    ...task,
    budget: coreBudget(budget, lm, price !== undefined),
    metric: metric && (typeof metric === 'function' ? { version: versionOf(metric) } : metric),
    adapter,
    ...(compat ? { compat } : {}),
    lm: {
      model: lm?.model,
      config,
      responseFormat: adapter === 'json' ? heldTo(lm) : undefined,
      ...(price ? dearest(price) : {}),
    },
    limit: concurrency, // rows open at a time: more would only put off their metrics
  };
  const parts = [
    encode(head, 'options').slice(1, -1),
    `"program":${JSON.stringify(structured)}`,
    `"state":${stateText(program)}`,
  ];
  const data: Record<string, readonly Row[]> = {};
  for (const [key, set] of Object.entries(sets)) {
    if (!set) continue;
    parts.push(`"${key}":${encode(set.rows, key)}`);
    data[set.name] = set.rows;
  }
  return {
    spec: `{${parts.join(',')}}`,
    lm,
    concurrency,
    cache: options.cache ?? configured().cache,
    caching: options.caching ?? configured().caching,
    journal: options.journal,
    signal: options.signal,
    seconds: budget.seconds,
    metric: typeof metric === 'function' ? (metric as MetricFunction) : undefined,
    data,
    extractionLM,
    program: hosted
      ? program.mapPredictors((p) => p.with({ lm, adapter, config: undefined }))
      : host
        ? program
        : undefined,
    compat,
  };
}

/** A budget as the core counts it: dollars in billionths, and no time, which it does not know. */
function coreBudget({ seconds, usd, ...counts }: Budget, lm: LM | undefined, priced: boolean): object {
  for (const [name, limit] of Object.entries({ ...counts, seconds, usd })) {
    const whole = name in counts;
    if (limit === undefined || (limit >= 0 && (whole ? Number.isSafeInteger(limit) : Number.isFinite(limit)))) continue;
    throw new ConfigurationError(
      'bad_budget',
      `budget.${name} must be a ${whole ? 'whole ' : ''}number from 0, not ${String(limit)}.`,
    );
  }
  if (usd === undefined) return counts;
  if (!priced) {
    throw new ConfigurationError(
      'no_price',
      `A budget in dollars needs the price of ${lm ? quote(lm.model) : 'the model'}: configure({ prices: priceOf }) with priceOf of strop/models, or give your own.`,
    );
  }
  return { ...counts, nanousd: Math.floor(usd * 1e9) };
}

/** The most that a token can cost, in billionths of a dollar, which is what a call has to reserve. */
function dearest(price: Price): { nanousdIn: number; nanousdOut: number } {
  const each = [price, ...(price.long ? [price.long] : [])];
  const most = (prices: readonly (number | undefined)[]) =>
    Math.ceil(Math.max(...prices.map((dollars = 0) => dollars * 1000)) - 1e-9);
  return {
    nanousdIn: most(each.flatMap(({ input, cachedInput, cacheWrite }) => [input, cachedInput, cacheWrite])),
    nanousdOut: most(each.map(({ output }) => output)),
  };
}

function predictorsOf(program: Runnable): object {
  const signatures = [...program.namedPredictors()].map(([name, predictor]) => [name, predictor.signatureJson()]);
  return { predictors: Object.fromEntries(signatures) };
}

/** What all predictors have in common, as the core runs them alike. */
function only<T>(what: string, values: readonly (T | undefined)[]): T | undefined {
  const distinct = new Map(values.map((value) => [typeof value === 'object' ? JSON.stringify(value) : value, value]));
  if (distinct.size > 1) {
    throw new ConfigurationError(
      'mixed_predictors',
      `The predictors of this program differ in \`${what}\`. Give it to the run, or use a Module.`,
    );
  }
  return values[0];
}

function inputsOf(rows: readonly Row[], predictors: readonly { fields: readonly { name: string; role: string }[] }[]) {
  const [first] = rows;
  if (!first) return [];
  const outputs = new Set(
    predictors.flatMap(({ fields }) => fields.filter((f) => f.role === 'output').map((f) => f.name)),
  );
  return Object.keys(first).filter((name) => !outputs.has(name) && rows.every((row) => name in row));
}

/** Another metric makes it another run, so the journal of one does not continue the other. */
function versionOf(metric: MetricFunction): string {
  return JSON.parse(callCore('requestKey', JSON.stringify({ request: Function.prototype.toString.call(metric) }))).key;
}

function encode(value: unknown, what: string): string {
  try {
    return JSON.stringify(value);
  } catch (cause) {
    throw new InputError('bad_json', `The ${what} cannot be written as JSON: ${messageOf(cause)}.`, { cause });
  }
}

/** Rows must be objects; the core says more about their fields. @internal */
export function checkRows(rows: readonly unknown[], what: string): void {
  if (!Array.isArray(rows) || rows.length === 0) {
    throw new InputError('no_rows', `${what} must be a list with at least one row.`);
  }
  rows.forEach((row, i) => {
    if (typeof row !== 'object' || row === null || Array.isArray(row)) {
      throw new InputError('bad_row', `${what}[${i}] must be an object with a member for each field.`);
    }
  });
}
