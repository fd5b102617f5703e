// JSON as the cases mean it: integers of any size are BigInts, floats stay floats, and what JSON lacks (`{"$float": …}` in
// a case, a bare NaN from the core) is a float too. JavaScript's own reader would round and forget.

export class Float {
  constructor(value) {
    this.value = value;
  }
}

const named = { nan: Number.NaN, inf: Infinity, '-inf': -Infinity, '-0.0': -0 };
const token =
  /[ \t\n\r]*(?:([{}[\],:])|("(?:[^"\\]|\\.)*")|(-?Infinity|NaN|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?|true|false|null))/y;

export function parse(text) {
  token.lastIndex = 0;
  const next = () => {
    const at = token.lastIndex;
    const found = token.exec(text);
    if (!found) throw new SyntaxError(`no JSON at ${at}: ${text.slice(at, at + 40)}`);
    return found;
  };
  const value = ([, mark, string, word]) => {
    if (string !== undefined) return JSON.parse(string);
    if (word !== undefined) return scalar(word);
    if (mark === '[') {
      const items = [];
      for (let found = next(); found[1] !== ']'; found = next()) {
        items.push(value(found[1] === ',' ? next() : found));
      }
      return items;
    }
    if (mark !== '{') throw new SyntaxError(`"${mark}" where a value is expected`);
    const object = {};
    for (let found = next(); found[1] !== '}'; found = next()) {
      const [, , key] = found[1] === ',' ? next() : found;
      next();
      // A plain assignment would take "__proto__" for something else.
      Object.defineProperty(object, JSON.parse(key), {
        value: value(next()),
        enumerable: true,
        configurable: true,
        writable: true,
      });
    }
    const keys = Object.keys(object);
    return keys.length === 1 && keys[0] === '$float' ? new Float(named[object.$float]) : object;
  };
  const found = value(next());
  if (/\S/.test(text.slice(token.lastIndex))) throw new SyntaxError('more than one JSON value');
  return found;
}

function scalar(word) {
  if (word === 'true') return true;
  if (word === 'false') return false;
  if (word === 'null') return null;
  return /^-?\d+$/.test(word) ? BigInt(word) : new Float(Number(word));
}

/** The text that the core reads, which takes Python's NaN and Infinity. */
export function stringify(value) {
  if (typeof value === 'bigint') return String(value);
  if (value instanceof Float) return floatText(value.value);
  if (Array.isArray(value)) return `[${value.map(stringify).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    return `{${Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .map(([key, item]) => `${JSON.stringify(key)}:${stringify(item)}`)
      .join(',')}}`;
  }
  return JSON.stringify(value);
}

function floatText(number) {
  if (!Number.isFinite(number)) return String(number);
  if (Object.is(number, -0)) return '-0.0';
  const text = String(number);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

/** The value as JavaScript has it; for what is known to have only small numbers. */
export function plain(value) {
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof Float) return value.value;
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
  }
  return value;
}

/** Whether JavaScript's values and JSON.stringify carry it unchanged. */
export function survives(value) {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value));
  if (value instanceof Float) return !Number.isInteger(value.value) && Number.isFinite(value.value);
  if (Array.isArray(value)) return value.every(survives);
  if (typeof value !== 'object' || value === null) return true;
  // Keys that look like numbers come first in a JavaScript object, wherever they stood.
  return Object.entries(value).every(([key, item]) => !/^\d+$/.test(key) && survives(item));
}

/** Where two values differ, as a path, or undefined. 5 and 5.0 are equal unless `exact`. */
export function difference(ours, theirs, exact = false, path = '') {
  if (isNumber(ours) && isNumber(theirs)) return sameNumber(ours, theirs, exact) ? undefined : path || '.';
  if (typeof ours !== typeof theirs || ours === null || theirs === null || typeof ours !== 'object') {
    return ours === theirs ? undefined : path || '.';
  }
  if (Array.isArray(ours) !== Array.isArray(theirs)) return path || '.';
  const keys = Object.keys(theirs);
  for (const key of keys) {
    if (!Object.hasOwn(ours, key)) return `${path}.${key} (missing)`;
    const at = difference(ours[key], theirs[key], exact, `${path}.${key}`);
    if (at) return at;
  }
  const more = Object.keys(ours).find((key) => !Object.hasOwn(theirs, key));
  return more === undefined ? undefined : `${path}.${more} (too much)`;
}

const isNumber = (value) => typeof value === 'bigint' || value instanceof Float;

function sameNumber(a, b, exact) {
  if (typeof a === 'bigint' && typeof b === 'bigint') return a === b;
  if (a instanceof Float && b instanceof Float) return Object.is(a.value, b.value);
  if (exact) return false;
  const [int, float] = typeof a === 'bigint' ? [a, b.value] : [b, a.value];
  return Number.isInteger(float) && BigInt(float) === int;
}
