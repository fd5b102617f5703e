import type { LM } from 'strop';
import type { Stamp } from '../log/events.ts';
import type { Telemetry } from './protocol.ts';

/** Counts what a model is asked, and makes the practice model slow enough to be watched. */
export class Meter {
  readonly lm: LM;
  /** What each call takes at least. In milliseconds. */
  pace: number;
  calls = 0;
  tokens = 0;
  open = 0;
  cached = 0;
  failed = 0;
  /** Whether some tokens are counted at four bytes each, as the server does not tell. */
  estimated = false;
  #since: number | undefined = performance.now();
  #before = 0;

  constructor(model: LM, pace: number) {
    this.pace = pace;
    this.lm = {
      ...model,
      complete: async (request, options) => {
        ++this.open;
        try {
          const response = await model.complete(request, options);
          if (this.pace > 0) await new Promise((resolve) => setTimeout(resolve, this.pace));
          ++this.calls;
          if (response.usage) this.tokens += response.usage.inputTokens + response.usage.outputTokens;
          else {
            this.estimated = true;
            const bytes = JSON.stringify(request.messages).length + response.text.length;
            this.tokens += Math.ceil(bytes / 4);
          }
          return response;
        } catch (error) {
          ++this.failed;
          throw error;
        } finally {
          --this.open;
        }
      },
    };
  }

  /** Stops or goes on counting time. */
  clock(runs: boolean): void {
    if (this.#since !== undefined) this.#before += performance.now() - this.#since;
    this.#since = runs ? performance.now() : undefined;
  }
  end(): void {
    this.clock(false);
  }

  stamp(): Stamp {
    const ms = this.#before + (this.#since === undefined ? 0 : performance.now() - this.#since);
    return { calls: this.calls, tokens: this.tokens, ms: Math.round(ms) };
  }
  telemetry(): Telemetry {
    return { ...this.stamp(), open: this.open, cached: this.cached, failed: this.failed };
  }
}
