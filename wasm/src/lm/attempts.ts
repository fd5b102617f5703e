import { LMError, LMRateLimitError, LMTimeoutError } from '../errors.js';
import { aborted } from './call.js';
import type { Pace } from './pace.js';
import { sleep } from './wait.js';

/** What came of a call: the answer, and its tokens if they are known. @internal */
export interface Posted<T> {
  result: T;
  tokens: number | undefined;
}

/** How a call is made, and made again. @internal */
export interface Attempts {
  /** Who is asked, for error messages: the model and where it is. */
  whom: string;
  signal: AbortSignal | undefined;
  /** When the model's calls may go out. */
  pace: Pace;
  /** What the call takes of it, as far as one can tell before; what it took is known only afterwards. */
  tokens: number;
  /** As in `HttpOptions`. */
  timeout?: number | undefined;
  totalTimeout?: number | undefined;
  retries?: number | undefined;
  /** Whatever `once` may throw, as an error that tells whether to try again. */
  errorOf(thrown: unknown): Error;
}

const longestWait = 60_000;

/**
 * Tries until there is an answer: again after failures that may pass (with jitter, or when the server says), but not where
 * parts of an answer are with the caller already (`details.begun`), or somebody else has tried again (`details.retried`).
 * `once` is told to be alive by each call of its second argument.
 * @internal
 */
export async function attempts<T>(
  how: Attempts,
  once: (signal: AbortSignal, alive: () => void) => Promise<Posted<T>>,
): Promise<T> {
  const { whom, signal, pace, tokens, timeout = 120_000, totalTimeout = 600_000, retries = 4, errorOf } = how;
  const overall = new AbortController();
  let overdue = false;
  const end = setTimeout(() => {
    overdue = true;
    overall.abort();
  }, totalTimeout);
  const giveUp = () => overall.abort();
  if (signal?.aborted) giveUp();
  signal?.addEventListener('abort', giveUp);
  const why = () =>
    signal?.aborted
      ? aborted(signal)
      : overdue
        ? new LMTimeoutError(`${whom} gave no whole answer within ${totalTimeout / 1000} s.`)
        : undefined;
  try {
    for (let attempt = 0; ; ++attempt) {
      await pace.enter(tokens, overall.signal);
      const controller = new AbortController();
      const abort = () => controller.abort();
      overall.signal.addEventListener('abort', abort);
      let timer: ReturnType<typeof setTimeout> | undefined;
      let late = false;
      const alive = () => {
        clearTimeout(timer);
        timer = setTimeout(() => {
          late = true;
          controller.abort();
        }, timeout);
      };
      let used: number | undefined;
      let succeeded = false;
      let wait = 0;
      try {
        alive();
        const posted = await once(controller.signal, alive);
        used = posted.tokens;
        succeeded = true;
        return posted.result;
      } catch (thrown) {
        const failure = errorOf(thrown);
        const { begun, retried } = failure instanceof LMError ? failure.details : {};
        const tooLate = `${whom} gave no answer for ${timeout / 1000} s.`;
        const error = why() ?? (late ? new LMTimeoutError(tooLate, begun ? { details: { begun } } : {}) : failure);
        if (!(error instanceof LMError) || !error.transient || overdue || begun || retried) throw error;
        if (attempt >= retries || (error.retryAfter ?? 0) > longestWait) throw error;
        wait = error.retryAfter ?? Math.min(longestWait, 500 * 2 ** attempt * (0.5 + Math.random()));
        if (error instanceof LMRateLimitError) pace.hold(wait);
      } finally {
        clearTimeout(timer);
        overall.signal.removeEventListener('abort', abort);
        pace.leave(succeeded, used === undefined ? 0 : used - tokens);
      }
      await sleep(wait, overall.signal); // without holding a place
    }
  } catch (error) {
    throw why() ?? error; // it may have been waiting for its turn
  } finally {
    clearTimeout(end);
    signal?.removeEventListener('abort', giveUp);
  }
}
