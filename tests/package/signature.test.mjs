import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { toStandardJsonSchema } from '@valibot/to-json-schema';
import { type } from 'arktype';
import {
  AdapterParseError,
  ChainOfThought,
  crossings,
  evaluate,
  exact,
  InputError,
  Predict,
  Program,
  Signature,
  SignatureError,
} from 'strop';
import { LabeledFewShot } from 'strop/optimize';
import * as v from 'valibot';
import { z } from 'zod';
import { chat, scripted } from './help.mjs';

const names = (fields) => fields.map(({ name }) => name);

describe('Signature', () => {
  it('is read when something of it is asked for, once', () => {
    const before = crossings();
    const wrong = new Signature('question answer');
    const signature = new Signature('question, passages: list[str] -> answer: int', { instructions: 'Count.' });
    assert.equal(signature.text, 'question, passages: list[str] -> answer: int');
    assert.equal(crossings(), before);
    assert.equal(signature.instructions, 'Count.');
    assert.deepEqual(names(signature.inputs), ['question', 'passages']);
    assert.deepEqual(signature.outputs, [
      { name: 'answer', type: 'int', role: 'output', desc: '${answer}', prefix: 'Answer:' },
    ]);
    assert.deepEqual(names(signature.fields), ['question', 'passages', 'answer']);
    assert.equal(crossings(), before + 1);
    assert.throws(() => wrong.fields, SignatureError);
    assert.equal(new Signature('a -> b').instructions, 'Given the fields `a`, produce the fields `b`.');
  });

  it('is a value: edits give others', () => {
    const base = new Signature('a, b -> c');
    const edited = base
      .append({ name: 'd', role: 'output', type: 'float', desc: 'how sure', constraints: { ge: 0, le: 1 } })
      .prepend({ name: 'z', role: 'input' })
      .insert(1, { name: 'e', role: 'output', type: 'bool', default: false })
      .insert(-2, { name: 'y', role: 'input', prefix: 'Why:' })
      .delete('a')
      .delete('nothing');
    assert.equal(edited.text, 'z, y, b -> c, e: bool, d: float');
    assert.equal(base.text, 'a, b -> c');
    assert.equal(edited.instructions, base.instructions); // which name the fields that were
    const [z, y, , , e, d] = edited.fields;
    assert.deepEqual(z, { name: 'z', type: 'str', role: 'input', desc: '${z}', prefix: 'Z:' });
    assert.equal(y.prefix, 'Why:');
    assert.equal(e.default, false);
    assert.equal(d.desc, 'how sure');
    assert.deepEqual(d.constraints, { ge: 0, le: 1 });
  });

  it('changes of a field what is given, and nothing else', () => {
    const base = new Signature('a -> b: int').withUpdatedFields('b', { desc: 'one', constraints: { ge: 1 } });
    const [, b] = base.withUpdatedFields('b', { type: 'float' }).fields;
    assert.deepEqual(b, {
      name: 'b',
      type: 'float',
      role: 'output',
      desc: 'one',
      prefix: 'B:',
      constraints: { ge: 1 },
    });
    const [a] = base.withUpdatedFields('a', { prefix: 'Q:', desc: '' }).fields;
    assert.deepEqual([a.prefix, a.desc, a.type], ['Q:', '', 'str']);
  });

  it('edits instructions as DSPy does', () => {
    const base = new Signature('a -> b', { instructions: 'One.' });
    assert.equal(base.appendInstructions('Two.').appendInstructions('Three.').instructions, 'One.\n\nTwo.\n\nThree.');
    assert.equal(base.withInstructions('').instructions, 'Given the fields `a`, produce the fields `b`.');
    assert.equal(base.withInstructions('  Do\n    this.\n  ').instructions, 'Do\nthis.');
  });

  it('says what is wrong with an edit, by name', () => {
    const base = new Signature('a -> b');
    const says = (signature, code, pattern) =>
      assert.throws(
        () => signature.text,
        (error) => error instanceof InputError && error.code === code && pattern.test(error.message),
      );
    says(base.insert(3, { name: 'c', role: 'input' }), 'bad_index', /'c' at 3.* 1 input/);
    says(base.insert(-3, { name: 'c', role: 'output' }), 'bad_index', /-3/);
    says(base.withUpdatedFields('c', { desc: 'x' }), 'unknown_field', /'c'.*a -> b/);
    says(base.append({ name: 'c', role: 'output', type: 'strng' }), 'unknown_type', /'c'.*strng/);
    says(base.append({ name: 'class', role: 'output' }), 'bad_signature', /class/);
    assert.throws(() => base.append({ name: 'c' }), /"c" needs a role/);
    assert.throws(() => base.append({ name: 'c', role: 'output', description: 'x' }), /"description".*there are/);
  });

  it('a field of the same name takes the place of the one before', () => {
    const twice = new Signature('a, b -> c').append({ name: 'a', role: 'input', type: 'int' });
    assert.equal(twice.text, 'a: int, b -> c');
    assert.equal(new Signature('a, b -> c').append({ name: 'a', role: 'output' }).text, 'b -> a, c');
  });

  it('equals by what a model is told beside the types, as in DSPy', () => {
    const base = new Signature('a -> b: int', { instructions: 'Do.' });
    assert.ok(base.equals(new Signature('a -> b: list[str]', { instructions: 'Do.' })));
    assert.ok(base.equals(base.withUpdatedFields('a', {})));
    assert.ok(!base.equals(base.withInstructions('Do it.')));
    assert.ok(!base.equals(base.withUpdatedFields('a', { desc: 'x' })));
    assert.ok(!base.equals(base.withUpdatedFields('a', { prefix: 'x' })));
    assert.ok(!base.equals(base.withUpdatedFields('b', { constraints: { gt: 1 } })));
    assert.ok(!base.equals(base.delete('a')));
    const two = new Signature('a, b -> c', { instructions: 'Do.' });
    assert.ok(two.equals(new Signature('b, a -> c', { instructions: 'Do.' })));
    assert.ok(!two.equals(new Signature('b -> a, c', { instructions: 'Do.' })));
  });

  it('is plain data and comes back', () => {
    const signature = new Signature('a: list[int] -> b', { instructions: '' })
      .withUpdatedFields('b', { desc: 'x', constraints: { max_length: 3 }, default: 'none' })
      .append({ name: 'c', role: 'output', type: "Literal['it\\'s', 1]" });
    const json = signature.toJSON();
    assert.deepEqual(Object.keys(json), ['instructions', 'fields']);
    const again = Signature.fromJSON(JSON.parse(JSON.stringify(signature)));
    assert.deepEqual(again.toJSON(), json);
    assert.equal(again.text, signature.text);
    assert.deepEqual(Signature.fromJSON(new Signature('a -> b').toJSON()).fields, new Signature('a -> b').fields);
  });

  it('keeps nothing that others can change', () => {
    const constraints = { ge: 0 };
    const signature = new Signature({ inputs: {}, outputs: { a: { type: 'int', constraints } } });
    const edited = signature.append({ name: 'b', role: 'output', constraints });
    constraints.ge = 7;
    assert.deepEqual(signature.fields[0].constraints, { ge: 0 });
    assert.deepEqual(edited.fields[1].constraints, { ge: 0 });
    const cyclic = {};
    cyclic.items = cyclic;
    assert.throws(() => signature.append({ name: 'c', role: 'output', schema: cyclic }), SignatureError);
  });

  it('takes instructions as DSPy does', () => {
    const fields = { inputs: { a: 'str' }, outputs: { b: 'str' } };
    assert.equal(new Signature({ ...fields, instructions: '\n    Do\n      this.\n    ' }).instructions, 'Do\n  this.');
    assert.equal(new Signature({ ...fields, instructions: '' }).instructions, new Signature('a -> b').instructions);
    assert.equal(new Signature(fields, { instructions: 'Do.' }).instructions, 'Do.');
  });

  it('refuses what is none', () => {
    for (const wrong of [null, undefined, 7, {}, []]) assert.throws(() => Signature.fromJSON(wrong), InputError);
    for (const wrong of [null, undefined, 7, [], {}, { inputs: {} }, { inputs: {}, outputs: null }])
      assert.throws(() => new Signature(wrong), InputError);
    for (const spec of [null, 7, ['str'], { type: 'str', schema: {} }, { type: 'str', dsc: 'x' }])
      assert.throws(() => new Signature({ inputs: {}, outputs: { a: spec } }), SignatureError);
    assert.throws(
      () => new Signature({ inputs: {}, outputs: { a: { type: 'string', desc: 'x' } } }),
      /"a" is a JSON Schema with a description.*'str'/,
    );
  });
});

describe('a predictor of a Signature', () => {
  const signature = new Signature('question -> answer', { instructions: 'Be brief.' }).append({
    name: 'n',
    role: 'output',
    type: 'int',
    desc: 'how many',
    constraints: { ge: 0 },
    default: 3,
  });
  const reply = '[[ ## answer ## ]]\nEight.\n\n[[ ## completed ## ]]';

  it('sends its descriptions and constraints, and takes its defaults', async () => {
    const lm = scripted(() => reply);
    const predictor = new Predict(signature, { lm });
    assert.equal(predictor.signature, 'question -> answer, n: int');
    assert.equal(predictor.instructions, 'Be brief.');
    assert.deepEqual(predictor.fields, signature.fields);
    assert.deepEqual(await predictor.run({ question: 'q' }), { answer: 'Eight.', n: 3 });
    const [{ content }] = lm.requests[0].messages;
    assert.match(content, /2\. `n` \(int\): how many\nConstraints: greater than or equal to: 0/);
    assert.match(content, /Be brief\.$/);
    assert.equal(new Predict(signature, { instructions: 'At length.' }).instructions, 'At length.');
  });

  it('crosses into the core once to render and once to parse', async () => {
    const predictor = new Predict(signature, { lm: scripted(() => reply) });
    await predictor.run({ question: '1' });
    const before = crossings();
    for (let k = 0; k < 10; ++k) await predictor.run({ question: String(k) });
    assert.equal(crossings() - before, 20);
  });

  it('reasons', async () => {
    const lm = scripted(() => chat({ reasoning: 'r', answer: 'a', n: 1 }));
    const program = new ChainOfThought(signature, { lm });
    assert.deepEqual(await program.run({ question: 'q' }), { reasoning: 'r', answer: 'a', n: 1 });
    assert.deepEqual(names(program.predict.fields), ['question', 'reasoning', 'answer', 'n']);
  });

  it('is saved with all of it, and comes back without its code', () => {
    for (const program of [new Predict(signature), new ChainOfThought(signature)]) {
      const text = program.with({ demos: [{ question: 'q', answer: 'a' }] }).toJSON();
      const again = Program.fromJSON(text);
      assert.equal(again.toJSON(), text);
      const [predictor] = again.namedPredictors().values();
      assert.equal(predictor.fields.at(-1).desc, 'how many');
      assert.deepEqual(predictor.fields.at(-1).constraints, { ge: 0 });
      assert.equal(program.load(text).toJSON(), text);
    }
    const saved = JSON.parse(new Predict({ inputs: { q: 'str' }, outputs: { a: 'str' } }).toJSON());
    assert.deepEqual(saved.signature, JSON.parse(new Predict('q -> a').toJSON()).signature);
  });

  it('is a step of a declarative program', async () => {
    const lm = scripted(() => reply);
    const program = new Program({ modules: { qa: { type: 'Predict', signature: signature.toJSON() } } }, { lm });
    assert.deepEqual(program.inputs, ['question']);
    assert.deepEqual(await program.run({ question: 'q' }), { answer: 'Eight.', n: 3 });
  });

  it('is evaluated and optimized', async () => {
    const program = new Predict(signature, { lm: scripted(() => reply) });
    const rows = [{ question: 'q', answer: 'Eight.', n: 3 }];
    assert.equal((await evaluate(program, rows, exact('n'))).score, 1);
    const { program: better } = await new LabeledFewShot({ metric: exact('n') }).compile(program, { trainset: rows });
    assert.equal(better.demos.length, 1);
    assert.deepEqual(better.fields, signature.fields);
  });

  it('takes an object in its place', async () => {
    const lm = scripted(() => chat({ answer: 'a', tags: '["x"]' }));
    const program = new Predict(
      {
        inputs: { question: 'str', ctx: { type: 'list[str]', desc: 'what is known' }, note: { desc: 'a text' } },
        outputs: { answer: 'Literal["a", "b"]', tags: { type: 'list[str]' } },
        instructions: 'Do.',
      },
      { lm },
    );
    assert.equal(program.signature, "question, ctx: list[str], note -> answer: Literal['a', 'b'], tags: list[str]");
    assert.deepEqual(await program.run({ question: 'q', ctx: [], note: '' }), { answer: 'a', tags: ['x'] });
    assert.match(lm.requests[0].messages[0].content, /`ctx` \(list\[str\]\): what is known/);
  });
});

// What the core is told of schemas, without the core.
describe('schemas as the core takes them', () => {
  const told = (spec, role = 'output') =>
    new Signature({ inputs: {}, outputs: {}, [`${role}s`]: { x: spec } }).toCore().fields[0];
  const point = {
    type: 'object',
    properties: { x: { type: 'number' }, y: { type: 'array', items: { type: 'string' } } },
    required: ['x'],
  };

  it('JSON Schema passes as it is', () => {
    assert.deepEqual(told(point), { name: 'x', dir: 'output', desc: '${x}', schema: point });
    assert.deepEqual(told({ schema: point, desc: 'a', default: null }), {
      name: 'x',
      dir: 'output',
      desc: 'a',
      schema: point,
      default: null,
    });
    for (const schema of [{ enum: ['a'] }, { $ref: '#/$defs/a' }, { anyOf: [] }, { type: ['string', 'null'] }])
      assert.deepEqual(told(schema).schema, schema);
    assert.equal(told({ default: 'x' }).schema, undefined); // a text with a default
  });

  it('zod, valibot and arktype write their own, without the draft’s name', () => {
    const zod = z.object({ x: z.number(), y: z.array(z.string()).optional() });
    assert.deepEqual(told(zod).schema, { ...point, additionalProperties: false });
    assert.deepEqual(told({ schema: zod, desc: 'a' }).schema, { ...point, additionalProperties: false });
    assert.deepEqual(
      told(toStandardJsonSchema(v.object({ x: v.number(), y: v.optional(v.array(v.string())) }))).schema,
      point,
    );
    assert.deepEqual(told(type({ x: 'number', 'y?': 'string[]' })).schema, point);
  });

  it('the side that is meant, or else the one that can be said', () => {
    const defaulted = z.object({ n: z.number().default(3) });
    assert.deepEqual(told(defaulted).schema.required, ['n']);
    assert.equal(told(defaulted, 'input').schema.required, undefined);
    assert.equal(told(z.string().transform((text) => text.length)).schema.type, 'string');
    // What the model writes is what the schema takes, where the two are of different types.
    const pipe = z.object({ n: z.string().pipe(z.transform(Number)).pipe(z.number()), d: z.number().default(3) });
    assert.equal(told(pipe).schema.properties.n.type, 'string');
    assert.equal(told(z.coerce.number()).schema.type, 'number');
  });

  it('by a method of the schema, in versions before the specification had one', () => {
    const standard = { version: 1, vendor: 'zod', validate: (value) => ({ value }) };
    const older = { '~standard': standard, toJSONSchema: ({ io }) => ({ $schema: 'x', title: io }) };
    assert.deepEqual(told(older).schema, { title: 'output' });
    const ark = Object.assign(() => {}, { '~standard': standard, toJsonSchema: () => ({ type: 'string' }) });
    assert.deepEqual(told(ark).schema, { type: 'string' });
  });

  it('says what to do where there is none', () => {
    const says = (schema, pattern) =>
      assert.throws(
        () => told(schema),
        (error) => error instanceof SignatureError && error.code === 'no_json_schema' && pattern.test(error.message),
      );
    says(v.object({}), /^The field "x".*valibot.*toStandardJsonSchema.*@valibot\/to-json-schema/);
    says(z.date(), /zod.*Date cannot be represented.*\{ schema/);
    says({ '~standard': { version: 1, vendor: 'mine', validate: () => ({}) } }, /mine.*\{ schema/);
  });

  it('named types: definitions as they are, schemas as schemas', () => {
    const person = { kind: 'model', fields: [{ name: 'name', type: 'str' }] };
    const types = { Person: person, Point: point, Kind: z.enum(['a']), All: { kind: 'alias', target: 'list[Person]' } };
    const { text, types: defined } = new Signature('a -> b: Person', { types }).toCore();
    assert.equal(text, 'a -> b: Person');
    assert.deepEqual(defined, {
      Person: person,
      Point: { schema: point },
      Kind: { schema: { type: 'string', enum: ['a'] } },
      All: types.All,
    });
    assert.deepEqual(Object.keys(new Signature({ inputs: {}, outputs: {}, types }).toCore().types), Object.keys(types));
    assert.throws(() => new Signature('a -> b', { types: { X: 'str' } }), SignatureError);
  });
});

// Fields that the core takes for texts are enough to see what becomes of outputs.
describe('outputs by the schemas of libraries', () => {
  const predictor = (outputs, reply) =>
    new Predict({ inputs: { q: 'str' }, outputs }, { lm: scripted(() => chat(reply)) });

  it('are what the schema makes of them', async () => {
    const long = z.string().transform((text) => text.length);
    const late = z.string().refine(async (text) => text !== 'no');
    const program = predictor({ a: long, b: late, c: 'str' }, { a: 'four', b: 'yes', c: 'as it is' });
    assert.deepEqual(await program.run({ q: 'x' }), { a: 4, b: 'yes', c: 'as it is' });
  });

  it('or an error that names field and place, with the reply', async () => {
    const short = z.string().max(3, 'too long');
    const failed = await predictor({ a: short, b: 'str' }, { a: 'four', b: 'x' })
      .run({ q: 'x' })
      .catch((error) => error);
    assert.ok(failed instanceof AdapterParseError);
    assert.match(failed.message, /^The field "a" does not fit its schema\. a: too long\. The reply: /);
    assert.match(failed.reply, /four/);
    assert.deepEqual(failed.details, { field: 'a', issues: [{ message: 'too long', path: ['a'] }] });
  });

  it('in evaluations and optimizations too', async () => {
    const outputs = { a: z.string().refine((text) => text !== 'no', 'it says no') };
    const lm = scripted((content) => chat({ a: /\nno\n/.test(content) ? 'no' : 'yes' }));
    const rows = [
      { q: 'no', a: 'no' },
      { q: 'x', a: 'yes' },
    ];
    const single = new Predict({ inputs: { q: 'str' }, outputs }, { lm });
    for (const program of [single, new ChainOfThought({ inputs: { q: 'str' }, outputs }, { lm })]) {
      const replies =
        program === single
          ? lm
          : scripted((content) => chat({ reasoning: 'r', a: /\nno\n/.test(content) ? 'no' : 'yes' }));
      const { score, rows: found } = await evaluate(program, rows, exact('a'), { lm: replies });
      assert.equal(score, 0.5);
      assert.match(found[0].error, /it says no/);
      const compiled = await new LabeledFewShot({ metric: exact('a') }).compile(program, {
        trainset: rows,
        lm: replies,
      });
      assert.equal([...compiled.program.namedPredictors().values()][0].demos.length, 2);
    }
  });

  it('follow edits', async () => {
    const base = new Signature({ inputs: { q: 'str' }, outputs: { a: z.string().max(1), b: 'str' } });
    const lm = scripted(() => chat({ a: 'long', b: 'long', c: 'long' }));
    const run = (signature) => new Predict(signature, { lm }).run({ q: 'x' });
    await assert.rejects(run(base), /"a" does not fit/);
    await run(base.delete('a'));
    await run(base.withUpdatedFields('a', { type: 'str' }));
    await assert.rejects(run(base.withUpdatedFields('a', { desc: 'x' })), /"a" does not fit/);
    await assert.rejects(
      run(base.delete('a').withUpdatedFields('b', { schema: z.string().max(2) })),
      /"b" does not fit/,
    );
    const more = base.delete('a').append({ name: 'c', role: 'output', schema: z.string().max(2) });
    await assert.rejects(run(more), /"c" does not fit/);
  });
});
