import { MetricError, quote } from '../errors.js';
import type { RunOptions } from '../program/context.js';
import type { Row, Runnable } from '../program/runnable.js';
import type { TraceStep } from '../program/trace.js';

/** A metric that the core knows: it compares one field of the example with that of the prediction. */
export interface FieldMetric {
  /** How the two are compared. */
  readonly name: 'exact' | 'normalized' | 'f1';
  /** An output of the program that the rows have too. */
  readonly field: string;
}

/** What a metric may give: a score, where 1 is right and 0 is wrong, and for optimizers that read it a reason. */
export type MetricResult = number | boolean | { score: number | boolean; feedback?: string };

/** The predictor calls behind a prediction, in the order in which they were answered. */
export type MetricTrace = readonly Pick<TraceStep, 'predictor' | 'inputs' | 'outputs'>[];

/**
 * Runs a program as a part of the evaluation or optimization that asks for the score: its calls are cached, journaled and
 * counted like those of the program that is judged. Without a model of its own it uses the run's.
 */
export type RunJudge = (program: Runnable, inputs: Row, options?: Pick<RunOptions, 'lm'>) => Promise<Row>;

/** A metric of your own. */
export interface MetricFunction<E extends Row = Row> {
  /**
   * @param example the row, as it was given.
   * @param prediction the program's outputs.
   * @param trace given, as in DSPy, only where the prediction may become a demo: be stricter there if you like, and look
   *   at the steps between.
   * @param run asks a model, for metrics that are judges. Where you call the metric yourself there is none.
   */
  (example: E, prediction: Row, trace?: MetricTrace, run?: RunJudge): MetricResult | Promise<MetricResult>;
  /** How many calls of a model it makes for a row at most, through `run`; a budget of calls or tokens must know. */
  calls?: number;
  /** What it is made from besides its code, such as a tolerance: another version is another run for a journal. */
  version?: string;
}

/** How predictions are scored. */
export type Metric<E extends Row = Row> = FieldMetric | MetricFunction<E>;

/** 1 if the field is equal to the example's, as JSON. */
export function exact(field: string): FieldMetric {
  return { name: 'exact', field };
}

/** 1 if the field is the example's but for case, punctuation, articles and spaces; DSPy's answer_exact_match. */
export function normalized(field: string): FieldMetric {
  return { name: 'normalized', field };
}

/** How far the field's words and the example's overlap, from 0 to 1: the F1 of question answering. */
export function f1(field: string): FieldMetric {
  return { name: 'f1', field };
}

/** What a metric gave, as the core takes it. Throws if it is no score. @internal */
export function scoreOf(result: unknown): { score: number; feedback?: string } {
  const scored = typeof result === 'object' && result !== null && 'score' in result ? result : { score: result };
  const { score, feedback } = scored as { score: unknown; feedback?: unknown };
  const number = typeof score === 'boolean' ? Number(score) : score;
  if (typeof number !== 'number' || !Number.isFinite(number)) {
    throw new MetricError(
      'bad_score',
      `The metric gave ${describe(result)}. It must give a number, true or false, or { score, feedback? }.`,
    );
  }
  return typeof feedback === 'string' ? { score: number, feedback } : { score: number };
}

function describe(value: unknown): string {
  if (typeof value === 'number' || value === undefined || value === null) return String(value);
  return typeof value === 'object' ? quote(JSON.stringify(value), 100) : `${typeof value} ${quote(String(value), 100)}`;
}
