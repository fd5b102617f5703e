import type { StropError } from './errors.js';
import type { Cache, Caching } from './lm/cache.js';
import type { Prices } from './lm/cost.js';
import type { AdapterName, Compat, LM } from './lm/types.js';

import type { Observer } from './observe.js';

/** What holds where nothing nearer says otherwise. */
export interface Configuration {
  /** The model of every predictor that has none of its own. */
  lm?: LM;
  /** The prompt format; otherwise the model's own. */
  adapter?: AdapterName;
  /** The model that finds the outputs in what another has said, for the prompt format `two_step`. */
  extractionLM?: LM;
  /** How replies are read: as a careful person would, or as DSPy does. */
  compat?: Compat;
  /** Where answers of models are kept. Without one `run` asks the model every time. */
  cache?: Cache;
  /** Whether answers are taken from the cache (`use`, unless given), asked again (`refresh`), or neither (`bypass`). */
  caching?: Caching;
  /** What models cost. What is not known here, and the model itself does not say, has no cost rather than none. */
  prices?: Prices;
  /** How many of the last calls of models are kept for `inspectHistory`; none unless given. */
  history?: number;
  /** Told of what programs do, for tracing: `strop/otel` gives one. */
  observer?: Observer;
  /** How many calls a run makes at once, if neither it nor the model says. */
  concurrency?: number;
  /**
   * Told of what went wrong without ending anything: a cache that could not keep an answer, once for each cache. Without
   * it such a thing goes to `console.warn`.
   */
  onWarning?: (warning: StropError) => void;
}

const configuration: Configuration = {};

/**
 * Sets defaults for everything that is not told otherwise; `undefined` takes one back. Each of them but
 * `onWarning` is also an option of the call, the predictor or the run, which win.
 *
 * @example configure({ lm: openai({ model: 'gpt-5-mini' }) });
 */
export function configure(options: { [K in keyof Configuration]: Configuration[K] | undefined }): void {
  Object.assign(configuration, options);
}

/** @internal */
export function configured(): Readonly<Configuration> {
  return configuration;
}
