import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ChainOfThought, Module, openai, Predict, Program } from 'strop';
import { faultServer } from '../faults/server.mjs';
import { chat } from './help.mjs';

/** Streams what a function says of the last message, a few characters at a time. */
const streaming = (reply) => ({
  model: 'm',
  async complete({ messages }, { onPart } = {}) {
    const text = reply(messages.at(-1).content);
    for (let i = 0; i < text.length; i += 7) onPart?.(text.slice(i, i + 7));
    return { text };
  },
});
const lm = streaming((content) =>
  content.includes('`[[ ## answer ## ]]`')
    ? chat({ reasoning: 'because', answer: 'forty two, of course', sure: 'True' })
    : chat({ query: 'what they ask' }),
);

class Answer extends Module {
  query = new Predict('question -> query');
  answer = new ChainOfThought('question, query -> answer, sure: bool');
  async forward({ question }) {
    const { query } = await this.query.run({ question });
    this.tell(`searching for ${query}`);
    return this.answer.run({ question, query });
  }
}
const all = async (stream) => {
  const events = [];
  for await (const event of stream) events.push(event);
  return events;
};
/** The texts put together, by predictor and field. */
const texts = (events) => {
  const found = {};
  for (const { predictor, field, delta, value } of events)
    if (field)
      found[`${predictor}.${field}`] = delta === undefined ? value : (found[`${predictor}.${field}`] ?? '') + delta;
  return found;
};

describe('a program that is streamed', () => {
  it('tells what each predictor does and says, and what forward tells', async () => {
    const stream = new Answer().with({ lm }).stream({ question: 'Why?' });
    const events = await all(stream);
    assert.deepEqual(
      events.filter(({ status }) => status).map(({ predictor, status, message }) => [predictor, status, message]),
      [
        ['query', 'started', undefined],
        ['query', 'finished', undefined],
        [undefined, 'message', 'searching for what they ask'],
        ['answer.predict', 'started', undefined],
        ['answer.predict', 'finished', undefined],
      ],
    );
    assert.deepEqual(texts(events), {
      'query.query': 'what they ask',
      'answer.predict.reasoning': 'because',
      'answer.predict.answer': 'forty two, of course',
      'answer.predict.sure': true,
    });
    assert.ok(events.filter(({ field }) => field === 'answer').length > 1);
    const { answer, sure } = await stream.prediction;
    assert.deepEqual([answer, sure], ['forty two, of course', true]);
    const run = await new Answer().with({ lm }).run({ question: 'Why?' });
    assert.deepEqual(run, await stream.prediction);
  });

  it('may be declarative', async () => {
    const program = new Program({
      modules: {
        query: { type: 'Predict', signature: 'question -> query' },
        answer: { type: 'ChainOfThought', signature: 'question, query -> answer, sure: bool' },
      },
    });
    const stream = program.stream({ question: 'Why?' }, { lm });
    const events = await all(stream);
    assert.equal(texts(events)['answer.predict.answer'], 'forty two, of course');
    assert.deepEqual(await stream.prediction, await program.run({ question: 'Why?' }, { lm }));
  });

  it('says who failed, and throws behind it', async () => {
    const broken = streaming((content) => (content.includes('query') ? 'nothing of the kind' : ''));
    const stream = new Answer().with({ lm: broken }).stream({ question: 'Why?' });
    const events = [];
    await assert.rejects(
      async () => {
        for await (const event of stream) events.push(event);
      },
      { code: 'adapter_parse' },
    );
    assert.deepEqual([events.at(-1).predictor, events.at(-1).status], ['query', 'failed']);
    await assert.rejects(stream.prediction, { code: 'adapter_parse' });
  });

  it('tells nobody where it is only run', async () => {
    const { answer } = await new Answer().run({ question: 'Why?' }, { lm });
    assert.equal(answer, 'forty two, of course');
  });

  it('given up, ends the request at the server too', { timeout: 20_000 }, async () => {
    const server = await faultServer();
    try {
      const dripping = openai({ model: 'dripping', baseURL: server.baseURL });
      const closed = server.closed();
      const stream = new Answer().with({ lm: dripping }).stream({ question: 'Why?' });
      while (server.seen.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      stream.abort();
      await assert.rejects(stream.prediction, { code: 'lm_aborted' });
      await closed;
    } finally {
      await server.close();
    }
  });
});
