/** One message of a conversation with a model. */
export interface LMMessage {
  /** Who speaks. */
  role: 'system' | 'user' | 'assistant' | 'developer' | 'tool' | (string & {});
  /** Text, or parts as the OpenAI chat API knows them. */
  content: string | readonly Readonly<Record<string, unknown>>[];
}

/** How the model is to answer. What is not given is the model's own default. */
export interface LMConfig {
  /** 0 for the likeliest answer; higher ones vary. */
  temperature?: number;
  /** The longest answer, in tokens. */
  maxTokens?: number;
  /** Texts at which the answer ends; they are not part of it. */
  stop?: readonly string[];
  /** Only the likeliest tokens that sum up to this chance are considered. */
  topP?: number;
  /** For models that draw the same with the same seed. */
  seed?: number;
  /**
   * What the answer must be, as OpenAI's chat API takes it: `{ type: 'json_object' }`, or `{ type: 'json_schema', … }`.
   * For servers that can hold a model to it; goes with the prompt format `json`.
   */
  responseFormat?: Readonly<Record<string, unknown>>;
  /** Tells apart equal requests that are meant to be asked again. It is never sent to the model. */
  rolloutId?: number;
}

/** What a model is asked. */
export interface LMRequest {
  /** The prompt. */
  messages: readonly LMMessage[];
  /** The one message's text is to be continued rather than answered. */
  completion?: boolean;
  /** How to answer. */
  config: LMConfig;
}

/** Tokens of a call. */
export interface LMUsage {
  /** Of the prompt. */
  inputTokens: number;
  /** Of the answer. */
  outputTokens: number;
  /** How many of the input tokens the server had cached. */
  cachedInputTokens?: number;
}

/** What a model has answered. */
export interface LMResponse {
  /** The answer. */
  text: string;
  /** Absent if the server does not tell; runs then estimate a token as four bytes, and say so. */
  usage?: LMUsage;
  /** Why the answer ends where it does. */
  finishReason?: 'stop' | 'length' | 'content_filter' | 'tool_calls' | (string & {});
  /** The model that answered, if it differs in name from the one asked. */
  model?: string;
  /** Whether this answer came from a cache and cost nothing. */
  cached?: boolean;
}

/** What a call of a model may be given. */
export interface LMCallOptions {
  /** Gives the call up. */
  signal?: AbortSignal;
  /** Called with each piece of text as it comes, if the model streams. */
  onPart?: (text: string) => void;
}

/** What a model can do beyond answering in words. What is not said is taken for no. */
export interface LMCapabilities {
  /** It can be held to JSON: `responseFormat` `{ type: 'json_object' }`. */
  responseFormat?: boolean;
  /** It can be held to a JSON Schema: `responseFormat` `{ type: 'json_schema', … }`. */
  responseSchema?: boolean;
  /** It can be given tools to call. */
  functionCalling?: boolean;
  /** It thinks before it answers. */
  reasoning?: boolean;
}

/** A language model: anything with a name and `complete`. */
export interface LM {
  /** The model's name. It is part of cache keys. */
  readonly model: string;
  /** The prompt format it follows best: `chat` unless it says another. */
  readonly adapter?: AdapterName;
  /** How many calls it takes at once. */
  readonly concurrency?: number;
  /** What it can do. The prompt format `json` holds it to a schema, or to JSON, where it can be held. */
  readonly capabilities?: LMCapabilities;
  /** Answers one request, or throws; an {@link LMError} tells whether to try again. */
  complete(request: LMRequest, options?: LMCallOptions): Promise<LMResponse>;
}

/**
 * A prompt format: DSPy's chat, JSON, XML, BAML and two-step formats, or `Field: value` lines for small models. All but
 * `chat` and `compact` are in the module that evaluation and optimization need, which `run` loads for them.
 *
 * `baml` is `json` with the outputs' types in a compact notation. `two_step` asks the model in free form, and then the
 * `extractionLM` for the outputs in what that has said: for models that think well and keep to formats badly.
 */
export type AdapterName = 'chat' | 'json' | 'xml' | 'baml' | 'two_step' | 'compact';

/**
 * `dspy` reads replies exactly as DSPy does, faults and all, and asks once more in the JSON format, as DSPy does, where a
 * reply in the chat or XML format cannot be read and none of it was streamed. Otherwise replies are read as a careful
 * person would, from a single call. Prompts are the same.
 */
export type Compat = 'dspy';
