import type { Row } from '../program/runnable.js';
import type { BootstrapFewShotOptions } from './bootstrap-few-shot.js';
import { Optimizer } from './optimizer.js';

/** What BootstrapFewShotWithRandomSearch may be told. */
export interface RandomSearchOptions<E extends Row = Row> extends BootstrapFewShotOptions<E> {
  /** How many sets of demos to try beside the three fixed ones; 16 unless given. */
  candidates?: number;
  /** Ends the search at this percentage on the validation rows. */
  stopAtScore?: number;
  /** Whether labeled demos are drawn by lot; true unless given. */
  labeledSample?: boolean;
}

/** Tries sets of demos, each bootstrapped from the training rows in another order, and keeps the best. DSPy's. */
export class BootstrapFewShotWithRandomSearch<E extends Row = Row> extends Optimizer<E, RandomSearchOptions<E>> {
  /** @internal */
  protected override optimizer() {
    const { metric: _, seed: _seed, budget: _budget, failureScore: _failure, ...options } = this.options;
    return { name: 'BootstrapFewShotWithRandomSearch', ...options };
  }
}
