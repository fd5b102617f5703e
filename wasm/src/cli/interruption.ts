/** Ctrl-C, and a polite request to end: once to stop with the best so far, twice to drop what is on the way. */
export class Interruption {
  readonly #controller = new AbortController();
  readonly #handlers = new Set<(count: number) => void>();
  #count = 0;
  #signal: 'SIGINT' | 'SIGTERM' | undefined;

  constructor() {
    for (const name of ['SIGINT', 'SIGTERM'] as const) {
      process.on(name, () => {
        ++this.#count;
        this.#signal ??= name;
        if (this.#count > 1 || this.#handlers.size === 0) this.#controller.abort(new Error('interrupted'));
        if (this.#count > 2) process.exit(this.exitCode);
        for (const handler of this.#handlers) handler(this.#count);
      });
    }
  }

  /** Aborts whatever does not stop by itself. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }
  /** How often the user has asked. */
  get count(): number {
    return this.#count;
  }
  /** As shells expect it; 0 if nobody has asked. */
  get exitCode(): number {
    return this.#signal === undefined ? 0 : this.#signal === 'SIGINT' ? 130 : 143;
  }

  /** Lets something stop by itself when asked to. @returns what ends this */
  during(handler: (count: number) => void): () => void {
    this.#handlers.add(handler);
    if (this.#count > 0) handler(this.#count);
    return () => this.#handlers.delete(handler);
  }
}
