/** Where in the run's tree something happened: `optimize/search[0]/candidate[2]/row[7]`. */
interface At {
  readonly at: string;
}

/** An optimization begins. */
export interface StartEvent extends At {
  readonly event: 'start';
  readonly optimizer: string;
  readonly train: number;
  readonly val: number;
  readonly test: number;
  /** How many runs of the program and calls of the model it may take. */
  readonly estimate: Estimate;
}
/** Bounds of what an optimization takes, held-out rows included. */
export interface Estimate {
  readonly runs: { readonly min: number; readonly max: number };
  readonly calls: { readonly min: number; readonly max: number };
}
/** A program is considered; its number names it from now on. */
export interface CandidateEvent extends At {
  readonly event: 'candidate';
  readonly candidate: number;
  readonly label: string;
  readonly origin: { readonly kind: 'seed' | 'labeled' | 'bootstrap' | (string & {}); readonly seed?: number };
  /** By predictor. */
  readonly demos: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;
  /** By predictor. */
  readonly instructions: Readonly<Record<string, string>>;
}
/** A row of the training set was tried as a demo. */
export interface BootstrapEvent extends At {
  readonly event: 'bootstrap';
  readonly candidate: number;
  readonly row: number;
  readonly ok: boolean;
  readonly reason?: string;
}
/** A program was run on a row and scored. */
export interface RowEvent extends At {
  readonly event: 'row';
  readonly candidate: number;
  readonly set: 'train' | 'val' | 'test' | (string & {});
  readonly row: number;
  /** `null` if no answer was to be had, which is not a zero. */
  readonly score: number | null;
  readonly prediction?: Readonly<Record<string, unknown>>;
  /** Why there is no prediction, or why it failed. */
  readonly error?: string;
  readonly feedback?: string;
  /** The result was known and cost nothing. */
  readonly known?: true;
}
/** A program was scored on a whole set. */
export interface ScoreEvent extends At {
  readonly event: 'score';
  readonly candidate: number;
  readonly set: 'train' | 'val' | 'test' | (string & {});
  readonly score: number;
  readonly n: number;
  readonly missing: number;
  /** 95 %. */
  readonly interval: readonly [number, number];
}
/** A candidate and its saved state. */
export interface Offer {
  readonly candidate: number;
  readonly state: string;
}
/** A program that could be the result; a run that ends early gives the best of these. */
export interface OfferEvent extends At {
  readonly event: 'offer';
  readonly program: Offer;
  readonly score: number;
  /** Whether it is the best so far. */
  readonly best: boolean;
}
/** The states of a program that JavaScript is going to run. */
export interface ProgramEvent extends At {
  readonly event: 'program';
  readonly program: string;
  readonly predictors: Readonly<Record<string, unknown>>;
}
/** The optimization is done. */
export interface ReportEvent extends At, CoreReport {
  readonly event: 'report';
}

/** A score on rows, with its 95 % interval. */
export interface Score {
  readonly score: number;
  /** How many rows have a score. */
  readonly n: number;
  /** How many have none, as no answer was to be had. */
  readonly missing: number;
  readonly interval: readonly [number, number];
}

/** What an optimization found. */
export interface CoreReport {
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
  readonly candidates: readonly { readonly candidate: number; readonly label: string; readonly score: number }[];
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
