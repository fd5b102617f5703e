import {
  ConfigurationError,
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
  messageOf,
  quote,
} from '../errors.js';
import { aborted } from './call.js';

/** How a transport talks to its server. */
export interface HttpOptions {
  /** Sent with every request. */
  headers?: Readonly<Record<string, string>>;
  /** How long to wait for an answer to begin, or for its next piece, in milliseconds; 120,000 unless given. */
  timeout?: number;
  /** How often to try again after a failure that may pass; 4 unless given. */
  retries?: number;
  /** The `fetch` to use. */
  fetch?: typeof globalThis.fetch;
}

/** @internal */
export interface Post {
  url: string;
  body: object;
  /** Never to be seen in an error. */
  secrets: readonly string[];
  /** Who is asked, for error messages: the model and where it is. */
  whom: string;
  signal: AbortSignal | undefined;
}

const longestWait = 60_000;
const largestAnswer = 32 * 2 ** 20;

/**
 * Posts JSON, tries again after failures that may pass (with jitter, or when the server says), and lets `read` make
 * something of the answer. `read` is told to be alive by each call of its second argument.
 * @internal
 */
export async function post<T>(
  { url, body, secrets, whom, signal }: Post,
  options: HttpOptions,
  read: (response: Response, alive: () => void) => Promise<T>,
): Promise<T> {
  const { timeout = 120_000, retries = 4, headers, fetch = globalThis.fetch } = options;
  if (!URL.canParse(url))
    throw new ConfigurationError('bad_url', `The model's URL is none: ${quote(redact(url, secrets))}.`);
  const text = JSON.stringify(body);
  for (let attempt = 0; ; ++attempt) {
    if (signal?.aborted) throw aborted(signal);
    const controller = new AbortController();
    const abort = () => controller.abort();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let late = false;
    const alive = () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        late = true;
        controller.abort();
      }, timeout);
    };
    signal?.addEventListener('abort', abort);
    try {
      alive();
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: text,
        signal: controller.signal,
      });
      alive();
      if (!response.ok) throw await refusal(response, whom, secrets);
      return await read(response, alive);
    } catch (thrown) {
      const error = signal?.aborted
        ? aborted(signal)
        : late
          ? new LMTimeoutError(`${whom} gave no answer for ${timeout / 1000} s.`)
          : thrown instanceof LMError
            ? thrown
            : new LMNetworkError(`${whom} cannot be reached: ${redact(reasonOf(thrown), secrets)}.`);
      if (!error.transient || attempt >= retries || (error.retryAfter ?? 0) > longestWait) throw error;
      if (error.details.begun) throw error; // parts of the answer are with the caller already
      clearTimeout(timer);
      await sleep(error.retryAfter ?? Math.min(longestWait, 500 * 2 ** attempt * (0.5 + Math.random())), signal);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    }
  }
}

/** Why a server refused, by what is to be done about it. */
async function refusal(response: Response, whom: string, secrets: readonly string[]): Promise<LMError> {
  const text = await readText(response).catch(() => '');
  const said = saidBy(text);
  const message = redact(
    said.message || text.trim().slice(0, 300) || response.statusText || 'without a reason',
    secrets,
  );
  const { status } = response;
  const options: LMErrorOptions = { status, details: { status, ...(said.code ? { providerCode: said.code } : {}) } };
  const wait = retryAfter(response.headers);
  if (wait !== undefined) options.retryAfter = wait;
  const told = `${whom} answered ${status}: ${message}`;
  if (status === 401 || status === 403) {
    return new LMAuthError(
      `${whom} does not accept the key (${status}): ${message} Check the key and what it may use.`,
      options,
    );
  }
  if (status === 402 || said.code === 'insufficient_quota') return new LMBillingError(told, options);
  if (status === 429) return new LMRateLimitError(told, options);
  if (status === 408) return new LMTimeoutError(told, options);
  if (status >= 500) return new LMOverloadedError(told, options);
  if (
    said.code === 'context_length_exceeded' ||
    /context (length|window|size)|maximum context|prompt is too long|too many tokens/i.test(message)
  ) {
    return new LMContextWindowError(told, options);
  }
  return new LMBadRequestError(status === 404 ? `${told} Check the model's name and the base URL.` : told, options);
}

function saidBy(text: string): { message?: string; code?: string } {
  try {
    const body = JSON.parse(text);
    const error = body?.error ?? body;
    if (typeof error === 'string') return { message: error };
    const { message, code, type } = error ?? {};
    return {
      ...(typeof message === 'string' ? { message } : {}),
      ...(typeof code === 'string' ? { code } : typeof type === 'string' ? { code: type } : {}),
    };
  } catch {
    return {};
  }
}

function retryAfter(headers: Headers): number | undefined {
  const milliseconds = Number(headers.get('retry-after-ms') ?? Number.NaN);
  if (milliseconds >= 0) return milliseconds;
  const text = headers.get('retry-after');
  if (text === null) return undefined;
  const seconds = Number(text);
  if (seconds >= 0) return seconds * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}

/** The text of an answer, of bounded size. @internal */
export async function readText(response: Response, alive?: () => void): Promise<string> {
  let text = '';
  for await (const piece of pieces(response, alive)) text += piece;
  return text;
}

/** The data of server-sent events, one at a time, until `[DONE]`. @internal */
export async function* serverSentEvents(response: Response, alive: () => void): AsyncGenerator<string> {
  let rest = '';
  for await (const piece of pieces(response, alive)) {
    const lines = (rest + piece).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() as string;
    for (const line of lines) {
      const data = dataOf(line);
      if (data === '[DONE]') return;
      if (data) yield data;
    }
  }
  const data = dataOf(rest);
  if (data && data !== '[DONE]') yield data;
}

function dataOf(line: string): string | undefined {
  return line.startsWith('data:') ? line.slice(5).trim() : undefined;
}

async function* pieces(response: Response, alive?: () => void): AsyncGenerator<string> {
  const reader = response.body?.getReader();
  if (!reader) return;
  const decoder = new TextDecoder();
  let size = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      alive?.();
      size += value.length;
      if (size > largestAnswer) throw new LMError('lm_bad_response', 'The answer is larger than 32 MiB.', false);
      yield decoder.decode(value, { stream: true });
    }
    yield decoder.decode();
  } finally {
    await reader.cancel().catch(() => undefined); // it may be closed already
  }
}

/** Text without the secrets, nor what looks like one. @internal */
export function redact(text: string, secrets: readonly string[]): string {
  let clean = text;
  for (const secret of secrets) if (secret) clean = clean.replaceAll(secret, '[key]');
  return clean.replace(/\b(sk|pk|rk|key|gsk|xai|AIza)[-_][\w-]{8,}|\bBearer\s+\S{8,}/g, '[key]');
}

/** `fetch failed` says nothing; its cause does. */
function reasonOf(thrown: unknown): string {
  const cause = thrown instanceof Error ? thrown.cause : undefined;
  return cause === undefined ? messageOf(thrown) : `${messageOf(thrown)} (${messageOf(cause)})`;
}

/** Waits, or throws as soon as the signal says so. @internal */
export function sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer);
      reject(aborted(signal as AbortSignal));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort);
      resolve();
    }, milliseconds);
    signal?.addEventListener('abort', abort, { once: true });
  });
}
