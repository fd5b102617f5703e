export { BootstrapFewShot, type BootstrapFewShotOptions } from './bootstrap-few-shot.js';
export { LabeledFewShot, type LabeledFewShotOptions } from './labeled-few-shot.js';
export type {
  CompileOptions,
  EstimateOptions,
  Optimization,
  OptimizeReport,
  OptimizeResult,
  OptimizerOptions,
} from './optimizer.js';
export { BootstrapFewShotWithRandomSearch, type RandomSearchOptions } from './random-search.js';
