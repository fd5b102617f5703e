/**
 * The types of a program's inputs and outputs, read from its signature string by the compiler.
 *
 * The core parses the same string at run time and has the last word; what these types do not know is `unknown`.
 * Quoted text is taken out first (`Mask`), so that commas, arrows and brackets inside a `Literal` mean nothing.
 */

type Space = ' ' | '\n' | '\t' | '\r';
type Trim<S extends string> = S extends `${Space}${infer R}` ? Trim<R> : S extends `${infer R}${Space}` ? Trim<R> : S;

/** `Literal["a, b", 'c']` becomes `['Literal["0", "1"]', ['a, b', 'c']]`. */
type Mask<S extends string, Texts extends string[] = [], Done extends string = ''> = S extends `${infer A}"${infer B}`
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
> = After extends `${infer Text}${Quote}${infer Rest}`
  ? Mask<Rest, [...Texts, Text], `${Done}${Before}"${Texts['length'] & number}"`>
  : [`${Done}${Before}`, Texts];

/** Whether a bracket is open at the end of S. */
type IsOpen<S extends string> = S extends `${infer A}[${infer B}`
  ? B extends `${infer C}]${infer D}`
    ? IsOpen<`${A}${C}${D}`>
    : true
  : false;

/** S cut at every separator that is not within brackets. */
type Split<
  S extends string,
  Separator extends string,
  Held extends string = '',
> = S extends `${infer A}${Separator}${infer B}`
  ? IsOpen<`${Held}${A}`> extends true
    ? Split<B, Separator, `${Held}${A}${Separator}`>
    : [`${Held}${A}`, ...Split<B, Separator>]
  : [`${Held}${S}`];

interface Scalars {
  str: string;
  int: number;
  float: number;
  bool: boolean;
  None: null;
  NoneType: null;
  Any: unknown;
  list: unknown[];
  List: unknown[];
  dict: Record<string, unknown>;
  Dict: Record<string, unknown>;
}

type ParseType<T extends string, Texts extends string[]> = T extends keyof Scalars
  ? Scalars[T]
  : T extends `${Space}${string}` | `${string}${Space}`
    ? ParseType<Trim<T>, Texts>
    : T extends `${string}|${string}`
      ? ParseUnion<Split<T, '|'>, T, Texts>
      : ParseGeneric<T, Texts>;
type ParseUnion<Parts extends string[], T extends string, Texts extends string[]> = Parts extends [string]
  ? ParseGeneric<T, Texts>
  : ParseType<Parts[number], Texts>;
type ParseGeneric<T extends string, Texts extends string[]> = T extends `${infer Name}[${infer Body}]`
  ? Trim<Name> extends infer N
    ? N extends 'list' | 'List' | 'typing.List'
      ? ParseType<Body, Texts>[]
      : N extends 'dict' | 'Dict' | 'typing.Dict'
        ? Split<Body, ','> extends [string, infer Value extends string]
          ? Record<string, ParseType<Value, Texts>>
          : unknown
        : N extends 'Optional' | 'typing.Optional'
          ? ParseType<Body, Texts> | null
          : N extends 'Union' | 'typing.Union'
            ? ParseType<Split<Body, ','>[number], Texts>
            : N extends 'Literal' | 'typing.Literal'
              ? ParseLiteral<Trim<Split<Body, ','>[number]>, Texts>
              : unknown
    : never
  : unknown;
type ParseLiteral<T extends string, Texts extends string[]> = T extends `"${infer Index}"`
  ? Index extends keyof Texts
    ? Texts[Index]
    : string
  : T extends 'True'
    ? true
    : T extends 'False'
      ? false
      : T extends 'None'
        ? null
        : T extends `${infer N extends number}`
          ? N
          : unknown;

type NameOf<F extends string> = F extends `${infer Name}:${string}` ? Trim<Name> : Trim<F>;
type TypeOf<F extends string, Texts extends string[]> = F extends `${string}:${infer T}` ? ParseType<T, Texts> : string;
type Fields<S extends string, Texts extends string[]> = {
  [F in Split<S, ','>[number] as NameOf<F>]: TypeOf<F, Texts>;
};

type InputsOf<M> = M extends [`${infer Left}->${string}`, infer Texts extends string[]] ? Fields<Left, Texts> : never;
type OutputsOf<M> = M extends [`${string}->${infer Right}`, infer Texts extends string[]]
  ? Fields<Right, Texts>
  : never;
type ReasonedOf<M> = M extends [`${string}->${infer Right}`, infer Texts extends string[]]
  ? Fields<`reasoning,${Right}`, Texts>
  : never;

/**
 * What a program with signature `S` takes. A string that is not known when compiling gives `Record<string, unknown>`.
 *
 * @example `Inputs<'question, passages: list[str] -> answer'>` is `{ question: string; passages: string[] }`.
 */
export type Inputs<S extends string> = string extends S ? Record<string, unknown> : InputsOf<Mask<S>>;

/**
 * What a program with signature `S` gives.
 *
 * @example `Outputs<'ticket -> label: Literal["bug", "other"], urgent: bool'>` is
 * `{ label: 'bug' | 'other'; urgent: boolean }`.
 */
export type Outputs<S extends string> = string extends S ? Record<string, unknown> : OutputsOf<Mask<S>>;

/** What a {@link ChainOfThought} with signature `S` gives: its reasoning, then the outputs. */
export type ReasonedOutputs<S extends string> = string extends S ? Record<string, unknown> : ReasonedOf<Mask<S>>;
