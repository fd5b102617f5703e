/**
 * The types of a program's inputs and outputs, read from its signature by the compiler. The core reads the same signature
 * at run time and has the last word: a type that is not known here is `unknown`. What the core refuses for certain, a text
 * without an arrow or with two, takes `never` and gives `unknown`, so that no call of it compiles.
 */
import type { FieldDetails, SignatureObject, StandardSchema } from './definitions.js';
import type {
  Bracketed,
  Context,
  Flat,
  Mask,
  ParseType,
  SchemaValue,
  Split,
  StandardValue,
  Trim,
  TypeValue,
} from './type-text.js';

type NoTypes = Record<never, never>;
interface Given<T extends object> extends Context {
  role: 'input';
  types: T;
}
interface Asked<T extends object> extends Context {
  role: 'output';
  types: T;
}

// A side of the arrow, as the parameters of a Python function.

type Side<S extends string, C extends Context> = S extends `${string}${'"' | "'" | '(' | '#'}${string}`
  ? Mask<S> extends [infer Masked extends string, infer Texts extends string[]]
    ? SideFields<Bracketed<Uncommented<Masked>>, Texts, C>
    : never
  : SideFields<S, [], C>;
type Uncommented<S extends string> = S extends `${infer A}#${infer B}`
  ? B extends `${string}\n${infer C}`
    ? Uncommented<`${A}\n${C}`>
    : A
  : S;
/** What stands before a `/` or from a `*` on is no field in DSPy. */
type SideFields<S extends string, Texts extends string[], C extends Context> = S extends `${infer A}*${string}`
  ? SideFields<A, Texts, C>
  : S extends `${string}/${infer B}`
    ? SideFields<B, Texts, C>
    : {
        [F in Split<S, ','>[number] as NameOf<F> extends '' ? never : NameOf<F>]: TypeOf<F, Texts, C>;
      };
type WithoutDefault<F extends string> = F extends `${infer A}=${string}` ? A : F;
type NameOf<F extends string> = F extends `${infer Name}:${string}` ? Trim<Name> : Trim<WithoutDefault<F>>;
type TypeOf<F extends string, Texts extends string[], C extends Context> = F extends `${string}:${infer T}`
  ? Trim<WithoutDefault<T>> extends infer Own extends string
    ? Own extends 'None'
      ? string // as DSPy has it: no type at all
      : ParseType<Own, Texts, C>
    : never
  : string;

type SidesOf<S extends string> = S extends `${infer Left}->${infer Right}`
  ? Right extends `${string}->${string}`
    ? never
    : [Left, Right]
  : never;
type TextInputs<Sides, T extends object> = Sides extends [infer Left extends string, string]
  ? Side<Left, Given<T>>
  : never;
type TextOutputs<Sides, T extends object> = [Sides] extends [never]
  ? unknown
  : Sides extends [string, infer Right extends string]
    ? Side<Right, Asked<T>>
    : never;

/** The value of a field that an object describes. */
export type FieldValue<F, C extends Context> = F extends string
  ? TypeValue<F, C>
  : F extends StandardSchema
    ? StandardValue<F, C>
    : F extends { schema: infer S }
      ? S extends StandardSchema
        ? StandardValue<S, C>
        : SchemaValue<S, C>
      : F extends { type: infer T extends string }
        ? T extends SchemaTypeName
          ? SchemaValue<F, C>
          : TypeValue<T, C>
        : keyof F extends keyof FieldDetails
          ? string
          : SchemaValue<F, C>;
type SchemaTypeName = 'string' | 'number' | 'integer' | 'boolean' | 'object' | 'array' | 'null';
type ObjectFields<F, C extends Context> = { -readonly [K in keyof F]: FieldValue<F[K], C> };

/** A signature whose inputs and outputs are known apart from any text, as that of edits. */
export interface Edited<I, O> {
  /** What it takes. */
  readonly '~inputs': I;
  /** What it gives. */
  readonly '~outputs': O;
}

/** Something that bears the types of a signature, as the class `Signature` does. */
export interface Typed<I, O> {
  /** For the compiler only. */
  readonly '~types': { readonly inputs: I; readonly outputs: O } | undefined;
}

/** Names that an object brings along, else those given beside a text. */
type TypesIn<S, T extends object> = S extends { types: infer Own extends object } ? Own : T;

/**
 * What a program with signature `S` takes. A string that is not known when compiling gives `Record<string, unknown>`.
 * Lists are `readonly` in it, so that both kinds fit. `T` are the names that types may use.
 *
 * @example `Inputs<'question, passages: list[str] -> answer'>` is
 * `{ question: string; passages: readonly string[] }`.
 */
export type Inputs<S, T extends object = NoTypes> = S extends string
  ? string extends S
    ? Record<string, unknown>
    : TextInputs<SidesOf<S>, T>
  : S extends Edited<infer I, unknown>
    ? I
    : S extends Typed<infer I, unknown>
      ? I
      : S extends { inputs: infer F }
        ? ObjectFields<F, Given<TypesIn<S, T>>>
        : never;

/**
 * What a program with signature `S` gives. `T` are the names that types may use.
 *
 * @example `Outputs<'ticket -> label: Literal["bug", "other"], urgent: bool'>` is
 * `{ label: 'bug' | 'other'; urgent: boolean }`.
 */
export type Outputs<S, T extends object = NoTypes> = S extends string
  ? string extends S
    ? Record<string, unknown>
    : TextOutputs<SidesOf<S>, T>
  : S extends Edited<unknown, infer O>
    ? O
    : S extends Typed<unknown, infer O>
      ? O
      : S extends { outputs: infer F }
        ? ObjectFields<F, Asked<TypesIn<S, T>>>
        : unknown;

/** What a {@link ChainOfThought} with signature `S` gives: its reasoning, then the outputs. */
export type ReasonedOutputs<S> =
  Outputs<S> extends infer O extends object ? (string extends keyof O ? O : Flat<{ reasoning: string } & O>) : object;

/**
 * The value of a type as DSPy writes it, where it is asked for. `T` are the names that it may use.
 *
 * @example `TypeOfText<'list[Person]', typeof types>`
 */
export type TypeOfText<S extends string, T extends object = NoTypes> = TypeValue<S, Asked<T>>;

// Edits.

/** What an edit adds. */
export type NewFieldLike = { readonly name: string; readonly role: 'input' | 'output' };
type Put<Fields, Name extends string, Value> = Flat<Omit<Fields, Name> & { [K in Name]: Value }>;
type Without<Fields, Name> = Flat<Omit<Fields, Name & keyof Fields>>;
/** Whether the compiler knows no names. */
type IsOpenEnded<I> = string extends keyof I ? true : false;

/** The signature with a field more. */
export type WithField<I, O, F extends NewFieldLike, T extends object> = string extends F['name']
  ? Edited<Record<string, unknown>, Record<string, unknown>>
  : F['role'] extends 'input'
    ? Edited<IsOpenEnded<I> extends true ? I : Put<I, F['name'], FieldValue<Unnamed<F>, Given<T>>>, O>
    : F['role'] extends 'output'
      ? Edited<I, IsOpenEnded<O> extends true ? O : Put<O, F['name'], FieldValue<Unnamed<F>, Asked<T>>>>
      : Edited<Record<string, unknown>, Record<string, unknown>>;
/** A field without a type is a text. */
type Unnamed<F> = F extends { type: string } | { schema: unknown } ? F : 'str';

/** The signature with a field changed. */
export type WithUpdate<S, I, O, N extends string, U, T extends object> = U extends
  | { type: string }
  | { schema: unknown }
  ? Edited<
      N extends keyof I ? (IsOpenEnded<I> extends true ? I : Put<I, N, FieldValue<U, Given<T>>>) : I,
      N extends keyof O ? (IsOpenEnded<O> extends true ? O : Put<O, N, FieldValue<U, Asked<T>>>) : O
    >
  : S;

/** The signature without a field. */
export type WithoutField<I, O, N extends string> = string extends N
  ? Edited<Record<string, unknown>, Record<string, unknown>>
  : Edited<IsOpenEnded<I> extends true ? I : Without<I, N>, IsOpenEnded<O> extends true ? O : Without<O, N>>;

/** What a signature is made of. */
export type SignatureSource = string | SignatureObject | Edited<unknown, unknown>;
