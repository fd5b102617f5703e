import { SignatureError } from '../errors.js';
import type { Constraints, FieldSpec, StandardSchema, TypeDefinition } from '../types/definitions.js';
import type { JSONSchema } from '../types/values.js';
import { isStandard, jsonSchemaOf } from './schema.js';

/** What the core is told of a field. @internal */
export interface FieldJson {
  readonly name: string;
  readonly dir: 'input' | 'output';
  readonly type?: string;
  readonly schema?: JSONSchema;
  readonly desc?: string;
  readonly prefix?: string;
  readonly constraints?: Constraints;
  readonly default?: unknown;
}

/** A field for the core, and the library's schema that its values are to be checked by. @internal */
export interface ReadField {
  json: FieldJson;
  check: StandardSchema | undefined;
}

const details = ['desc', 'prefix', 'constraints', 'default'] as const;
const schemaTypes = new Set<unknown>(['string', 'number', 'integer', 'boolean', 'object', 'array', 'null']);

/** A field of a signature's object. @internal */
export function readField(name: string, dir: 'input' | 'output', spec: FieldSpec): ReadField {
  const { json, check } = readChange(spec, dir, `The field "${name}"`);
  return { json: { name, dir, desc: `\${${name}}`, ...json }, check }; // without a description, as DSPy writes that
}

/** What is said of a field beside its name. @internal */
export function readChange(
  spec: FieldSpec,
  dir: 'input' | 'output',
  place: string,
): { json: Omit<FieldJson, 'name' | 'dir'>; check: StandardSchema | undefined } {
  if (typeof spec === 'string') return { json: { type: spec }, check: undefined };
  if (isStandard(spec)) return { json: { schema: jsonSchemaOf(spec, dir, place) }, check: spec };
  if (typeof spec !== 'object' || spec === null || Array.isArray(spec)) {
    throw new SignatureError('bad_signature', `${place} is a type, a description or a schema.`);
  }
  const given = spec as Readonly<Record<string, unknown>>;
  const keys = Object.keys(given).filter((key) => given[key] !== undefined);
  const described = keys.every((key) => (details as readonly string[]).includes(key));
  const typed = typeof given.type === 'string' && !schemaTypes.has(given.type);
  if (!described && !typed && given.schema === undefined) {
    if (given.desc === undefined && given.constraints === undefined)
      return { json: { schema: given }, check: undefined };
    throw new SignatureError(
      'bad_signature',
      `${place} is a JSON Schema with a description beside it: put the schema into \`schema\`, or write a type such as 'str'.`,
    );
  }
  const unknown = keys.find(
    (key) => key !== 'type' && key !== 'schema' && !(details as readonly string[]).includes(key),
  );
  if (unknown !== undefined) {
    throw new SignatureError(
      'bad_signature',
      `${place} has a member "${unknown}", which is not known; there are type, schema, ${details.join(', ')}.`,
    );
  }
  if (given.type !== undefined && given.schema !== undefined) {
    throw new SignatureError('bad_signature', `${place} has a type and a schema: give one of them.`);
  }
  const json: Record<string, unknown> = {};
  const check = isStandard(given.schema) ? given.schema : undefined;
  if (typed) json.type = given.type;
  if (given.schema !== undefined) json.schema = check ? jsonSchemaOf(check, dir, place) : given.schema;
  for (const key of details) if (given[key] !== undefined) json[key] = given[key];
  return { json, check };
}

/** A named type for the core. @internal */
export function definitionJson(name: string, definition: TypeDefinition): object {
  if (isStandard(definition)) return { schema: jsonSchemaOf(definition, 'output', `The type "${name}"`) };
  if (typeof definition !== 'object' || definition === null || Array.isArray(definition)) {
    throw new SignatureError('bad_signature', `The type "${name}" is a definition or a schema.`);
  }
  const { kind } = definition;
  return kind === 'enum' || kind === 'model' || kind === 'alias' ? definition : { schema: definition };
}
