/**
 * Models by their names, and what is known of those of OpenAI, Anthropic and Google: prices, abilities, limits.
 *
 * @packageDocumentation
 */
export { capabilitiesOf, limitsOf, type ModelLimits, priceOf } from './known.js';
export { type LMOptions, lm } from './lm.js';
export { pricesFrom } from './table.js';
