import { callCore } from '../core/core.js';
import { InputError, messageOf } from '../errors.js';
import type { Row } from '../program/runnable.js';

/** How completions are counted. */
export interface MajorityOptions {
  /** The field whose values are counted; otherwise the last of the first completion. */
  field?: string;
  /**
   * What a value counts as; what gives `null` or `undefined` does not count. By default texts are equal but for case,
   * punctuation, articles and spaces, as for {@link normalized}; with `null` values are compared as they are.
   */
  normalize?: ((value: unknown) => unknown) | null;
}

/**
 * The completion whose answer is the most frequent one; of several as frequent the earliest, as DSPy's `majority`. In a
 * browser, `await ready({ all: true })` first.
 *
 * @example
 * const tries = await Promise.all([1, 2, 3].map((rolloutId) => qa.run({ question }, { config: { rolloutId, temperature: 1 } })));
 * const { answer } = majority(tries);
 *
 * @throws {InputError} if there is no completion, or one that lacks the field.
 */
export function majority<C extends Row>(completions: readonly C[], options: MajorityOptions = {}): C {
  const { normalize } = options;
  const field = options.field ?? Object.keys(completions[0] ?? {}).at(-1) ?? '';
  const values = completions.map((completion, k) => {
    if (!(field in completion)) throw new InputError('bad_inputs', `Completion ${k} has no field "${field}".`);
    return asJson(normalize ? normalize(completion[field]) : completion[field]);
  });
  const found = callCore('majority', `{"values":[${values.join(',')}],"normalize":${normalize === undefined}}`);
  return completions[JSON.parse(found).index] as C;
}

function asJson(value: unknown): string {
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value); // which the core reads as Python does
  try {
    return JSON.stringify(value ?? null) ?? 'null';
  } catch (cause) {
    throw new InputError('bad_inputs', `What is counted cannot be written as JSON: ${messageOf(cause)}.`, { cause });
  }
}
