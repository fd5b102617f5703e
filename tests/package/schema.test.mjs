// Schemas and named types from end to end: what a model is told of them, and what is read.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { toStandardJsonSchema } from '@valibot/to-json-schema';
import { type } from 'arktype';
import { AdapterParseError, ChainOfThought, evaluate, exact, Predict, Program, Signature } from 'strop';
import * as v from 'valibot';
import { z } from 'zod';
import { chat, scripted } from './help.mjs';

const json = (outputs) =>
  chat(
    Object.fromEntries(
      Object.entries(outputs).map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
    ),
  );
const failure = (promise) =>
  promise.then(
    () => assert.fail('it did not fail'),
    (error) => error,
  );

const person = {
  type: 'object',
  properties: { name: { type: 'string' }, age: { type: 'integer', minimum: 0 } },
  required: ['name', 'age'],
};
const libraries = {
  'JSON Schema': person,
  zod: z.object({ name: z.string(), age: z.int().min(0) }),
  valibot: toStandardJsonSchema(v.object({ name: v.string(), age: v.pipe(v.number(), v.integer(), v.minValue(0)) })),
  arktype: type({ name: 'string', age: 'number.integer >= 0' }),
};

describe('a field of a schema', () => {
  for (const [name, schema] of Object.entries(libraries)) {
    it(`of ${name} is told to the model, and read`, async () => {
      const lm = scripted(() => json({ person: { name: 'Ada', age: 36 } }));
      const predictor = new Predict({ inputs: { text: 'str' }, outputs: { person: { schema, desc: 'who' } } }, { lm });
      assert.deepEqual(await predictor.run({ text: 'x' }), { person: { name: 'Ada', age: 36 } });
      const [{ content }] = lm.requests[0].messages;
      assert.match(content, /`person` \(.+\): who/);
      assert.match(content, /\{person\}.*must adhere to the JSON schema: \{.*"age": \{"type": "integer".*\}/);
      assert.ok(!content.includes('$schema'));
    });

    it(`of ${name} refuses what does not fit`, async () => {
      const lm = scripted(() => json({ person: { name: 'Ada' } }));
      const predictor = new Predict({ inputs: { text: 'str' }, outputs: { person: schema } }, { lm });
      const error = await failure(predictor.run({ text: 'x' }));
      assert.ok(error instanceof AdapterParseError, error);
      assert.match(error.message, /person/);
      assert.match(error.message, /age/);
    });
  }

  it('of a library asks for more than JSON Schema can say, and may change the value', async () => {
    const Range = z
      .object({ from: z.int(), to: z.int() })
      .refine(({ from, to }) => from <= to, { message: 'backwards', path: ['to'] });
    const run = (range) =>
      new Predict({ inputs: { text: 'str' }, outputs: { range: Range } }, { lm: scripted(() => json({ range })) }).run({
        text: 'x',
      });
    assert.deepEqual(await run({ from: 1, to: 2 }), { range: { from: 1, to: 2 } });
    const error = await failure(run({ from: 2, to: 1 }));
    assert.match(error.message, /"range".*range\.to: backwards/);
    assert.deepEqual(error.details.issues, [{ message: 'backwards', path: ['range', 'to'] }]);

    const Day = z.object({ day: z.string().transform((text) => new Date(text)) });
    const lm = scripted(() => json({ day: { day: '2020-01-02' } }));
    const { day } = await new Predict({ inputs: { text: 'str' }, outputs: { day: Day } }, { lm }).run({ text: 'x' });
    assert.equal(day.day.getUTCFullYear(), 2020);
  });

  it('is a list, a choice, a number', async () => {
    const outputs = {
      tags: z.array(z.enum(['a', 'b'])),
      one: { enum: ['u', 'v'] },
      n: { type: 'integer' },
      maybe: { anyOf: [{ type: 'number' }, { type: 'null' }] },
    };
    const lm = scripted(() => json({ tags: ['b', 'a'], one: 'v', n: 3, maybe: null }));
    const predictor = new Predict({ inputs: { text: 'str' }, outputs }, { lm });
    assert.deepEqual(await predictor.run({ text: 'x' }), { tags: ['b', 'a'], one: 'v', n: 3, maybe: null });
  });

  it('is given, too', async () => {
    const lm = scripted(() => chat({ answer: 'yes' }));
    const predictor = new Predict({ inputs: { person: libraries.zod }, outputs: { answer: 'str' } }, { lm });
    await predictor.run({ person: { name: 'Ada', age: 36 } });
    assert.match(lm.requests[0].messages[1].content, /\[\[ ## person ## \]\]\n\{"name": "Ada", "age": 36\}/);
  });

  it('in the JSON format', async () => {
    const lm = scripted(() => '{"person": {"name": "Ada", "age": 36}}', { adapter: 'json' });
    const predictor = new Predict({ inputs: { text: 'str' }, outputs: { person: libraries.zod } }, { lm });
    assert.deepEqual(await predictor.run({ text: 'x' }), { person: { name: 'Ada', age: 36 } });
  });

  it('survives edits, saving and a ChainOfThought', async () => {
    const signature = new Signature({ inputs: { text: 'str' }, outputs: { person: libraries.zod } })
      .append({ name: 'n', role: 'output', type: 'int' })
      .withUpdatedFields('person', { desc: 'who' })
      .appendInstructions('In English.');
    assert.deepEqual(Signature.fromJSON(signature.toJSON()).toJSON(), signature.toJSON());
    const lm = scripted(() => json({ reasoning: 'r', person: { name: 'Ada', age: 36 }, n: 1 }));
    const program = new ChainOfThought(signature, { lm });
    const out = await program.run({ text: 'x' });
    assert.deepEqual(out.person, { name: 'Ada', age: 36 });
    const again = Program.fromJSON(program.toJSON(), { lm });
    assert.deepEqual((await again.run({ text: 'x' })).person, { name: 'Ada', age: 36 });
    assert.equal(again.toJSON(), program.toJSON());
  });

  it('is scored in evaluations', async () => {
    const lm = scripted((content) => json({ person: { name: 'Ada', age: content.includes('bad') ? -1 : 36 } }));
    const program = new Predict({ inputs: { text: 'str' }, outputs: { person: libraries.zod } }, { lm });
    const rows = [
      { text: 'good', person: { name: 'Ada', age: 36 } },
      { text: 'bad', person: { name: 'Ada', age: -1 } },
    ];
    const { rows: found } = await evaluate(program, rows, exact('person'));
    assert.deepEqual(
      found.map(({ score }) => score),
      [1, 0],
    );
    assert.match(found[1].error, /age/);
  });
});

describe('named types', () => {
  const types = {
    Mood: { kind: 'enum', members: { GOOD: 'good', BAD: 'bad' } },
    Person: {
      kind: 'model',
      doc: 'Somebody.',
      fields: [
        { name: 'name', type: 'str', desc: 'as they write it' },
        { name: 'mood', type: 'Mood' },
        { name: 'friends', type: 'list[Person]', default: [] },
      ],
    },
    People: { kind: 'alias', target: 'list[Person]' },
    Point: { type: 'object', properties: { x: { type: 'number' } }, required: ['x'] },
    Short: z.string().refine((text) => text.length <= 3, 'too long'), // which JSON Schema cannot say
  };
  const run = (text, outputs) =>
    new Predict(new Signature(text, { types }), { lm: scripted(() => json(outputs)) }).run({ text: 'x' });

  it('enums, models, aliases', async () => {
    assert.deepEqual(await run('text -> mood: Mood', { mood: 'good' }), { mood: 'good' });
    const ada = { name: 'Ada', mood: 'good', friends: [] };
    assert.deepEqual(await run('text -> who: Person', { who: ada }), { who: ada });
    assert.deepEqual(await run('text -> who: Person | None', { who: null }), { who: null });
    const bob = { name: 'Bob', mood: 'bad', friends: [ada] };
    assert.deepEqual(await run('text -> all: People', { all: [ada, bob] }), { all: [ada, bob] });
    assert.ok(
      (await failure(run('text -> who: Person', { who: { name: 'x', mood: 'odd' } }))) instanceof AdapterParseError,
    );
  });

  it('schemas by a name, alone and inside others', async () => {
    assert.deepEqual(await run('text -> p: Point', { p: { x: 1 } }), { p: { x: 1 } });
    assert.deepEqual(await run('text -> p: dict[str, Point]', { p: { a: { x: 1 } } }), { p: { a: { x: 1 } } });
    assert.deepEqual(await run('text -> s: list[Short]', { s: ['abc'] }), { s: ['abc'] });
    const error = await failure(run('text -> s: list[Short]', { s: ['abc', 'long'] }));
    assert.match(error.message, /"s".*s\[1\]: too long/);
  });

  it('are told to the model', () => {
    const predictor = new Predict(new Signature('text -> who: Person, mood: Mood', { types }));
    const [{ content }] = predictor.preview({ text: 'x' }).messages;
    assert.match(content, /`who` \(Person\)/);
    assert.match(content, /as they write it/);
    assert.match(content, /must be one of: good; bad/);
  });

  it('go with edits, objects and plain data', () => {
    const signature = new Signature('text -> who: Person', { types }).append({
      name: 'mood',
      role: 'output',
      type: 'Mood',
    });
    assert.equal(signature.text, 'text -> who: Person, mood: Mood');
    const again = Signature.fromJSON(JSON.parse(JSON.stringify(signature)));
    assert.deepEqual(again.toJSON(), signature.toJSON());
    const object = new Signature({ inputs: { text: 'str' }, outputs: { all: 'list[Person]' }, types });
    assert.equal(object.text, 'text -> all: list[Person]');
    assert.equal(Program.fromJSON(new Predict(object).toJSON()).toJSON(), new Predict(object).toJSON());
  });
});
