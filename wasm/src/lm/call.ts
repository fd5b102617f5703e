import { LMAbortedError } from '../errors.js';
import type { Cache } from './cache.js';
import { requestKey, requestText } from './request.js';
import type { LM, LMCallOptions, LMRequest, LMResponse, LMUsage } from './types.js';

/** Asks the model, unless the cache knows the answer. @internal */
export async function ask(
  lm: LM,
  request: LMRequest,
  options: LMCallOptions,
  cache: Cache | undefined,
  text?: string,
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

/** The tokens of a call, as the server counts them or at four bytes each. @internal */
export function callUsage(requestBytes: () => number, response: LMResponse): LMUsage & { estimated: boolean } {
  if (response.usage) return { ...response.usage, estimated: false };
  const tokens = (bytes: number) => Math.ceil(bytes / 4);
  return { inputTokens: tokens(requestBytes()), outputTokens: tokens(byteLength(response.text)), estimated: true };
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
