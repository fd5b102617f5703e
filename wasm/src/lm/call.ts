import { configured } from '../config.js';
import { ConfigurationError, LMAbortedError, messageOf, StoreError } from '../errors.js';
import { type ObservedCall, observe } from '../observe.js';
import type { Cache, Caching } from './cache.js';
import { costOf, type Price } from './cost.js';
import { record } from './history.js';
import { requestKey, requestText } from './request.js';
import type { LM, LMCallOptions, LMRequest, LMResponse, LMUsage } from './types.js';

/** Who asks a model, and what is known of the request. @internal */
export interface Asking {
  /** The request as the core writes it. */
  text?: string | undefined;
  /** Whether the cache is asked. */
  caching?: Caching | undefined;
  /** The predictor. */
  predictor?: string | undefined;
  /** What the call is a part of. */
  parent?: ObservedCall | undefined;
}

/** Asks the model, unless the cache knows the answer. @internal */
export async function ask(
  lm: LM,
  request: LMRequest,
  options: LMCallOptions,
  cache: Cache | undefined,
  { text, predictor, parent, caching }: Asking,
): Promise<LMResponse> {
  return observe({ kind: 'lm', name: lm.model, lm, request }, parent, async () => {
    try {
      const response = await answered(lm, request, options, cache, caching, text);
      record(lm, request, predictor, { response });
      return response;
    } catch (error) {
      record(lm, request, predictor, { error });
      throw error;
    }
  });
}

async function answered(
  lm: LM,
  request: LMRequest,
  options: LMCallOptions,
  cache: Cache | undefined,
  caching: Caching = 'use',
  text?: string,
): Promise<LMResponse> {
  options.signal?.throwIfAborted();
  if (!['use', 'bypass', 'refresh'].includes(caching))
    throw new ConfigurationError('bad_caching', `caching is use, bypass or refresh, not ${JSON.stringify(caching)}.`);
  if (!cache || caching === 'bypass') return lm.complete(request, options);
  const key = requestKey(lm, text ?? requestText(request));
  if (caching === 'refresh') return asked(lm, request, options, cache, key);
  const kept = readResponse(await read(cache, key));
  const { response, own } = kept
    ? { response: kept, own: false }
    : await onTheWay(cache, key, options.signal, () => asked(lm, request, options, cache, key));
  if (own) return response;
  options.onPart?.(response.text);
  return { ...response, cached: true };
}

async function asked(
  lm: LM,
  request: LMRequest,
  options: LMCallOptions,
  cache: Cache,
  key: string,
): Promise<LMResponse> {
  const response = await lm.complete(request, options);
  await keep(cache, key, response);
  return response;
}

/** The calls whose answers a cache is going to have. */
const flights = new WeakMap<Cache, Map<string, Promise<LMResponse>>>();

/** The answer to an equal request that is being asked; if none is, or who asked it has given it up, one's own. */
async function onTheWay(
  cache: Cache,
  key: string,
  signal: AbortSignal | undefined,
  ask: () => Promise<LMResponse>,
): Promise<{ response: LMResponse; own: boolean }> {
  const open = flights.get(cache) ?? new Map<string, Promise<LMResponse>>();
  flights.set(cache, open);
  for (let flight = open.get(key); flight; flight = open.get(key)) {
    try {
      return { response: await unless(signal, flight), own: false };
    } catch (error) {
      if (signal?.aborted || !(error instanceof LMAbortedError)) throw error;
    }
  }
  const flight = ask().finally(() => open.delete(key));
  open.set(key, flight);
  return { response: await flight, own: true };
}

/** What is awaited, or an error as soon as the signal says so. */
function unless<T>(signal: AbortSignal | undefined, promise: Promise<T>): Promise<T> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const abort = () => reject(aborted(signal));
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

async function read(cache: Cache, key: string): Promise<string | undefined> {
  try {
    return await cache.get(key);
  } catch (cause) {
    if (cause instanceof StoreError) throw cause;
    throw new StoreError(
      'store',
      `The cache cannot be read: ${messageOf(cause)}. See to it, or ask without it by \`caching: 'bypass'\`.`,
      { cause },
    );
  }
}

/** Whose failure was told. */
const told = new WeakSet<Cache>();

/** The answer is paid for: where it cannot be kept it is still given, and somebody is told, once for each cache. */
async function keep(cache: Cache, key: string, response: LMResponse): Promise<void> {
  try {
    await cache.set(key, JSON.stringify(response));
  } catch (cause) {
    if (told.has(cache)) return;
    told.add(cache);
    const why = messageOf(cause).replace(/\.?$/, '.');
    warn(
      new StoreError(
        cause instanceof StoreError ? cause.code : 'store',
        `An answer was not kept in the cache, and the same request will be asked and paid again: ${why} ` +
          'Further failures of this cache are not told.',
        { cause, ...(cause instanceof StoreError ? { details: cause.details } : {}) },
      ),
    );
  }
}

function warn(warning: StoreError): void {
  const { onWarning } = configured();
  try {
    if (onWarning) onWarning(warning);
    else console.warn(warning.message);
  } catch (error) {
    console.warn(`${warning.message} Moreover onWarning threw: ${messageOf(error)}`);
  }
}

/** What a cache has kept may be old or damaged: then it is not known, and the next answer takes its place. */
function readResponse(text: string | undefined): LMResponse | undefined {
  if (text === undefined) return undefined;
  try {
    const response = JSON.parse(text);
    return isResponse(response) ? response : undefined;
  } catch {
    return undefined;
  }
}

function isResponse(value: Partial<Record<keyof LMResponse, unknown>> | null): value is LMResponse & typeof value {
  if (typeof value?.text !== 'string') return false;
  const { usage, finishReason = '', model = '' } = value;
  if (typeof finishReason !== 'string' || typeof model !== 'string') return false;
  if (usage === undefined) return true;
  const { inputTokens, outputTokens, cachedInputTokens = 0 } = (usage ?? {}) as Record<string, unknown>;
  return [inputTokens, outputTokens, cachedInputTokens].every((count) => typeof count === 'number' && count >= 0);
}

/** The tokens of a call, as the server counts them or at four bytes each, and their cost if it is known. @internal */
export function callUsage(
  requestBytes: () => number,
  response: LMResponse,
  price: Price | undefined,
): LMUsage & { estimated: boolean; costUSD?: number } {
  const tokens = (bytes: number) => Math.ceil(bytes / 4);
  const usage = response.usage ?? {
    inputTokens: tokens(requestBytes()),
    outputTokens: tokens(byteLength(response.text)),
  };
  return {
    ...usage,
    estimated: !response.usage,
    ...(price ? { costUSD: costOf(usage, price) / 1e9 } : {}),
  };
}

/** The bytes of a prompt's messages. @internal */
export function promptBytes({ messages }: LMRequest): number {
  let bytes = 0;
  for (const { content } of messages) {
    bytes += byteLength(typeof content === 'string' ? content : JSON.stringify(content));
  }
  return bytes;
}

/** UTF-8 bytes of a text. @internal */
export function byteLength(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; ++i) {
    const unit = text.charCodeAt(i);
    if (unit >= 0x80) bytes += unit >= 0x800 && (unit < 0xd800 || unit > 0xdfff) ? 2 : 1;
  }
  return bytes;
}

/** An AbortSignal's reason as an error of ours. @internal */
export function aborted(signal: AbortSignal): LMAbortedError {
  return new LMAbortedError('The call was aborted.', { cause: signal.reason });
}

/** What the JSON format can hold the model to, as the core and OpenAI call it. @internal */
export function heldTo(lm: LM | undefined): 'json_schema' | 'json_object' | undefined {
  const { responseSchema, responseFormat } = lm?.capabilities ?? {};
  return responseSchema ? 'json_schema' : responseFormat ? 'json_object' : undefined;
}
