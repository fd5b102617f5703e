import type { JSONSchema } from './values.js';

/**
 * A schema of a library that keeps to the Standard Schema specification (https://standardschema.dev): of zod, valibot,
 * arktype and others. It is recognised by its `~standard` member; Strop imports none of them.
 */
export interface StandardSchema<Input = unknown, Output = unknown> {
  /** What the specification says there is. */
  readonly '~standard': {
    /** Of the specification. */
    readonly version: 1;
    /** The library. */
    readonly vendor: string;
    /** The value as the schema wants it, or what is wrong with it. Some schemas only describe. */
    readonly validate?: (value: unknown) => StandardResult<Output> | Promise<StandardResult<Output>>;
    /** For the compiler only. */
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  };
}

/** What a {@link StandardSchema} says of a value. */
export type StandardResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly StandardIssue[] };

/** Something that a {@link StandardSchema} finds wrong. */
export interface StandardIssue {
  /** What is wrong. */
  readonly message: string;
  /** Where in the value. */
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** What is asked of a value beside its type, as pydantic names it. Models are told; outputs are not checked against it. */
export interface Constraints {
  /** Greater than. */
  readonly gt?: number;
  /** Greater than or equal to. */
  readonly ge?: number;
  /** Less than. */
  readonly lt?: number;
  /** Less than or equal to. */
  readonly le?: number;
  /** Of a text or a list. */
  readonly min_length?: number;
  /** Of a text or a list. */
  readonly max_length?: number;
  /** Divisible by. */
  readonly multiple_of?: number;
  /** Whether a number may be none. */
  readonly allow_inf_nan?: boolean;
}

/** What a field may be told beside its name. */
export interface FieldDetails {
  /** What it is, for the model. */
  readonly desc?: string;
  /** The label in prompts that have labels; otherwise it follows from the name. */
  readonly prefix?: string;
  /** What is asked of the value beside its type. Told to the model, not enforced. */
  readonly constraints?: Constraints;
  /** An output's value where a reply lacks it. */
  readonly default?: unknown;
}

/** A field with all that may be said of it: by a type of DSPy's, `str` unless given, or by a schema. */
export type FieldDescription = FieldDetails &
  (
    | { readonly type?: string; readonly schema?: undefined }
    | { readonly schema: StandardSchema | JSONSchema; readonly type?: undefined }
  );

/** What a field is: a type of DSPy's as text, a description, or a schema. */
export type FieldSpec = string | StandardSchema | FieldDescription | JSONSchema;

/** A named choice of values: an `enum` of Python's. */
export interface EnumDefinition {
  /** What it is. */
  readonly kind: 'enum';
  /** The values by name. */
  readonly members: Readonly<Record<string, string | number | boolean>>;
}

/** A member of a {@link ModelDefinition}; constraints stand beside the type. */
export interface ModelField extends Constraints {
  /** In Python. */
  readonly name: string;
  /** A type of DSPy's, or a name of `types`. */
  readonly type: string;
  /** What it is, for the model. */
  readonly desc?: string;
  /** The name in JSON, where it is another. */
  readonly alias?: string;
  /** Its value where it is left out. */
  readonly default?: unknown;
}

/** An object with members of certain types: a pydantic model. */
export interface ModelDefinition {
  /** What it is. */
  readonly kind: 'model';
  /** What it is for, for the model. */
  readonly doc?: string;
  /** In order. */
  readonly fields: readonly ModelField[];
}

/** Another name for a type. */
export interface AliasDefinition {
  /** What it is. */
  readonly kind: 'alias';
  /** A type of DSPy's, or a name of `types`. */
  readonly target: string;
}

/** What a name in a signature's types stands for. */
export type TypeDefinition = EnumDefinition | ModelDefinition | AliasDefinition | StandardSchema | JSONSchema;

/** Names that a signature's types may use. */
export type TypeDefinitions = Readonly<Record<string, TypeDefinition>>;

/** A signature as an object: fields by name. */
export interface SignatureObject {
  /** What is given. Schemas tell the compiler and the model what that is; values are sent as they are. */
  readonly inputs: Readonly<Record<string, FieldSpec>>;
  /** What is asked for. Of a library's schema a prediction has what the schema makes of the reply. */
  readonly outputs: Readonly<Record<string, FieldSpec>>;
  /** What the model is told to do; otherwise `` Given the fields `a`, produce the fields `b`. `` */
  readonly instructions?: string;
  /** Names that the fields' types may use. */
  readonly types?: TypeDefinitions;
}
