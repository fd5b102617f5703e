import type { Demos, Entry, ReportEvent, Stamp, Values } from './events.ts';

/** One program that was considered, as far as the log has told. */
export interface CandidateView {
  number: number;
  label: string;
  kind: string;
  demos: Demos;
  instructions: Readonly<Record<string, string>>;
  /** By row of the set; `undefined` is not run yet, `null` was to be had no answer. */
  val: AnswerView[];
  test: AnswerView[];
  score?: number;
  n?: number;
  missing?: number;
  interval?: readonly [number, number];
  /** What had been spent when its score was known. */
  scored?: Stamp;
  /** The saved state, as it is exported. */
  program?: unknown;
  /** Rows tried as demos. */
  tried: TriedView[];
}

export type AnswerView = { score: number | null; prediction: Values | null; error?: string } | undefined;

export interface TriedView {
  row: number;
  ok: boolean;
  reason?: string;
  stamp: Stamp;
}

export interface Said {
  stamp: Stamp;
  text: string;
  candidate?: number;
}

/** All that the screens show of a run: a fold over its log. */
export interface RunView {
  sizes: { train: number; val: number; test: number };
  optimizer: string;
  candidates: CandidateView[];
  tried: (TriedView & { candidate: number })[];
  /** The best so far, by number. Of equal scores the first stays. */
  best: number | undefined;
  report: ReportEvent | undefined;
  said: Said[];
  last: Stamp;
}

export function emptyRun(): RunView {
  return {
    sizes: { train: 0, val: 0, test: 0 },
    optimizer: '',
    candidates: [],
    tried: [],
    best: undefined,
    report: undefined,
    said: [],
    last: { calls: 0, tokens: 0, ms: 0 },
  };
}

/** A candidate by number. Attempts for its demos are told before the candidate is. */
export function candidateOf(run: RunView, number: number): CandidateView | undefined {
  return run.candidates.find((c) => c.number === number);
}

function candidateFor(run: RunView, number: number): CandidateView {
  let found = candidateOf(run, number);
  if (!found) {
    found = { number, label: '', kind: '', demos: {}, instructions: {}, val: [], test: [], tried: [] };
    run.candidates.push(found);
  }
  return found;
}

export const points = (score: number): string => (100 * score).toFixed(1).replace(/\.0$/, '');

/** Takes one entry into the view. The only place where events become state. */
export function apply(run: RunView, { event, stamp }: Entry): void {
  run.last = stamp;
  const say = (text: string, candidate?: number) =>
    run.said.push({ stamp, text, ...(candidate === undefined ? {} : { candidate }) });
  switch (event.event) {
    case 'start':
      run.sizes = { train: event.train, val: event.val, test: event.test };
      run.optimizer = event.optimizer ?? '';
      say(`Started with ${event.train} train, ${event.val} validation and ${event.test} locked rows`);
      break;
    case 'candidate': {
      const made = candidateFor(run, event.candidate);
      made.label = event.label;
      made.kind = event.origin.kind;
      made.demos = event.demos;
      made.instructions = event.instructions;
      const demos = demoCount(made);
      say(
        event.candidate === 0 ? 'Scoring the seed' : `Scoring #${event.candidate}, ${plural(demos, 'demo')}`,
        event.candidate,
      );
      break;
    }
    case 'bootstrap': {
      const tried: TriedView = {
        row: event.row,
        ok: event.ok,
        stamp,
        ...(event.reason === undefined ? {} : { reason: event.reason }),
      };
      candidateFor(run, event.candidate).tried.push(tried);
      run.tried.push({ ...tried, candidate: event.candidate });
      say(
        event.ok
          ? `Train row ${event.row + 1} passed and becomes a demo of #${event.candidate}`
          : `Train row ${event.row + 1} did not pass`,
        event.candidate,
      );
      break;
    }
    case 'row': {
      const of = candidateFor(run, event.candidate);
      const answers = event.set === 'test' ? of.test : event.set === 'val' ? of.val : undefined;
      if (answers)
        answers[event.row] = {
          score: event.score,
          prediction: event.prediction ?? null,
          ...(event.error === undefined ? {} : { error: event.error }),
        };
      break;
    }
    case 'score': {
      if (event.set !== 'val') {
        say(`#${event.candidate} scores ${points(event.score)} on ${event.n} held-out rows`, event.candidate);
        break;
      }
      const of = candidateFor(run, event.candidate);
      of.score = event.score;
      of.n = event.n;
      of.missing = event.missing;
      if (event.interval) of.interval = event.interval;
      of.scored = stamp;
      const before = run.best === undefined ? undefined : candidateOf(run, run.best)?.score;
      const better = before === undefined || event.score > before;
      if (better) run.best = event.candidate;
      say(
        event.candidate === 0
          ? `The seed scores ${points(event.score)}`
          : `#${event.candidate} scores ${points(event.score)}${better ? ', the best so far' : ''}`,
        event.candidate,
      );
      break;
    }
    case 'offer':
      if (event.candidate !== undefined && event.program !== undefined)
        candidateFor(run, event.candidate).program = event.program;
      break;
    case 'report':
      run.report = event;
      say(event.optimized ? `Held-out: ${points(event.optimized.score)}` : 'The run is over', event.candidate);
      break;
  }
}

/** The run as it stood when `calls` calls had been made; without a limit, as it is. */
export function replay(entries: readonly Entry[], calls = Number.POSITIVE_INFINITY): RunView {
  const run = emptyRun();
  for (const entry of entries) {
    if (entry.stamp.calls > calls) break;
    apply(run, entry);
  }
  return run;
}

/** Those that have a score, in order of their numbers. */
export const scored = (run: RunView): CandidateView[] =>
  run.candidates.filter((c) => c.score !== undefined).sort((a, b) => a.number - b.number);

export const demoCount = (candidate: CandidateView): number =>
  Math.max(0, ...Object.values(candidate.demos).map((demos) => demos.length));

export const plural = (n: number, one: string, more = `${one}s`): string =>
  `${n.toLocaleString('en-US')} ${n === 1 ? one : more}`;

/** How two candidates differ row by row. */
export function flips(
  before: readonly AnswerView[],
  after: readonly AnswerView[],
): { fixed: number; broken: number; same: number } {
  const counts = { fixed: 0, broken: 0, same: 0 };
  for (let row = 0; row < Math.max(before.length, after.length); ++row) {
    const [a, b] = [before[row]?.score, after[row]?.score];
    if (typeof a !== 'number' || typeof b !== 'number') continue;
    ++counts[b > a ? 'fixed' : b < a ? 'broken' : 'same'];
  }
  return counts;
}

/** Rows from easy to hard: by the mean over all candidates, ties by row. */
export function byDifficulty(run: RunView): number[] {
  const rows = Array.from({ length: run.sizes.val }, (_, row) => row);
  const mean = (row: number) => run.candidates.reduce((sum, c) => sum + (c.val[row]?.score ?? 0), 0);
  const means = rows.map(mean);
  return rows.sort((a, b) => means[b]! - means[a]! || a - b);
}

/** What the core calls a held-out result. */
export function verdictOf({ verdict }: ReportEvent): 'better' | 'worse' | 'full' | 'unclear' {
  return verdict === 'improved'
    ? 'better'
    : verdict === 'worse'
      ? 'worse'
      : verdict === 'no headroom'
        ? 'full'
        : 'unclear';
}

/** By validation row: the best score of any candidate. */
export function bestByRow(run: RunView): number[] {
  const best = new Array<number>(run.sizes.val).fill(0);
  for (const { val } of run.candidates)
    for (let row = 0; row < best.length; ++row) best[row] = Math.max(best[row]!, val[row]?.score ?? 0);
  return best;
}

/** The share of validation rows on which a candidate is among the best. */
export function shareWon(best: readonly number[], { val }: CandidateView): number {
  let won = 0;
  for (let row = 0; row < best.length; ++row) {
    const own = val[row]?.score;
    if (typeof own === 'number' && own > 0 && own >= best[row]!) ++won;
  }
  return best.length ? won / best.length : 0;
}
