import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { context as otelContext, SpanStatusCode } from '@opentelemetry/api';
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { ChainOfThought, evaluate, Module, memoryCache, Predict, Program } from 'strop';
import { instrument } from 'strop/otel';

const exporter = new InMemorySpanExporter();
const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
provider.register(); // with the context that follows asynchronous work
let undo = () => {};
afterEach(() => {
  undo();
  exporter.reset();
});
const secret = 'the patient has a cold';
const lm = (reply = '[[ ## answer ## ]]\nwarm\n\n[[ ## completed ## ]]') => ({
  model: 'gpt-5-mini',
  provider: 'openai',
  price: { input: 0.25, cachedInput: 0.025, output: 2 },
  async complete({ messages }) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    if (messages.at(-1).content.includes('fails')) throw new Error(`Not ${secret}`);
    return {
      text: reply,
      model: 'gpt-5-mini-2025-08-07',
      finishReason: 'stop',
      usage: { inputTokens: 100, outputTokens: 10, cachedInputTokens: 40, reasoningTokens: 3 },
      metadata: { id: 'r1' },
    };
  },
});
class Inner extends Module {
  predict = new Predict('question -> answer');
  forward(inputs) {
    return this.predict.run(inputs);
  }
}
class Outer extends Module {
  inner = new Inner();
  last = new Predict('question, hint -> answer');
  async forward({ question }) {
    const [{ answer: hint }] = await Promise.all([this.inner.run({ question }), this.inner.run({ question })]);
    return this.last.run({ question, hint });
  }
}
/** The spans as a tree: names, indented, in the order of their beginning. */
const tree = () => {
  const spans = exporter
    .getFinishedSpans()
    .sort((a, b) => a.startTime[0] - b.startTime[0] || a.startTime[1] - b.startTime[1]);
  const under = (id, depth) =>
    spans
      .filter(({ parentSpanContext }) => parentSpanContext?.spanId === id)
      .flatMap((span) => [`${'  '.repeat(depth)}${span.name}`, ...under(span.spanContext().spanId, depth + 1)]);
  return under(undefined, 0);
};
const everything = () =>
  JSON.stringify(exporter.getFinishedSpans().map((s) => [s.name, s.attributes, s.status, s.events]));

describe('instrument', () => {
  it('makes spans that are nested as the work is', async () => {
    undo = instrument();
    await new Outer().run({ question: secret }, { lm: lm() });
    const inner = ['  module Inner', '    predict inner.predict', '      chat gpt-5-mini'];
    assert.deepEqual(tree(), ['module Outer', ...inner, ...inner, '  predict last', '    chat gpt-5-mini']);
    assert.ok(!everything().includes(secret));
  });

  it('nests by the program where the runtime keeps no active span', async () => {
    otelContext.disable();
    try {
      undo = instrument();
      await new Outer().run({ question: 'q' }, { lm: lm() });
      const names = tree();
      assert.equal(names.filter((name) => !name.startsWith(' ')).length, 1);
      assert.equal(names.filter((name) => name === '    chat gpt-5-mini').length, 3);
    } finally {
      provider.register();
    }
  });

  it('says of a call what the conventions ask for, and no content', async () => {
    undo = instrument();
    const predict = new Predict('question -> answer', { config: { temperature: 0.5, maxTokens: 99, stop: ['x'] } });
    await predict.run({ question: secret }, { lm: lm() });
    const [call, own] = exporter.getFinishedSpans();
    assert.deepEqual(own.attributes, { 'strop.predictor': 'self' });
    assert.deepEqual(call.attributes, {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-5-mini',
      'gen_ai.request.temperature': 0.5,
      'gen_ai.request.max_tokens': 99,
      'gen_ai.request.stop_sequences': ['x'],
      'gen_ai.response.model': 'gpt-5-mini-2025-08-07',
      'gen_ai.response.id': 'r1',
      'gen_ai.response.finish_reasons': ['stop'],
      'gen_ai.usage.input_tokens': 100,
      'gen_ai.usage.output_tokens': 10,
      'gen_ai.usage.cache_read.input_tokens': 40,
      'gen_ai.usage.reasoning.output_tokens': 3,
      'strop.cost_usd': (60 * 250 + 40 * 25 + 10 * 2000) / 1e9,
    });
    assert.equal(call.kind, 2); // CLIENT
  });

  it('holds content if it is told to', async () => {
    undo = instrument({ content: true });
    await new Predict('question -> answer').run({ question: secret }, { lm: lm() });
    const [call, own] = exporter.getFinishedSpans();
    assert.equal(own.attributes['strop.inputs'], JSON.stringify({ question: secret }));
    assert.equal(own.attributes['strop.outputs'], '{"answer":"warm"}');
    const [asked] = JSON.parse(call.attributes['gen_ai.input.messages']);
    assert.equal(asked.role, 'user');
    assert.ok(asked.parts[0].content.includes(secret));
    assert.equal(JSON.parse(call.attributes['gen_ai.system_instructions'])[0].type, 'text');
    const [answer] = JSON.parse(call.attributes['gen_ai.output.messages']);
    assert.deepEqual([answer.role, answer.finish_reason], ['assistant', 'stop']);
  });

  it('tells failures by their kind, and quotes nothing', async () => {
    undo = instrument();
    await assert.rejects(new ChainOfThought('question -> answer').run({ question: 'fails' }, { lm: lm() }));
    await assert.rejects(new Predict('question -> answer').run({ question: 'q' }, { lm: lm(`Said ${secret}`) }));
    const spans = exporter.getFinishedSpans();
    assert.deepEqual(
      spans.map(({ name, status, attributes }) => [name, status.code, attributes['error.type']]),
      [
        ['chat gpt-5-mini', SpanStatusCode.ERROR, 'Error'],
        ['predict predict', SpanStatusCode.ERROR, 'Error'],
        ['module ChainOfThought', SpanStatusCode.ERROR, 'Error'],
        ['chat gpt-5-mini', SpanStatusCode.UNSET, undefined],
        ['predict self', SpanStatusCode.ERROR, 'adapter_parse'],
      ],
    );
    assert.ok(!everything().includes(secret));
  });

  it('tells what a cache has answered, which took nothing', async () => {
    undo = instrument();
    const cache = memoryCache();
    const predict = new Predict('question -> answer', { lm: lm() });
    for (let i = 0; i < 2; ++i) await predict.run({ question: 'q' }, { cache });
    const [, , again] = exporter.getFinishedSpans();
    assert.equal(again.attributes['strop.cached'], true);
    assert.equal(again.attributes['gen_ai.usage.input_tokens'], undefined);
  });

  it('sees programs that are data, and evaluations', async () => {
    undo = instrument();
    const program = new Program({ modules: { ask: { type: 'Predict', signature: 'question -> answer' } } });
    await program.run({ question: 'q' }, { lm: lm() });
    assert.deepEqual(tree(), ['module Program', '  predict ask', '    chat gpt-5-mini']);
    exporter.reset();
    await evaluate(new Inner(), [{ question: 'q', answer: 'warm' }], () => 1, { lm: lm() });
    assert.deepEqual(tree(), ['module Inner', '  predict predict', '    chat gpt-5-mini']);
  });

  it('ends when told', async () => {
    instrument()();
    await new Predict('question -> answer').run({ question: 'q' }, { lm: lm() });
    assert.equal(exporter.getFinishedSpans().length, 0);
  });
});
