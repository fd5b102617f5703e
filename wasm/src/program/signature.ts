import { callCore } from '../core/core.js';
import { InputError, messageOf, SignatureError } from '../errors.js';
import type {
  Constraints,
  FieldDescription,
  SignatureObject,
  StandardSchema,
  TypeDefinition,
  TypeDefinitions,
} from '../types/definitions.js';
import type {
  Inputs,
  Outputs,
  SignatureSource,
  Typed,
  WithField,
  WithoutField,
  WithUpdate,
} from '../types/signature.js';
import type { JSONSchema } from '../types/values.js';
import { Checks, typeTexts } from './checks.js';
import { definitionJson, readDescription, readField, readNewField } from './field-json.js';

/** A field of a signature. */
export interface Field {
  /** As in the signature. */
  readonly name: string;
  /** As in the signature: `str`, `list[int]`, `Literal['a', 'b']`. */
  readonly type: string;
  /** Whether it is given or asked for. */
  readonly role: 'input' | 'output';
  /** `${name}` if none was given. */
  readonly desc: string;
  /** The label in prompts that have labels: `Search Query:`. */
  readonly prefix: string;
  /** What is asked of its value beside the type. */
  readonly constraints?: Constraints;
  /** An output's value where a reply lacks it. */
  readonly default?: unknown;
  /** What its values are, if a schema says so. */
  readonly schema?: JSONSchema;
}

/** A field to add: what a description says, with a name and a role. */
export type NewField = FieldDescription & {
  /** An identifier of Python's. */
  readonly name: string;
  /** Whether it is given or asked for. */
  readonly role: 'input' | 'output';
};

/** What a signature may be told beside its text or its fields. */
export interface SignatureOptions<T extends TypeDefinitions = TypeDefinitions> {
  /** What the model is told to do; otherwise `` Given the fields `a`, produce the fields `b`. `` */
  instructions?: string;
  /** Names that the fields' types may use. */
  types?: T;
}

/** A signature as plain data, as the core writes and reads it. */
export interface SignatureJSON {
  /** What the model is told to do. */
  readonly instructions?: string;
  /** Inputs first. */
  readonly fields: readonly FieldJSON[];
  /** Names that the fields' types use. */
  readonly types?: Readonly<Record<string, object>>;
}

/** A field of a {@link SignatureJSON}. */
export interface FieldJSON {
  /** As in the signature. */
  readonly name: string;
  /** Whether it is given or asked for. */
  readonly dir: 'input' | 'output';
  /** As in the signature, where no schema says it. */
  readonly type?: string;
  /** What its values are. */
  readonly schema?: JSONSchema;
  /** `${name}` if none was given. */
  readonly desc?: string;
  /** The label in prompts that have labels. */
  readonly prefix?: string;
  /** What is asked of its value beside the type. */
  readonly constraints?: Constraints;
  /** An output's value where a reply lacks it. */
  readonly default?: unknown;
}

/** Any signature, whatever its types. */
export interface AnySignature extends Typed<unknown, unknown> {
  /** As in {@link Signature}. */
  readonly text: string;
  /** As in {@link Signature}. */
  readonly instructions: string;
  /** As in {@link Signature}. */
  readonly fields: readonly Field[];
}

/** What predictors take: a text, an object of fields, or a {@link Signature}. */
export type SignatureLike = string | SignatureObject | AnySignature;

type NoTypes = Record<never, never>;
/** What the core is told: a text or fields. */
interface Source {
  readonly text?: string;
  readonly instructions?: string;
  readonly fields?: readonly FieldJSON[];
  readonly types?: Readonly<Record<string, object>>;
}
type Edit = { readonly edit: string; readonly [argument: string]: unknown };

/** Everything that a signature is, as plain immutable data. */
interface Parts {
  readonly source: Source;
  readonly edits: readonly Edit[];
  /** The libraries' schemas: of fields, and of names that types may use. */
  readonly checks: ReadonlyMap<string, StandardSchema>;
  readonly types: TypeDefinitions;
}
interface Described extends SignatureJSON {
  readonly text: string;
  readonly instructions: string;
  readonly fields: readonly (FieldJSON & { type: string; desc: string; prefix: string; placeholder: string })[];
}

/**
 * What a step of a program does: its fields and its instructions. A value: every edit gives another one, whose types
 * follow as far as the compiler can know.
 *
 * It is read when something of it is first asked for, which is when a mistake in it is told. In a browser,
 * `await ready()` first.
 *
 * @example
 * const qa = new Signature('question, passages: list[str] -> answer', { instructions: 'Answer in one word.' });
 * const sure = qa.append({ name: 'confidence', role: 'output', type: 'float', constraints: { ge: 0, le: 1 } });
 *
 * @example
 * const triage = new Signature({
 *   inputs: { ticket: 'str' },
 *   outputs: { label: z.enum(['bug', 'other']), steps: { type: 'list[str]', desc: 'to see it happen' } },
 * });
 */
export class Signature<const S extends SignatureSource = string, const T extends TypeDefinitions = NoTypes>
  implements AnySignature
{
  /** For the compiler only. */
  declare readonly '~types': { readonly inputs: Inputs<S, T>; readonly outputs: Outputs<S, T> } | undefined;
  readonly #parts: Parts;
  #described: Described | undefined;
  #read: Checks | undefined;

  /**
   * @param source `inputs -> outputs`, each `name` or `name: type`, as in DSPy; or an object of fields by name.
   * @throws {SignatureError} if a schema cannot be told to a model.
   */
  constructor(source: S, options?: SignatureOptions<T>);
  /** @internal */
  constructor(parts: Parts);
  constructor(from: S | Parts, options: SignatureOptions = {}) {
    const made = typeof from === 'object' && from !== null && 'edits' in from;
    this.#parts = made ? from : partsOf(from as string | SignatureObject, options);
  }

  /** A signature from its plain data. Schemas of libraries are no data: what they were as JSON Schema is there. */
  static fromJSON(json: SignatureJSON): Signature {
    const { types = {}, fields: given, text } = Object(json) as Partial<SignatureJSON> & Source;
    if (!Array.isArray(given) && typeof text !== 'string') {
      throw new InputError('bad_signature', 'A signature as plain data is an object with a list of `fields`.');
    }
    const known = Object.entries(types).map(([name, definition]) => [
      name,
      (definition as { schema?: JSONSchema }).schema ?? definition,
    ]);
    const fields = given?.map((field) => ({ ...field, desc: field.desc ?? `\${${field.name}}` }));
    return new Signature({
      source: plain(fields ? { ...json, fields } : json), // or what was a text with instructions
      edits: [],
      checks: new Map(),
      types: Object.fromEntries(known) as TypeDefinitions,
    });
  }

  /** As a text: as it was written, or as it would be; descriptions, constraints and schemas are not in it. */
  get text(): string {
    const { source, edits } = this.#parts;
    return source.text !== undefined && edits.length === 0 ? source.text : this.#description().text;
  }
  /** What the model is told to do. */
  get instructions(): string {
    return this.#description().instructions;
  }
  /** The fields, inputs first. */
  get fields(): readonly Field[] {
    return this.#description().fields.map(({ dir: role, placeholder: _, ...field }) => ({ ...field, role }));
  }
  /** What is given. */
  get inputs(): readonly Field[] {
    return this.fields.filter(({ role }) => role === 'input');
  }
  /** What is asked for. */
  get outputs(): readonly Field[] {
    return this.fields.filter(({ role }) => role === 'output');
  }

  /** The same fields with other instructions; empty ones are the default. */
  withInstructions(instructions: string): Signature<S, T> {
    return this.#edited({ edit: 'withInstructions', instructions }) as unknown as Signature<S, T>;
  }

  /** More instructions, after an empty line. */
  appendInstructions(instructions: string): Signature<S, T> {
    return this.#edited({ edit: 'appendInstructions', instructions }) as unknown as Signature<S, T>;
  }

  /**
   * A field changed in what is given, and in nothing else. The instructions stay, as with all edits of fields.
   *
   * @throws {InputError} once it is used, if there is no such field.
   */
  withUpdatedFields<
    const N extends string & (keyof Inputs<S, T> | keyof Outputs<S, T>),
    const U extends FieldDescription,
  >(name: N, update: U): Signature<Updated<S, T, N, U>, T> {
    const role = this.#roleOf(name);
    const { json, check } = readDescription(update, role, `The field "${name}"`);
    const checks = new Map(this.#parts.checks);
    if (json.type !== undefined || json.schema !== undefined) checks.delete(name);
    if (check) checks.set(name, check);
    return this.#edited({ edit: 'withUpdatedFields', name, field: json }, checks) as never;
  }

  /** A field before the others of its role. */
  prepend<const F extends NewField>(field: F): Signature<WithField<Inputs<S, T>, Outputs<S, T>, F, Names<S, T>>, T> {
    return this.#inserted(0, field) as never;
  }

  /** A field after the others of its role. */
  append<const F extends NewField>(field: F): Signature<WithField<Inputs<S, T>, Outputs<S, T>, F, Names<S, T>>, T> {
    return this.#inserted(-1, field) as never;
  }

  /**
   * A field among the others of its role: before the one that has the place now. Counted from the end if negative: -1 is
   * behind the last.
   *
   * @throws {InputError} once it is used, if there is no such place.
   */
  insert<const F extends NewField>(
    index: number,
    field: F,
  ): Signature<WithField<Inputs<S, T>, Outputs<S, T>, F, Names<S, T>>, T> {
    return this.#inserted(index, field) as never;
  }

  /** Without that field; the same if there is none. */
  delete<const N extends string>(name: N): Signature<WithoutField<Inputs<S, T>, Outputs<S, T>, N>, T> {
    const checks = new Map(this.#parts.checks);
    checks.delete(name);
    return this.#edited({ edit: 'delete', name }, checks) as never;
  }

  /**
   * Whether the other says the same to a model, by DSPy's rule: instructions and, of each field, role, label, description
   * and constraints. Types and the order of fields do not count.
   */
  equals(other: AnySignature): boolean {
    const [a, b] = [this, other].map(({ instructions, fields }) =>
      JSON.stringify([
        instructions,
        fields.map(({ name, role, desc, prefix, constraints }) => [name, role, desc, prefix, constraints]).sort(),
      ]),
    );
    return a === b;
  }

  /** As plain data, for `Signature.fromJSON` and `JSON.stringify`. */
  toJSON(): SignatureJSON {
    const { instructions, fields, types: used } = this.#description();
    const types = { ...this.#parts.source.types, ...used };
    const own = fields.map(({ placeholder: _, ...field }) => field);
    return { instructions, fields: own, ...(Object.keys(types).length > 0 ? { types } : {}) };
  }

  /** What the core is told of it. @internal */
  toCore(): object {
    const { source, edits } = this.#parts;
    return edits.length === 0 ? source : this.toJSON();
  }

  /** Whether outputs are to be checked by the schemas of libraries. @internal */
  get isChecked(): boolean {
    const { checks, types } = this.#parts;
    return checks.size > 0 || Object.values(types).some((type) => '~standard' in type);
  }

  /** Outputs that the core has read, as the libraries' schemas want them. @internal */
  async check(outputs: Readonly<Record<string, unknown>>, reply: string): Promise<Record<string, unknown>> {
    const { checks, types } = this.#parts;
    this.#read ??= new Checks(types);
    const written = this.#typeTexts(); // the core may tell a type by what its name stands for
    const fields = this.outputs.map(({ name, type }) => ({
      name,
      type: written.get(name) ?? type,
      schema: checks.get(name),
    }));
    return this.#read.apply(outputs, fields, reply);
  }

  #edited(edit: Edit, checks = this.#parts.checks): Signature {
    return new Signature({ ...this.#parts, edits: [...this.#parts.edits, plain(edit)], checks });
  }

  #inserted(index: number, { name, role, ...spec }: NewField): Signature {
    if (role !== 'input' && role !== 'output') {
      throw new SignatureError('bad_signature', `The field "${name}" needs a role, 'input' or 'output'.`);
    }
    const { json, check } = readNewField(name, role, spec as FieldDescription);
    const checks = new Map(this.#parts.checks);
    checks.delete(name);
    if (check) checks.set(name, check);
    return this.#edited({ edit: 'insert', index, field: json }, checks);
  }

  #typeTexts(): ReadonlyMap<string, string> {
    const { source, edits } = this.#parts;
    const types = typeTexts(source.text ?? '');
    for (const { name, type } of source.fields ?? []) if (type !== undefined) types.set(name, type);
    for (const { edit, name, field } of edits) {
      const changed = field as Partial<FieldJSON> | undefined;
      const of = String(name ?? changed?.name);
      if (changed?.type !== undefined) types.set(of, changed.type);
      else if (edit === 'insert' || edit === 'delete' || changed?.schema) types.delete(of);
    }
    return types;
  }

  /** Whether a field is given, as far as it can be told before the signature is read: for the side of its schema. */
  #roleOf(name: string): 'input' | 'output' {
    const { source, edits } = this.#parts;
    for (const { field } of edits.toReversed()) {
      const { name: added, dir } = (field ?? {}) as Partial<FieldJSON>;
      if (added === name && dir) return dir;
    }
    return source.fields?.find((field) => field.name === name)?.dir ?? 'output';
  }

  #description(): Described {
    const { source, edits } = this.#parts;
    this.#described ??= JSON.parse(
      callCore('editSignature', JSON.stringify({ signature: source, edits })),
    ) as Described;
    return this.#described;
  }
}

type Names<S, T extends object> = S extends { types: infer Own extends object } ? Own : T;
type Updated<S, T extends object, N extends string, U> =
  WithUpdate<S, Inputs<S, T>, Outputs<S, T>, N, U, Names<S, T>> extends infer X extends SignatureSource ? X : never;

/** A copy that nobody else can change. */
function plain<T extends object>(data: T): T {
  try {
    return JSON.parse(JSON.stringify(data));
  } catch (cause) {
    throw new SignatureError('bad_signature', `A signature must be JSON: ${messageOf(cause)}.`, { cause });
  }
}

function partsOf(from: string | SignatureObject, { instructions, types: given }: SignatureOptions): Parts {
  const checks = new Map<string, StandardSchema>();
  const source: { -readonly [K in keyof Source]: Source[K] } = {};
  const edits: Edit[] = [];
  let types: TypeDefinitions = { ...given };
  if (typeof from === 'string') {
    source.text = from;
    if (instructions !== undefined) source.instructions = instructions;
  } else {
    const { inputs, outputs } = from ?? {};
    if (typeof inputs !== 'object' || typeof outputs !== 'object' || inputs === null || outputs === null) {
      throw new InputError(
        'bad_signature',
        'A signature is a text, `inputs -> outputs`, or an object with `inputs` and `outputs`, each an object of fields.',
      );
    }
    const fields: FieldJSON[] = [];
    for (const [dir, specs] of [['input', inputs] as const, ['output', outputs] as const]) {
      for (const [name, spec] of Object.entries(specs)) {
        const { json, check } = readField(name, dir, spec);
        fields.push(json);
        if (check && dir === 'output') checks.set(name, check);
      }
    }
    source.fields = fields;
    const own = instructions ?? from.instructions;
    // Those of plain data are taken as they are, while these may be indented or empty.
    if (own !== undefined) edits.push({ edit: 'withInstructions', instructions: own });
    types = { ...from.types, ...types };
  }
  const named = Object.entries(types);
  if (named.length > 0) {
    source.types = Object.fromEntries(
      named.map(([name, type]) => [name, definitionJson(name, type as TypeDefinition)]),
    );
  }
  return { source: plain(source), edits, checks, types };
}
