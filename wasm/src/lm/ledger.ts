import type { LMUsage } from './types.js';

/** What calls have taken. */
export interface Spent {
  /** Calls that reached a model. */
  calls: number;
  /** Of prompts. */
  inputTokens: number;
  /** Of answers. */
  outputTokens: number;
  /** How many of the input tokens the servers had cached. */
  cachedInputTokens: number;
  /** How many of the output tokens were thoughts, as far as the servers tell. */
  reasoningTokens: number;
  /** Whether some of the tokens are counted at four bytes each, as the server does not tell. */
  estimated: boolean;
  /** In US dollars, to the billionth; absent unless the price of every model that was asked is known. */
  costUSD?: number;
}

/** What the calls of one model by one predictor have taken. */
export interface LedgerEntry extends Spent {
  /** The model. */
  model: string;
  /** The predictor; absent for those of a program that the core runs by itself, which does not tell. */
  predictor?: string;
}

/** Adds up calls. Money is added in billionths of a dollar, which are whole. @internal */
export class Ledger {
  readonly #entries = new Map<string, Account & Pick<LedgerEntry, 'model' | 'predictor'>>();
  readonly #all = new Account();

  add(model: string, predictor: string | undefined, usage: CallUsage): void {
    const key = JSON.stringify([model, predictor]);
    let entry = this.#entries.get(key);
    if (!entry) {
      entry = Object.assign(new Account(), { model }, predictor === undefined ? {} : { predictor });
      this.#entries.set(key, entry);
    }
    entry.add(usage);
    this.#all.add(usage);
  }

  get total(): Spent {
    return this.#all.spent;
  }

  get entries(): LedgerEntry[] {
    return [...this.#entries.values()].map((entry) => ({
      model: entry.model,
      ...(entry.predictor === undefined ? {} : { predictor: entry.predictor }),
      ...entry.spent,
    }));
  }
}

type CallUsage = LMUsage & { estimated: boolean; costUSD?: number };

class Account {
  readonly #sum = {
    calls: 0,
    inputTokens: 0,
    outputTokens: 0,
    cachedInputTokens: 0,
    reasoningTokens: 0,
    estimated: false,
  };
  #nanoUSD: number | undefined = 0;

  add(usage: CallUsage): void {
    const sum = this.#sum;
    ++sum.calls;
    sum.inputTokens += usage.inputTokens;
    sum.outputTokens += usage.outputTokens;
    sum.cachedInputTokens += usage.cachedInputTokens ?? 0;
    sum.reasoningTokens += usage.reasoningTokens ?? 0;
    sum.estimated ||= usage.estimated;
    const { costUSD } = usage;
    this.#nanoUSD =
      costUSD === undefined || this.#nanoUSD === undefined ? undefined : this.#nanoUSD + Math.round(costUSD * 1e9);
  }

  get spent(): Spent {
    const known = this.#nanoUSD !== undefined && this.#sum.calls > 0;
    return { ...this.#sum, ...(known ? { costUSD: (this.#nanoUSD as number) / 1e9 } : {}) };
  }
}
