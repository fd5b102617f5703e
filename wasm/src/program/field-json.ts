import { SignatureError } from '../errors.js';
import type { FieldDescription, FieldSpec, StandardSchema, TypeDefinition } from '../types/definitions.js';
import { isStandard, jsonSchemaOf } from './schema.js';
import type { FieldJSON } from './signature.js';

/** A field for the core, and the library's schema that its values are to be checked by. @internal */
export interface ReadField {
  json: FieldJSON;
  check: StandardSchema | undefined;
}

const details = ['desc', 'prefix', 'constraints', 'default'];
const isDetail = (key: string) => details.includes(key);
const schemaTypes = new Set<unknown>(['string', 'number', 'integer', 'boolean', 'object', 'array', 'null']);

/** A field of a signature's object. @internal */
export function readField(name: string, dir: 'input' | 'output', spec: FieldSpec): ReadField {
  const { json, check } = readSpec(spec, dir, `The field "${name}"`);
  return withName(name, dir, json, check);
}

/** A field with its description, as edits add it. @internal */
export function readNewField(name: string, dir: 'input' | 'output', description: FieldDescription): ReadField {
  const { json, check } = readDescription(description, dir, `The field "${name}"`);
  return withName(name, dir, json, check);
}

/** Without a description, as DSPy writes that. */
function withName(name: string, dir: 'input' | 'output', json: Said['json'], check: Said['check']): ReadField {
  return { json: { name, dir, desc: `\${${name}}`, ...json }, check };
}

/** What is said of a field beside its name. */
interface Said {
  json: Omit<FieldJSON, 'name' | 'dir'>;
  check: StandardSchema | undefined;
}

function readSpec(spec: FieldSpec, dir: 'input' | 'output', place: string): Said {
  if (typeof spec === 'string') return { json: { type: spec }, check: undefined };
  if (isStandard(spec)) return { json: { schema: jsonSchemaOf(spec, dir, place) }, check: spec };
  if (typeof spec !== 'object' || spec === null || Array.isArray(spec)) {
    throw new SignatureError('bad_signature', `${place} is a type, a description or a schema.`);
  }
  const given = spec as Readonly<Record<string, unknown>>;
  const typed = typeof given.type === 'string' && !schemaTypes.has(given.type);
  if (typed || given.schema !== undefined || Object.keys(given).every(isDetail)) {
    return readDescription(given as FieldDescription, dir, place);
  }
  if (given.desc === undefined && given.constraints === undefined) return { json: { schema: given }, check: undefined };
  throw new SignatureError(
    'bad_signature',
    `${place} is a JSON Schema with a description beside it: put the schema into \`schema\`, or write a type such as 'str'.`,
  );
}

/** What is said of a field, or changed of it. @internal */
export function readDescription(description: FieldDescription, dir: 'input' | 'output', place: string): Said {
  const { type, schema, ...more } = description;
  const unknown = Object.keys(more).find((key) => !isDetail(key));
  if (unknown !== undefined) {
    throw new SignatureError(
      'bad_signature',
      `${place} has a member "${unknown}", which is not known; there are type, schema, ${details.join(', ')}.`,
    );
  }
  if (type !== undefined && schema !== undefined) {
    throw new SignatureError('bad_signature', `${place} has a type and a schema: give one of them.`);
  }
  const check = isStandard(schema) ? schema : undefined;
  const json: Record<string, unknown> = { ...more };
  if (type !== undefined) json.type = type;
  if (schema !== undefined) json.schema = check ? jsonSchemaOf(check, dir, place) : schema;
  for (const key of details) if (json[key] === undefined) delete json[key];
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
