/** Where two values first differ as JSON, or that they do not. */
export interface JsonDifference {
  /** As in `$.items[2].name`. */
  path: string;
  /** What stands there in the first; `undefined` if nothing does. */
  expected: unknown;
  /** What stands there in the second; `undefined` if nothing does. */
  actual: unknown;
}

/** Deeper than any value that a reply is read to; beyond it two values count as different. */
const deepest = 1000;

/** The first difference, in the order of the first value; the order of an object's keys is none. @internal */
export function jsonDifference(expected: unknown, actual: unknown, path = '$', depth = 0): JsonDifference | undefined {
  if (Object.is(expected, actual) || (expected === 0 && actual === 0)) return undefined;
  const here = { path, expected, actual };
  if (typeof expected !== 'object' || typeof actual !== 'object' || expected === null || actual === null) return here;
  if (depth > deepest || Array.isArray(expected) !== Array.isArray(actual)) return here;
  const [a, b] = [expected as Record<string, unknown>, actual as Record<string, unknown>];
  const isList = Array.isArray(expected);
  const own = (of: object, key: string) => (Object.hasOwn(of, key) ? (of as Record<string, unknown>)[key] : undefined);
  for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
    const step = isList ? `[${key}]` : /^[A-Za-z_]\w*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
    const found = jsonDifference(own(a, key), own(b, key), path + step, depth + 1);
    if (found) return found;
  }
  return undefined;
}
