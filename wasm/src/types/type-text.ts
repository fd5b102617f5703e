/**
 * Types as DSPy writes them, read by the compiler. Quoted text is taken out first (`Mask`), so that commas and brackets
 * inside a `Literal` mean nothing. What is not known is `unknown`.
 */
import type { AliasDefinition, EnumDefinition, ModelDefinition, StandardSchema } from './definitions.js';
import type { Audio, Document, File, History, Image, Tool, ToolCalls } from './values.js';

/** Whether values are given or asked for, and the names that a signature brings along. */
export interface Context {
  role: 'input' | 'output';
  types: object;
}

type Space = ' ' | '\n' | '\t' | '\r';
export type Trim<S extends string> = S extends `${Space}${infer R}`
  ? Trim<R>
  : S extends `${infer R}${Space}`
    ? Trim<R>
    : S;

/** `Literal["a, b", 'c']` becomes `['Literal["0", "1"]', ['a, b', 'c']]`. */
export type Mask<
  S extends string,
  Texts extends string[] = [],
  Done extends string = '',
> = S extends `${infer A}"${infer B}`
  ? A extends `${infer C}'${infer D}`
    ? MaskQuote<C, `${D}"${B}`, "'", Texts, Done>
    : MaskQuote<A, B, '"', Texts, Done>
  : S extends `${infer C}'${infer D}`
    ? MaskQuote<C, D, "'", Texts, Done>
    : [`${Done}${S}`, Texts];
type MaskQuote<
  Before extends string,
  After extends string,
  Quote extends string,
  Texts extends string[],
  Done extends string,
  Held extends string = '',
  IsKnown extends boolean = true,
> = After extends `${infer Text}${Quote}${infer Rest}`
  ? Text extends `${infer Plain}\\${string}`
    ? After extends `${Plain}\\${infer Escaped}${infer More}`
      ? Escaped extends Coded
        ? MaskQuote<Before, More, Quote, Texts, Done, Held, false>
        : MaskQuote<Before, More, Quote, Texts, Done, `${Held}${Plain}${Unescape<Escaped>}`, IsKnown>
      : never
    : Mask<
        Rest,
        [...Texts, IsKnown extends true ? `${Held}${Text}` : string],
        `${Done}${Before}"${Texts['length'] & number}"`
      >
  : [`${Done}${Before}`, Texts];

interface Escapes {
  '\\': '\\';
  "'": "'";
  '"': '"';
  n: '\n';
  t: '\t';
  r: '\r';
  f: '\f';
  v: '\v';
  b: '\b';
  '\n': '';
}
/** By code or by name: what they stand for is beyond the compiler, and the text is a mere `string`. */
type Coded = 'x' | 'u' | 'U' | 'N' | 'a' | '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7';
type Unescape<C extends string> = C extends keyof Escapes ? Escapes[C] : `\\${C}`;

/** Parentheses become brackets, which they are as good as: `(int | str)`, `Literal[("a", "b")]`. */
export type Bracketed<S extends string> = S extends `${infer A}(${infer B}`
  ? Bracketed<`${A}[${B}`>
  : S extends `${infer A})${infer B}`
    ? Bracketed<`${A}]${B}`>
    : S;

/** Whether a bracket is open at the end of S. */
type IsOpen<S extends string> = S extends `${infer A}[${infer B}`
  ? B extends `${infer C}]${infer D}`
    ? IsOpen<`${A}${C}${D}`>
    : true
  : false;

/** S cut at every separator that is not within brackets. */
export type Split<
  S extends string,
  Separator extends string,
  Held extends string = '',
  Parts extends string[] = [],
> = S extends `${infer A}${Separator}${infer B}`
  ? IsOpen<`${Held}${A}`> extends true
    ? Split<B, Separator, `${Held}${A}${Separator}`, Parts>
    : Split<B, Separator, '', [...Parts, `${Held}${A}`]>
  : [...Parts, `${Held}${S}`];

interface Simple {
  str: string;
  Text: string;
  int: number;
  float: number;
  bool: boolean;
  bytes: string;
  None: null;
  NoneType: null;
  Any: unknown;
  datetime: string;
  date: string;
  time: string;
  timedelta: string;
  Decimal: string;
  UUID: string;
  dict: Record<string, unknown>;
  Dict: Record<string, unknown>;
  Image: Image;
  Audio: Audio;
  File: File;
  Document: Document;
  History: History;
  Tool: Tool;
  ToolCalls: ToolCalls;
  Code: string;
  Reasoning: string;
}
type Module = 'typing' | 'builtins' | 'dspy' | 'experimental' | 'datetime' | 'decimal' | 'uuid';
type ListName = 'list' | 'List' | 'set' | 'Set' | 'frozenset' | 'FrozenSet';
type TupleName = 'tuple' | 'Tuple';
type Many<Item, C extends Context> = C['role'] extends 'input' ? readonly Item[] : Item[];

/** The value of a type whose text is masked and has brackets only. */
export type ParseType<T extends string, Texts extends string[], C extends Context> = T extends keyof C['types']
  ? DefinedValue<C['types'][T], C>
  : T extends keyof Simple
    ? Simple[T]
    : T extends `${Space}${string}` | `${string}${Space}`
      ? ParseType<Trim<T>, Texts, C>
      : T extends ListName | TupleName
        ? Many<unknown, C>
        : T extends `${string}|${string}`
          ? ParseUnion<Split<T, '|'>, T, Texts, C>
          : ParseGeneric<T, Texts, C>;
type ParseUnion<Parts extends string[], T extends string, Texts extends string[], C extends Context> = Parts extends [
  string,
]
  ? ParseGeneric<T, Texts, C>
  : ParseType<Parts[number], Texts, C>;
type ParseGeneric<
  T extends string,
  Texts extends string[],
  C extends Context,
> = T extends `${infer Head}[${infer Body}]`
  ? Trim<Head> extends infer Name extends string
    ? ParseNamed<Name extends `${Module}.${infer Own}` ? Trim<Own> : Name, Body, Texts, C>
    : never
  : T extends `${Module}.${infer Own}`
    ? ParseType<Own, Texts, C>
    : unknown;
type ParseNamed<Name extends string, Body extends string, Texts extends string[], C extends Context> = Name extends
  | ListName
  | ''
  ? Name extends ''
    ? ParseType<Body, Texts, C> // in parentheses
    : Many<ParseType<Body, Texts, C>, C>
  : Name extends 'Literal'
    ? ParseLiteral<Trim<Split<Body, ','>[number]>, Texts>
    : Name extends 'dict' | 'Dict'
      ? Split<Body, ','> extends [string, infer Value extends string]
        ? Record<string, ParseType<Value, Texts, C>>
        : unknown
      : Name extends 'Optional'
        ? ParseType<Body, Texts, C> | null
        : Name extends 'Union'
          ? ParseType<Split<Body, ','>[number], Texts, C>
          : Name extends TupleName
            ? ParseTuple<Split<Body, ','>, Texts, C>
            : Name extends 'Code'
              ? string
              : unknown;
type ParseTuple<Parts extends string[], Texts extends string[], C extends Context> = Parts extends [
  infer Item extends string,
  infer Last extends string,
]
  ? Trim<Last> extends '...' | 'Ellipsis'
    ? Many<ParseType<Item, Texts, C>, C>
    : ParseItems<Parts, Texts, C>
  : Trim<Parts[0]> extends '[]'
    ? ParseItems<[], Texts, C>
    : ParseItems<Parts, Texts, C>;
type ParseItems<Parts extends string[], Texts extends string[], C extends Context> = C['role'] extends 'input'
  ? { readonly [K in keyof Parts]: ParseType<Parts[K], Texts, C> }
  : { [K in keyof Parts]: ParseType<Parts[K], Texts, C> };
type ParseLiteral<T extends string, Texts extends string[]> = T extends `"${infer Index}"`
  ? Index extends keyof Texts
    ? Texts[Index]
    : string
  : T extends 'True'
    ? true
    : T extends 'False'
      ? false
      : T extends 'None' | 'NoneType'
        ? null
        : T extends ''
          ? never // behind a last comma
          : T extends `${infer N extends number}`
            ? N
            : T extends `[${infer Body}]` | `Literal[${infer Body}]`
              ? ParseLiteral<Trim<Split<Body, ','>[number]>, Texts>
              : T extends `${string}"${string}`
                ? string // r"…", "a" "b"
                : unknown;

/** The value of a type as it is written. */
export type TypeValue<T extends string, C extends Context> = string extends T
  ? unknown
  : T extends keyof C['types']
    ? DefinedValue<C['types'][T], C>
    : T extends keyof Simple
      ? Simple[T]
      : T extends `${string}${'"' | "'" | '('}${string}`
        ? Mask<T> extends [infer Masked extends string, infer Texts extends string[]]
          ? ParseType<Bracketed<Masked>, Texts, C>
          : unknown
        : ParseType<T, [], C>;

/** What a name stands for. */
export type DefinedValue<D, C extends Context> = D extends StandardSchema
  ? StandardValue<D, C>
  : D extends EnumDefinition
    ? D['members'][keyof D['members']]
    : D extends ModelDefinition
      ? ModelValue<D['fields'][number], C>
      : D extends AliasDefinition
        ? TypeValue<D['target'], C>
        : SchemaValue<D, C>;

/** What a library's schema takes, or gives. */
export type StandardValue<S extends StandardSchema, C extends Context> = NonNullable<
  S['~standard']['types']
>[C['role']];

type ModelValue<F extends { name: string; type: string }, C extends Context> = C['role'] extends 'input'
  ? Flat<
      { readonly [G in F as G extends { default: unknown } ? never : KeyOf<G>]: TypeValue<G['type'], C> } & {
        readonly [G in F as G extends { default: unknown } ? KeyOf<G> : never]?: TypeValue<G['type'], C>;
      }
    >
  : { [G in F as G['name']]: TypeValue<G['type'], C> };
type KeyOf<F extends { name: string }> = F extends { alias: infer A extends string } ? A : F['name'];
/** An intersection as one object. */
export type Flat<T> = { [K in keyof T]: T[K] };

/** What a JSON Schema describes, as far as its type is known when compiling. */
export type SchemaValue<S, C extends Context> = S extends { const: infer Value }
  ? Value
  : S extends { enum: readonly (infer Value)[] }
    ? Value
    : S extends { anyOf: readonly (infer Choice)[] } | { oneOf: readonly (infer Choice)[] }
      ? SchemaValue<Choice, C>
      : S extends { type: 'array' }
        ? Many<S extends { items: infer Item } ? SchemaValue<Item, C> : unknown, C>
        : S extends { type: 'object' }
          ? S extends { properties: infer Properties }
            ? Members<Properties, S extends { required: readonly (infer Name)[] } ? Name : never, C>
            : Record<string, unknown>
          : S extends
                | { type: infer Name extends keyof SchemaNames }
                | { type: readonly (infer Name extends keyof SchemaNames)[] }
            ? SchemaNames[Name]
            : unknown;
interface SchemaNames {
  string: string;
  number: number;
  integer: number;
  boolean: boolean;
  null: null;
}
type Members<P, Required, C extends Context> = Flat<
  { -readonly [K in keyof P as K extends Required ? K : never]: SchemaValue<P[K], C> } & {
    -readonly [K in keyof P as K extends Required ? never : K]?: SchemaValue<P[K], C>;
  }
>;
