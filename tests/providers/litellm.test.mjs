// Our transports speak to LiteLLM's proxy, which others have written: it reads requests in the providers' own forms, asks an
// OpenAI-compatible server, and writes that one's answers in the providers' forms. So what a transport sends has to come
// out there as the chat that it stands for, and what the model says has to come back.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { anthropic, gemini, openai, openaiResponses } from 'strop';
import { findPython } from '../find-python.mjs';
import { key, startProxy } from './litellm.mjs';

const { python, skip } = findPython('providers', 'LiteLLM', 'transports against the proxy of LiteLLM');
let proxy;
before(async () => {
  if (!skip) proxy = await startProxy(python);
});
after(() => proxy?.stop());

const call = (id, text) => ({ id, type: 'function', function: { name: 'look', arguments: text } });
const parameters = { type: 'object', properties: { q: { type: 'string' } }, required: ['q'] };
const tools = [{ type: 'function', function: { name: 'look', description: 'Look it up.', parameters } }];
const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } };
const system = { role: 'system', content: 'Be brief.' };
const results = [
  { role: 'assistant', content: null, tool_calls: [call('c1', '{"q":"a"}'), call('c2', '{"q":"b"}')] },
  { role: 'tool', tool_call_id: 'c1', content: 'one' },
  { role: 'tool', tool_call_id: 'c2', content: 'two' },
];
const config = { maxTokens: 50, temperature: 0.5, topP: 0.25, tools, toolChoice: 'required' };
const settings = { max_tokens: 50, temperature: 0.5, top_p: 0.25, tool_choice: 'required' };

/** A chat without what says nothing: parts of text as text, JSON in one spelling, no `detail` of images. */
function plain(messages) {
  const part = (each) => (each.type === 'image_url' ? [each.type, each.image_url.url] : each);
  const contentOf = (content) =>
    content?.every?.(({ type }) => type === 'text')
      ? content.map(({ text }) => text).join('')
      : (content?.map?.(part) ?? (content || null));
  return messages.map(({ role, content, tool_calls: calls, tool_call_id }) => ({
    role,
    content: contentOf(content),
    ...(calls
      ? { calls: calls.map(({ id, function: { name, arguments: text } }) => [id, name, JSON.parse(text)]) }
      : {}),
    ...(tool_call_id ? { tool_call_id } : {}),
  }));
}

const providers = {
  openai: { make: openai, path: '/v1', stops: true, thinks: true },
  openaiResponses: { make: openaiResponses, path: '/v1', model: 'chat' },
  anthropic: { make: anthropic, path: '/v1', stops: true, thinks: true },
  // LiteLLM keeps neither images, nor thoughts, nor the ids of calls when it translates Gemini's form.
  gemini: { make: gemini, path: '/v1beta', stops: true, loses: true },
};

for (const [name, { make, path, model = 'm', stops, thinks, loses }] of Object.entries(providers)) {
  describe(`${name} by LiteLLM's proxy`, { skip }, () => {
    const lm = (options) => make({ model, baseURL: proxy.url + path, apiKey: key, retries: 0, ...options });
    const ask = async (answer, request = {}, onPart = undefined, options = {}) => {
      proxy.upstream.answer = answer;
      proxy.upstream.bodies.length = 0;
      const asked = { messages: [{ role: 'user', content: 'Hi' }], config: {}, ...request };
      return lm(options).complete(asked, onPart ? { onPart } : {});
    };

    it('a request is the chat that it stands for', async () => {
      const first = { role: 'user', content: loses ? 'See' : [{ type: 'text', text: 'See' }, image] };
      const messages = [system, first, ...results, { role: 'user', content: 'So?' }];
      await ask({ content: 'x' }, { messages, config: { ...config, ...(stops ? { stop: ['x'] } : {}) } });
      const [{ messages: theirs, tools: theirTools, ...body }] = proxy.upstream.bodies;
      assert.deepEqual(Object.fromEntries([...Object.keys(settings), 'stop'].map((name) => [name, body[name]])), {
        ...settings,
        stop: stops ? ['x'] : undefined,
      });
      assert.deepEqual(
        theirTools.map(({ function: { strict: _, ...tool } }) => tool),
        [tools[0].function],
      );
      if (!loses) assert.deepEqual(plain(theirs), plain(messages));
      else {
        const calls = theirs.filter(({ role }) => role === 'assistant').flatMap(({ tool_calls }) => tool_calls);
        assert.deepEqual(
          calls.map(({ function: { name, arguments: text } }) => [name, JSON.parse(text)]),
          [
            ['look', { q: 'a' }],
            ['look', { q: 'b' }],
          ],
        );
        const said = theirs.filter(({ role }) => role !== 'assistant').map(({ role, content }) => [role, content]);
        assert.deepEqual(said.sort(), [
          ['system', 'Be brief.'],
          ['tool', '{"output": "one"}'],
          ['tool', '{"output": "two"}'],
          ['user', 'See'],
          ['user', 'So?'],
        ]);
      }
    });

    for (const streams of [false, true]) {
      const heard = [];
      const onPart = streams ? (part) => heard.push(part) : undefined;
      const how = streams ? ', streamed' : '';

      it(`text, thoughts and usage come back${how}`, async () => {
        heard.length = 0;
        const answer = { content: 'Hello there, Grüße 👋.', reasoning_content: 'I think so.' };
        const { text, reasoning, finishReason, usage } = await ask(answer, {}, onPart);
        assert.equal(text, 'Hello there, Grüße 👋.');
        if (thinks) assert.equal(reasoning, 'I think so.');
        assert.equal(finishReason, 'stop');
        assert.deepEqual([usage.inputTokens, usage.outputTokens], [11, 7]);
        if (!streams) return;
        assert.equal(heard.join(''), text);
        assert.ok(heard.length > 1);
      });

      it(`calls of tools come back${how}`, async () => {
        const calls = [call('c9', '{"q": "z"}'), call('c10', '{"q":"é"}')];
        const { text, toolCalls, finishReason } = await ask(
          { content: 'Wait.', tool_calls: calls },
          { config },
          onPart,
        );
        assert.equal(text, 'Wait.');
        assert.equal(finishReason, 'tool_calls');
        assert.deepEqual(
          toolCalls.map(({ id, function: { name, arguments: text } }) => [id, name, JSON.parse(text)]),
          [
            [loses ? 'call_0' : 'c9', 'look', { q: 'z' }],
            [loses ? 'call_1' : 'c10', 'look', { q: 'é' }],
          ],
        );
      });

      it(`an answer that is too long says so${how}`, async () => {
        assert.equal((await ask({ content: 'Half an', finish: 'length' }, {}, onPart)).finishReason, 'length');
      });

      for (const [status, error] of [
        [400, 'LMBadRequestError'],
        [401, 'LMAuthError'],
        [429, 'LMRateLimitError'],
        [500, 'LMOverloadedError'],
      ]) {
        it(`${status} is ${error}${how}`, async () => {
          const thrown = await ask(status, {}, onPart).then(assert.fail, (thrown) => thrown);
          assert.deepEqual([thrown.name, thrown.status], [error, status], thrown.message);
          assert.ok(!JSON.stringify([thrown, thrown.message, thrown.stack]).includes(key));
        });
      }
    }

    it('asks again, and does not wait for ever', async () => {
      await assert.rejects(ask(429, {}, undefined, { retries: 1 }), { name: 'LMRateLimitError' });
      assert.ok(proxy.upstream.bodies.length >= 2);
      await assert.rejects(ask('silence', {}, undefined, { timeout: 1000 }), { code: 'lm_timeout' });
    });

    it("reads LiteLLM's own mock", async () => {
      assert.equal((await ask({ content: 'x' }, {}, undefined, { model: 'mock' })).text, 'A mock.');
      assert.equal(proxy.upstream.bodies.length, 0);
    });

    // The mocks of responses and of Gemini's whole answers give the error's name as text.
    it('reads its mock errors', { skip: !thinks && 'LiteLLM mocks none here' }, async () => {
      for (const [model, error] of [
        ['RateLimitError', 'LMRateLimitError'],
        ['InternalServerError', 'LMOverloadedError'],
        ['ContextWindowExceededError', 'LMContextWindowError'],
      ]) {
        for (const onPart of [undefined, () => undefined])
          await assert.rejects(ask({ content: 'x' }, {}, onPart, { model }), { name: error });
      }
    });
  });
}
