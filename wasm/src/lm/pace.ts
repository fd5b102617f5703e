import { aborted } from './call.js';
import { sleep } from './wait.js';

/** What a provider lets pass in a minute. */
export interface RateLimit {
  /** Calls. */
  requestsPerMinute?: number;
  /** Tokens of prompts and answers. */
  tokensPerMinute?: number;
}

const minute = 60_000;
const burst = 10; // so that no minute sees much more than its share

/** A bucket that fills with time: what is taken has to be there, or to be waited for. */
class Bucket {
  readonly #perMillisecond: number;
  readonly #most: number;
  #level: number;
  #at = Date.now();

  constructor(perMinute: number) {
    this.#perMillisecond = perMinute / minute;
    this.#most = Math.max(1, perMinute / burst);
    this.#level = this.#most;
  }

  /** How long until so much is there, in milliseconds; more than ever fits waits for a full bucket. */
  wait(amount: number): number {
    const now = Date.now();
    this.#level = Math.min(this.#most, this.#level + Math.max(0, now - this.#at) * this.#perMillisecond);
    this.#at = now;
    return Math.max(0, (Math.min(amount, this.#most) - this.#level) / this.#perMillisecond);
  }

  take(amount: number): void {
    this.#level -= amount; // below zero what was estimated too low, or is larger than the bucket, is paid back by waiting
  }
}

/**
 * When a model's calls may go out: within its rate limits, not before a server that was asked too much says so, and then
 * with fewer at once, one more with each that succeeds.
 * @internal
 */
export class Pace {
  readonly #requests: Bucket | undefined;
  readonly #tokens: Bucket | undefined;
  #notBefore = 0;
  #open = 0;
  #width = Number.POSITIVE_INFINITY;
  /** The turn of the last in the queue: whoever comes waits for it first. */
  #last: Promise<unknown> = Promise.resolve();
  #left: (() => void) | undefined;

  constructor({ requestsPerMinute, tokensPerMinute }: RateLimit = {}) {
    if (requestsPerMinute !== undefined) this.#requests = new Bucket(requestsPerMinute);
    if (tokensPerMinute !== undefined) this.#tokens = new Bucket(tokensPerMinute);
  }

  /** Waits for its turn. Whoever got it has to `leave`. */
  async enter(tokens: number, signal: AbortSignal | undefined): Promise<void> {
    const before = this.#last;
    const turn = before.then(() => this.#pass(tokens, signal));
    this.#last = turn.catch(() => undefined);
    await turn;
  }

  async #pass(tokens: number, signal: AbortSignal | undefined): Promise<void> {
    for (;;) {
      if (signal?.aborted) throw aborted(signal);
      if (this.#open >= this.#width) {
        await new Promise<void>((resolve) => {
          this.#left = () => {
            signal?.removeEventListener('abort', resolve as () => void);
            resolve();
          };
          signal?.addEventListener('abort', resolve as () => void, { once: true });
        });
        continue;
      }
      const wait = Math.max(
        this.#notBefore - Date.now(),
        this.#requests?.wait(1) ?? 0,
        this.#tokens?.wait(tokens) ?? 0,
      );
      if (wait <= 0) break;
      await sleep(Math.ceil(wait), signal);
    }
    this.#requests?.take(1);
    this.#tokens?.take(tokens);
    ++this.#open;
  }

  /** A call has ended; `more` tokens than it was let pass with, or fewer. */
  leave(succeeded: boolean, more = 0): void {
    --this.#open;
    this.#tokens?.take(more);
    if (succeeded) this.#width += 1 / this.#width; // infinite as long as nothing was refused
    this.#left?.();
    this.#left = undefined;
  }

  /** The server was asked too much, and wants to be left alone for so long. */
  hold(milliseconds: number): void {
    const now = Date.now();
    if (now >= this.#notBefore) {
      // What else was on the way is refused for the same reason.
      this.#width = Math.max(1, Math.floor(Math.min(this.#width, this.#open) / 2));
    }
    this.#notBefore = Math.max(this.#notBefore, now + milliseconds);
  }
}
