type Schema = Record<string, unknown>;

/** What Anthropic's structured outputs cannot hold a model to, and refuse: it is said in the description instead. */
const said = new Set(
  'maxItems uniqueItems contains minContains maxContains prefixItems minimum maximum exclusiveMinimum exclusiveMaximum multipleOf minLength maxLength minProperties maxProperties patternProperties propertyNames dependentRequired dependentSchemas unevaluatedProperties if then else not'.split(
    ' ',
  ),
);
const deepest = 100;

class NotHeld extends Error {}

/**
 * A JSON Schema as Anthropic's structured outputs take it; nothing for one that they cannot hold a model to, as it has
 * objects with members of any name or refers to itself: then the prompt alone asks for it.
 * @internal
 */
export function anthropicSchema(schema: unknown): unknown {
  const references = new Map<string, Set<string>>();
  try {
    const made = convert(schema, '', references, 0);
    return [...references.keys()].some((name) => reaches(name, name, references, new Set())) ? undefined : made;
  } catch (error) {
    if (error instanceof NotHeld) return undefined;
    throw error;
  }
}

/** `within` is the definition that this is part of. */
function convert(schema: unknown, within: string, references: Map<string, Set<string>>, depth: number): unknown {
  if (depth > deepest) throw new NotHeld();
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) return schema;
  const inner = (value: unknown, name = within) => convert(value, name, references, depth + 1);
  const made: Schema = {};
  const notes: string[] = [];
  for (const [name, value] of Object.entries(schema as Schema)) {
    if (said.has(name) || (name === 'minItems' && Number(value) > 1)) notes.push(`${name}: ${JSON.stringify(value)}`);
    else if (name === 'properties') made[name] = mapped(value, (each) => inner(each));
    else if (name === '$defs' || name === 'definitions')
      made[name] = mapped(value, (each, key) => inner(each, `#/${name}/${key}`));
    else if (name === 'items') made[name] = inner(value);
    else if (name === 'anyOf' || name === 'allOf' || name === 'oneOf')
      made[name === 'oneOf' ? 'anyOf' : name] = Array.isArray(value) ? value.map((each) => inner(each)) : value;
    else made[name] = value;
    if (name === '$ref') references.set(within, (references.get(within) ?? new Set()).add(String(value)));
  }
  if (made.type === 'object' || made.properties) {
    const { additionalProperties } = made;
    const isOpen = additionalProperties === undefined ? !made.properties : additionalProperties !== false;
    if (isOpen) throw new NotHeld();
    made.additionalProperties = false;
  }
  if (notes.length) made.description = [made.description, `{${notes.join(', ')}}`].filter(Boolean).join('\n\n');
  return made;
}

function mapped(value: unknown, make: (each: unknown, name: string) => unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, make(each, name)]));
}

function reaches(from: string, to: string, references: Map<string, Set<string>>, seen: Set<string>): boolean {
  if (seen.has(from)) return false;
  seen.add(from);
  return [...(references.get(from) ?? [])].some(
    (next) => next === to || next === '#' || reaches(next, to, references, seen),
  );
}
