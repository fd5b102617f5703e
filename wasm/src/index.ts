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
  LMContentFilterError,
  LMContextWindowError,
  LMError,
  type LMErrorOptions,
  LMNetworkError,
  LMOverloadedError,
  LMRateLimitError,
  LMTimeoutError,
  LMUnsupportedError,
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
  type Embedding,
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
export { type AISDKModel, type AISDKOptions, fromAISDK } from './lm/ai-sdk.js';
export { type AnthropicOptions, anthropic } from './lm/anthropic.js';
export { type AzureOptions, azure } from './lm/azure.js';
export { type Cache, type Caching, type MemoryCacheOptions, memoryCache } from './lm/cache.js';
export { costOf, type Price, type Prices, type TokenPrices } from './lm/cost.js';
export {
  type Embedder,
  type Embeddings,
  type EmbeddingsOptions,
  geminiEmbeddings,
  ollamaEmbeddings,
  openaiEmbeddings,
} from './lm/embeddings.js';
export { type GeminiOptions, gemini } from './lm/gemini.js';
export { callHistory, type HistoryEntry, inspectHistory } from './lm/history.js';
export type { HttpOptions } from './lm/http.js';
export type { ModelOptions } from './lm/http-model.js';
export type { LedgerEntry, Spent } from './lm/ledger.js';
export { type OllamaOptions, ollama } from './lm/ollama.js';
export { type OpenAIOptions, openai } from './lm/openai.js';
export { type OpenAIResponsesOptions, openaiResponses } from './lm/openai-responses.js';
export { practiceModel } from './lm/practice.js';
export type * from './lm/types.js';
export type { ObservedCall, ObservedOutcome, ObservedWork, Observer } from './observe.js';
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
export {
  PredictionStream,
  type ProgramStreamEvent,
  type ProgramStreamOptions,
  type StreamEvent,
  type StreamOptions,
} from './program/stream.js';
export { type Trace, type TraceCall, type TraceStep, type TraceUsage, traceOf, usageOf } from './program/trace.js';
export type { RunUsage } from './run/driver.js';
export type * from './run/events.js';
export type { Journal } from './run/journal.js';
export type { Best, Progress, Run } from './run/run.js';
export type { Budget, SessionOptions } from './run/spec.js';
export { memoryJournal } from './stores/memory-journal.js';
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
