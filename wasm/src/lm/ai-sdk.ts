import {
  ConfigurationError,
  LMBadRequestError,
  LMError,
  LMNetworkError,
  LMOverloadedError,
  LMUnsupportedError,
  messageOf,
  StropError,
} from '../errors.js';
import { attempts, type Posted } from './attempts.js';
import { byteLength } from './call.js';
import { Draft, tokensOf } from './draft.js';
import { classified, type HttpOptions, redact, retryAfter, saidBy, saidIn } from './http.js';
import { contentOf, type ModelOptions, refuseWhatIsNotThere, type Wild } from './http-model.js';
import { list } from './openai.js';
import { Pace } from './pace.js';
import type { LM, LMCallOptions, LMConfig, LMMessage, LMPart, LMRequest, LMResponse, LMUsage } from './types.js';

/** A language model of the AI SDK, as far as it is used: `LanguageModelV2` of version 5, `V3` of 6, `V4` of 7. */
export interface AISDKModel {
  /** The version of its interface: `v2` and later. */
  readonly specificationVersion: string;
  /** Whose it is: `openai.chat`. */
  readonly provider: string;
  /** Its name. */
  readonly modelId: string;
  /** Which files it takes by their URL, by media type. */
  readonly supportedUrls: object;
  /** Answers at once. */
  doGenerate(options: never): PromiseLike<object>;
  /** Answers in pieces. */
  doStream(options: never): PromiseLike<object>;
}

/** What is said of a model of the AI SDK, which says none of it itself. */
export interface AISDKOptions
  extends Pick<ModelOptions, 'config' | 'adapter' | 'concurrency' | 'capabilities'>,
    Pick<HttpOptions, 'headers' | 'timeout' | 'totalTimeout' | 'retries' | 'rateLimit'> {
  /** What the provider takes beyond the SDK's own settings, by the provider's name. */
  providerOptions?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const largestAnswer = 32 * 2 ** 20;

/**
 * A model of the AI SDK (versions 5, 6 and 7) as one of Strop's, with whatever provider, gateway or middleware it has.
 *
 * The SDK's own `generateText` is not in the way, so that calls are tried again once, by Strop: as often as `retries`
 * says. What the SDK knows no words for, several answers and chances of tokens, is refused.
 *
 * @example fromAISDK(anthropic('claude-sonnet-4-6')) // import { anthropic } from '@ai-sdk/anthropic'
 */
export function fromAISDK(model: AISDKModel, options: AISDKOptions = {}): LM {
  const version = Number(/^v(\d+)$/.exec(model?.specificationVersion)?.[1]);
  if (!(version >= 2) || typeof model.doGenerate !== 'function') {
    throw new ConfigurationError(
      'bad_model',
      'fromAISDK takes a language model of the AI SDK 5 or later, as `openai("gpt-5-mini")` of @ai-sdk/openai gives one.',
    );
  }
  const { adapter, concurrency } = options;
  const sdk: Sdk = { model: model as unknown as Callable, version, pace: new Pace(options.rateLimit), options };
  return {
    model: model.modelId,
    provider: providerOf(model),
    ...(adapter ? { adapter } : {}),
    ...(concurrency ? { concurrency } : {}),
    capabilities: { ...options.capabilities, choices: false },
    complete: (request, call = {}) => complete(sdk, request, call),
  };
}

/** The provider's name, as everywhere here: the SDK's also says which of its APIs is asked. */
function providerOf({ provider }: AISDKModel): string {
  const name = provider.split('.')[0] as string;
  return name === 'google' ? 'gemini' : name;
}

interface Callable extends Omit<AISDKModel, 'doGenerate' | 'doStream' | 'supportedUrls'> {
  readonly supportedUrls: PromiseLike<SupportedUrls> | SupportedUrls | undefined;
  doGenerate(options: object): PromiseLike<Wild>;
  doStream(options: object): PromiseLike<{ stream: ReadableStream<Wild> }>;
}
type SupportedUrls = Readonly<Record<string, readonly RegExp[]>>;

interface Sdk {
  model: Callable;
  version: number;
  pace: Pace;
  options: AISDKOptions;
}

async function complete(sdk: Sdk, request: LMRequest, call: LMCallOptions): Promise<LMResponse> {
  const { pace, options } = sdk;
  const { timeout, totalTimeout, retries } = options;
  const whom = `${sdk.model.modelId} of ${sdk.model.provider}`;
  const config = { ...options.config, ...request.config };
  refuseWhatIsNotThere(request, config, options.capabilities, whom);
  const asked = { ...(await settingsOf(sdk, whom, config)), prompt: await promptOf(sdk, whom, request.messages) };
  const tokens = Math.ceil(byteLength(JSON.stringify(request.messages)) / 4) + (config.maxTokens ?? 0);
  const how = { whom, signal: call.signal, pace, tokens, timeout, totalTimeout, retries };
  return attempts({ ...how, errorOf: (thrown) => errorOf(thrown, whom) }, (signal, alive) =>
    once(sdk, asked, whom, call, signal, alive),
  );
}

/** One try. */
async function once(
  sdk: Sdk,
  asked: object,
  whom: string,
  call: LMCallOptions,
  signal: AbortSignal,
  alive: () => void,
): Promise<Posted<LMResponse>> {
  // A model that does not listen to its signal is not waited for.
  const ended = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  ended.catch(() => undefined);
  const draft = new Draft(call);
  const options = { ...asked, abortSignal: signal };
  try {
    if (call.onPart || call.onReasoning) {
      const { stream } = await Promise.race([sdk.model.doStream(options), ended]);
      await readStream(stream, draft, sdk, whom, alive, ended);
    } else {
      readAnswer(await Promise.race([sdk.model.doGenerate(options), ended]), draft, sdk);
    }
    const result = draft.done();
    return { result, tokens: result.usage && result.usage.inputTokens + result.usage.outputTokens };
  } catch (thrown) {
    const error = errorOf(thrown, whom);
    if (!draft.begun) throw error;
    if (signal.aborted)
      throw new LMNetworkError(`${whom} broke off in the middle of an answer.`, { details: { begun: true } });
    if (!(error instanceof LMError) || !error.transient) throw error;
    throw new LMError(error.code, `${whom} broke off in the middle of an answer: ${error.message}`, true, {
      details: { ...error.details, begun: true },
    });
  }
}

function readAnswer(answer: Wild, draft: Draft, sdk: Sdk): void {
  const choice = draft.choice();
  for (const part of list(answer.content)) {
    if (part.type === 'text') choice.say(part.text);
    else if (part.type === 'reasoning') choice.think(part.text);
    else if (part.type === 'tool-call') readCall(part, draft);
  }
  readEnd(answer, draft, sdk);
  readMetadata(answer.response, draft);
  note(answer.warnings, draft);
}

async function readStream(
  stream: ReadableStream<Wild>,
  draft: Draft,
  sdk: Sdk,
  whom: string,
  alive: () => void,
  ended: Promise<never>,
): Promise<void> {
  const reader = stream.getReader();
  const choice = draft.choice();
  let size = 0;
  try {
    for (;;) {
      const { done, value: part } = await Promise.race([reader.read(), ended]);
      if (done) break;
      alive();
      if (typeof part.delta === 'string') size += (part.delta as string).length;
      if (size > largestAnswer) throw new LMError('lm_bad_response', `${whom} answers with more than 32 MiB.`, false);
      if (part.type === 'text-delta') choice.say(part.delta);
      else if (part.type === 'reasoning-delta') choice.think(part.delta);
      else if (part.type === 'tool-call') readCall(part, draft);
      else if (part.type === 'response-metadata') readMetadata(part, draft);
      else if (part.type === 'stream-start') note(part.warnings, draft);
      else if (part.type === 'error') throw part.error;
      else if (part.type === 'finish') {
        readEnd(part, draft, sdk);
        draft.ended = true;
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined); // it may be closed already
  }
  if (!draft.ended) throw new LMNetworkError(`${whom} broke off in the middle of an answer.`);
}

/** Of the calls that we have to make: some tools are run where the model is. */
function readCall({ toolCallId, toolName, input, providerExecuted }: Wild, draft: Draft): void {
  if (providerExecuted) return;
  const choice = draft.choice();
  const text = typeof input === 'string' ? input : JSON.stringify(input ?? {});
  choice.call(choice.calls, { id: toolCallId, name: toolName, arguments: text });
}

function readEnd({ finishReason, usage, providerMetadata }: Wild, draft: Draft, sdk: Sdk): void {
  const { unified = finishReason, raw } = (typeof finishReason === 'object' ? finishReason : {}) as Wild;
  const said = unified === 'other' && typeof raw === 'string' ? raw : unified;
  if (typeof said === 'string') draft.choice().finishReason = (said as string).replaceAll('-', '_');
  draft.usage = usageIn(usage, providerMetadata, sdk);
  if (providerMetadata && Object.keys(providerMetadata).length) draft.metadata.providerMetadata = providerMetadata;
}

/** Counts of version 2 are numbers, later ones tell what they are made of. */
function usageIn(usage: Wild | undefined, metadata: Wild | undefined, { model, version }: Sdk): LMUsage | undefined {
  const { inputTokens, outputTokens, cachedInputTokens, reasoningTokens } = (usage ?? {}) as Record<string, unknown>;
  if (version > 2) {
    const { total, cacheRead, cacheWrite } = (inputTokens ?? {}) as Record<string, unknown>;
    const out = (outputTokens ?? {}) as Record<string, unknown>;
    return tokensOf(total, out.total, { cached: cacheRead, written: cacheWrite, reasoning: out.reasoning });
  }
  // Anthropic counts what is cached beside the input, and that version of its provider hands this on.
  const beside = /^anthropic\b/.test(model.provider);
  const written = beside ? (metadata?.anthropic?.cacheCreationInputTokens as unknown) : undefined;
  const more = beside ? number(cachedInputTokens) + number(written) : 0;
  const input = typeof inputTokens === 'number' ? inputTokens + more : undefined;
  return tokensOf(input, outputTokens, { cached: cachedInputTokens, written, reasoning: reasoningTokens });
}

function number(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

function readMetadata(response: Wild | undefined, draft: Draft): void {
  if (typeof response?.modelId === 'string') draft.model = response.modelId as string;
  if (typeof response?.id === 'string') draft.metadata.id = response.id;
}

/** What of the request the model has not minded. */
function note(warnings: unknown, draft: Draft): void {
  if (list(warnings).length) draft.metadata.warnings = warnings;
}

async function settingsOf({ model, version, options }: Sdk, whom: string, config: LMConfig): Promise<object> {
  const { temperature, maxTokens, topP, stop, seed, responseFormat, tools, toolChoice, reasoningEffort } = config;
  if ((config.n ?? 1) > 1)
    throw new LMUnsupportedError(`${whom} gives one answer to a question: the AI SDK knows no n.`);
  if (config.logprobs)
    throw new LMUnsupportedError(`${whom} tells no chances of tokens: the AI SDK has no place for them.`);
  const own = model.provider.split('.')[0] as string;
  const providerOptions: Record<string, object> = { ...options.providerOptions };
  if (reasoningEffort !== undefined && version < 4) {
    providerOptions[own] = { reasoningEffort, ...providerOptions[own] };
  }
  return {
    ...(temperature === undefined ? {} : { temperature }),
    ...(maxTokens === undefined ? {} : { maxOutputTokens: maxTokens }),
    ...(topP === undefined ? {} : { topP }),
    ...(stop?.length ? { stopSequences: [...stop] } : {}),
    ...(seed === undefined ? {} : { seed }),
    ...(responseFormat ? { responseFormat: formatOf(responseFormat) } : {}),
    ...(tools?.length
      ? {
          tools: tools.map(
            ({ function: { name, description, parameters = { type: 'object', properties: {} }, strict } }) => ({
              type: 'function',
              name,
              ...(description === undefined ? {} : { description }),
              inputSchema: parameters,
              ...(strict === undefined || version < 3 ? {} : { strict }),
            }),
          ),
          toolChoice:
            typeof toolChoice === 'object'
              ? { type: 'tool', toolName: toolChoice.name }
              : { type: toolChoice ?? 'auto' },
        }
      : {}),
    ...(reasoningEffort !== undefined && version >= 4 ? { reasoning: reasoningEffort } : {}),
    ...(Object.keys(providerOptions).length ? { providerOptions } : {}),
    ...(options.headers ? { headers: options.headers } : {}),
  };
}

function formatOf(format: Readonly<Record<string, unknown>>): object {
  if (format.type === 'text') return { type: 'text' };
  const { schema, name, description } = (format.json_schema ?? {}) as Record<string, unknown>;
  return {
    type: 'json',
    ...(schema ? { schema } : {}),
    ...(name ? { name } : {}),
    ...(description ? { description } : {}),
  };
}

async function promptOf(sdk: Sdk, whom: string, messages: readonly LMMessage[]): Promise<object[]> {
  const tools = new Map<string, string>();
  const prompt: object[] = [];
  for (const { role, content, tool_calls: calls = [], tool_call_id: id = '' } of messages) {
    for (const call of calls) tools.set(call.id, call.function.name);
    if (role === 'system' || role === 'developer') {
      prompt.push({ role: 'system', content: contentOf(content) });
    } else if (role === 'tool') {
      const output = { type: 'text', value: contentOf(content) };
      prompt.push({
        role,
        content: [{ type: 'tool-result', toolCallId: id, toolName: tools.get(id) ?? '', output }],
      });
    } else {
      const parts = await partsOf(sdk, whom, content);
      const made = calls.map(({ id: toolCallId, function: { name: toolName, arguments: text } }) => ({
        type: 'tool-call',
        toolCallId,
        toolName,
        input: argumentsOf(text),
      }));
      prompt.push({ role, content: [...parts, ...made] });
    }
  }
  return prompt;
}

async function partsOf(sdk: Sdk, whom: string, content: LMMessage['content']): Promise<object[]> {
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  return Promise.all((content ?? []).map((part) => partOf(sdk, whom, part as LMPart & Wild)));
}

async function partOf(sdk: Sdk, whom: string, part: LMPart & Wild): Promise<object> {
  if (part.type === 'text') return { type: 'text', text: part.text };
  if (part.type === 'image_url') return fileOf(sdk, whom, part.image_url?.url as string, 'image/*');
  if (part.type === 'input_audio') {
    const { data, format } = (part.input_audio ?? {}) as Record<string, string>;
    return inline(sdk, data as string, format === 'mp3' ? 'audio/mpeg' : `audio/${format}`);
  }
  if (part.type === 'file' && typeof part.file?.file_data === 'string') {
    const { file_data: data, filename } = part.file as unknown as { file_data: string; filename?: string };
    const file = await fileOf(sdk, whom, data, 'application/pdf');
    return filename === undefined ? file : { ...file, filename };
  }
  const what = part.type === 'file' ? 'files by the id of an upload' : `parts of the type ${part.type}`;
  throw new LMUnsupportedError(`${whom} takes no ${what}: the AI SDK has no common words for them.`);
}

/** A file by its URL, by a URL that holds it, or as base64. */
async function fileOf(sdk: Sdk, whom: string, from: string, mediaType: string): Promise<object> {
  const held = /^data:([^;,]+)[^,]*;base64,/.exec(from.slice(0, 256));
  if (held) return inline(sdk, from.slice(held[0].length), held[1] as string);
  if (!/^https?:/i.test(from)) return inline(sdk, from, mediaType);
  const supported = (await sdk.model.supportedUrls) ?? {};
  const family = mediaType.split('/')[0];
  const taken = Object.entries(supported).some(
    ([type, urls]) => [mediaType, `${family}/*`, '*/*', '*'].includes(type) && urls.some((url) => url.test(from)),
  );
  if (!taken) {
    throw new LMUnsupportedError(
      `${whom} takes no ${mediaType} by its URL. Give what is there instead, as a data URL.`,
    );
  }
  const url = new URL(from);
  return { type: 'file', mediaType, data: sdk.version >= 4 ? { type: 'url', url } : url };
}

function inline({ version }: Sdk, data: string, mediaType: string): object {
  return { type: 'file', mediaType, data: version >= 4 ? { type: 'data', data } : data };
}

/** The arguments that a model once wrote, which may be no JSON. */
function argumentsOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** What the SDK throws, as what is to be done about it. */
function errorOf(thrown: unknown, whom: string): StropError {
  if (thrown instanceof StropError) return thrown;
  const error = (typeof thrown === 'object' && thrown !== null ? thrown : {}) as Record<string, unknown>;
  if (error.name === 'AI_RetryError') {
    const last = errorOf(error.lastError, whom);
    Object.assign(last.details, { retried: true }); // somebody within the model has
    return last;
  }
  const said = redact(messageOf(thrown), []).slice(0, 1000);
  const told = `${whom} failed: ${said}`;
  if (typeof error.statusCode === 'number') return refusalOf(error, error.statusCode, said, whom);
  if (error.isRetryable === true) return new LMNetworkError(`${whom} cannot be reached: ${said}`);
  switch (error.name) {
    case 'AI_LoadAPIKeyError':
      return new ConfigurationError('no_api_key', told);
    case 'AI_UnsupportedFunctionalityError':
      return new LMUnsupportedError(told);
    case 'AI_NoSuchModelError':
    case 'AI_InvalidPromptError':
    case 'AI_InvalidArgumentError':
      return new LMBadRequestError(told);
    case 'AI_JSONParseError':
    case 'AI_TypeValidationError':
    case 'AI_InvalidResponseDataError':
    case 'AI_EmptyResponseBodyError':
    case 'AI_NoContentGeneratedError':
      return new LMError('lm_bad_response', told, false);
    default: {
      const { message, code } = saidIn(thrown); // an error in a stream is whatever the server wrote
      return new LMError('lm_error', `${whom} failed: ${redact(message ?? said, [])}`.slice(0, 1000), false, {
        ...(code ? { details: { providerCode: code } } : {}),
      });
    }
  }
}

function refusalOf(error: Record<string, unknown>, status: number, said: string, whom: string): LMError {
  const body = typeof error.responseBody === 'string' ? saidBy(error.responseBody) : {};
  const headers = new Headers((error.responseHeaders ?? {}) as Record<string, string>);
  const refusal = classified(whom, status, { ...body, message: redact(body.message ?? said, []) }, retryAfter(headers));
  if (refusal.transient || error.isRetryable !== true || status < 400 || status === 402 || status === 429)
    return refusal;
  return new LMOverloadedError(refusal.message, { status, details: refusal.details });
}
