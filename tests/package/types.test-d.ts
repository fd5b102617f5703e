// Checked by the compiler alone: a wrong type here is a build error.
import {
  ChainOfThought,
  type Inputs,
  type LM,
  type LMResponse,
  Module,
  type Outputs,
  Predict,
  type ReasonedOutputs,
} from 'strop';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function same<_T extends true>(): void {}

same<Equal<Inputs<'question -> answer'>, { question: string }>>();
same<Equal<Outputs<'question -> answer'>, { answer: string }>>();
same<Equal<Inputs<'  a :int,b: list[ str ] -> c'>, { a: number; b: string[] }>>();
same<
  Equal<
    Outputs<'ticket: str -> label: Literal["billing", "bug", "other"], urgent: bool'>,
    { label: 'billing' | 'bug' | 'other'; urgent: boolean }
  >
>();
same<
  Equal<Outputs<"x -> a: Literal['it, is', \"a -> b\", 'c]'], b: int">, { a: 'it, is' | 'a -> b' | 'c]'; b: number }>
>();
same<Equal<Inputs<'x: Literal["->"], y: float -> z'>, { x: '->'; y: number }>>();
same<Equal<Outputs<'x -> n: Literal[1, -2, True, None]'>, { n: 1 | -2 | true | null }>>();
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
    Outputs<'x -> a: list, b: dict, c: Any, d: Image'>,
    { a: unknown[]; b: Record<string, unknown>; c: unknown; d: unknown }
  >
>();
same<Equal<Outputs<string>, Record<string, unknown>>>();
same<Equal<ReasonedOutputs<'x: Literal["->"] -> n: int'>, { reasoning: string; n: number }>>();

const lm: LM = { model: 'none', complete: async (): Promise<LMResponse> => ({ text: '' }) };

async function usage() {
  const triage = new ChainOfThought('ticket: str -> label: Literal["billing", "bug"], urgent: bool', { lm });
  const { label, urgent, reasoning } = await triage.run({ ticket: 'I paid twice.' });
  same<Equal<typeof label, 'billing' | 'bug'>>();
  same<Equal<typeof urgent, boolean>>();
  same<Equal<typeof reasoning, string>>();
  // @ts-expect-error the input is called ticket
  await triage.run({ tiket: 'x' });
  // @ts-expect-error a number is no str
  await triage.run({ ticket: 1 });

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
}
void usage;
