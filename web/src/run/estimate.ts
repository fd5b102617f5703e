import type { OptimizerSpec } from '../core/protocol.ts';

/** How far an axis of calls reaches while a run goes on: most runs end near the least. */
export const expectedCalls = ({ min, max }: { min: number; max: number }): number =>
  Math.max(1, Math.min(max, Math.ceil(1.08 * min)));

/** How many programs a run compares, the seed included. */
export const programsOf = ({ name, candidates }: OptimizerSpec): number =>
  name === 'BootstrapFewShotWithRandomSearch' ? candidates + 3 : 2;

/** The smallest gain that n paired rows of right and wrong are likely to show, in points: about two standard errors. */
export const smallestGain = (n: number): number => (n > 0 ? Math.min(100, Math.round(100 / Math.sqrt(n))) : 100);
