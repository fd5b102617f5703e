import type { CoreReplyStream } from '../core/core.js';
import { InputError, LMError } from '../errors.js';
import type { PredictOptions, RunContext, RunOptions } from './context.js';
import { readJson } from './json-text.js';
import type { Row } from './runnable.js';

/** What `stream` of a predictor may be told. */
export interface StreamOptions extends PredictOptions {
  /**
   * Whether the formats `json` and `xml` give texts while they are written. Anything that follows can change what their
   * replies mean, so that without this all of it comes at the end. With it, what proved wrong comes once more then, as a
   * `value` that stands in the place of what was given. The formats `chat` and `compact` never take anything back.
   */
  eager?: boolean;
}

/** More of an output that is a text. */
interface Delta<K> {
  field: K;
  delta: string;
  value?: undefined;
}
/** An output that is no text, whole; or a text that stands in the place of what was given of it. */
interface Whole<K, V> {
  field: K;
  value: V;
  delta?: undefined;
}
type EventOf<K, V> = unknown extends V
  ? Delta<K> | Whole<K, V>
  : [V] extends [string]
    ? string extends V
      ? Delta<K> | Whole<K, V>
      : Whole<K, V>
    : Whole<K, V>;

/**
 * What became known of an output while the model wrote: of a `str` more of its text, of any other type the whole value,
 * once. `O` are the outputs.
 */
export type StreamEvent<O> = { [K in keyof O & string]: EventOf<K, O[K]> }[keyof O & string];

/** What `stream` of a program of several predictors may be told. */
export interface ProgramStreamOptions extends RunOptions, Pick<StreamOptions, 'eager'> {}

/** What a program does, and what became known of its predictors' outputs. */
export type ProgramStreamEvent =
  | {
      /** Whose output it is, by the predictor's name in saved state. */
      readonly predictor?: string;
      /** Which output. */
      readonly field: string;
      /** More of a text. */
      readonly delta?: string | undefined;
      /** The whole value, of what is no text. */
      readonly value?: unknown;
      readonly status?: undefined;
    }
  | { readonly predictor: string; readonly status: 'started'; readonly inputs: Row; readonly field?: undefined }
  | { readonly predictor: string; readonly status: 'finished'; readonly outputs: Row; readonly field?: undefined }
  | { readonly predictor: string; readonly status: 'failed'; readonly message: string; readonly field?: undefined }
  | {
      readonly status: 'message';
      readonly message: string;
      readonly predictor?: undefined;
      readonly field?: undefined;
    };

/**
 * A prediction while it is made. It can be iterated once; leaving the loop early gives the call up. What is not iterated
 * waits, so that `await stream.prediction` alone works too.
 *
 * @example
 * const stream = predictor.stream({ question });
 * for await (const { field, delta } of stream) if (field === 'answer') process.stdout.write(delta ?? '');
 * const { answer } = await stream.prediction;
 */
export class PredictionStream<O, E = StreamEvent<O>> implements AsyncIterable<E> {
  /** What `run` would have given, or how it would have failed. Events that were given never differ from it. */
  readonly prediction: Promise<O>;
  readonly #controller = new AbortController();
  #events: E[] = [];
  #wake: (() => void) | undefined;
  #ended = false;
  #iterated = false;

  /** @internal */
  constructor(
    start: (add: (events: readonly E[]) => void, signal: AbortSignal) => Promise<O>,
    signal: AbortSignal | undefined,
  ) {
    const abort = () => this.#controller.abort(signal?.reason);
    if (signal?.aborted) abort();
    signal?.addEventListener('abort', abort, { once: true });
    const add = (events: readonly E[]) => {
      this.#events.push(...events);
      this.#wake?.();
    };
    this.prediction = start(add, this.#controller.signal).finally(() => {
      signal?.removeEventListener('abort', abort);
      this.#ended = true;
      this.#wake?.();
    });
    this.prediction.catch(() => undefined); // who only iterates is told there
  }

  /** Gives the call up: `prediction` and the loop throw an {@link LMAbortedError}. Nothing happens once it is over. */
  abort(reason?: unknown): void {
    if (!this.#ended) this.#controller.abort(reason);
  }

  /** The events as they come, in the order of the reply. Throws what `prediction` throws, behind the last of them. */
  async *[Symbol.asyncIterator](): AsyncGenerator<E, void, undefined> {
    if (this.#iterated) throw new InputError('stream_iterated', 'A prediction stream can be iterated once only.');
    this.#iterated = true;
    try {
      for (;;) {
        const events = this.#events;
        this.#events = [];
        yield* events;
        if (this.#events.length > 0) continue;
        if (this.#ended) break;
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
      await this.prediction;
    } finally {
      this.abort();
    }
  }
}

/** Streams a program whose run is started within a context. @internal */
export function programStream<O>(
  start: (context: RunContext) => Promise<O>,
  { eager, ...options }: ProgramStreamOptions,
  within?: RunContext,
): PredictionStream<O, ProgramStreamEvent> {
  return new PredictionStream<O, ProgramStreamEvent>((add, signal) => {
    const told = { ...within?.options, ...options, signal };
    return start({ trace: [], ...within, options: told, eager, hear: (event) => add([event]) });
  }, options.signal ?? within?.options.signal);
}

/** Reads a reply in pieces. @internal */
export class ReplyReader<O> {
  readonly #core: CoreReplyStream;
  readonly #add: (events: readonly StreamEvent<O>[]) => void;
  #heard = '';
  #told = false;
  #half = ''; // a surrogate that waits for its other half
  #failure: { error: unknown } | undefined;

  constructor(core: CoreReplyStream, add: (events: readonly StreamEvent<O>[]) => void) {
    this.#core = core;
    this.#add = (events) => {
      this.#told ||= events.length > 0;
      add(events);
    };
  }

  /** Whether events were given that cannot be taken back. */
  get hasTold(): boolean {
    return this.#told;
  }

  /** A piece, as the model streams it. What goes wrong is told by `finish`: it is none of the model's business. */
  push(part: string): void {
    if (this.#failure) return;
    this.#heard += part;
    try {
      this.#read(part);
    } catch (error) {
      this.#failure = { error };
    }
  }

  /** @param reply all of it, of which a model that does not stream has told nothing yet. */
  finish(reply: string, whom: string): void {
    if (this.#failure) throw this.#failure.error;
    if (reply.startsWith(this.#heard)) {
      this.#read(reply.slice(this.#heard.length));
    } else if (this.#heard.trimEnd() !== reply.trimEnd()) {
      throw new LMError('lm_bad_response', `${whom} has answered something else than what it streamed.`, false);
    }
    if (this.#half) this.#add(readJson(this.#core.push(this.#half)));
    this.#add(readJson(this.#core.finish()));
  }

  dispose(): void {
    this.#core.dispose();
  }

  #read(part: string): void {
    const text = this.#half + part;
    const last = text.charCodeAt(text.length - 1);
    const end = last >= 0xd800 && last < 0xdc00 ? text.length - 1 : text.length;
    this.#half = text.slice(end);
    if (end > 0) this.#add(readJson(this.#core.push(text.slice(0, end))));
  }
}
