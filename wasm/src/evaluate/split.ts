/** Rows by purpose: to learn from, to choose with, and held out. */
export interface Split<R> {
  /** What demos are made from. */
  train: R[];
  /** What decides between programs. */
  val: R[];
  /** Held out: for the number at the end. */
  test: R[];
}

/** How rows are dealt. The parts' sizes stand in the relation of their shares, whatever these sum up to. */
export interface SplitOptions {
  /** The same rows, shares and seed give the same split; 0 unless given. */
  seed?: number;
  /** 0.5 unless given. */
  train?: number;
  /** 0.2 unless given. */
  val?: number;
  /** 0.3 unless given. */
  test?: number;
}

/**
 * Splits rows by lot, each part in the order of the rows. A part with a share gets at least one row while there are
 * rows: first the held-out part, then that which is chosen with.
 *
 * @example const { train, val, test } = splitRows(rows, { seed: 7 });
 */
export function splitRows<R>(
  rows: readonly R[],
  { seed = 0, train = 0.5, val = 0.2, test = 0.3 }: SplitOptions = {},
): Split<R> {
  const order = [...rows.keys()];
  const random = splitmix32(seed);
  for (let k = order.length - 1; k > 0; --k) {
    const other = Math.floor(random() * (k + 1));
    [order[k], order[other]] = [order[other] as number, order[k] as number];
  }
  const whole = train + val + test;
  const size = (share: number) => (share > 0 && whole > 0 ? Math.max(1, Math.round((rows.length * share) / whole)) : 0);
  const heldOut = Math.min(size(test), rows.length);
  const choosing = Math.min(size(val), rows.length - heldOut);
  const part = (from: number, to: number) =>
    order
      .slice(from, to)
      .sort((a, b) => a - b)
      .map((k) => rows[k] as R);
  return {
    test: part(0, heldOut),
    val: part(heldOut, heldOut + choosing),
    train: part(heldOut + choosing, train > 0 ? rows.length : 0),
  };
}

/** Numbers from 0 to below 1: the splitmix32 sequence of the seed. */
function splitmix32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let z = state ^ (state >>> 16);
    z = Math.imul(z, 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return ((z ^ (z >>> 15)) >>> 0) / 2 ** 32;
  };
}
