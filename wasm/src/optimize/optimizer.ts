import { callCore, ready } from '../core/core.js';
import type { Metric } from '../evaluate/metrics.js';
import type { Row, Runnable } from '../program/runnable.js';
import { stateText } from '../program/runnable.js';
import type { RunUsage } from '../run/driver.js';
import type { CoreReport, Estimate } from '../run/events.js';
import { Run } from '../run/run.js';
import { type Budget, checkRows, driverOptions, type SessionOptions } from '../run/spec.js';

/** What all optimizers may be told. */
export interface OptimizerOptions<E extends Row = Row> {
  /** What is to be improved. */
  metric: Metric<E>;
  /** Of everything that is drawn by lot; 0 unless given. The same seed and answers give the same program. */
  seed?: number;
  /** What the run may take; then the best so far is the result. */
  budget?: Budget;
  /** The score of a run that failed or whose reply could not be read; 0 unless given. */
  failureScore?: number;
}

/** The data of an optimization, and how it reaches the model. */
export interface CompileOptions<E extends Row = Row> extends SessionOptions {
  /** What demos are made from. */
  trainset: readonly E[];
  /** What decides between programs; otherwise the training rows, as in DSPy. */
  valset?: readonly E[];
  /** Held out: seen by nothing but the report. Without it there is no honest number. */
  testset?: readonly E[];
  /** The program that makes the demos; otherwise the student itself. */
  teacher?: Runnable;
}

/** What an optimization found, and what it took. */
export interface OptimizeReport extends Omit<CoreReport, 'candidate' | 'validation' | 'verdict'> {
  /** The number of the candidate that was chosen; `null` if the run ended early. */
  readonly candidate: number | null;
  /** What the choice was made on; `null` if the run ended early. */
  readonly validation: CoreReport['validation'] | null;
  /** `improved`, `worse`, `not distinguishable` or `no headroom`; `null` without held-out scores. */
  readonly verdict: string | null;
  /** How it ended. */
  readonly state: 'done' | 'budget' | 'stopped';
  /** Why it ended early, or an empty text. */
  readonly reason: string;
  /** What the run took as it would without any cache or journal: what a budget counts. */
  readonly spent: {
    readonly runs: number;
    readonly calls: number;
    readonly tokens: number;
    /** In US dollars, where the price is known. */
    readonly usd?: number;
  };
  /** What it really took, this time. */
  readonly usage: RunUsage;
  /** From the call to its end, this time. */
  readonly seconds: number;
  /** The model's name. */
  readonly model: string | null;
}

/** The best program, and how good it is. */
export interface OptimizeResult<P extends Runnable> {
  /** A copy of the given program with what was found. */
  program: P;
  /** How good it is, and what it took. */
  report: OptimizeReport;
}

/** An optimization in progress. */
export type Optimization<P extends Runnable> = Run<OptimizeResult<P>, P>;

/** The sizes of the sets that an estimate is for. */
export interface EstimateOptions {
  /** The rows to learn from. */
  trainset: { readonly length: number };
  /** The rows to choose with; otherwise those to learn from. */
  valset?: { readonly length: number };
  /** The held-out rows. */
  testset?: { readonly length: number };
}

/** What is common to optimizers. */
export abstract class Optimizer<E extends Row, O extends OptimizerOptions<E>> {
  /** @internal */
  protected readonly options: O;

  constructor(options: O) {
    this.options = options;
  }

  /** DSPy's name and our options, as the core takes them. @internal */
  protected abstract optimizer(): { name: string; [option: string]: unknown };

  /**
   * How many runs of the program and calls of the model `compile` would take, if each predictor is called once a run.
   * Without the budget: that may end the run earlier.
   */
  async estimate(program: Runnable, { trainset, valset, testset }: EstimateOptions): Promise<Estimate> {
    await ready({ all: true });
    const sizes = {
      optimizer: this.optimizer(),
      train: trainset.length,
      val: (valset ?? trainset).length,
      test: testset?.length ?? 0,
      predictors: program.namedPredictors().size,
    };
    return JSON.parse(callCore('estimate', JSON.stringify(sizes)));
  }

  /**
   * Looks for a better program. The given one is not changed. The run starts by itself.
   */
  compile<P extends Runnable>(program: P, data: CompileOptions<E>): Optimization<P> {
    const { metric, seed = 0, budget, failureScore } = this.options;
    const { trainset, valset, testset, teacher } = data;
    checkRows(trainset, 'trainset');
    if (valset) checkRows(valset, 'valset');
    if (testset) checkRows(testset, 'testset');
    const task = { task: 'optimize', optimizer: this.optimizer(), seed, budget, failureScore };
    const sets = {
      train: { name: 'train', rows: trainset },
      val: valset && { name: 'val', rows: valset },
      test: testset && { name: 'test', rows: testset },
    };
    let model: string | null = null;
    const prepare = () => {
      const driver = driverOptions(task, program, metric as Metric, sets, data); // the metric is given the caller's own rows
      model = driver.lm?.model ?? null;
      if (!valset) driver.data = { ...driver.data, val: trainset };
      if (teacher) driver.spec = `${driver.spec.slice(0, -1)},"teacher":${stateText(teacher)}}`;
      return driver;
    };
    const programOf = (state: string) => program.load(state);
    return new Run<OptimizeResult<P>, P>(prepare, programOf, (ended, { seconds, state: _, ...usage }) => {
      const done = ended.result as { program: string; report: CoreReport } | null;
      const best = done?.program ?? ended.best?.program.state;
      const { runs, calls, tokens, nanousd } = ended.spent;
      return {
        program: best === undefined ? program : programOf(best),
        report: {
          ...(done?.report ?? unfinished(this.optimizer().name, ended.reason)),
          state: ended.state as OptimizeReport['state'],
          reason: ended.reason,
          spent: { runs, calls, tokens, ...(nanousd ? { usd: nanousd / 1e9 } : {}) },
          usage,
          seconds,
          model,
        },
      };
    });
  }
}

function unfinished(optimizer: string, reason: string) {
  return {
    optimizer,
    candidate: null,
    heldOut: `The run ended early: ${reason}`,
    seed: null,
    optimized: null,
    difference: null,
    verdict: null,
    validation: null,
    candidates: [],
    outOfBudget: false,
  };
}
