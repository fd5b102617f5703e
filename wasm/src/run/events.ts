/** Where in the run's tree something happened: `optimize/search[0]/candidate[2]/row[7]`. */
interface At {
  readonly at: string;
}

/** An optimization begins. */
export interface StartEvent extends At {
  readonly event: 'start';
  /** The optimizer's name. */
  readonly optimizer: string;
  /** How many rows to learn from. */
  readonly train: number;
  /** How many rows to choose with. */
  readonly val: number;
  /** How many rows are held out. */
  readonly test: number;
  /** How many runs of the program and calls of the model it may take. */
  readonly estimate: Estimate;
}
/** Bounds of what an optimization takes, held-out rows included. */
export interface Estimate {
  /** Executions of the program. */
  readonly runs: { readonly min: number; readonly max: number };
  /** Calls of the model, if each predictor is called once a run. */
  readonly calls: { readonly min: number; readonly max: number };
}
/** A program is considered; its number names it from now on. */
export interface CandidateEvent extends At {
  readonly event: 'candidate';
  /** Its number, from 0 on. */
  readonly candidate: number;
  /** How it came about, for people. */
  readonly label: string;
  /** How it came about. */
  readonly origin: { readonly kind: 'seed' | 'labeled' | 'bootstrap' | (string & {}); readonly seed?: number };
  /** By predictor. */
  readonly demos: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;
  /** By predictor. */
  readonly instructions: Readonly<Record<string, string>>;
}
/** A row of the training set was tried as a demo. */
export interface BootstrapEvent extends At {
  readonly event: 'bootstrap';
  /** Whose demos are looked for. */
  readonly candidate: number;
  /** Its number in the training set. */
  readonly row: number;
  /** Whether it became a demo. */
  readonly ok: boolean;
  /** Why it did not. */
  readonly reason?: string;
}
/** A program was run on a row and scored. */
export interface RowEvent extends At {
  readonly event: 'row';
  /** Which program. */
  readonly candidate: number;
  /** Which rows. */
  readonly set: 'train' | 'val' | 'test' | (string & {});
  /** Its number in that set. */
  readonly row: number;
  /** `null` if no answer was to be had, which is not a zero. */
  readonly score: number | null;
  /** The outputs, if there are any. */
  readonly prediction?: Readonly<Record<string, unknown>>;
  /** Why there is no prediction, or why it failed. */
  readonly error?: string;
  /** What the metric said of it. */
  readonly feedback?: string;
  /** The result was known and cost nothing. */
  readonly known?: true;
}
/** A program was scored on a whole set. */
export interface ScoreEvent extends At {
  readonly event: 'score';
  /** Which program. */
  readonly candidate: number;
  /** Which rows. */
  readonly set: 'train' | 'val' | 'test' | (string & {});
  /** The mean over the rows that have a score. */
  readonly score: number;
  /** How many rows have a score. */
  readonly n: number;
  /** How many have none, as no answer was to be had. */
  readonly missing: number;
  /** 95 %. */
  readonly interval: readonly [number, number];
}
/** A candidate and its saved state. */
export interface Offer {
  /** Its number. */
  readonly candidate: number;
  /** As text, for `load`. */
  readonly state: string;
}
/** A program that could be the result; a run that ends early gives the best of these. */
export interface OfferEvent extends At {
  readonly event: 'offer';
  /** Which program. */
  readonly program: Offer;
  /** On the validation rows. */
  readonly score: number;
  /** Whether it is the best so far. */
  readonly best: boolean;
}
/** The states of a program that JavaScript is going to run. */
export interface ProgramEvent extends At {
  readonly event: 'program';
  /** What further events call it by. */
  readonly program: string;
  /** By name. */
  readonly predictors: Readonly<Record<string, unknown>>;
}
/** The optimization is done. */
export interface ReportEvent extends At, CoreReport {
  readonly event: 'report';
}

/** A score on rows, with its 95 % interval. */
export interface Score {
  /** The mean over the rows that have a score. */
  readonly score: number;
  /** How many rows have a score. */
  readonly n: number;
  /** How many have none, as no answer was to be had. */
  readonly missing: number;
  /**
   * 95 %: Wilson's interval where every score is 0 or 1, else that of the percentile bootstrap over the rows (2,000
   * resamples of a fixed seed, so that the same scores give the same interval).
   */
  readonly interval: readonly [number, number];
}

/** What an optimization found. */
export interface CoreReport {
  /** The optimizer's name. */
  readonly optimizer: string;
  /** The number of the candidate that was chosen. */
  readonly candidate: number;
  /** `true`, or why there is no score on held-out rows. */
  readonly heldOut: true | string;
  /** The given program on the held-out rows. */
  readonly seed: Score | null;
  /** The chosen program on the held-out rows. */
  readonly optimized: Score | null;
  /** Row by row on the held-out rows. */
  readonly difference: {
    readonly mean: number;
    readonly interval: readonly [number, number];
    readonly p: number;
  } | null;
  /** In words, what the difference shows, or that it shows nothing. */
  readonly verdict: string | null;
  /** What the choice was made on. */
  readonly validation: { readonly seed: number; readonly optimized: number; readonly n: number };
  /** All that were scored on the validation rows, in order. */
  readonly candidates: readonly { readonly candidate: number; readonly label: string; readonly score: number }[];
  /** Whether the budget ended the search early. */
  readonly outOfBudget: boolean;
}

/** What a run tells the world: in the same order whatever was answered first, and the same when it is continued. */
export type RunEvent =
  | StartEvent
  | CandidateEvent
  | BootstrapEvent
  | RowEvent
  | ScoreEvent
  | OfferEvent
  | ProgramEvent
  | ReportEvent;
