import { messageOf, RunError } from '../errors.js';
import { Driver, type DriverOptions, type Ended, type RunUsage } from './driver.js';
import type { RunEvent } from './events.js';

/** How a run is going, for a display: this is not history and differs from one time to the next. */
export interface Progress extends RunUsage {
  /** How it stands; `budget` is an end by the budget. */
  state: 'running' | 'paused' | 'done' | 'budget' | 'stopped' | 'failed';
  /** Since it began. */
  seconds: number;
}

/** The best program so far, and its score on the validation rows. */
export interface Best<P> {
  /** A program like the given one. */
  program: P;
  /** From 0 to 1, for metrics that are. */
  score: number;
}

/**
 * A run in progress: a promise of its result, and an iterable of its events, all of them from the first one on.
 *
 * A run that is stopped, aborted or out of budget is not an error: its result has the best program so far, and says
 * why it ended. It starts by itself.
 *
 * @example
 * for await (const event of run) show(event);
 * const { program, report } = await run;
 */
export class Run<R, P> implements Promise<R>, AsyncIterable<RunEvent> {
  readonly [Symbol.toStringTag] = 'Run';
  readonly #driver: Driver;
  readonly #promise: Promise<R>;
  readonly #events: RunEvent[] = [];
  readonly #programOf: (state: string) => P;
  readonly #started = Date.now();
  #ended: number | undefined;
  #state: Progress['state'] = 'running';
  #wake: (() => void)[] = [];

  /** @internal */
  constructor(
    prepare: () => DriverOptions,
    programOf: (state: string) => P,
    finish: (ended: Ended, progress: Progress) => R,
    onEvent?: (event: RunEvent) => void,
  ) {
    this.#programOf = programOf;
    this.#driver = new Driver(prepare, (event) => {
      this.#events.push(event);
      this.#notify();
      onEvent?.(event);
    });
    this.#promise = this.#run(finish);
    this.#promise.catch(() => undefined); // who awaits the run is told; who only iterates is told there
  }

  async #run(finish: (ended: Ended, progress: Progress) => R): Promise<R> {
    try {
      const ended = await this.#driver.run();
      this.#end(ended.state);
      if (ended.state === 'failed') {
        const { cause } = this.#driver;
        throw new RunError('run_failed', cause === undefined ? ended.reason : messageOf(cause), {
          cause,
          details: { reason: ended.reason, code: ended.code },
        });
      }
      return finish(ended, this.progress);
    } catch (error) {
      this.#end('failed');
      throw error;
    } finally {
      this.#notify();
    }
  }

  #end(state: Progress['state']): void {
    this.#state = state;
    this.#ended ??= Date.now();
  }

  /** How it is going. */
  get progress(): Progress {
    const seconds = ((this.#ended ?? Date.now()) - this.#started) / 1000;
    return { state: this.#state, seconds, ...this.#driver.usage };
  }

  /** The events so far. */
  get events(): readonly RunEvent[] {
    return this.#events;
  }

  /** The best program so far; after an error too. Undefined until the given program has been scored. */
  best(): Best<P> | undefined {
    const { best } = this.#driver;
    return best ? { program: this.#programOf(best.program.state), score: best.score } : undefined;
  }

  /** Begins no more calls until `resume`. Those on the way are taken in. */
  pause(): void {
    if (this.#state !== 'running') return;
    this.#state = 'paused';
    this.#driver.pause();
  }
  /** Goes on after `pause`. */
  resume(): void {
    if (this.#state !== 'paused') return;
    this.#state = 'running';
    this.#driver.resume();
  }
  /** Ends the run, keeping the best program. Calls on the way are waited for, as they are paid for; see also `signal`. */
  stop(reason = 'stopped'): void {
    this.#driver.stop(reason);
  }

  // biome-ignore lint/suspicious/noThenProperty: a run is its result, to be awaited
  then<A = R, B = never>(
    done?: ((result: R) => A | PromiseLike<A>) | null,
    failed?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#promise.then(done, failed);
  }

  catch<B = never>(failed?: ((reason: unknown) => B | PromiseLike<B>) | null): Promise<R | B> {
    return this.#promise.catch(failed);
  }
  finally(done?: (() => void) | null): Promise<R> {
    return this.#promise.finally(done);
  }

  /** The events, from the first on; ends with the run, and throws if it failed. */
  async *[Symbol.asyncIterator](): AsyncGenerator<RunEvent, void, void> {
    for (let i = 0; ; ++i) {
      while (i >= this.#events.length) {
        if (this.#ended !== undefined) {
          if (this.#state === 'failed') await this.#promise;
          return;
        }
        await new Promise<void>((resolve) => this.#wake.push(resolve));
      }
      yield this.#events[i] as RunEvent;
    }
  }

  #notify(): void {
    const waiting = this.#wake;
    this.#wake = [];
    for (const wake of waiting) wake();
  }
}
