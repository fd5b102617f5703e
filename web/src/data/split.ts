/** Row numbers by purpose, each ascending. */
export interface Split {
  train: number[];
  val: number[];
  test: number[];
}

/**
 * Deals rows to learn from, to choose with and to lock away: a shuffle by the seed, cut by the shares. The same count,
 * seed and shares give the same split. Each part with a share gets at least one row while there are rows.
 */
export function deal(count: number, seed: number, [train, val, test]: readonly [number, number, number]): Split {
  const order = Array.from({ length: count }, (_, k) => k);
  const random = generator(seed);
  for (let k = count - 1; k > 0; --k) {
    const other = Math.floor(random() * (k + 1));
    [order[k], order[other]] = [order[other]!, order[k]!];
  }
  const whole = train + val + test;
  const size = (share: number) => (share > 0 && whole > 0 ? Math.max(1, Math.round((count * share) / whole)) : 0);
  const locked = Math.min(size(test), count);
  const choosing = Math.min(size(val), count - locked);
  const part = (from: number, to?: number) => order.slice(from, to).sort((a, b) => a - b);
  return { test: part(0, locked), val: part(locked, locked + choosing), train: part(locked + choosing) };
}

/** Numbers from 0 to below 1: the splitmix32 sequence of the seed. */
function generator(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let z = state ^ (state >>> 16);
    z = Math.imul(z, 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return ((z ^ (z >>> 15)) >>> 0) / 2 ** 32;
  };
}
