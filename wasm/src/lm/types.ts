import type { Price } from './cost.js';

/**
 * A piece of a message. Messages have the shape of OpenAI's chat API, which is also that of DSPy's prompts; each transport
 * translates it to what its server takes, or refuses it with an {@link LMUnsupportedError}.
 */
export type LMPart =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'image_url'; readonly image_url: { readonly url: string; readonly detail?: string } }
  | { readonly type: 'input_audio'; readonly input_audio: { readonly data: string; readonly format: string } }
  | {
      readonly type: 'file';
      readonly file: { readonly file_data?: string; readonly file_id?: string; readonly filename?: string };
    }
  | { readonly type: string; readonly [member: string]: unknown };

/** A tool that the model wants called. */
export interface LMToolCall {
  /** What the tool's result refers to. */
  readonly id: string;
  /** Tools are functions. */
  readonly type: 'function';
  /** Which one, and its arguments as JSON text, which the model wrote: they may not fit, or be no JSON. */
  readonly function: { readonly name: string; readonly arguments: string };
}

/** A tool that the model may ask for. */
export interface LMTool {
  /** Tools are functions. */
  readonly type: 'function';
  /** Its name, what it is good for, and its parameters as JSON Schema. */
  readonly function: {
    readonly name: string;
    readonly description?: string;
    readonly parameters?: Readonly<Record<string, unknown>>;
    readonly strict?: boolean;
  };
}

/** One message of a conversation with a model. */
export interface LMMessage {
  /** Who speaks. */
  role: 'system' | 'user' | 'assistant' | 'developer' | 'tool' | (string & {});
  /** Text, or parts; `null` in an assistant's message that only calls tools. */
  content: string | readonly LMPart[] | null;
  /** The tools that an assistant's message calls. */
  tool_calls?: readonly LMToolCall[];
  /** The call that a tool's message is the result of. */
  tool_call_id?: string;
  /** Whom of several with the same role, for servers that tell them apart. */
  name?: string;
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
  /** The tools that the model may ask for. */
  tools?: readonly LMTool[];
  /** Whether it must call a tool, or which; the model's choice unless given. */
  toolChoice?: 'auto' | 'none' | 'required' | { readonly name: string };
  /** How long a model that thinks is to think. */
  reasoningEffort?: 'none' | 'minimal' | 'low' | 'medium' | 'high' | (string & {});
  /** How many answers to the one question; 1 unless given. All are in `choices`. */
  n?: number;
  /** The logarithm of each token's chance, and as many of the likeliest others. */
  logprobs?: boolean | number;
  /** Asks the server to keep what has been read of the prompt, where it does so only if asked: Anthropic. */
  promptCache?: boolean;
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
  /** How many of the input tokens the server has newly cached, where that has a price. */
  cacheWriteTokens?: number;
  /** How many of the output tokens were thoughts. */
  reasoningTokens?: number;
}

/** One of several answers to the same question. */
export interface LMChoice {
  /** The answer. */
  text: string;
  /** Why it ends where it does. */
  finishReason?: NonNullable<LMResponse['finishReason']>;
  /** The tools that it asks for. */
  toolCalls?: readonly LMToolCall[];
  /** What the model thought, as far as it tells. */
  reasoning?: string;
}

/** A token of an answer. */
export interface LMLogprob {
  /** Its text. */
  token: string;
  /** The natural logarithm of its chance. */
  logprob: number;
  /** The likeliest tokens in its place. */
  top?: readonly { readonly token: string; readonly logprob: number }[];
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
  /** The tools that the model asks for. */
  toolCalls?: readonly LMToolCall[];
  /** What the model thought, as far as it tells. */
  reasoning?: string;
  /** All answers, this one first, if more than one was asked for. */
  choices?: readonly LMChoice[];
  /** Token by token, if asked for. */
  logprobs?: readonly LMLogprob[];
  /** What the server tells beyond this, by its own names. */
  metadata?: Readonly<Record<string, unknown>>;
  /** Whether this answer came from a cache and cost nothing. */
  cached?: boolean;
}

/** What a call of a model may be given. */
export interface LMCallOptions {
  /** Gives the call up. */
  signal?: AbortSignal;
  /** Called with each piece of text as it comes, if the model streams. */
  onPart?: (text: string) => void;
  /** Called with each piece of what the model thinks, if it streams and tells. */
  onReasoning?: (text: string) => void;
}

/**
 * What a model can do beyond answering in words. Prompts use nothing that is not said here; what a request itself holds
 * (tools, images, several answers) is refused only where this says `false`.
 */
export interface LMCapabilities {
  /** It can be held to JSON: `responseFormat` `{ type: 'json_object' }`. */
  responseFormat?: boolean;
  /** It can be held to a JSON Schema: `responseFormat` `{ type: 'json_schema', … }`. */
  responseSchema?: boolean;
  /** It can be given tools to call. */
  functionCalling?: boolean;
  /** It thinks before it answers. */
  reasoning?: boolean;
  /** It sees images. */
  vision?: boolean;
  /** It hears. */
  audio?: boolean;
  /** It reads files, such as PDF. */
  files?: boolean;
  /** It knows system messages. */
  systemRole?: boolean;
  /** It gives several answers to one question. */
  choices?: boolean;
}

/** A language model: anything with a name and `complete`. */
export interface LM {
  /** The model's name. It is part of cache keys. */
  readonly model: string;
  /** Who runs it, as in `openai/gpt-5-mini`, where that is known. */
  readonly provider?: string;
  /** What its tokens cost, where that is known; `configure({ prices })` comes before it. */
  readonly price?: Price;
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
