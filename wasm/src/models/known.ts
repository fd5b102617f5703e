import type { Price, TokenPrices } from '../lm/cost.js';
import type { LMCapabilities } from '../lm/types.js';
import { type Figures, type Row, snapshots, table } from './table.js';

/** The longest that a model takes and gives, in tokens. */
export interface ModelLimits {
  /** Of a prompt. */
  readonly context: number;
  /** Of an answer. */
  readonly answer?: number;
}

/** What the table says of a model. @internal */
export function rowOf(model: string): Row | undefined {
  const [, provider, name = model] = /^(openai|anthropic|gemini)\/(.*)$/s.exec(model) ?? [];
  const known = own(table, own(snapshots, name) ?? name);
  return known && (provider ?? known[0]) === known[0] ? known : undefined;
}

function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

/**
 * What a model of OpenAI, Anthropic or Google costs, by its name, with or without the provider's: as their price lists say
 * for text that is asked at once, from what {@link pricesFrom} names. Nothing for others, also where they run a model of
 * the same name: `openrouter/openai/gpt-5`.
 *
 * @example configure({ prices: priceOf });
 * @example configure({ prices: (model) => (model === 'my-model' ? { input: 0.1, output: 0.4 } : priceOf(model)) });
 */
export function priceOf(model: string): Price | undefined {
  const row = rowOf(model);
  if (!row) return undefined;
  const [, , , , figures, long] = row;
  if (!long) return pricesIn(figures);
  const [above, ...more] = long;
  return { ...pricesIn(figures), long: { above, ...pricesIn(more) } };
}

function pricesIn([input, cachedInput, cacheWrite, output]: Figures): TokenPrices {
  return {
    input,
    ...(cachedInput === null ? {} : { cachedInput }),
    ...(cacheWrite === null ? {} : { cacheWrite }),
    output,
  };
}

/** What a model of OpenAI, Anthropic or Google can do, by its name. What is not said, may be so all the same. */
export function capabilitiesOf(model: string): LMCapabilities | undefined {
  const row = rowOf(model);
  if (!row) return undefined;
  const can = (letter: string) => row[3].includes(letter);
  return {
    ...(can('s') ? { responseFormat: true, responseSchema: true } : {}),
    ...(can('f') ? { functionCalling: true } : {}),
    ...(can('r') ? { reasoning: true } : {}),
    ...(can('v') ? { vision: true } : {}),
    ...(can('p') ? { files: true } : {}),
    ...(can('a') ? { audio: true } : {}),
  };
}

/** How much a model of OpenAI, Anthropic or Google takes and gives, by its name. */
export function limitsOf(model: string): ModelLimits | undefined {
  const row = rowOf(model);
  if (!row) return undefined;
  const [, context, answer] = row;
  return { context, ...(answer === null ? {} : { answer }) };
}
