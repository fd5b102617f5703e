import { basename, dirname, extname, join } from 'node:path';
import { callCore } from '../core/core.js';
import { InputError, messageOf } from '../errors.js';
import type { FieldMetric } from '../evaluate/metrics.js';
import { type Split, splitRows } from '../evaluate/split.js';
import type { LMConfig } from '../lm/types.js';
import { ChainOfThought } from '../program/module.js';
import { Predict } from '../program/predict.js';
import { Program, type ProgramStructure } from '../program/program.js';
import type { Row } from '../program/runnable.js';
import type { Field } from '../program/signature.js';
import { parseObject } from '../rows/json.js';
import { bad } from '../rows/problem.js';
import { type Args, usageError } from './args.js';
import { placedRows, readText } from './rows.js';

/** What the command line can run. */
export type CliProgram = Predict | ChainOfThought | Program;

/** The names of optimizers on the command line, and DSPy's. */
export const optimizers = {
  'random-search': 'BootstrapFewShotWithRandomSearch',
  bootstrap: 'BootstrapFewShot',
  labeled: 'LabeledFewShot',
} as const;
export type OptimizerName = (typeof optimizers)[keyof typeof optimizers];

/** How to search. */
export interface Search {
  name: OptimizerName;
  candidates?: number;
  maxBootstrappedDemos?: number;
  maxLabeledDemos?: number;
}

/** What is asked, how it is scored, on which rows: a task file, options, or both. */
export interface Task {
  name: string;
  program: CliProgram;
  metric: FieldMetric | undefined;
  /** Files of rows. */
  rows: Partial<Record<keyof Split<Row> | 'all', string>>;
  search: Search;
  config: LMConfig | undefined;
  seed: number;
}

const known = {
  task: [
    'name',
    'title',
    'signature',
    'module',
    'instructions',
    'modules',
    'wires',
    'outputs',
    'metric',
    'rows',
    'optimizer',
    'config',
    'seed',
  ],
  rows: ['train', 'val', 'test', 'all'],
  optimizer: ['name', 'candidates', 'maxBootstrappedDemos', 'maxLabeledDemos'],
  metric: ['name', 'field'],
  config: ['temperature', 'maxTokens', 'stop', 'topP', 'seed', 'responseFormat'],
} as const;

/** The task that a file and the options make together; options win. The file may also be a saved program. */
export function readTask(path: string | undefined, args: Args): Task {
  const file = path === undefined ? {} : readTaskFile(path);
  const signature = args.text('signature');
  const instructions = args.text('instructions');
  let program: CliProgram;
  if (signature !== undefined) {
    program = new Predict(signature, instructions === undefined ? {} : { instructions });
    if (file.saved !== undefined) program = program.load(file.saved);
  } else if (file.program) {
    program = instructions === undefined ? file.program : withInstructions(file.program, instructions);
  } else {
    throw usageError("What is to be asked? Give a task file, a saved program, or --signature 'message -> product'.");
  }
  fieldsOf(program); // a wrong signature is told now
  const metric = args.text('metric');
  const task: Task = {
    name: file.name ?? 'program',
    program,
    metric: metric === undefined ? file.metric : metricOf(metric),
    rows: { ...file.rows },
    search: file.search ?? { name: optimizers['random-search'] },
    config: file.config,
    seed: args.number('seed') ?? file.seed ?? 0,
  };
  return task;
}

interface TaskFile {
  name?: string;
  program?: CliProgram;
  /** The text of a saved program, whatever it says of itself. */
  saved?: string;
  metric?: FieldMetric;
  rows?: Task['rows'];
  search?: Search;
  config?: LMConfig;
  seed?: number;
}

function readTaskFile(path: string): TaskFile {
  const text = readText(path);
  const json = parseObject(text, path);
  if (!('signature' in json && typeof json.signature === 'string') && !('modules' in json))
    return readSaved(path, text, json);
  const wrong = (what: string) => new InputError('bad_task', `${path}: ${what}.`);
  const object = (name: keyof typeof known, value: unknown) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw wrong(`\`${name}\` must be an object`);
    for (const key of Object.keys(value)) {
      const keys: readonly string[] = known[name];
      if (!keys.includes(key)) throw wrong(`\`${key}\` is not known in \`${name}\`; there are ${keys.join(', ')}`);
    }
    return value as Record<string, unknown>;
  };
  const text_ = (name: string, value: unknown) => {
    if (value !== undefined && typeof value !== 'string') throw wrong(`\`${name}\` must be a text`);
    return value as string | undefined;
  };
  object('task', json);
  const task: TaskFile = { program: programOf(json, wrong) };
  task.name =
    text_('name', json.name) ??
    (basename(path) === 'task.json' ? basename(dirname(path)) : basename(path, extname(path)));
  if (!/^[\w.-]{1,64}$/.test(task.name) || task.name.startsWith('.'))
    throw wrong('`name` must be letters, digits, - and _');
  if (json.metric !== undefined) {
    const { name, field } = object('metric', json.metric);
    task.metric = metricOf(`${String(name)}:${String(field)}`);
  }
  if (json.rows !== undefined) {
    const rows = typeof json.rows === 'string' ? { all: json.rows } : object('rows', json.rows);
    task.rows = Object.fromEntries(
      Object.entries(rows).map(([split, file]) => [split, join(dirname(path), text_('rows', file) ?? '')]),
    );
  }
  if (json.optimizer !== undefined) {
    const { name, ...numbers } = object('optimizer', json.optimizer);
    const names = Object.values(optimizers);
    if (!names.includes(name as OptimizerName)) throw wrong(`the optimizer must be one of ${names.join(', ')}`);
    for (const [key, value] of Object.entries(numbers)) {
      if (!(Number.isInteger(value) && (value as number) >= 0)) throw wrong(`\`${key}\` must be a whole number from 0`);
    }
    task.search = { ...numbers, name: name as OptimizerName };
  }
  if (json.config !== undefined) task.config = object('config', json.config) as LMConfig;
  if (json.seed !== undefined) {
    if (!(Number.isInteger(json.seed) && (json.seed as number) >= 0))
      throw wrong('`seed` must be a whole number from 0');
    task.seed = json.seed as number;
  }
  return task;
}

function programOf(json: Record<string, unknown>, wrong: (what: string) => InputError): CliProgram {
  const { signature, module = 'Predict', instructions, modules, wires, outputs } = json;
  if (modules !== undefined) {
    if (signature !== undefined) throw wrong('it has both `signature` and `modules`; one of them is enough');
    return new Program({ modules, ...(wires ? { wires } : {}), ...(outputs ? { outputs } : {}) } as ProgramStructure);
  }
  if (module !== 'Predict' && module !== 'ChainOfThought') throw wrong('`module` must be Predict or ChainOfThought');
  const settings = typeof instructions === 'string' ? { instructions } : {};
  return module === 'Predict'
    ? new Predict(signature as string, settings)
    : new ChainOfThought(signature as string, settings);
}

/** A program that Strop or DSPy has saved. DSPy's does not say what its fields are: it needs `--signature`. */
function readSaved(path: string, text: string, json: Record<string, unknown>): TaskFile {
  const name = basename(path, extname(path));
  try {
    return { name, saved: text, program: Program.fromJSON(text) };
  } catch (error) {
    if ('metadata' in json || 'demos' in json) {
      return { name, saved: text };
    }
    throw new InputError(
      'bad_task',
      `${path} is neither a task (it has no \`signature\`) nor a saved program: ${messageOf(error)}`,
      { cause: error },
    );
  }
}

function withInstructions(program: CliProgram, instructions: string): CliProgram {
  if (program.namedPredictors().size > 1) throw usageError('--instructions are for programs of one step.');
  return program.mapPredictors((predictor) => predictor.with({ instructions }));
}

function metricOf(written: string): FieldMetric {
  const [name, field, ...more] = written.split(':');
  if (more.length > 0 || !field || !['exact', 'normalized', 'f1'].includes(name as string)) {
    throw usageError(`A metric is exact:FIELD, normalized:FIELD or f1:FIELD, not "${written}".`);
  }
  return { name: name as FieldMetric['name'], field };
}

/** The fields that a program takes and gives. */
export function fieldsOf(program: CliProgram): { inputs: string[]; outputs: string[]; types: Map<string, string> } {
  const all: Field[] = [...program.namedPredictors().values()].flatMap((predictor) => [...predictor.fields]);
  const types = new Map(all.map(({ name, type }) => [name, type]));
  if (program instanceof Program) return { inputs: [...program.inputs], outputs: [...program.outputs], types };
  const named = (role: Field['role']) => all.filter((field) => field.role === role).map(({ name }) => name);
  return { inputs: named('input'), outputs: named('output'), types };
}

/** The rows of a file, with a value for every field that is needed; values of CSV get the types of their fields. */
export async function rowsFor(path: string, program: CliProgram, metric?: FieldMetric): Promise<Row[]> {
  const placed = await placedRows(path);
  const { inputs, types } = fieldsOf(program);
  const needed = metric ? [...inputs, metric.field] : inputs;
  const typed = /\.[ct]sv$/i.test(path);
  return placed.map(({ row, line }) => {
    for (const name of needed) {
      if (name in row) continue;
      throw bad(
        path,
        line,
        1,
        `this row has no \`${name}\`; it has ${
          Object.keys(row)
            .map((key) => `\`${key}\``)
            .join(', ') || 'nothing'
        }`,
      );
    }
    if (!typed) return row;
    return Object.fromEntries(
      Object.entries(row).map(([name, value]) => {
        const type = types.get(name);
        if (type === undefined || type === 'str') return [name, value];
        try {
          return [name, JSON.parse(callCore('parseValue', JSON.stringify({ type, value }))).value];
        } catch (error) {
          throw bad(path, line, 1, `\`${name}\` is no ${type}: ${messageOf(error).replace(/\.$/, '')}`, error);
        }
      }),
    );
  });
}

/** Rows by split: those of the files, or one file's rows split by lot. */
export async function splitsOf(task: Task): Promise<{ train: Row[]; val: Row[] | undefined; test: Row[] | undefined }> {
  const { rows, program, metric, seed } = task;
  const read = async (path: string | undefined) =>
    path === undefined ? undefined : await rowsFor(path, program, metric);
  if (rows.train !== undefined) {
    return { train: (await read(rows.train)) as Row[], val: await read(rows.val), test: await read(rows.test) };
  }
  const all = await read(rows.all);
  if (!all) throw usageError('Which rows? Give --rows FILE, or --train, --val and --test.');
  const split = splitRows(all, { seed });
  if (split.train.length === 0 || split.val.length === 0 || split.test.length === 0) {
    throw new InputError(
      'too_few_rows',
      `${rows.all} has ${all.length} rows: too few to split. Twenty is the least that says anything.`,
    );
  }
  return split;
}
