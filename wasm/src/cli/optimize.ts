import { existsSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { RunError } from '../errors.js';
import { failed } from '../node/file-cache.js';
import { fileJournal } from '../node/file-journal.js';
import { BootstrapFewShot } from '../optimize/bootstrap-few-shot.js';
import { LabeledFewShot } from '../optimize/labeled-few-shot.js';
import type { CompileOptions, Optimization, OptimizeReport, OptimizerOptions } from '../optimize/optimizer.js';
import { BootstrapFewShotWithRandomSearch } from '../optimize/random-search.js';
import type { Args } from './args.js';
import { usageError } from './args.js';
import { dollars, Live, percent, type Terminal, table } from './display.js';
import { writeWhole } from './files.js';
import type { Interruption } from './interruption.js';
import { type ChosenModel, chooseModel } from './model.js';
import { Stopwatch } from './stopwatch.js';
import { type CliProgram, optimizers, readTask, type Search, splitsOf, type Task } from './task.js';

/** What `report.json` says of one task. Scores are fractions, on held-out rows. */
interface TaskReport {
  task: string;
  model: string;
  simulated: boolean;
  seed: { score: number; n: number } | null;
  optimized: { score: number; n: number; interval: readonly [number, number] } | null;
  /** Model calls that the search and the held-out rows took, as without any journal. */
  calls: number;
  /** What these cost in dollars; `null` where the price is not known. */
  usd: number | null;
  /** Seconds of all attempts together; `null` for the practice model, whose time says nothing. */
  seconds: number | null;
  verdict: string | null;
  state: OptimizeReport['state'] | 'failed';
  reason: string;
  difference: OptimizeReport['difference'];
  optimizer: Search & { seed: number };
  rows: { train: number; val: number; test: number };
  validation: OptimizeReport['validation'];
  candidates: OptimizeReport['candidates'];
  files: { program: string | null; journal: string };
}

/** `strop optimize`. @returns the exit code */
export async function optimizeCommand(args: Args, terminal: Terminal, interruption: Interruption): Promise<number> {
  const out = args.text('out') ?? 'out';
  const json = args.flag('json');
  const paths = args.files.length > 0 ? args.files : [undefined];
  const tasks = paths.map((path) => withSearch(readTask(path, args), args));
  tasks.forEach(({ name }, i) => {
    if (tasks.findIndex((task) => task.name === name) !== i)
      throw usageError(`Two tasks are called ${name}: give one of them another \`name\`.`);
  });
  const planned: { task: Task; splits: Splits }[] = [];
  for (const task of tasks) planned.push({ task, splits: await splitsOf(task) }); // all that is wrong is told before any call
  for (const { task } of planned) {
    if (!task.metric)
      throw usageError(`How is ${task.name} scored? Give --metric exact:FIELD, normalized:FIELD or f1:FIELD.`);
  }
  const model = chooseModel(args);
  if (!json) terminal.out(`model: ${model.label}\n`);
  const reports: TaskReport[] = [];
  let failure: unknown;
  try {
    for (const [i, { task, splits }] of planned.entries()) {
      const directory = i === 0 ? out : join(out, task.name);
      const done = await optimizeTask({ task, splits, directory, out, args, terminal, interruption, model, json });
      reports.push(done.report);
      writeWhole(join(out, 'report.json'), `${JSON.stringify({ ...reports[0], tasks: reports }, null, 2)}\n`);
      failure = done.failure;
      if (failure !== undefined || interruption.count > 0) break;
    }
  } finally {
    await model.dispose();
  }
  if (json) terminal.out(`${JSON.stringify({ report: { ...reports[0], tasks: reports } })}\n`);
  else terminal.out(summary(reports, out, terminal));
  if (failure !== undefined) throw failure;
  return interruption.exitCode;
}

function withSearch(task: Task, args: Args): Task {
  for (const split of ['train', 'val', 'test'] as const) {
    const path = args.text(split);
    if (path !== undefined) task.rows[split] = path;
  }
  const all = args.text('rows');
  if (all !== undefined) {
    if (args.text('train') !== undefined) throw usageError('Give either --rows, or --train, --val and --test.');
    task.rows = { all };
  }
  const name = args.oneOf('optimizer', Object.keys(optimizers) as (keyof typeof optimizers)[]);
  if (name) task.search = { ...task.search, name: optimizers[name] };
  for (const [option, key] of [
    ['candidates', 'candidates'],
    ['bootstrapped', 'maxBootstrappedDemos'],
    ['demos', 'maxLabeledDemos'],
  ] as const) {
    const value = args.number(option);
    if (value !== undefined) task.search = { ...task.search, [key]: value };
  }
  return task;
}

type Splits = Awaited<ReturnType<typeof splitsOf>>;

interface Job {
  task: Task;
  splits: Splits;
  directory: string;
  out: string;
  args: Args;
  terminal: Terminal;
  interruption: Interruption;
  model: ChosenModel;
  json: boolean;
}

/** One task, from its journal if there is one, to its files. */
async function optimizeTask(job: Job): Promise<{ report: TaskReport; failure?: unknown }> {
  const { directory, args, terminal, json } = job;
  const journal = join(directory, 'journal.jsonl');
  if (args.flag('fresh')) setAside(journal);
  try {
    return await attempt(job, journal);
  } catch (error) {
    if (!isOtherRun(error)) throw error;
    const kept = setAside(journal);
    if (!json)
      terminal.out(`${journal} is of another run (other rows, options or model): kept as ${kept}, beginning anew\n`);
    return await attempt(job, journal);
  }
}

async function attempt(job: Job, journal: string): Promise<{ report: TaskReport; failure?: unknown }> {
  const { task, splits, directory, terminal, interruption, model, json } = job;
  const stopwatch = new Stopwatch(directory);
  const known = answersIn(journal);
  if (known === 0) stopwatch.reset();
  else if (!json) terminal.out(`${task.name}: continuing after ${known} recorded answers\n`);

  const run = begin(job, journal);
  const live = json ? undefined : new Live(terminal, task.name, () => run.progress);
  const release = interruption.during((count) => {
    if (count === 1) {
      live?.say('stopping after the call that is on the way; Ctrl-C again drops it');
      run.stop('interrupted');
    }
  });
  const ticking = setInterval(() => {
    if (run.progress.calls > 0) stopwatch.save(run.progress.seconds);
  }, 2000);
  let result: { program: CliProgram; report: OptimizeReport } | undefined;
  let failure: unknown;
  try {
    for await (const event of run) {
      live?.event(event);
      if (json) terminal.out(`${JSON.stringify({ task: task.name, ...event })}\n`);
    }
    result = await run;
  } catch (error) {
    if (isOtherRun(error)) throw error;
    failure = error;
  } finally {
    clearInterval(ticking);
    release();
    live?.end();
  }
  const { progress } = run;
  if (progress.calls > 0) stopwatch.save(progress.seconds);
  const best = result?.program ?? run.best()?.program;
  const program = best ? join(directory, 'program.json') : null;
  if (best && program) writeWhole(program, `${best.toJSON().trimEnd()}\n`);
  const found = result?.report;
  const report: TaskReport = {
    task: task.name,
    model: model.lm.model,
    simulated: model.simulated,
    seed: found?.seed ? { score: found.seed.score, n: found.seed.n } : null,
    optimized: found?.optimized
      ? { score: found.optimized.score, n: found.optimized.n, interval: found.optimized.interval }
      : null,
    calls: found?.spent.calls ?? progress.calls,
    usd: found?.spent.usd ?? null,
    seconds: model.simulated ? null : Math.round(10 * stopwatch.seconds) / 10,
    verdict: found?.verdict ?? null,
    state: found?.state ?? 'failed',
    reason: found?.reason ?? (failure instanceof Error ? failure.message : String(failure)),
    difference: found?.difference ?? null,
    optimizer: { ...task.search, seed: task.seed },
    rows: {
      train: splits.train.length,
      val: splits.val?.length ?? splits.train.length,
      test: splits.test?.length ?? 0,
    },
    validation: found?.validation ?? null,
    candidates: found?.candidates ?? [],
    files: { program, journal },
  };
  return failure === undefined ? { report } : { report, failure };
}

function begin({ task, splits, args, interruption, model }: Job, journal: string): Optimization<CliProgram> {
  const calls = args.number('max-calls', 1);
  const usd = args.amount('max-usd');
  const seconds = args.amount('max-seconds');
  const { name, ...search } = task.search;
  const options: OptimizerOptions = {
    metric: task.metric!, // has been checked
    seed: task.seed,
    budget: {
      ...(calls === undefined ? {} : { calls }),
      ...(usd === undefined ? {} : { usd }),
      ...(seconds === undefined ? {} : { seconds }),
    },
  };
  const concurrency = args.number('concurrency', 1);
  const data: CompileOptions = {
    trainset: splits.train,
    ...(splits.val ? { valset: splits.val } : {}),
    ...(splits.test ? { testset: splits.test } : {}),
    lm: model.lm,
    ...(task.config ? { config: task.config } : {}),
    ...(concurrency ? { concurrency } : {}),
    journal: fileJournal(journal),
    signal: interruption.signal,
  };
  const { maxLabeledDemos, maxBootstrappedDemos } = search;
  const bootstrap = {
    ...options,
    ...(maxLabeledDemos === undefined ? {} : { maxLabeledDemos }),
    ...(maxBootstrappedDemos === undefined ? {} : { maxBootstrappedDemos }),
  };
  if (name === 'LabeledFewShot') {
    return new LabeledFewShot({ ...options, ...(maxLabeledDemos === undefined ? {} : { k: maxLabeledDemos }) }).compile(
      task.program,
      data,
    );
  }
  if (name === 'BootstrapFewShot') return new BootstrapFewShot(bootstrap).compile(task.program, data);
  return new BootstrapFewShotWithRandomSearch({
    ...bootstrap,
    ...(search.candidates === undefined ? {} : { candidates: search.candidates }),
  }).compile(task.program, data);
}

/** Whether the journal was written by a run of something else. */
function isOtherRun(error: unknown): boolean {
  return error instanceof RunError && error.details.code === 'journal_other_run';
}

/** How many answers a journal holds; its first line is the run itself. */
function answersIn(journal: string): number {
  if (!existsSync(journal)) return 0;
  try {
    return Math.max(0, readFileSync(journal, 'utf8').split('\n').length - 2);
  } catch (error) {
    throw failed('read', journal, error);
  }
}

/** Gives a journal another name, as its answers are paid for. */
function setAside(journal: string): string | undefined {
  if (!existsSync(journal)) return undefined;
  for (let n = 1; ; ++n) {
    const kept = journal.replace(/jsonl$/, `${n}.jsonl`);
    if (existsSync(kept)) continue;
    try {
      renameSync(journal, kept);
    } catch (error) {
      throw failed('write', kept, error);
    }
    return kept;
  }
}

/** The table at the end, and what it means. */
function summary(reports: readonly TaskReport[], out: string, { bold, dim }: Terminal): string {
  const points = (x: number) => `${x < 0 ? '' : '+'}${(100 * x).toFixed(1)}`;
  const priced = reports.some(({ usd }) => usd !== null);
  const rows = reports.map(({ task, seed, optimized, difference, calls, usd, seconds }) => [
    task,
    seed ? percent(seed.score) : '-',
    optimized ? percent(optimized.score) : '-',
    optimized ? optimized.interval.map(percent).join(' to ') : '-',
    difference ? points(difference.mean) : '-',
    optimized ? String(optimized.n) : '-',
    String(calls),
    ...(priced ? [usd === null ? '-' : dollars(usd)] : []),
    seconds === null ? '-' : seconds.toFixed(1),
  ]);
  const spent = priced ? ['calls', 'cost', 'seconds'] : ['calls', 'seconds'];
  const head = ['on held-out rows', 'zero-shot', 'optimized', '95 % interval', 'gain', 'rows', ...spent];
  const [first = '', ...rest] = table([head, ...rows]).split('\n');
  const [report] = reports;
  const verdicts = reports.map(
    ({ task, verdict, state, reason }) =>
      `${task}: ${verdict ?? (state === 'done' ? 'no held-out rows, so no honest number' : `ended early: ${reason}`)}\n`,
  );
  const simulated = report?.simulated
    ? 'The practice model is no language model but rules: these numbers say nothing about any model.\n'
    : '';
  return `\n${bold(first)}\n${rest.join('\n')}\n${verdicts.join('')}${simulated}${dim(`written: ${join(out, 'report.json')}, ${reports.flatMap(({ files }) => files.program ?? []).join(', ')}`)}\n`;
}
