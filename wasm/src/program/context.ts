import type { Cache, Caching } from '../lm/cache.js';
import type { AdapterName, Compat, LM, LMCallOptions, LMConfig, LMRequest, LMResponse } from '../lm/types.js';
import type { ObservedCall } from '../observe.js';
import type { ProgramStreamEvent } from './stream.js';
import type { TraceStep } from './trace.js';

/** What a call of a program may be told. */
export interface RunOptions {
  /**
   * The model. For a single predictor it comes before the predictor's own; for a program it is what the predictors
   * use that have none of their own.
   */
  lm?: LM;
  /** The prompt format, with the same precedence as the model. */
  adapter?: AdapterName;
  /** The second model of the prompt format `two_step`, with the same precedence. */
  extractionLM?: LM;
  /** How replies are read, with the same precedence as the model. */
  compat?: Compat;
  /** Ends the call: it throws an {@link LMAbortedError}. */
  signal?: AbortSignal;
  /** Where answers are kept; `false` for nowhere, even if there is a configured cache. */
  cache?: Cache | false;
  /** Whether answers are taken from the cache (`use`, unless given), asked again (`refresh`), or neither (`bypass`). */
  caching?: Caching;
  /** Added to the predictors' own settings for the model. */
  config?: LMConfig;
}

/** What `run` of a single predictor may be told. */
export interface PredictOptions extends RunOptions {
  /** Called with each piece of the reply as it comes, if the model streams. It may still prove unreadable. */
  onPart?: (text: string) => void;
}

/** How a run's calls reach the model, where it is not simply asked. @internal */
export type AskModel = (
  lm: LM,
  request: LMRequest,
  predictor: string,
  options: LMCallOptions,
  parent: ObservedCall | undefined,
) => Promise<LMResponse>;

/**
 * One run of a program. Predictors get it by being cloned for the run (see `bind`), not from anything global: so
 * that runs may overlap and nest, in places without AsyncLocalStorage too.
 * @internal
 */
export interface RunContext {
  readonly options: RunOptions;
  readonly trace: TraceStep[];
  readonly ask?: AskModel;
  /** What its calls are a part of, if somebody observes. */
  readonly call?: ObservedCall | undefined;
  /** Who streams the run. */
  readonly hear?: ((event: ProgramStreamEvent) => void) | undefined;
  /** Whether texts are given that may be taken back. */
  readonly eager?: boolean | undefined;
}

/** Clones a program or a part of it for one run. @internal */
export const bind: unique symbol = Symbol('strop.bind');
