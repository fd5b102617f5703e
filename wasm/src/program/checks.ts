/**
 * Outputs as the schemas of libraries want them. The core has read them by what JSON Schema says; a library may ask for
 * more, and may make something else of a value.
 */
import { AdapterParseError, quote } from '../errors.js';
import type {
  AliasDefinition,
  ModelDefinition,
  StandardIssue,
  StandardSchema,
  TypeDefinition,
  TypeDefinitions,
} from '../types/definitions.js';
import { isStandard } from './schema.js';

type Path = readonly PropertyKey[];
/** The value as it is to be; throws {@link Unfit}. */
type Check = (value: unknown, path: Path) => unknown;

/** What is wrong with a value, on its way out of it. */
class Unfit {
  readonly issues: readonly { message: string; path: Path }[];
  constructor(issues: Unfit['issues']) {
    this.issues = issues;
  }
}

/** What checks the values of a type, which is told by its text, or nothing to check. @internal */
export class Checks {
  readonly #types: TypeDefinitions;
  readonly #named = new Map<string, Check>();

  constructor(types: TypeDefinitions) {
    this.#types = types;
  }

  /**
   * The outputs with those fields checked that have a schema of their own or whose types name one.
   *
   * @throws {AdapterParseError} which names field and place.
   */
  async apply(
    outputs: Readonly<Record<string, unknown>>,
    fields: readonly { name: string; type: string; schema: StandardSchema | undefined }[],
    reply: string,
  ): Promise<Record<string, unknown>> {
    const checked: Record<string, unknown> = { ...outputs };
    for (const { name, type, schema } of fields) {
      if (!Object.hasOwn(outputs, name)) continue;
      try {
        const check = schema ? bySchema(schema) : this.#ofType(readType(type));
        if (check) checked[name] = await check(outputs[name], [name]);
      } catch (thrown) {
        if (!(thrown instanceof Unfit)) throw thrown;
        const all = thrown.issues.map(({ message, path }) => `${placeOf(path)}: ${message}`).join('; ');
        throw new AdapterParseError(
          `The field "${name}" does not fit its schema. ${all}. The reply: ${quote(reply)}`,
          reply,
          { details: { field: name, issues: thrown.issues } },
        );
      }
    }
    return checked;
  }

  /** Whether a schema is somewhere in the type. */
  #hasSchema({ name, items }: TypeText, seen = new Set<string>()): boolean {
    const within = (type: string) => this.#hasSchema(readType(type), seen);
    if (!Object.hasOwn(this.#types, name))
      return name !== 'Literal' && items.some((item) => this.#hasSchema(item, seen));
    if (seen.has(name)) return false;
    seen.add(name);
    const definition = this.#types[name] as TypeDefinition;
    if (isStandard(definition)) return true;
    if (definition.kind === 'alias') return within((definition as AliasDefinition).target);
    return definition.kind === 'model' && (definition as ModelDefinition).fields.some(({ type }) => within(type));
  }

  #ofType(type: TypeText): Check | undefined {
    const { name, items } = type;
    if (!this.#hasSchema(type)) return undefined;
    if (Object.hasOwn(this.#types, name)) return this.#ofName(name);
    const checks = items.map((item) => this.#ofType(item));
    const [first, second] = checks;
    switch (name) {
      case 'list':
      case 'set':
      case 'frozenset':
        return first && each(() => first);
      case 'dict':
        return second && members(() => second);
      case 'tuple': {
        if (items.length === 2 && /^(\.\.\.|Ellipsis)$/.test(items[1]?.name ?? '')) return first && each(() => first);
        return checks.some(Boolean) ? each((k) => checks[Number(k)]) : undefined;
      }
      case 'Optional':
      case 'Union':
        return checks.some(Boolean) ? choice(checks, items) : undefined;
      default:
        return undefined;
    }
  }

  #ofName(name: string): Check {
    const known = this.#named.get(name);
    if (known) return known;
    const definition = this.#types[name] as TypeDefinition;
    if (isStandard(definition)) return bySchema(definition);
    const inner = new Map<string, Check>();
    const isAlias = definition.kind === 'alias';
    const check: Check = isAlias ? (value, path) => inner.get('')?.(value, path) : members((key) => inner.get(key));
    this.#named.set(name, check); // before what is in it, which may be of its own kind
    const add = (key: string | undefined, type: string) => {
      const own = key === undefined ? undefined : this.#ofType(readType(type));
      if (own) inner.set(key as string, own);
    };
    if (isAlias) add('', (definition as AliasDefinition).target);
    else {
      for (const { name: member, alias, type } of (definition as ModelDefinition).fields) {
        add(member, type);
        add(alias, type);
      }
    }
    return check;
  }
}

function bySchema(schema: StandardSchema): Check {
  return async (value, path) => {
    const result = (await schema['~standard'].validate?.(value)) ?? { value };
    if (!result.issues) return result.value;
    throw new Unfit(result.issues.map((issue) => ({ message: issue.message, path: [...path, ...pathOf(issue)] })));
  };
}

function pathOf({ path = [] }: StandardIssue): Path {
  return Array.from(path, (part) => (typeof part === 'object' ? part.key : part)); // may be an array of its own kind
}

function each(checkOf: (index: number) => Check | undefined): Check {
  return async (value, path) => {
    if (!Array.isArray(value)) throw new Unfit([{ message: 'a list is expected', path }]);
    const checked: unknown[] = [];
    for (const [k, item] of value.entries()) {
      const check = checkOf(k);
      checked.push(check ? await check(item, [...path, k]) : item);
    }
    return checked;
  };
}

function members(checkOf: (key: string) => Check | undefined): Check {
  return async (value, path) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new Unfit([{ message: 'an object is expected', path }]);
    }
    const checked: [string, unknown][] = [];
    for (const [key, item] of Object.entries(value)) {
      const check = checkOf(key);
      checked.push([key, check ? await check(item, [...path, key]) : item]);
    }
    return Object.fromEntries(checked);
  };
}

/** The first choice that takes the value; what has no schema takes what the core has read. */
function choice(checks: readonly (Check | undefined)[], items: readonly TypeText[]): Check {
  const others = items.some(({ name }, k) => !checks[k] && name !== 'None' && name !== 'NoneType');
  return async (value, path) => {
    if (value === null) return null;
    let failure: unknown;
    for (const check of checks) {
      if (!check) continue;
      try {
        return await check(value, path);
      } catch (thrown) {
        if (!(thrown instanceof Unfit)) throw thrown;
        failure ??= thrown;
      }
    }
    if (others) return value;
    throw failure;
  };
}

/** `person.tags[0]`. */
function placeOf(path: Path): string {
  return path
    .map((part, k) => (typeof part === 'number' ? `[${part}]` : k === 0 ? String(part) : `.${String(part)}`))
    .join('');
}

/** The types of a signature's text, by the fields' names, as they were written. @internal */
export function typeTexts(text: string): Map<string, string> {
  const types = new Map<string, string>();
  for (const side of text.split('->')) {
    let depth = 0;
    let field = '';
    for (const token of [...(side.match(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^"']/gs) ?? []), ',']) {
      if ('[({'.includes(token)) ++depth;
      if ('])}'.includes(token)) --depth;
      if (token !== ',' || depth > 0) {
        field += token;
        continue;
      }
      const colon = field.indexOf(':');
      if (colon > 0) types.set(field.slice(0, colon).trim(), field.slice(colon + 1).trim());
      field = '';
    }
  }
  return types;
}

/** A type as its text says it: a name and what is in its brackets. */
interface TypeText {
  name: string;
  items: TypeText[];
}

/** `typing`'s names of what Python has in small letters. */
const generics = new Set(['List', 'Dict', 'Set', 'Tuple', 'FrozenSet']);

/** Reads a type that the core has accepted. */
function readType(text: string): TypeText {
  const tokens = text.match(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[[\]()|,]|[^\s[\]()|,"']+/g) ?? [];
  let at = 0;
  const one = (): TypeText => {
    if (tokens[at] === '(') {
      ++at;
      const inner = union();
      ++at;
      return inner;
    }
    const name = (tokens[at++] ?? '').replace(/^(?:typing|builtins)\./, '');
    const type: TypeText = { name: generics.has(name) ? name.toLowerCase() : name, items: [] };
    if (tokens[at] !== '[') return type;
    do {
      ++at;
      if (tokens[at] !== ']') type.items.push(union());
    } while (tokens[at] === ',');
    ++at;
    return type;
  };
  const union = (): TypeText => {
    const first = one();
    if (tokens[at] !== '|') return first;
    const items = [first];
    while (tokens[at] === '|') {
      ++at;
      items.push(one());
    }
    return { name: 'Union', items };
  };
  return union();
}
