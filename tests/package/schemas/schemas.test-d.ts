// Checked by the compiler alone: the types of libraries' schemas come through.
import { toStandardJsonSchema } from '@valibot/to-json-schema';
import { type } from 'arktype';
import { ChainOfThought, type Inputs, type LM, type LMResponse, type Outputs, Predict, Signature } from 'strop';
import * as v from 'valibot';
import { z } from 'zod';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function same<_T extends true>(): void {}
const lm: LM = { model: 'none', complete: async (): Promise<LMResponse> => ({ text: '' }) };

const Person = z.object({ name: z.string(), age: z.number().int().optional() });

async function usage() {
  const signature = new Signature({
    inputs: { text: 'str', since: z.string().transform((text) => new Date(text)), near: Person },
    outputs: {
      label: z.enum(['bug', 'other']),
      person: { schema: Person, desc: 'who wrote it' },
      length: z.string().transform((text) => text.length),
      pair: toStandardJsonSchema(v.object({ a: v.string() })),
      point: type({ x: 'number', 'y?': 'string' }),
      n: { type: 'int', constraints: { ge: 0 } },
    },
  });
  const out = await new Predict(signature, { lm }).run({ text: 'a', since: '2020-01-01', near: { name: 'Ada' } });
  same<Equal<typeof out.label, 'bug' | 'other'>>();
  same<Equal<typeof out.person, { name: string; age?: number | undefined }>>();
  same<Equal<typeof out.length, number>>(); // what the schema makes of the text
  same<Equal<typeof out.pair, { a: string }>>();
  same<Equal<typeof out.point, { x: number; y?: string }>>();
  same<Equal<typeof out.n, number>>();
  same<Equal<Inputs<typeof signature>['since'], string>>(); // what the schema takes
  // @ts-expect-error a person has a name
  await new Predict(signature, { lm }).run({ text: 'a', since: '2020-01-01', near: {} });

  const direct = new ChainOfThought({ inputs: { text: 'str' }, outputs: { person: Person } }, { lm });
  const { person, reasoning } = await direct.run({ text: 'x' });
  same<Equal<typeof person.name, string>>();
  same<Equal<typeof reasoning, string>>();
  // @ts-expect-error there is no such member
  void person.nmae;

  const edited = signature
    .append({ name: 'others', role: 'output', schema: z.array(Person) })
    .withUpdatedFields('label', { schema: z.literal('bug') })
    .delete('pair');
  same<Equal<Outputs<typeof edited>['others'][number]['name'], string>>();
  same<Equal<Outputs<typeof edited>['label'], 'bug'>>();
  // @ts-expect-error it is no more
  type Pair = Outputs<typeof edited>['pair'];

  const named = new Signature('text -> people: list[Person], first: Person | None', { types: { Person } });
  const found = await new Predict(named, { lm }).run({ text: 'x' });
  same<Equal<(typeof found.people)[number], { name: string; age?: number | undefined }>>();
  same<Equal<typeof found.first, { name: string; age?: number | undefined } | null>>();
  return {} as Pair;
}
void usage;
