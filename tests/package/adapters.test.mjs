import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  AdapterParseError,
  ConfigurationError,
  configure,
  evaluate,
  exact,
  InputError,
  LMAbortedError,
  memoryCache,
  Predict,
  Program,
  traceOf,
  usageOf,
} from 'strop';
import { chat, scripted } from './help.mjs';

const person = {
  inputs: { note: {} },
  outputs: { person: { type: 'Person' } },
  types: {
    Person: {
      kind: 'model',
      fields: [
        { name: 'name', type: 'str' },
        { name: 'age', type: 'int' },
      ],
    },
  },
};

describe('the BAML adapter', () => {
  it('shows models in a compact notation and reads JSON', async () => {
    const lm = scripted(() => '{"person": {"name": "Ada", "age": 36}}');
    const p = new Predict(person, { lm, adapter: 'baml' });
    assert.deepEqual(await p.run({ note: 'Ada, 36' }), { person: { name: 'Ada', age: 36 } });
    const [system, user] = lm.requests[0].messages;
    assert.ok(system.content.includes('should be of type: {\n  name: string,\n  age: int,\n}'), system.content);
    assert.match(user.content, /Respond with a JSON object/);
  });

  it('objects to a model that contains itself', async () => {
    const lm = scripted(() => '{}');
    const types = { Node: { kind: 'model', fields: [{ name: 'next', type: 'Optional[Node]', default: null }] } };
    const p = new Predict({ inputs: { a: {} }, outputs: { b: { type: 'Node' } }, types }, { lm, adapter: 'baml' });
    await assert.rejects(p.run({ a: 'x' }), (error) => error instanceof InputError && error.code === 'bad_output_type');
    assert.equal(lm.requests.length, 0);
  });
});

describe('the two-step adapter', () => {
  const thinking = () => scripted(() => 'It is four, I think.');
  const reading = (n = 4) => scripted(() => chat({ n }), { model: 'reading' });

  it('asks one model in free form and another for the outputs', async () => {
    const [lm, extractionLM] = [thinking(), reading()];
    const p = new Predict('question -> n: int', {
      lm,
      extractionLM,
      adapter: 'two_step',
      config: { temperature: 0.5 },
    });
    const prediction = await p.run({ question: '2 + 2' });
    assert.deepEqual(prediction, { n: 4 });
    assert.equal(lm.requests[0].messages.at(-1).content, 'question: 2 + 2');
    assert.equal(lm.requests[0].config.temperature, 0.5);
    const asked = extractionLM.requests[0];
    assert.match(asked.messages.at(-1).content, /^\[\[ ## text ## \]\]\nIt is four, I think\.\n/);
    assert.deepEqual(asked.config, {});
    const [step, ...more] = traceOf(prediction);
    assert.deepEqual(more, []);
    assert.deepEqual(step.inputs, { question: '2 + 2' });
    assert.equal(step.reply, 'It is four, I think.');
    assert.deepEqual(
      step.extraction.map(({ model, reply }) => [model, reply]),
      [['reading', chat({ n: 4 })]],
    );
    assert.equal(usageOf(prediction).calls, 2);
  });

  it('says which model is missing, before any is asked', async () => {
    const lm = thinking();
    const p = new Predict('question -> n: int', { lm, adapter: 'two_step' });
    const missing = (error) => error instanceof ConfigurationError && error.code === 'no_extraction_lm';
    await assert.rejects(p.run({ question: 'q' }), missing);
    assert.equal(lm.requests.length, 0);
    assert.deepEqual(await p.run({ question: 'q' }, { extractionLM: reading() }), { n: 4 });
    assert.deepEqual(await p.with({ extractionLM: reading() }).run({ question: 'q' }), { n: 4 });
    configure({ extractionLM: reading() });
    try {
      assert.deepEqual(await p.run({ question: 'q' }), { n: 4 });
    } finally {
      configure({ extractionLM: undefined });
    }
  });

  it('keeps the reply in the error if nothing can be extracted, and asks again in JSON as DSPy does', async () => {
    const silent = scripted(() => 'nothing here', { model: 'silent' });
    const settings = { lm: thinking(), extractionLM: silent, adapter: 'two_step' };
    const p = new Predict('question -> n: int', settings);
    await assert.rejects(
      p.run({ question: 'q' }),
      (error) => error instanceof AdapterParseError && error.reply === 'It is four, I think.',
    );
    assert.equal(silent.requests.length, 1);
    await assert.rejects(p.run({ question: 'q' }, { compat: 'dspy' }), AdapterParseError);
    assert.equal(silent.requests.length, 3);
    const second = scripted(() => (second.requests.length < 2 ? 'no header' : '{"n": 5}'), { model: 'second' });
    const prediction = await p.run({ question: 'q' }, { compat: 'dspy', extractionLM: second });
    assert.deepEqual(prediction, { n: 5 });
    assert.equal(traceOf(prediction)[0].extraction.length, 2);
  });

  it('caches both calls', async () => {
    const [lm, extractionLM, cache] = [thinking(), reading(), memoryCache()];
    const p = new Predict('question -> n: int', { lm, extractionLM, adapter: 'two_step' });
    await p.run({ question: 'q' }, { cache });
    assert.equal(usageOf(await p.run({ question: 'q' }, { cache })).calls, 0);
    assert.deepEqual([lm.requests.length, extractionLM.requests.length], [1, 1]);
  });

  it('can be given up in the second call', async () => {
    const controller = new AbortController();
    const extractionLM = {
      model: 'slow',
      complete: (_, { signal }) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(new LMAbortedError()));
          controller.abort();
        }),
    };
    const p = new Predict('question -> n: int', { lm: thinking(), extractionLM, adapter: 'two_step' });
    await assert.rejects(p.run({ question: 'q' }, { signal: controller.signal }), LMAbortedError);
  });

  it('streams what is extracted', async () => {
    const p = new Predict('question -> n: int', { lm: thinking(), extractionLM: reading(), adapter: 'two_step' });
    const stream = p.stream({ question: 'q' });
    const events = [];
    for await (const event of stream) events.push(event);
    assert.deepEqual(await stream.prediction, { n: 4 });
    assert.deepEqual(events, [{ field: 'n', value: 4 }]);
  });

  it('is evaluated, by the host, also in declarative programs', async () => {
    const rows = [{ question: 'q', n: 4 }];
    const settings = { lm: thinking(), extractionLM: reading(), adapter: 'two_step' };
    const modules = { only: { type: 'Predict', signature: 'question -> n: int' } };
    for (const program of [new Predict('question -> n: int', settings), new Program({ modules }, settings)]) {
      const { score, usage } = await evaluate(program, rows, exact('n'));
      assert.equal(score, 1);
      assert.equal(usage.calls, 2);
    }
    const program = new Predict('question -> n: int', { lm: thinking(), adapter: 'two_step' });
    assert.equal((await evaluate(program, rows, exact('n'), { extractionLM: reading() })).score, 1);
  });
});
