/**
 * What a run tells. The core writes these events; nothing here invents one. Scores are fractions from 0 to 1, rows are
 * numbered from 0 within their set, candidates are named by their number.
 */
export type Values = Readonly<Record<string, unknown>>;
export type Demos = Readonly<Record<string, readonly Values[]>>;

export interface StartEvent {
  event: 'start';
  optimizer?: string;
  train: number;
  val: number;
  test: number;
}

export interface CandidateEvent {
  event: 'candidate';
  candidate: number;
  label: string;
  origin: { kind: 'seed' | 'labeled' | 'bootstrap' | (string & {}); seed?: number };
  demos: Demos;
  instructions: Readonly<Record<string, string>>;
}

export interface BootstrapEvent {
  event: 'bootstrap';
  candidate: number;
  row: number;
  ok: boolean;
  reason?: string;
}

export interface RowEvent {
  event: 'row';
  candidate: number;
  set: string;
  row: number;
  score: number | null;
  prediction?: Values | null;
  error?: string;
}

export interface ScoreEvent {
  event: 'score';
  candidate: number;
  set: string;
  score: number;
  n: number;
  missing: number;
  interval?: readonly [number, number];
}

export interface OfferEvent {
  event: 'offer';
  candidate?: number;
  score: number;
  best: boolean;
  program?: unknown;
}

export interface Summary {
  score: number;
  n: number;
  missing: number;
  interval: readonly [number, number];
}

/** The end of a run: what the best program is worth on rows that nothing has seen. */
export interface ReportEvent {
  event: 'report';
  candidate: number;
  /** `true`, or why the held-out rows were not run. */
  heldOut: boolean | string;
  seed: Summary | null;
  optimized: Summary | null;
  difference: { mean: number; interval: readonly [number, number]; p?: number } | null;
  verdict: string | null;
}

export type RunEvent = StartEvent | CandidateEvent | BootstrapEvent | RowEvent | ScoreEvent | OfferEvent | ReportEvent;

/** What the host has spent when an event came. Model calls, tokens, milliseconds since the start without pauses. */
export interface Stamp {
  calls: number;
  tokens: number;
  ms: number;
}

/** A line of a run's log. */
export interface Entry {
  stamp: Stamp;
  event: RunEvent;
}

const kinds = new Set(['start', 'candidate', 'bootstrap', 'row', 'score', 'offer', 'report']);

/** Whether this is an event that the screens know; a later core may tell more. */
export function isRunEvent(event: unknown): event is RunEvent {
  return typeof event === 'object' && event !== null && kinds.has((event as { event?: string }).event ?? '');
}
