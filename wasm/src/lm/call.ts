import { LMAbortedError } from '../errors.js';
import { type ObservedCall, observe } from '../observe.js';
import type { Cache } from './cache.js';
import { costOf, type Price } from './cost.js';
import { record } from './history.js';
import { requestKey, requestText } from './request.js';
import type { LM, LMCallOptions, LMRequest, LMResponse, LMUsage } from './types.js';

/** Who asks a model, and what is known of the request. @internal */
export interface Asking {
  /** The request as the core writes it. */
  text?: string | undefined;
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
  { text, predictor, parent }: Asking,
): Promise<LMResponse> {
  return observe({ kind: 'lm', name: lm.model, lm, request }, parent, async () => {
    try {
      const response = await answered(lm, request, options, cache, text);
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
  text: string | undefined,
): Promise<LMResponse> {
  options.signal?.throwIfAborted();
  if (!cache) return lm.complete(request, options);
  const key = requestKey(lm, text ?? requestText(request));
  const known = readResponse(await cache.get(key));
  if (known) {
    options.onPart?.(known.text);
    return { ...known, cached: true };
  }
  const response = await lm.complete(request, options);
  await cache.set(key, JSON.stringify(response));
  return response;
}

/** What a cache has kept may be old or damaged: then it is not known. */
function readResponse(text: string | undefined): LMResponse | undefined {
  if (text === undefined) return undefined;
  try {
    const response = JSON.parse(text);
    return typeof response?.text === 'string' ? response : undefined;
  } catch {
    return undefined;
  }
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
