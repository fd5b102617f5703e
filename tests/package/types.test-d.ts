// Checked by the compiler alone: a wrong type here is a build error.
import {
  type Audio,
  ChainOfThought,
  type Document,
  type File,
  type History,
  type Image,
  type Inputs,
  type LM,
  type LMResponse,
  Module,
  type Outputs,
  Predict,
  type ReasonedOutputs,
  Signature,
  type Tool,
  type ToolCalls,
  type TypeOfText,
} from 'strop';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function same<_T extends true>(): void {}
/** Of one type, where it is asked for. */
type Of<S extends string> = Outputs<`x -> y: ${S}`> extends { y: infer Y } ? Y : never;
/** Of one type, where it is given. */
type In<S extends string> = Inputs<`x: ${S} -> y`> extends { x: infer X } ? X : never;

// Whole signatures.
same<Equal<Inputs<'question -> answer'>, { question: string }>>();
same<Equal<Outputs<'question -> answer'>, { answer: string }>>();
same<Equal<Inputs<'  a :int,b: list[ str ] -> c'>, { a: number; b: readonly string[] }>>();
same<Equal<Inputs<'\n  a: int,\n  b: str,\n  -> \n\tc: bool,\n'>, { a: number; b: string }>>();
same<Equal<Outputs<'\n  a: int,\n  b: str,\n  -> \n\tc: bool,\n'>, { c: boolean }>>();
same<
  Equal<
    Outputs<'ticket: str -> label: Literal["billing", "bug", "other"], urgent: bool'>,
    { label: 'billing' | 'bug' | 'other'; urgent: boolean }
  >
>();
same<
  Equal<Outputs<"x -> a: Literal['it, is', \"a | b\", 'c]'], b: int">, { a: 'it, is' | 'a | b' | 'c]'; b: number }>
>();
same<Equal<Inputs<'x: Literal["->"], y: float -> z'>, never>>(); // DSPy counts every arrow
same<
  Equal<
    Outputs<'x -> a: Optional[int], b: int | None, c: Union[str, int]'>,
    { a: number | null; b: number | null; c: string | number }
  >
>();
same<
  Equal<
    Outputs<'x -> a: dict[str, list[Optional[Literal["u", "v"]]]], b: list[dict[str, int | str]]'>,
    { a: Record<string, ('u' | 'v' | null)[]>; b: Record<string, number | string>[] }
  >
>();
same<
  Equal<
    Outputs<'x -> a: list, b: dict, c: Any, d: Image, e: Pikture'>,
    { a: unknown[]; b: Record<string, unknown>; c: unknown; d: Image; e: unknown }
  >
>();
same<Equal<Inputs<'-> a'>, Record<never, never>>>();
same<Equal<Outputs<'a ->'>, Record<never, never>>>();
same<Equal<Inputs<'n: int = 3, t: str = "a, b", x: None -> y'>, { n: number; t: string; x: string }>>();
same<Equal<Inputs<'a, /, b: int, *rest, c -> y'>, { b: number }>>();
same<Equal<Inputs<'a, *, b -> y'>, { a: string }>>();
same<Equal<Inputs<'a: int, # how many\n b: Literal["#"] -> y'>, { a: number; b: '#' }>>();
same<Equal<Inputs<string>, Record<string, unknown>>>();
same<Equal<Outputs<string>, Record<string, unknown>>>();
same<Equal<ReasonedOutputs<'x: Literal["a"] -> n: int'>, { reasoning: string; n: number }>>();
same<Equal<ReasonedOutputs<string>, Record<string, unknown>>>();
same<
  Equal<
    Inputs<'a1, a2, a3, a4, a5, a6, a7, a8, a9, b1, b2, b3, b4, b5, b6, b7, b8, b9, c1, c2, c3, c4, c5, c6, c7, c8, c9, d1, d2, d3, d4, d5, d6, d7, d8, d9, e1, e2, e3, e4, e5, e6, e7, e8, last: list[dict[str, tuple[int, ...]]] -> y'>['last'],
    readonly Record<string, readonly number[]>[]
  >
>();

// What is refused takes nothing, and nothing can be read of it; it is never `any`.
same<Equal<Inputs<'question answer'>, never>>();
same<Equal<Outputs<'question answer'>, unknown>>();
same<Equal<Inputs<'a -> b -> c'>, never>>();
same<Equal<Outputs<'a -> b -> c'>, unknown>>();
same<Equal<ReasonedOutputs<'a, b'>, object>>();
same<Equal<Of<'strng'>, unknown>>();
same<Equal<Of<'list[strng]'>, unknown[]>>();
same<Equal<Of<'numpy.array'>, unknown>>();
same<Equal<Of<'Literal[bug]'>, unknown>>();

// One type each.
same<Equal<Of<'str'>, string>>();
same<Equal<Of<'Text'>, string>>();
same<Equal<Of<'int'>, number>>();
same<Equal<Of<'float'>, number>>();
same<Equal<Of<'bool'>, boolean>>();
same<Equal<Of<'bytes'>, string>>();
same<Equal<Of<'NoneType'>, null>>();
same<Equal<Of<'Any'>, unknown>>();
same<Equal<Of<'typing.Any'>, unknown>>();
same<Equal<Of<'datetime.datetime'>, string>>();
same<Equal<Of<'list[datetime.date]'>, string[]>>();
same<Equal<Of<'datetime.time | datetime.timedelta'>, string>>();
same<Equal<Of<'decimal.Decimal | None'>, string | null>>();
same<Equal<Of<'uuid.UUID'>, string>>();
same<Equal<Of<'datetime'>, string>>();
same<Equal<Of<'List[int]'>, number[]>>();
same<Equal<Of<'typing.List[typing.Optional[int]]'>, (number | null)[]>>();
same<Equal<Of<'Dict[str, float]'>, Record<string, number>>>();
same<Equal<Of<'dict[str, dict[str, list[bool]]]'>, Record<string, Record<string, boolean[]>>>>();
same<Equal<Of<'tuple[int, str]'>, [number, string]>>();
same<Equal<Of<'tuple[int, ...]'>, number[]>>();
same<Equal<Of<'Tuple[Literal["a", "b"], tuple[int, int] | None]'>, ['a' | 'b', [number, number] | null]>>();
same<Equal<Of<'tuple[str]'>, [string]>>();
same<Equal<Of<'tuple[()]'>, []>>();
same<Equal<Of<'tuple'>, unknown[]>>();
same<Equal<Of<'set[int]'>, number[]>>();
same<Equal<Of<'frozenset[Literal["a"]]'>, 'a'[]>>();
same<Equal<Of<'Set[str] | FrozenSet[int]'>, string[] | number[]>>();
same<Equal<Of<'Optional[list[str]]'>, string[] | null>>();
same<Equal<Of<'Union[int, str, None]'>, number | string | null>>();
same<Equal<Of<'typing.Union[int, typing.Literal["a"]]'>, number | 'a'>>();
same<Equal<Of<'int | str | None'>, number | string | null>>();
same<Equal<Of<'list[int | None] | None'>, (number | null)[] | null>>();
same<Equal<Of<'(int | str)'>, number | string>>();
same<Equal<Of<'list[(int | str)]'>, (number | string)[]>>();
same<Equal<Of<'Literal[1, -2, True, None]'>, 1 | -2 | true | null>>();
same<Equal<Of<'Literal[False, 1.5, "a"]'>, false | 1.5 | 'a'>>();
same<Equal<Of<'Literal[("a", "b")]'>, 'a' | 'b'>>();
same<Equal<Of<'Literal[Literal["a", "b"], 3]'>, 'a' | 'b' | 3>>();
same<Equal<Of<"Literal['it\\'s', \"say \\\"hi\\\"\", 'a\\\\b', 'x\\ny']">, "it's" | 'say "hi"' | 'a\\b' | 'x\ny'>>();
same<Equal<Of<"Literal['\\x41']">, string>>(); // by code: beyond the compiler
same<Equal<Of<'Literal[r"a", "b" "c"]'>, string>>();
same<Equal<Of<'Literal["a", "b",]'>, 'a' | 'b'>>();
same<Equal<Of<'Image'>, { url: string }>>();
same<Equal<Of<'dspy.Image'>, Image>>();
same<Equal<In<'list[dspy.Audio]'>, readonly Audio[]>>();
same<Equal<In<'File'>, File>>();
same<Equal<In<'dict[str, dspy.experimental.Document]'>, Record<string, Document>>>();
same<Equal<In<'dspy.History'>, History>>();
same<Equal<In<'list[Tool]'>, readonly Tool[]>>();
same<Equal<Of<'dspy.ToolCalls'>, ToolCalls>>();
same<Equal<Of<'Code'>, string>>();
same<Equal<Of<'Code["java"]'>, string>>();
same<Equal<Of<"dspy.Code['python'] | None">, string | null>>();
same<Equal<Of<'Reasoning'>, string>>();
same<Equal<In<'tuple[int, list[str]]'>, readonly [number, readonly string[]]>>();
same<Equal<In<'set[int]'>, readonly number[]>>();

// Names that a signature brings along.
const types = {
  Mood: { kind: 'enum', members: { GOOD: 'good', BAD: 'bad' } },
  Person: {
    kind: 'model',
    doc: 'Somebody.',
    fields: [
      { name: 'name', type: 'str' },
      { name: 'mood', type: 'Mood | None', default: null },
      { name: 'friends', type: 'list[Person]', alias: 'knows' },
    ],
  },
  People: { kind: 'alias', target: 'list[Person]' },
  Point: { type: 'object', properties: { x: { type: 'number' }, label: { type: 'string' } }, required: ['x'] },
} as const;
type Person = { name: string; mood: 'good' | 'bad' | null; friends: Person[] };
type Named = TypeOfText<'People', typeof types>;
same<Equal<Named[0]['name'], string>>();
same<Equal<Named[0]['mood'], 'good' | 'bad' | null>>();
same<Equal<Named[0]['friends'][0]['friends'][0]['mood'], 'good' | 'bad' | null>>();
const people: Named = [] as Person[];
void people;
same<Equal<TypeOfText<'dict[str, Point]', typeof types>, Record<string, { x: number; label?: string }>>>();
same<Equal<TypeOfText<'Nobody', typeof types>, unknown>>();
same<Equal<Inputs<'moods: list[Mood] -> a', typeof types>, { moods: readonly ('good' | 'bad')[] }>>();

const lm: LM = { model: 'none', complete: async (): Promise<LMResponse> => ({ text: '' }) };

async function usage() {
  const triage = new ChainOfThought('ticket: str -> label: Literal["billing", "bug"], urgent: bool', { lm });
  const prediction = await triage.run({ ticket: 'I paid twice.' });
  const { label, urgent, reasoning } = prediction;
  same<Equal<typeof label, 'billing' | 'bug'>>();
  same<Equal<typeof urgent, boolean>>();
  same<Equal<typeof reasoning, string>>();
  // @ts-expect-error the input is called ticket
  await triage.run({ tiket: 'x' });
  // @ts-expect-error the ticket is missing
  await triage.run({});
  // @ts-expect-error a number is no str
  await triage.run({ ticket: 1 });
  // @ts-expect-error there is no such output
  void prediction.lable;
  // @ts-expect-error it is one of two
  const wrong: 'other' = label;
  void wrong;

  const listed = new Predict('passages: list[str], pair: tuple[int, str] -> answer', { lm });
  const passages: readonly string[] = ['a'];
  await listed.run({ passages, pair: [1, 'a'] });
  await listed.run({ passages: ['a'], pair: [1, 'a'] });
  // @ts-expect-error a list of numbers is no list[str]
  await listed.run({ passages: [1], pair: [1, 'a'] });
  // @ts-expect-error a tuple has its order
  await listed.run({ passages, pair: ['a', 1] });
  // @ts-expect-error there is no arrow, so nothing fits
  await new Predict('question, answer', { lm }).run({ question: 'x' });
  // @ts-expect-error an unknown type is not any
  const unread: string = (await new Predict('a -> b: Pikture', { lm }).run({ a: 'x' })).b;
  void unread;

  const stream = triage.stream({ ticket: 'x' });
  for await (const event of stream) {
    if (event.field === 'urgent') same<Equal<typeof event.value, boolean>>();
    if (event.delta !== undefined) same<Equal<typeof event.field, 'reasoning'>>();
    // @ts-expect-error there is no such output
    if (event.field === 'mood') break;
  }
  same<
    Equal<(typeof stream)['prediction'], Promise<{ reasoning: string; label: 'billing' | 'bug'; urgent: boolean }>>
  >();

  const signature: string = 'a -> b';
  for await (const { field, delta } of new Predict(signature).stream({ a: 1 })) {
    same<Equal<typeof field, string>>();
    same<Equal<typeof delta, string | undefined>>();
  }
  const anything = await new Predict(signature).run({ a: 1 });
  same<Equal<typeof anything, Record<string, unknown>>>();

  class Answer extends Module {
    query = new Predict('question -> search_query');
    answer = new ChainOfThought('question, passages: list[str] -> answer');
    async forward({ question }: { question: string }) {
      const { search_query } = await this.query.run({ question });
      return this.answer.run({ question, passages: [search_query] });
    }
  }
  const out = await new Answer().run({ question: 'why' });
  same<Equal<typeof out, { reasoning: string; answer: string }>>();
  // @ts-expect-error the module's forward wants a question
  await new Answer().run({ query: 'why' });
  const told = new Answer().stream({ question: 'why' });
  same<Equal<(typeof told)['prediction'], Promise<{ reasoning: string; answer: string }>>>();
  for await (const event of told) {
    if (event.field !== undefined) same<Equal<typeof event.delta, string | undefined>>();
    if (event.status === 'message') same<Equal<typeof event.message, string>>();
  }
  // @ts-expect-error the module's forward wants a question
  new Answer().stream({ query: 'why' });
}
void usage;

async function edits() {
  const base = new Signature('question, passages: list[str] -> answer', { instructions: 'Be brief.' });
  same<Equal<Inputs<typeof base>, { question: string; passages: readonly string[] }>>();
  same<Equal<Outputs<typeof base>, { answer: string }>>();
  const more = base
    .append({ name: 'confidence', role: 'output', type: 'float', constraints: { ge: 0 } })
    .prepend({ name: 'notes', role: 'input', type: 'list[str] | None' })
    .insert(1, { name: 'plain', role: 'output', desc: 'without a type' });
  same<
    Equal<Inputs<typeof more>, { question: string; passages: readonly string[]; notes: readonly string[] | null }>
  >();
  same<Equal<Outputs<typeof more>, { answer: string; confidence: number; plain: string }>>();
  const fewer = more.delete('passages').delete('plain').delete('nothing').appendInstructions('In English.');
  same<Equal<Inputs<typeof fewer>, { question: string; notes: readonly string[] | null }>>();
  same<Equal<Outputs<typeof fewer>, { answer: string; confidence: number }>>();
  const updated = fewer
    .withUpdatedFields('answer', { type: 'Literal["yes", "no"]' })
    .withUpdatedFields('question', { desc: 'as it was put' })
    .withInstructions('');
  same<Equal<Inputs<typeof updated>, { question: string; notes: readonly string[] | null }>>();
  same<Equal<Outputs<typeof updated>, { answer: 'yes' | 'no'; confidence: number }>>();
  // @ts-expect-error there is no such field
  fewer.withUpdatedFields('anwser', { desc: 'x' });
  // @ts-expect-error a field has a role
  fewer.append({ name: 'x' });

  const sure = new Predict(updated, { lm });
  const { answer, confidence } = await sure.run({ question: 'x', notes: null });
  same<Equal<typeof answer, 'yes' | 'no'>>();
  same<Equal<typeof confidence, number>>();
  // @ts-expect-error notes are missing
  await sure.run({ question: 'x' });
  const reasoned = await new ChainOfThought(updated, { lm }).run({ question: 'x', notes: [] });
  same<Equal<typeof reasoned, { reasoning: string; answer: 'yes' | 'no'; confidence: number }>>();

  const text: string = 'a -> b';
  const open = new Signature(text).append({ name: 'c', role: 'output', type: 'int' }).delete('a');
  same<Equal<Outputs<typeof open>, Record<string, unknown>>>();
  same<Equal<Inputs<typeof open>, Record<string, unknown>>>();

  const named = new Signature('text -> people: list[Person], mood: Mood', { types });
  const found = await new Predict(named, { lm }).run({ text: 'x' });
  same<Equal<typeof found.mood, 'good' | 'bad'>>();
  same<Equal<(typeof found.people)[0]['name'], string>>();
  const added = named.append({ name: 'first', role: 'output', type: 'Person | None' });
  const { first } = await new Predict(added, { lm }).run({ text: 'x' });
  same<Equal<NonNullable<typeof first>['name'], string>>();
}
void edits;

async function objects() {
  const triage = new Predict(
    {
      inputs: { question: 'str', ctx: { type: 'list[str]', desc: 'what is known' }, plain: { desc: 'a text' } },
      outputs: {
        label: 'Literal["a", "b"]',
        n: { type: 'int', constraints: { ge: 0 } },
        point: { type: 'object', properties: { x: { type: 'number' }, y: { type: 'integer' } }, required: ['x', 'y'] },
        tags: { schema: { type: 'array', items: { enum: ['u', 'v'] } }, desc: 'all that fit' },
        odd: { anyOf: [{ type: 'string' }, { type: 'null' }] },
        deep: { $ref: '#/somewhere' },
      },
      instructions: 'Do.',
    },
    { lm },
  );
  const out = await triage.run({ question: 'x', ctx: ['y'], plain: 'z' });
  same<
    Equal<
      typeof out,
      {
        label: 'a' | 'b';
        n: number;
        point: { x: number; y: number };
        tags: ('u' | 'v')[];
        odd: string | null;
        deep: unknown;
      }
    >
  >();
  // @ts-expect-error plain is missing
  await triage.run({ question: 'x', ctx: ['y'] });
  // @ts-expect-error a field needs a side
  new Predict({ outputs: { a: 'str' } }, { lm });
  const named = new Signature({ inputs: { a: 'Mood' }, outputs: { b: 'list[Point]' }, types });
  same<Equal<Inputs<typeof named>, { a: 'good' | 'bad' }>>();
  same<Equal<Outputs<typeof named>, { b: { x: number; label?: string }[] }>>();
}
void objects;
