import { InputError, MetricError } from '../errors.js';
import type { MetricFunction, MetricResult, MetricTrace, RunJudge } from '../evaluate/metrics.js';
import type { LM } from '../lm/types.js';
import { ChainOfThought } from '../program/module.js';
import type { Row, Runnable } from '../program/runnable.js';
import { Signature } from '../program/signature.js';

/** Who judges, and how strictly. */
export interface JudgeOptions {
  /** The model that judges; otherwise the run's. */
  lm?: LM;
  /** From which score on a prediction may become a demo; 0.66 unless given, as in DSPy. */
  threshold?: number;
  /** The row's field that holds the question; `question` unless given. */
  question?: string;
  /** The field that is judged, of row and prediction; `response` unless given. */
  response?: string;
}

/** How {@link semanticF1} judges. */
export interface SemanticF1Options extends JudgeOptions {
  /** Has the judge list the key ideas of both answers first, which takes more words and is steadier. */
  decompositional?: boolean;
}

/** How {@link completeAndGrounded} judges. */
export interface CompleteAndGroundedOptions extends JudgeOptions {
  /** The prediction's field that holds what was retrieved; `context` unless given. */
  context?: string;
}

const coverage = {
  recall: { type: 'float', desc: 'share of the ground truth that the response covers, from 0.0 to 1.0' },
  precision: { type: 'float', desc: 'share of the response that the ground truth covers, from 0.0 to 1.0' },
} as const;
const ideas = {
  ground_truth_key_ideas: { type: 'str', desc: 'the key ideas of the ground truth, as a list' },
  system_response_key_ideas: { type: 'str', desc: 'the key ideas of the response, as a list' },
  discussion: { type: 'str', desc: 'which of them both have, and which only one has' },
} as const;
const compared = { question: 'str', ground_truth: 'str', system_response: 'str' } as const;

/**
 * A judge for answers of some length: a model estimates how much of the row's answer the response covers (recall) and how
 * much of the response the row's answer (precision); the score is their F1. DSPy's SemanticF1.
 *
 * The judge's calls belong to the run: they are cached, journaled and counted in its budget. A row whose judgement cannot
 * be had is missing, not a zero.
 *
 * @example await evaluate(qa, rows, semanticF1({ lm: openai({ model: 'gpt-5' }) }), { lm });
 */
export function semanticF1({ decompositional = false, ...options }: SemanticF1Options = {}): MetricFunction {
  const judge = new ChainOfThought(
    new Signature({
      instructions: decompositional
        ? 'Say how well a response to a question agrees with the ground truth. First list the key ideas of each, then discuss which of them both have, and then give recall and precision.'
        : 'Say how well a response to a question agrees with the ground truth, as recall and precision. Reason by the key ideas of each and whether the other has them.',
      inputs: compared,
      outputs: decompositional ? { ...ideas, ...coverage } : coverage,
    }),
  );
  return judged('semanticF1', 1, [decompositional], options, async (ask, asked) => {
    const found = await ask(judge, asked());
    const [precision, recall] = [shareOf(found, 'precision'), shareOf(found, 'recall')];
    return { score: f1Of(precision, recall), said: `recall ${recall}, precision ${precision}. ${saidBy(found)}` };
  });
}

/**
 * A judge for answers from retrieved text: a model estimates how much of the row's answer the response covers, and how much
 * of the response the retrieved context supports; the score is the F1 of the two. DSPy's CompleteAndGrounded.
 *
 * The judge's calls belong to the run, as those of {@link semanticF1}.
 *
 * @example await evaluate(rag, rows, completeAndGrounded(), { lm }); // rag gives { response, context }
 */
export function completeAndGrounded(options: CompleteAndGroundedOptions = {}): MetricFunction {
  const { context = 'context' } = options;
  const complete = new ChainOfThought(
    new Signature({
      instructions:
        'Say how complete a response to a question is, next to the ground truth. First list the key ideas of each, then discuss which of them both have, and then give the completeness.',
      inputs: compared,
      outputs: {
        ...ideas,
        completeness: { type: 'float', desc: 'share of the ground truth that the response covers, from 0.0 to 1.0' },
      },
    }),
  );
  const grounded = new ChainOfThought(
    new Signature({
      instructions:
        'Say how far retrieved documents support a response to a question. First list the claims of the response that are worth a check, then discuss which of them follow from the context and common sense, and then give the groundedness.',
      inputs: { question: 'str', retrieved_context: 'str', system_response: 'str' },
      outputs: {
        system_response_claims: { type: 'str', desc: 'the claims of the response that are worth a check, as a list' },
        discussion: { type: 'str', desc: 'how far the context supports them' },
        groundedness: { type: 'float', desc: 'share of the response that the context supports, from 0.0 to 1.0' },
      },
    }),
  );
  return judged('completeAndGrounded', 2, [context], options, async (ask, asked, prediction) => {
    const { ground_truth: _, ...answer } = asked();
    const inputs = { ...answer, retrieved_context: fieldOf(prediction, context, 'prediction') };
    const [first, second] = await Promise.all([ask(complete, asked()), ask(grounded, inputs)]);
    const [completeness, groundedness] = [shareOf(first, 'completeness'), shareOf(second, 'groundedness')];
    const said = `completeness ${completeness}, groundedness ${groundedness}. ${saidBy(first)} ${saidBy(second)}`;
    return { score: f1Of(groundedness, completeness), said };
  });
}

type Ask = (judge: Runnable, inputs: Row) => Promise<Row>;

/** A metric that asks `calls` times at most. */
function judged(
  name: string,
  calls: number,
  version: readonly unknown[],
  { lm, threshold = 0.66, question = 'question', response = 'response' }: JudgeOptions,
  judge: (ask: Ask, asked: () => Row, prediction: Row) => Promise<{ score: number; said: string }>,
): MetricFunction {
  const metric: MetricFunction = async (
    example: Row,
    prediction: Row,
    trace?: MetricTrace,
    run: RunJudge = alone,
  ): Promise<MetricResult> => {
    const asked = () => ({
      question: fieldOf(example, question, 'row'),
      ground_truth: fieldOf(example, response, 'row'),
      system_response: fieldOf(prediction, response, 'prediction'),
    });
    const { score, said } = await judge((program, inputs) => run(program, inputs, lm ? { lm } : {}), asked, prediction);
    return { score: trace ? score >= threshold : score, feedback: said.trim() };
  };
  metric.calls = calls;
  metric.version = JSON.stringify([name, version, lm?.model, threshold, question, response]);
  return metric;
}

/** Where the metric is called by itself: by the configured model and cache. */
const alone: RunJudge = async (program, inputs, options) =>
  (await (program as ChainOfThought).run(inputs as never, options)) as Row;

function fieldOf(values: Row, field: string, what: string): unknown {
  if (field in values) return values[field];
  throw new InputError('no_field', `The judge looks at the field \`${field}\`, which the ${what} does not have.`);
}

function shareOf(judgement: Row, name: string): number {
  const share = judgement[name];
  if (typeof share === 'number' && !Number.isNaN(share)) return share;
  throw new MetricError('judge_unreadable', `The judge gave no number for ${name}.`);
}

/** As DSPy: of shares that are brought between 0 and 1 first. */
function f1Of(precision: number, recall: number): number {
  const [p, r] = [precision, recall].map((share) => Math.max(0, Math.min(1, share))) as [number, number];
  return p + r === 0 ? 0 : (2 * (p * r)) / (p + r);
}

function saidBy({ discussion, reasoning }: Row): string {
  return String(discussion ?? reasoning ?? '');
}
