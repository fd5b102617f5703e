import {
  ConfigurationError,
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
  messageOf,
  quote,
} from '../errors.js';
import { attempts, type Posted } from './attempts.js';
import type { Pace, RateLimit } from './pace.js';

/** How a transport talks to its server. */
export interface HttpOptions {
  /** Sent with every request. */
  headers?: Readonly<Record<string, string>>;
  /** How long to wait for an answer to begin, or for its next piece, in milliseconds; 120,000 unless given. */
  timeout?: number;
  /** How long a call may take in all, with all its tries, in milliseconds; 600,000 unless given. */
  totalTimeout?: number;
  /** How often to try again after a failure that may pass; 4 unless given. */
  retries?: number;
  /** What the server lets pass in a minute; calls wait for their turn. */
  rateLimit?: RateLimit;
  /** The `fetch` to use. */
  fetch?: typeof globalThis.fetch;
}

/** @internal */
export interface Post {
  url: string;
  body: object;
  headers: Readonly<Record<string, string>>;
  /** Never to be seen in an error. */
  secrets: readonly string[];
  /** Who is asked, for error messages: the model and where it is. */
  whom: string;
  signal: AbortSignal | undefined;
  /** When the model's calls may go out. */
  pace: Pace;
  /** What the call takes of it, as far as one can tell before; what it took is known only afterwards. */
  tokens: number;
}

const largestAnswer = 32 * 2 ** 20;
const mostRedirects = 3;

/** Posts JSON as often as it takes, and lets `read` make something of the answer. @internal */
export async function post<T>(
  { url, body, headers, secrets, whom, signal, pace, tokens }: Post,
  { timeout, totalTimeout, retries, fetch = globalThis.fetch }: HttpOptions,
  read: (response: Response, alive: () => void) => Promise<Posted<T>>,
): Promise<T> {
  if (!URL.canParse(url))
    throw new ConfigurationError('bad_url', `The model's URL is none: ${quote(redact(url, secrets))}.`);
  const init = {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  };
  const errorOf = (thrown: unknown) =>
    thrown instanceof LMError
      ? thrown
      : new LMNetworkError(`${whom} cannot be reached: ${redact(reasonOf(thrown), secrets)}.`);
  return attempts({ whom, signal, pace, tokens, timeout, totalTimeout, retries, errorOf }, async (own, alive) => {
    const response = await fetchThere(fetch, url, { ...init, signal: own }, whom);
    alive();
    if (!response.ok) throw await refusal(response, whom, secrets, alive);
    return read(response, alive);
  });
}

/** Follows redirects within the same origin only: elsewhere the key would be shown to strangers. */
async function fetchThere(
  fetch: typeof globalThis.fetch,
  url: string,
  init: RequestInit,
  whom: string,
): Promise<Response> {
  let there = url;
  for (let redirects = 0; ; ++redirects) {
    const response = await fetch(there, { ...init, redirect: 'manual' });
    const moved = response.status === 307 || response.status === 308;
    if (response.type !== 'opaqueredirect' && !(response.status >= 300 && response.status < 400)) return response;
    await response.body?.cancel();
    const location = response.headers.get('location') ?? '';
    const next = URL.canParse(location, there) ? new URL(location, there) : undefined;
    if (!moved || !next || next.origin !== new URL(there).origin || redirects >= mostRedirects) {
      const where = next && next.origin !== new URL(there).origin ? ` to ${next.host}` : '';
      throw new LMBadRequestError(
        `${whom} sends the call on${where}, where the key would go with it. Give the right address as \`baseURL\`.`,
        { status: response.status },
        'lm_redirected',
      );
    }
    there = next.href;
  }
}

/** Why a server refused, by what is to be done about it. */
async function refusal(
  response: Response,
  whom: string,
  secrets: readonly string[],
  alive: () => void,
): Promise<LMError> {
  const text = await readText(response, alive).catch(() => '');
  const said = saidBy(text);
  const message = redact(
    said.message || text.trim().slice(0, 300) || response.statusText || 'without a reason',
    secrets,
  );
  return classified(whom, response.status, { ...said, message }, retryAfter(response.headers));
}

/** What a server says is wrong. @internal */
export interface Said {
  message?: string;
  code?: string;
}

/** A refusal as the error that says what is to be done about it. The message holds no keys. @internal */
export function classified(whom: string, status: number, said: Said, wait?: number): LMError {
  const message = (said.message ?? 'without a reason').slice(0, 1000);
  const options: LMErrorOptions = { status, details: { status, ...(said.code ? { providerCode: said.code } : {}) } };
  if (wait !== undefined) options.retryAfter = wait;
  const told = `${whom} answered ${status}: ${message}`;
  if (
    status === 401 ||
    status === 403 ||
    (status === 400 && /\bapi key\b.*\b(not valid|invalid|expired)/i.test(message))
  ) {
    return new LMAuthError(
      `${whom} does not accept the key (${status}): ${message} Check the key and what it may use.`,
      options,
    );
  }
  if (status === 402 || said.code === 'insufficient_quota') return new LMBillingError(told, options);
  if (status === 429) return new LMRateLimitError(told, options);
  if (status === 408) return new LMTimeoutError(told, options);
  if (status >= 500) return new LMOverloadedError(told, options);
  if (said.code === 'content_filter' || said.code === 'content_policy_violation')
    return new LMContentFilterError(told, options);
  if (
    said.code === 'context_length_exceeded' ||
    /context.?(length|window|size)|maximum context|prompt is too long|too many (input )?tokens|exceeds the maximum number of tokens/i.test(
      message,
    )
  ) {
    return new LMContextWindowError(told, options);
  }
  return new LMBadRequestError(status === 404 ? `${told} Check the model's name and the base URL.` : told, options);
}

/** @internal */
export function saidBy(text: string): Said {
  try {
    return saidIn(JSON.parse(text));
  } catch {
    return {};
  }
}

/** What OpenAI, Anthropic, Google, Ollama and their kin write where something is wrong. @internal */
export function saidIn(body: unknown): Said {
  const first = Array.isArray(body) ? body[0] : body; // Google's, where a list of events was asked for
  const error = (first as { error?: unknown } | null)?.error ?? first;
  if (typeof error === 'string') return { message: error };
  const { message, code, type, status } = (error ?? {}) as Record<string, unknown>;
  const name = [code, type, status].find((each) => typeof each === 'string');
  return {
    ...(typeof message === 'string' ? { message } : {}),
    ...(typeof name === 'string' ? { code: name } : {}),
  };
}

/** How long a server wants to be left alone, in milliseconds. @internal */
export function retryAfter(headers: Headers): number | undefined {
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

/** The lines of an answer, one at a time, without those that are empty. @internal */
export async function* linesOf(response: Response, alive: () => void): AsyncGenerator<string> {
  let rest = '';
  for await (const piece of pieces(response, alive)) {
    if (!/[\r\n]/.test(piece) && !rest.endsWith('\r')) {
      rest += piece; // not searched again: a line may be as long as all that is read
      continue;
    }
    const lines = (rest + piece).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() as string;
    for (const line of lines) if (line) yield line;
  }
  if (rest) yield rest;
}

/** The data of server-sent events, one at a time. @internal */
export async function* serverSentEvents(response: Response, alive: () => void): AsyncGenerator<string> {
  for await (const line of linesOf(response, alive)) {
    const data = dataOf(line);
    if (data) yield data;
  }
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
  return clean.replace(/\b(?:(?:sk|pk|rk|key|gsk|xai)[-_]|AIza)[\w-]{8,}|\bBearer\s+\S{8,}/g, '[key]');
}

/** `fetch failed` says nothing; its cause does. */
function reasonOf(thrown: unknown): string {
  const cause = thrown instanceof Error ? thrown.cause : undefined;
  return cause === undefined ? messageOf(thrown) : `${messageOf(thrown)} (${messageOf(cause)})`;
}
