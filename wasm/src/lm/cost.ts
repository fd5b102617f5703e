import { configured } from '../config.js';
import { ConfigurationError } from '../errors.js';
import type { LM, LMUsage } from './types.js';

/** What tokens cost, in US dollars per million. */
export interface TokenPrices {
  /** Of prompts. */
  readonly input: number;
  /** Of what the server had cached of them; as other input, unless given. */
  readonly cachedInput?: number;
  /** Of what the server newly caches of them; as other input, unless given. */
  readonly cacheWrite?: number;
  /** Of answers, thoughts included. */
  readonly output: number;
}

/** What a model costs, in US dollars per million tokens. */
export interface Price extends TokenPrices {
  /** What calls cost, all of their tokens, whose prompts have more than so many tokens. */
  readonly long?: TokenPrices & { readonly above: number };
}

/**
 * Prices by the name of the model, which may begin with the provider's: `gpt-5-mini`, `openai/gpt-5-mini`; or what knows
 * them, as `priceOf` of `strop/models`.
 */
export type Prices = Readonly<Record<string, Price>> | ((model: string) => Price | undefined);

/**
 * What tokens cost, in billionths of a dollar: a whole number, as sums of these are exact. What is less than one is
 * rounded up.
 */
export function costOf(usage: LMUsage, price: Price): number {
  const { inputTokens, outputTokens, cachedInputTokens: cached = 0, cacheWriteTokens: written = 0 } = usage;
  const { long } = price;
  const prices = long && inputTokens > long.above ? long : price;
  const { input, cachedInput = input, cacheWrite = input, output } = prices;
  const plain = Math.max(0, inputTokens - cached - written);
  const sum =
    BigInt(plain) * perToken(input) +
    BigInt(cached) * perToken(cachedInput) +
    BigInt(written) * perToken(cacheWrite) +
    BigInt(outputTokens) * perToken(output);
  return Number((sum + 999n) / 1000n);
}

/** In trillionths of a dollar. */
function perToken(dollarsPerMillion: number): bigint {
  if (!(dollarsPerMillion >= 0 && dollarsPerMillion < 1e9)) {
    throw new ConfigurationError(
      'bad_price',
      `A price must be dollars per million tokens, from 0 on, and not ${dollarsPerMillion}.`,
    );
  }
  return BigInt(Math.round(dollarsPerMillion * 1e6));
}

/** What the model's tokens cost, if that is known: as configured, or else as the model says. @internal */
export function priceFor(lm: Pick<LM, 'model' | 'provider' | 'price'>): Price | undefined {
  const { prices } = configured();
  const name = lm.provider ? `${lm.provider}/${lm.model}` : lm.model;
  if (typeof prices === 'function') return prices(name) ?? lm.price;
  const given = [name, lm.model].find((each) => prices && Object.hasOwn(prices, each));
  return (given === undefined ? undefined : prices?.[given]) ?? lm.price;
}
