export { type Configuration, configure } from './config.js';
export { crossings, type ReadyOptions, ready } from './core/core.js';
export {
  AdapterParseError,
  ConfigurationError,
  CoreError,
  DisposedError,
  InputError,
  LMAbortedError,
  LMAuthError,
  LMBadRequestError,
  LMBillingError,
  LMContextWindowError,
  LMError,
  type LMErrorOptions,
  LMNetworkError,
  LMOverloadedError,
  LMRateLimitError,
  LMTimeoutError,
  MetricError,
  ProgramError,
  RunError,
  SignatureError,
  StoreError,
  StropError,
  type StropErrorOptions,
} from './errors.js';
export { type EvaluateOptions, type Evaluation, evaluate, type RowResult, type RowUsage } from './evaluate/evaluate.js';
export {
  type ContainsOptions,
  contains,
  type Embedder,
  jsonEqual,
  matches,
  type NumericOptions,
  numeric,
  setF1,
  similarity,
} from './evaluate/field-metrics.js';
export { type MajorityOptions, majority } from './evaluate/majority.js';
export {
  exact,
  type FieldMetric,
  f1,
  type Metric,
  type MetricFunction,
  type MetricResult,
  type MetricTrace,
  normalized,
  type RunJudge,
} from './evaluate/metrics.js';
export { type Split, type SplitOptions, splitRows } from './evaluate/split.js';
export { type Cache, memoryCache } from './lm/cache.js';
export type { HttpOptions } from './lm/http.js';
export { type OpenAIOptions, openai } from './lm/openai.js';
export { practiceModel } from './lm/practice.js';
export type * from './lm/types.js';
export type { PredictOptions, RunOptions } from './program/context.js';
export { ChainOfThought, Module, type ModuleInputs } from './program/module.js';
export { Predict, type PredictSettings } from './program/predict.js';
export {
  type ModuleStructure,
  type ModuleType,
  Program,
  type ProgramSettings,
  type ProgramStructure,
  type SingleStructure,
  type ToolStructure,
} from './program/program.js';
export { type LoadOptions, type Row, Runnable } from './program/runnable.js';
export {
  type AnySignature,
  type Field,
  type FieldJSON,
  type NewField,
  Signature,
  type SignatureJSON,
  type SignatureLike,
  type SignatureOptions,
} from './program/signature.js';
export { PredictionStream, type StreamEvent, type StreamOptions } from './program/stream.js';
export { type Trace, type TraceCall, type TraceStep, type TraceUsage, traceOf, usageOf } from './program/trace.js';
export type { RunUsage } from './run/driver.js';
export type * from './run/events.js';
export type { Journal } from './run/journal.js';
export type { Best, Progress, Run } from './run/run.js';
export type { Budget, SessionOptions } from './run/spec.js';
export type * from './types/definitions.js';
export type {
  Edited,
  Inputs,
  Outputs,
  ReasonedOutputs,
  SignatureSource,
  Typed,
  TypeOfText,
} from './types/signature.js';
export type * from './types/values.js';
