// How replies are read: as a careful person would, or as DSPy does; and what the JSON format asks of a model.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AdapterParseError, configure, Module, openai, Predict, Program, ready, traceOf, usageOf } from 'strop';

await ready({ all: true });

/** A model that gives these replies one after the other, and keeps what it was asked. */
function scripted(replies, more = {}) {
  const requests = [];
  return {
    model: 'scripted',
    requests,
    ...more,
    async complete(request, { onPart } = {}) {
      requests.push(request);
      const text = replies[requests.length - 1];
      if (more.streams) onPart?.(text);
      return { text };
    },
  };
}

const loose = '**[[ ## answer ## ]]**\nParis';
const json = '{"answer": "Paris"}';

test('by default a reply is read as a careful person would, from one call', async () => {
  for (const [adapter, reply] of [
    ['chat', loose],
    ['chat', json],
    ['chat', 'Answer: Paris'],
    ['json', '[[ ## answer ## ]]\nParis'],
    ['xml', '<Answer>Paris</answer>'],
  ]) {
    const lm = scripted([reply]);
    assert.deepEqual(await new Predict('question -> answer', { lm, adapter }).run({ question: 'q' }), {
      answer: 'Paris',
    });
  }
  const lm = scripted(['I would rather not say.']);
  await assert.rejects(new Predict('question -> answer', { lm }).run({ question: 'q' }), AdapterParseError);
  assert.equal(lm.requests.length, 1);
});

test("compat: 'dspy' asks once more in the JSON format", async () => {
  for (const adapter of ['chat', 'xml']) {
    const lm = scripted(['no', json]);
    const prediction = await new Predict('question -> answer', { lm, adapter, compat: 'dspy' }).run({ question: 'q' });
    assert.deepEqual(prediction, { answer: 'Paris' });
    assert.equal(lm.requests.length, 2);
    assert.match(lm.requests[1].messages.at(-1).content, /Respond with a JSON object/);
    assert.deepEqual(
      traceOf(prediction).map(({ unreadable, reply }) => [unreadable, reply]),
      [
        [true, 'no'],
        [undefined, json],
      ],
    );
    assert.equal(usageOf(prediction).calls, 2);
  }
  const lm = scripted(['no', 'neither']);
  await assert.rejects(new Predict('question -> answer', { lm, compat: 'dspy' }).run({ question: 'q' }), (error) => {
    return error instanceof AdapterParseError && error.reply === 'neither';
  });
});

test("compat: 'dspy' asks no more than once in the JSON format, after streaming, or where the model failed", async () => {
  const run = (lm, settings, options) =>
    new Predict('question -> answer', { lm, compat: 'dspy', ...settings }).run({ question: 'q' }, options);
  const once = scripted(['no', json]);
  await assert.rejects(run(once, { adapter: 'json' }), AdapterParseError);
  assert.equal(once.requests.length, 1);
  const streamed = scripted(['no', json], { streams: true });
  await assert.rejects(run(streamed, {}, { onPart() {} }), AdapterParseError);
  assert.equal(streamed.requests.length, 1);
  const failing = scripted([]);
  failing.complete = async () => {
    failing.requests.push(0);
    throw new Error('down');
  };
  await assert.rejects(run(failing), /down/);
  assert.equal(failing.requests.length, 1);
});

test('compat is told to the call, the predictor, the run or all', async () => {
  const rejects = async (promise) => assert.rejects(promise, AdapterParseError);
  const lm = () => scripted([loose, loose]); // JSON neither
  const predict = new Predict('question -> answer', { lm: lm() });
  await rejects(predict.run({ question: 'q' }, { compat: 'dspy' }));
  await rejects(predict.with({ compat: 'dspy', lm: lm() }).run({ question: 'q' }));
  assert.equal(predict.with({ compat: 'dspy' }).with({ compat: undefined }).compat, undefined);
  class Both extends Module {
    answer = new Predict('question -> answer');
    forward(inputs) {
      return this.answer.run(inputs);
    }
  }
  await rejects(new Both().run({ question: 'q' }, { lm: lm(), compat: 'dspy' }));
  const program = new Program({ modules: { a: { type: 'Predict', signature: 'question -> answer' } } }, { lm: lm() });
  await rejects(program.run({ question: 'q' }, { compat: 'dspy' }));
  configure({ compat: 'dspy' });
  try {
    await rejects(predict.with({ lm: lm() }).run({ question: 'q' }));
  } finally {
    configure({ compat: undefined });
  }
  assert.deepEqual(await predict.with({ lm: lm() }).run({ question: 'q' }), { answer: 'Paris' });
});

test('both readings are asked for by the same prompts', () => {
  const predict = new Predict('question -> answer: list[int]');
  for (const adapter of ['chat', 'json', 'xml', 'compact']) {
    const [one, other] = [undefined, 'dspy'].map((compat) =>
      predict.with({ compat }).preview({ question: 'q' }, { adapter }),
    );
    assert.deepEqual(one, other);
  }
});

test('the JSON format holds a model to what it can be held to', () => {
  const sent = (signature, capabilities, config) =>
    new Predict(signature, { lm: { ...scripted([]), capabilities }, adapter: 'json', config }).preview({ q: 'q' })
      .config.responseFormat;
  assert.deepEqual(sent('q -> a, n: Optional[int]', { responseSchema: true }), {
    type: 'json_schema',
    json_schema: {
      name: 'DSPyProgramOutputs',
      schema: {
        additionalProperties: false,
        properties: {
          a: { title: 'A', type: 'string' },
          n: { anyOf: [{ type: 'integer' }, { type: 'null' }], title: 'N' },
        },
        required: ['a', 'n'],
        title: 'DSPyProgramOutputs',
        type: 'object',
      },
      strict: true,
    },
  });
  assert.deepEqual(sent('q -> a: dict[str, int]', { responseSchema: true }), { type: 'json_object' });
  assert.deepEqual(sent('q -> a', { responseFormat: true }), { type: 'json_object' });
  assert.equal(sent('q -> a', {}), undefined);
  assert.equal(sent('q -> a', undefined), undefined);
  const own = { type: 'text' };
  assert.deepEqual(sent('q -> a', { responseSchema: true }, { responseFormat: own }), own);
  const chat = new Predict('q -> a', { lm: { ...scripted([]), capabilities: { responseSchema: true } } });
  assert.equal(chat.preview({ q: 'q' }).config.responseFormat, undefined);
});

test('openai() knows what its own models can be held to, and takes nothing for granted elsewhere', () => {
  assert.equal(openai({ model: 'gpt-5-mini' }).capabilities.responseSchema, true);
  assert.equal(openai({ model: 'gpt-5-mini' }).capabilities.reasoning, true);
  assert.equal(openai({ model: 'gpt-4o-mini' }).capabilities.responseSchema, true);
  assert.equal(openai({ model: 'gpt-4.1' }).capabilities.responseSchema, true);
  assert.deepEqual(
    [openai({ model: 'gpt-3.5-turbo' }), openai({ model: 'gpt-4-turbo' })].map(({ capabilities: c }) => [
      c.responseFormat,
      c.responseSchema,
    ]),
    [
      [true, false],
      [true, false],
    ],
  );
  assert.equal(openai({ model: 'gpt-4' }).capabilities.responseFormat, false);
  assert.equal(openai({ model: 'm', baseURL: 'http://localhost:1' }).capabilities, undefined);
  const capabilities = { responseSchema: true };
  assert.deepEqual(openai({ model: 'm', baseURL: 'http://localhost:1', capabilities }).capabilities, capabilities);
});
