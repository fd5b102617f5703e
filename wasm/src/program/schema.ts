import { messageOf, SignatureError } from '../errors.js';
import type { StandardSchema } from '../types/definitions.js';
import type { JSONSchema } from '../types/values.js';

/** Whether it is a library's schema, which may be an object or a function. @internal */
export function isStandard(value: unknown): value is StandardSchema {
  return (typeof value === 'object' || typeof value === 'function') && value !== null && '~standard' in value;
}

/** The ways in which libraries write their schemas as JSON Schema: the specification's, zod's, arktype's. */
interface Writers {
  '~standard': {
    vendor: string;
    jsonSchema?: { [role in 'input' | 'output']?: (options: { target: string }) => unknown };
  };
  toJSONSchema?: (options: { io: 'input' | 'output' }) => unknown;
  toJsonSchema?: () => unknown;
}

const advice: Readonly<Record<string, string>> = {
  valibot: 'wrap it: `toStandardJsonSchema(schema)` of @valibot/to-json-schema',
  zod: 'use zod 4.2 or newer',
  arktype: 'use arktype 2 or newer',
};

/** What a library's schema is as JSON Schema, for a field that is given or asked for. @internal */
export function jsonSchemaOf(schema: StandardSchema, role: 'input' | 'output', where: string): JSONSchema {
  const writers = schema as unknown as Writers;
  const { vendor, jsonSchema } = writers['~standard'];
  const write = (side: 'input' | 'output'): unknown =>
    jsonSchema
      ? jsonSchema[side]?.({ target: 'draft-2020-12' })
      : (writers.toJSONSchema?.({ io: side }) ?? writers.toJsonSchema?.());
  let failure: unknown;
  const attempt = (side: 'input' | 'output'): JSONSchema | undefined => {
    try {
      const written = write(side);
      if (typeof written !== 'object' || written === null) return undefined;
      const { $schema: _, ...own } = written as Record<string, unknown>; // which says nothing to a model
      return own;
    } catch (error) {
      failure ??= error; // some cannot be said of one side, as what a transformation gives
      return undefined;
    }
  };
  // What the schema gives is told most exactly, but what it takes is what the model has to write.
  const [gives, takes] = [attempt('output'), attempt('input')];
  const told = role === 'input' || !gives || (takes && contradicts(gives, takes)) ? (takes ?? gives) : gives;
  if (told) return told;
  const why = failure === undefined ? '' : ` (${messageOf(failure)})`;
  const what =
    failure === undefined
      ? (advice[vendor] ?? 'give `{ schema: … }` with a JSON Schema')
      : 'use only what JSON has, or give `{ schema: … }` with a JSON Schema';
  throw new SignatureError(
    'no_json_schema',
    `${where}: a schema of ${vendor} that cannot be written as JSON Schema${why}: ${what}.`,
    failure === undefined ? {} : { cause: failure },
  );
}

/** Whether somewhere one is of another type than the other. */
function contradicts(one: object, other: object): boolean {
  return Object.entries(one).some(([key, value]) => {
    const its: unknown = (other as Record<string, unknown>)[key];
    if (key === 'type' && its !== undefined && typeof value !== 'object') return value !== its;
    return (
      typeof value === 'object' && value !== null && typeof its === 'object' && its !== null && contradicts(value, its)
    );
  });
}
