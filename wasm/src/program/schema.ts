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

/**
 * What a library's schema is as JSON Schema. Where the library cannot say it of the side that is asked for, as after a
 * transformation, the other side is what the model is told. @internal
 */
export function jsonSchemaOf(schema: StandardSchema, role: 'input' | 'output', where: string): JSONSchema {
  const writers = schema as unknown as Writers;
  const { vendor, jsonSchema } = writers['~standard'];
  const roles = [role, role === 'input' ? 'output' : 'input'] as const;
  const ways: (() => unknown)[] = [];
  if (jsonSchema) for (const side of roles) ways.push(() => jsonSchema[side]?.({ target: 'draft-2020-12' }));
  else if (writers.toJSONSchema) for (const io of roles) ways.push(() => writers.toJSONSchema?.({ io }));
  else if (writers.toJsonSchema) ways.push(() => writers.toJsonSchema?.());
  let failure: unknown;
  for (const write of ways) {
    try {
      const written = write();
      if (typeof written !== 'object' || written === null) continue;
      const { $schema: _, ...own } = written as Record<string, unknown>; // which says nothing to a model
      return own;
    } catch (error) {
      failure ??= error;
    }
  }
  const why = failure === undefined ? '' : ` (${messageOf(failure)})`;
  const what = ways.length
    ? 'use only what JSON has, or give `{ schema: … }` with a JSON Schema'
    : (advice[vendor] ?? 'give `{ schema: … }` with a JSON Schema');
  throw new SignatureError(
    'no_json_schema',
    `${where}: a schema of ${vendor} that cannot be written as JSON Schema${why}: ${what}.`,
    failure === undefined ? {} : { cause: failure },
  );
}
