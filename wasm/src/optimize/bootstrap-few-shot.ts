import type { Row } from '../program/runnable.js';
import { Optimizer, type OptimizerOptions } from './optimizer.js';

/** What BootstrapFewShot may be told. */
export interface BootstrapFewShotOptions<E extends Row = Row> extends OptimizerOptions<E> {
  /** The most demos made by running the program; 4 unless given. */
  maxBootstrappedDemos?: number;
  /** The most demos in all, filled up with training rows as they are; 16 unless given. */
  maxLabeledDemos?: number;
  /** How often to try a row; 1 unless given. */
  maxRounds?: number;
  /** What a run must score to become a demo; otherwise anything above 0. */
  metricThreshold?: number;
}

/** Runs the program on training rows and shows those runs that the metric accepts as demos. DSPy's BootstrapFewShot. */
export class BootstrapFewShot<E extends Row = Row> extends Optimizer<E, BootstrapFewShotOptions<E>> {
  /** @internal */
  protected override optimizer() {
    const { maxBootstrappedDemos, maxLabeledDemos, maxRounds, metricThreshold } = this.options;
    return { name: 'BootstrapFewShot', maxBootstrappedDemos, maxLabeledDemos, maxRounds, metricThreshold };
  }
}
