import type { OptimizerSpec } from '../core/protocol.ts';

/**
 * How many calls a run makes at least and at most, held-out rows included, for a program of one predictor. The core says
 * the same when the run begins; this is so that it can be told before.
 */
export function estimateCalls(
  { name, candidates, maxBootstrappedDemos, calls }: OptimizerSpec,
  rows: { train: number; val: number; test: number },
): { min: number; max: number } {
  const heldOut = 2 * rows.test;
  const bootstrap = { min: Math.min(maxBootstrappedDemos, rows.train), max: maxBootstrappedDemos > 0 ? rows.train : 0 };
  const shuffled = { min: Math.min(1, maxBootstrappedDemos, rows.train), max: bootstrap.max };
  const search = name === 'BootstrapFewShotWithRandomSearch';
  const validation = (search ? candidates + 3 : 2) * rows.val;
  const demos =
    name === 'LabeledFewShot'
      ? { min: 0, max: 0 }
      : search
        ? { min: bootstrap.min + candidates * shuffled.min, max: bootstrap.max + candidates * shuffled.max }
        : bootstrap;
  const most = calls > 0 ? calls : Number.POSITIVE_INFINITY;
  return {
    min: Math.min(most, validation + demos.min + heldOut),
    max: Math.min(most, validation + demos.max + heldOut),
  };
}

/** How far an axis of calls reaches while a run goes on: most runs end near the least. */
export const expectedCalls = ({ min, max }: { min: number; max: number }): number =>
  Math.max(1, Math.min(max, Math.ceil(1.08 * min)));

/** How many programs a run compares, the seed included. */
export const programsOf = ({ name, candidates }: OptimizerSpec): number =>
  name === 'BootstrapFewShotWithRandomSearch' ? candidates + 3 : 2;

/** The smallest gain that n paired rows of right and wrong are likely to show, in points: about two standard errors. */
export const smallestGain = (n: number): number => (n > 0 ? Math.min(100, Math.round(100 / Math.sqrt(n))) : 100);
