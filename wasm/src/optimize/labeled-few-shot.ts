import type { Row } from '../program/runnable.js';
import { Optimizer, type OptimizerOptions } from './optimizer.js';

/** What LabeledFewShot may be told. */
export interface LabeledFewShotOptions<E extends Row = Row> extends OptimizerOptions<E> {
  /** How many demos; 16 unless given. */
  k?: number;
  /** Whether they are drawn by lot, and not the first ones; true unless given. */
  sample?: boolean;
}

/** Shows rows of the training set as demos, as they are. DSPy's LabeledFewShot. */
export class LabeledFewShot<E extends Row = Row> extends Optimizer<E, LabeledFewShotOptions<E>> {
  /** @internal */
  protected override optimizer() {
    const { k, sample } = this.options;
    return { name: 'LabeledFewShot', k, sample };
  }
}
