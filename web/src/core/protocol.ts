/** What the page and the worker that holds the core say to each other. */

import type { Row } from '../data/parse.ts';
import type { Demos, Entry, Stamp, Values } from '../log/events.ts';
import type { Message } from '../prompt/segments.ts';

export type ModuleKind = 'Predict' | 'ChainOfThought';

/** Which model answers. Keys are not part of it: they are given apart, per origin, and stay in the worker's memory. */
export type ModelChoice =
  | { kind: 'practice' }
  | { kind: 'local'; model: string }
  | { kind: 'endpoint'; url: string; model: string };

export interface ProgramSpec {
  module: ModuleKind;
  signature: string;
  instructions?: string;
}

export interface Field {
  name: string;
  type: string;
  dir: 'input' | 'output';
}

export interface Described {
  fields: Field[];
  instructions: string;
}

export type MetricName = 'exact' | 'normalized' | 'f1';

export interface MetricSpec {
  name: MetricName;
  field: string;
}

export type OptimizerName = 'LabeledFewShot' | 'BootstrapFewShot' | 'BootstrapFewShotWithRandomSearch';

export interface OptimizerSpec {
  name: OptimizerName;
  candidates: number;
  maxBootstrappedDemos: number;
  maxLabeledDemos: number;
  seed: number;
  /** Calls, at most; 0 for no limit. */
  calls: number;
}

/** How the model is to answer. */
export interface LmSettings {
  temperature?: number;
  maxTokens?: number;
}

export interface RunSpec {
  program: ProgramSpec;
  metric: MetricSpec;
  optimizer: OptimizerSpec;
  model: ModelChoice;
  config: LmSettings;
  train: readonly Row[];
  val: readonly Row[];
  test: readonly Row[];
  /** How long the practice model takes for an answer, so that one can watch; 0 for none. In milliseconds. */
  pace: number;
}

export interface SetSizes {
  train: number;
  val: number;
  test: number;
}

export interface PromptReply {
  completion: boolean;
  bare: Message[];
  full: Message[];
  stop: readonly string[];
  instructions: string;
}

export interface ScoredAnswer {
  score: number | null;
  prediction: Values | null;
  error?: string;
}

export interface Asked {
  outputs: Values;
  reply: string;
  tokens: number;
  estimated: boolean;
  /** From text of a saved state to a program, and for the whole call. Milliseconds. */
  loadMs: number;
  callMs: number;
}

/** What the page can ask for, by name: argument and answer. */
export interface Methods {
  describe: { in: ProgramSpec; out: Described };
  prompt: {
    in: { program: ProgramSpec; demos: readonly Values[]; inputs: Values; adapter: 'chat' | 'compact' };
    out: PromptReply;
  };
  /** Whether the server that sent this page answers for a model, and which. */
  localModel: { in: { url: string }; out: string | null };
  models: { in: { url: string }; out: string[] };
  key: { in: { url: string; key: string }; out: undefined };
  score: {
    in: {
      program: ProgramSpec;
      state?: string;
      metric: MetricSpec;
      rows: readonly Row[];
      model: ModelChoice;
      config: LmSettings;
    };
    out: ScoredAnswer[];
  };
  /** What the metric says of predictions that are there already. */
  verdicts: {
    in: { metric: MetricSpec; pairs: readonly { example: Row; prediction: Values | null; error?: string }[] };
    out: ScoredAnswer[];
  };
  /** The fewest and most calls of a run, held-out rows included. */
  estimate: {
    in: { metric: MetricSpec; optimizer: OptimizerSpec; rows: SetSizes };
    out: { min: number; max: number };
  };
  start: { in: { run: number; spec: RunSpec }; out: undefined };
  pause: { in: { run: number }; out: undefined };
  resume: { in: { run: number }; out: undefined };
  stop: { in: { run: number }; out: undefined };
  pace: { in: { run: number; pace: number }; out: undefined };
  /** The seed and a candidate on the locked rows, told as the end of the run. */
  heldOut: { in: { run: number; spec: RunSpec; candidate: number; demos: Demos }; out: undefined };
  exported: { in: { program: ProgramSpec; demos?: Demos; state?: string }; out: string };
  ask: {
    in: { program: ProgramSpec; state: string; inputs: Values; model: ModelChoice; config: LmSettings };
    out: Asked;
  };
}

export type Method = keyof Methods;

export interface Problem {
  code: string;
  message: string;
  /** In the signature, from 1. */
  column?: number;
  /** What to write instead, if the core knows. */
  fix?: string;
}

export type RunState = 'running' | 'paused' | 'done' | 'stopped' | 'budget' | 'failed';

/** What the host knows beside the log: how things stand now. */
export interface Telemetry extends Stamp {
  open: number;
  cached: number;
  failed: number;
}

export interface Ledger {
  host: string;
  calls: number;
  bytes: number;
}

export type FromWorker =
  | { is: 'answer'; id: number; value: unknown }
  | { is: 'problem'; id: number; problem: Problem }
  | { is: 'progress'; run: number; entries: Entry[]; telemetry: Telemetry }
  | { is: 'state'; run: number; state: RunState; reason?: string; telemetry: Telemetry }
  | { is: 'ledger'; ledger: Ledger[] };

export interface ToWorker {
  id: number;
  method: Method;
  argument: unknown;
}
