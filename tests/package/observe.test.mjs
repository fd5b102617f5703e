import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import {
  ChainOfThought,
  callHistory,
  configure,
  evaluate,
  inspectHistory,
  Module,
  memoryCache,
  Predict,
  usageOf,
} from 'strop';
import { priceOf } from 'strop/models';

const reply = '[[ ## answer ## ]]\nwarm\n\n[[ ## completed ## ]]';
const usage = { inputTokens: 1000, outputTokens: 100, cachedInputTokens: 600, reasoningTokens: 30 };
const lm = (more = {}) => ({ model: 'm', complete: async () => ({ text: reply, usage }), ...more });
const mini = 400 * 250 + 600 * 25 + 100 * 2000; // billionths of a dollar that the usage costs with gpt-5-mini
afterEach(() => configure({ observer: undefined, history: undefined, prices: undefined }));

describe('an observer', () => {
  it('is told of everything, in order, with what it is a part of', async () => {
    const told = [];
    const line = ({ id, kind, name, parent }) =>
      `${kind} ${name} ${id - first} of ${parent ? parent.id - first : 'none'}`;
    let first;
    const ended = [];
    configure({
      observer: {
        callStart(call) {
          first ??= call.id;
          told.push(line(call));
        },
        callEnd: (call, outcome) => ended.push([call.kind, Object.keys(outcome).join()]),
      },
    });
    await new ChainOfThought('question -> answer').run(
      { question: 'q' },
      { lm: lm({ complete: async () => ({ text: `[[ ## reasoning ## ]]\nHm.\n\n${reply}` }) }) },
    );
    assert.deepEqual(told, [
      'module ChainOfThought 0 of none',
      'predict predict 1 of 0',
      'format chat 2 of 1',
      'lm m 3 of 1',
      'parse chat 4 of 1',
    ]);
    assert.deepEqual(
      ended,
      ['format', 'lm', 'parse', 'predict', 'module'].map((kind) => [kind, 'output']),
    );
    ended.length = 0;
    const broken = lm({ complete: async () => ({ text: 'warm?' }) });
    await assert.rejects(new Predict('question -> answer, more').run({ question: 'q' }, { lm: broken }));
    assert.deepEqual(ended, [
      ['format', 'output'],
      ['lm', 'output'],
      ['parse', 'error'],
      ['predict', 'error'],
    ]);
  });

  it('changes nothing when it throws, and does the work when it wants to', async () => {
    const warned = [];
    const { warn } = console;
    console.warn = (text) => warned.push(text);
    const within = [];
    try {
      configure({
        observer: {
          callStart() {
            throw new Error('start');
          },
          within(call, work) {
            within.push(call.kind);
            return work();
          },
        },
      });
      assert.equal((await new Predict('question -> answer').run({ question: 'q' }, { lm: lm() })).answer, 'warm');
    } finally {
      console.warn = warn;
    }
    assert.deepEqual(within, ['predict', 'format', 'lm', 'parse']);
    assert.equal(warned.length, 4);
    assert.match(warned[0], /the observer threw: start/);
  });
});

describe('cost', () => {
  it('is with a prediction where every price is known', async () => {
    const predict = new Predict('question -> answer');
    const cost = async (model) => usageOf(await predict.run({ question: 'q' }, { lm: model })).costUSD;
    assert.equal(await cost(lm()), undefined);
    assert.equal(await cost(lm({ price: { input: 1, output: 2 } })), 0.0012);
    configure({ prices: priceOf });
    assert.equal(await cost(lm()), undefined);
    assert.equal(await cost(lm({ model: 'gpt-5-mini', provider: 'openai' })), mini / 1e9);
    assert.equal(await cost(lm({ model: 'gpt-5-mini', provider: 'openrouter' })), undefined);
    configure({ prices: { 'openrouter/gpt-5-mini': { input: 3, output: 0 }, toString: undefined } });
    assert.equal(await cost(lm({ model: 'gpt-5-mini', provider: 'openrouter' })), 0.003);
    assert.equal(await cost(lm({ model: 'constructor' })), undefined);
  });

  it('is kept by model and predictor in a run', async () => {
    class Two extends Module {
      first = new Predict('question -> answer', { lm: lm({ model: 'gpt-5-mini', provider: 'openai' }) });
      second = new Predict('question, hint -> answer', { lm: lm({ model: 'unknown' }) });
      async forward({ question }) {
        const { answer: hint } = await this.first.run({ question });
        return this.second.run({ question, hint });
      }
    }
    configure({ prices: priceOf });
    const rows = [1, 2, 3].map((n) => ({ question: `q${n}`, answer: 'warm' }));
    const { usage: took } = await evaluate(new Two(), rows, () => 1, {});
    assert.equal(took.calls, 6);
    assert.equal(took.costUSD, undefined);
    assert.equal(took.reasoningTokens, 180);
    assert.deepEqual(
      took.ledger.map(({ model, predictor, calls, costUSD }) => [model, predictor, calls, costUSD]),
      [
        ['gpt-5-mini', 'first', 3, (3 * mini) / 1e9],
        ['unknown', 'second', 3, undefined],
      ],
    );
    configure({ prices: { 'gpt-5-mini': { input: 1, output: 1 }, unknown: { input: 0, output: 0 } } });
    assert.equal((await evaluate(new Two(), rows, () => 1, {})).usage.costUSD, (3 * 1100 * 1000) / 1e9);
  });
});

describe('history', () => {
  const printed = (options) => {
    const texts = [];
    inspectHistory({ ...options, print: (text) => texts.push(text) });
    return texts;
  };

  it('is kept only where it is wanted, and no longer than that', async () => {
    const predict = new Predict('question -> answer', {
      lm: lm({ price: { input: 0.25, cachedInput: 0.025, output: 2 } }),
    });
    await predict.run({ question: 'q' });
    assert.deepEqual([callHistory(), printed()], [[], []]);
    configure({ history: 2 });
    for (const question of ['first', 'second', 'third']) await predict.run({ question });
    assert.equal(callHistory().length, 2);
    const [, last] = callHistory();
    assert.equal(last.model, 'm');
    assert.equal(last.predictor, 'self');
    assert.deepEqual(last.usage, { ...usage, estimated: false, costUSD: mini / 1e9 });
    assert.ok(last.messages.at(-1).content.includes('third'));
    assert.equal(printed({ n: 5 }).length, 2);
    assert.equal(printed({ n: 0 }).length, 0);
    configure({ history: 0 });
    assert.equal(callHistory().length, 0);
  });

  it('prints as DSPy does, and what it took', async () => {
    configure({ history: 3 });
    const predict = new Predict('picture: dspy.Image -> answer', { lm: lm() });
    await predict.run({ picture: { url: 'data:image/png;base64,AAAA' } });
    const [text] = printed();
    assert.match(text, /^\n\n\n\n\[\d{4}-\d\d-\d\dT[^\]]+\]\n\nSystem message:\n\nYour input fields are:/);
    assert.match(text, /\n\n\nUser message:\n\n[\s\S]*\n<data:image\/png;base64,<IMAGE BASE 64 ENCODED\(4\)>\n\n/);
    assert.ok(text.endsWith(`\n\n\nResponse:\n\n${reply}\n\n(m: 1000 + 100 tokens)`));
  });

  it('has failures and answers of a cache, but no keys', async () => {
    configure({ history: 3 });
    const cache = memoryCache();
    const predict = new Predict('question -> answer', { lm: lm() });
    await predict.run({ question: 'q' }, { cache });
    await predict.run({ question: 'q' }, { cache });
    assert.match(printed()[0], /\(m: from the cache\)$/);
    const failing = lm({ apiKey: 'sk-secret', complete: () => Promise.reject(new Error('gone')) });
    await assert.rejects(predict.run({ question: 'q' }, { lm: failing }));
    assert.match(printed()[0], /Error:\n\ngone\n\n\(m: no answer\)$/);
    assert.ok(!JSON.stringify(callHistory()).includes('sk-secret'));
  });
});
