// The AI SDK's own packages, of each major version: its models for tests, and a provider that speaks to a server here.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { fromAISDK, Predict } from 'strop';

const key = 'sk-test-0123456789abcdef';
let server;
let baseURL;
/** What the server does with a request. */
let serve;
let seen = [];

before(async () => {
  server = createServer((request, response) => {
    let text = '';
    request.on('data', (data) => {
      text += data;
    });
    request.on('end', () => {
      seen.push({ url: request.url, headers: request.headers, body: JSON.parse(text) });
      serve(request, response, seen.length);
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  baseURL = `http://127.0.0.1:${server.address().port}/v1`;
});
after(() => {
  server.closeAllConnections();
  server.close();
});

const json =
  (status, body, headers = {}) =>
  (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
  };
const completion = {
  id: 'c1',
  model: 'm-2026',
  created: 1,
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hi.' }, finish_reason: 'stop' }],
  usage: {
    prompt_tokens: 17,
    completion_tokens: 12,
    total_tokens: 29,
    prompt_tokens_details: { cached_tokens: 3 },
    completion_tokens_details: { reasoning_tokens: 5 },
  },
};
const request = { messages: [{ role: 'user', content: 'Hello' }], config: {} };
const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const tool = { type: 'function', function: { name: 'look', description: 'Looks.', parameters: { type: 'object' } } };

for (const [version, mock] of [
  [5, 'MockLanguageModelV2'],
  [6, 'MockLanguageModelV3'],
  [7, 'MockLanguageModelV4'],
]) {
  const { [mock]: Mock, simulateReadableStream } = await import(`ai${version}/test`);
  const { createOpenAICompatible } = await import(`ai${version}-compatible`);
  const { wrapLanguageModel } = await import(`ai${version}`);
  const later = version > 5;
  const usage = later
    ? {
        inputTokens: { total: 10, noCache: 3, cacheRead: 6, cacheWrite: 1 },
        outputTokens: { total: 4, text: 1, reasoning: 3 },
      }
    : { inputTokens: 10, outputTokens: 4, totalTokens: 14, reasoningTokens: 3, cachedInputTokens: 6 };
  const finishReason = (unified) => (later ? { unified, raw: 'as the provider says' } : unified);
  const answer = (content, reason = 'stop') => ({ content, finishReason: finishReason(reason), usage, warnings: [] });
  /** A model, and what it was asked last. */
  const mocked = (doGenerate, more = {}) => {
    const model = new Mock({ provider: 'house.chat', modelId: 'm', doGenerate, ...more });
    return { lm: fromAISDK(model, { retries: 0 }), asked: () => model.doGenerateCalls.at(-1) };
  };
  const remote = (options = {}) => {
    seen = [];
    const provider = createOpenAICompatible({ name: 'house', baseURL, apiKey: key, includeUsage: true });
    return fromAISDK(provider('m'), { retries: 0, ...options });
  };

  describe(`fromAISDK, version ${version} of the SDK`, () => {
    it('translates the conversation, the settings and the tools', async () => {
      const { lm, asked } = mocked(async () =>
        answer(
          [
            { type: 'reasoning', text: 'Hm.' },
            { type: 'text', text: 'Look' },
            { type: 'text', text: 'ing.' },
            { type: 'tool-call', toolCallId: 't2', toolName: 'look', input: '{"at":2}' },
            { type: 'tool-call', toolCallId: 't3', toolName: 'search', input: '{}', providerExecuted: true },
          ],
          'tool-calls',
        ),
      );
      const call = { id: 't1', type: 'function', function: { name: 'look', arguments: '{"at":1}' } };
      const response = await lm.complete({
        messages: [
          { role: 'developer', content: 'Be brief.' },
          {
            role: 'user',
            content: [
              { type: 'text', text: 'What is it?' },
              { type: 'image_url', image_url: { url: `data:image/png;base64,${pixel}` } },
              { type: 'input_audio', input_audio: { data: 'UklGRg==', format: 'mp3' } },
              { type: 'file', file: { file_data: 'data:application/pdf;base64,JVBERg==', filename: 'a.pdf' } },
            ],
          },
          { role: 'assistant', content: null, tool_calls: [call] },
          { role: 'tool', content: 'a dot', tool_call_id: 't1' },
        ],
        config: {
          temperature: 0.5,
          maxTokens: 9,
          topP: 0.9,
          stop: ['x'],
          seed: 4,
          tools: [tool],
          toolChoice: { name: 'look' },
          reasoningEffort: 'low',
          responseFormat: { type: 'json_schema', json_schema: { name: 's', schema: { type: 'object' }, strict: true } },
          rolloutId: 7,
        },
      });
      assert.deepEqual(response, {
        text: 'Looking.',
        reasoning: 'Hm.',
        finishReason: 'tool_calls',
        toolCalls: [{ id: 't2', type: 'function', function: { name: 'look', arguments: '{"at":2}' } }],
        usage: {
          inputTokens: 10,
          outputTokens: 4,
          cachedInputTokens: 6,
          ...(later ? { cacheWriteTokens: 1 } : {}),
          reasoningTokens: 3,
        },
      });
      const { abortSignal, ...options } = asked();
      assert.ok(abortSignal instanceof AbortSignal);
      const data = (base64) => (version === 7 ? { type: 'data', data: base64 } : base64);
      assert.deepEqual(options, {
        temperature: 0.5,
        maxOutputTokens: 9,
        topP: 0.9,
        stopSequences: ['x'],
        seed: 4,
        responseFormat: { type: 'json', name: 's', schema: { type: 'object' } },
        tools: [{ type: 'function', name: 'look', description: 'Looks.', inputSchema: { type: 'object' } }],
        toolChoice: { type: 'tool', toolName: 'look' },
        ...(version === 7 ? { reasoning: 'low' } : { providerOptions: { house: { reasoningEffort: 'low' } } }),
        prompt: [
          { role: 'system', content: 'Be brief.' },
          {
            role: 'user',
            content: [
              { type: 'text', text: 'What is it?' },
              { type: 'file', mediaType: 'image/png', data: data(pixel) },
              { type: 'file', mediaType: 'audio/mpeg', data: data('UklGRg==') },
              { type: 'file', mediaType: 'application/pdf', data: data('JVBERg=='), filename: 'a.pdf' },
            ],
          },
          { role: 'assistant', content: [{ type: 'tool-call', toolCallId: 't1', toolName: 'look', input: { at: 1 } }] },
          {
            role: 'tool',
            content: [
              { type: 'tool-result', toolCallId: 't1', toolName: 'look', output: { type: 'text', value: 'a dot' } },
            ],
          },
        ],
      });
    });

    it('refuses what the SDK has no words for', async () => {
      const { lm } = mocked(async () => answer([]), { supportedUrls: { 'image/*': [/^https:\/\/here\//] } });
      const image = (url) => [{ role: 'user', content: [{ type: 'image_url', image_url: { url } }] }];
      await lm.complete({ messages: image('https://here/a.png'), config: {} });
      for (const refused of [
        { ...request, config: { n: 2 } },
        { ...request, config: { logprobs: 3 } },
        { messages: image('https://elsewhere/a.png'), config: {} },
        { messages: [{ role: 'user', content: [{ type: 'file', file: { file_id: 'f1' } }] }], config: {} },
      ]) {
        await assert.rejects(lm.complete(refused), { name: 'LMUnsupportedError' });
      }
      const blind = fromAISDK(new Mock({ doGenerate: async () => answer([]) }), { capabilities: { vision: false } });
      const seen = { messages: image(`data:image/png;base64,${pixel}`), config: {} };
      await assert.rejects(blind.complete(seen), { name: 'LMUnsupportedError', message: /cannot see images/ });
    });

    it('streams texts and thoughts', async () => {
      const chunks = [
        { type: 'stream-start', warnings: [{ type: 'other', message: 'no seed' }] },
        { type: 'response-metadata', id: 'r1', modelId: 'm-2026' },
        { type: 'reasoning-start', id: '0' },
        { type: 'reasoning-delta', id: '0', delta: 'Hm.' },
        { type: 'text-start', id: '1' },
        { type: 'text-delta', id: '1', delta: 'Grü' },
        { type: 'text-delta', id: '1', delta: 'ße' },
        { type: 'tool-input-start', id: 't', toolName: 'look' },
        { type: 'tool-input-delta', id: 't', delta: '{}' },
        { type: 'tool-call', toolCallId: 't', toolName: 'look', input: '{}' },
        { type: 'finish', finishReason: finishReason('length'), usage },
      ];
      const { lm } = mocked(undefined, { doStream: async () => ({ stream: simulateReadableStream({ chunks }) }) });
      const heard = [];
      const thought = [];
      const response = await lm.complete(request, {
        onPart: (part) => heard.push(part),
        onReasoning: (part) => thought.push(part),
      });
      assert.deepEqual([heard, thought], [['Grü', 'ße'], ['Hm.']]);
      assert.equal(response.text, 'Grüße');
      assert.equal(response.finishReason, 'length');
      assert.equal(response.toolCalls.length, 1);
      assert.equal(response.usage.inputTokens, 10);
      assert.deepEqual(response.metadata, { warnings: [{ type: 'other', message: 'no seed' }], id: 'r1' });
      const torn = mocked(undefined, {
        doStream: async () => ({ stream: simulateReadableStream({ chunks: chunks.slice(0, 6) }) }),
      });
      await assert.rejects(torn.lm.complete(request, { onPart() {} }), (error) => error.details.begun === true);
    });

    it('asks a real provider, and a program runs on it', async () => {
      serve = json(200, completion);
      const lm = remote();
      assert.deepEqual(await lm.complete(request), {
        text: 'Hi.',
        finishReason: 'stop',
        model: 'm-2026',
        usage: { inputTokens: 17, outputTokens: 12, cachedInputTokens: 3, reasoningTokens: 5 },
        metadata: { id: 'c1', providerMetadata: { house: {} } },
      });
      assert.equal(seen[0].url, '/v1/chat/completions');
      assert.equal(seen[0].headers.authorization, `Bearer ${key}`);
      serve = json(200, {
        ...completion,
        choices: [{ ...completion.choices[0], message: { content: '[[ ## answer ## ]]\n8\n\n[[ ## completed ## ]]' } }],
      });
      const { answer: legs } = await new Predict('question -> answer: int', { lm }).run({ question: 'Legs?' });
      assert.equal(legs, 8);
    });

    it('streams from a real provider', async () => {
      serve = (_, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        for (const event of [
          { id: 'c', model: 'm-2026', choices: [{ index: 0, delta: { role: 'assistant', content: 'He' } }] },
          { choices: [{ index: 0, delta: { content: 'llo' } }] },
          { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
          { choices: [], usage: completion.usage },
        ])
          response.write(`data: ${JSON.stringify(event)}\n\n`);
        response.end('data: [DONE]\n\n');
      };
      const heard = [];
      const response = await remote().complete(request, { onPart: (part) => heard.push(part) });
      assert.deepEqual(heard, ['He', 'llo']);
      assert.equal(response.usage.outputTokens, 12);
      assert.equal(seen[0].body.stream, true);
    });

    it('says what went wrong as the other transports do, and tries again once only', async () => {
      const refuse = (status, message, headers, code) =>
        json(status, { error: { message, type: 'x', ...(code ? { code } : {}) } }, headers);
      for (const [status, name, code] of [
        [401, 'LMAuthError'],
        [402, 'LMBillingError'],
        [404, 'LMBadRequestError'],
        [400, 'LMContextWindowError', 'context_length_exceeded'],
        [429, 'LMRateLimitError'],
        [503, 'LMOverloadedError'],
      ]) {
        serve = refuse(status, `No: ${key}`, {}, code);
        const error = await remote()
          .complete(request)
          .then(assert.fail, (error) => error);
        assert.equal(error.name, name);
        assert.equal(error.status, status);
        assert.ok(!JSON.stringify([error.message, error.details, error.stack, String(error.cause)]).includes(key));
        assert.equal(seen.length, 1);
      }
      serve = (_, response, nth) =>
        (nth < 3 ? refuse(429, 'slow', { 'retry-after-ms': '5' }) : json(200, completion))(_, response);
      assert.equal((await remote({ retries: 4 }).complete(request)).text, 'Hi.');
      assert.equal(seen.length, 3);
      serve = refuse(429, 'slow', { 'retry-after': '0' });
      await assert.rejects(remote({ retries: 2 }).complete(request), { name: 'LMRateLimitError', retryAfter: 0 });
      assert.equal(seen.length, 3);
    });

    it('gives calls up, when told and when late', async () => {
      serve = () => {}; // never answers
      const controller = new AbortController();
      const call = remote().complete(request, { signal: controller.signal });
      setTimeout(() => controller.abort(), 50);
      await assert.rejects(call, { name: 'LMAbortedError' });
      await assert.rejects(remote({ timeout: 50 }).complete(request), { name: 'LMTimeoutError' });
      await assert.rejects(remote().complete(request, { signal: AbortSignal.abort() }), { name: 'LMAbortedError' });
      const deaf = mocked(() => new Promise(() => {}));
      const deafCall = deaf.lm.complete(request, { signal: AbortSignal.timeout(50) });
      await assert.rejects(deafCall, { name: 'LMAbortedError' });
    });

    it('takes a model with middleware', async () => {
      serve = json(200, completion);
      const { model } = (() => {
        seen = [];
        const inner = createOpenAICompatible({ name: 'house', baseURL, apiKey: key })('m');
        const middleware = {
          specificationVersion: `v${version - 3}`,
          transformParams: async ({ params }) => ({ ...params, temperature: 0.25 }),
        };
        return { model: wrapLanguageModel({ model: inner, middleware }) };
      })();
      assert.equal((await fromAISDK(model).complete(request)).text, 'Hi.');
      assert.equal(seen[0].body.temperature, 0.25);
    });
  });
}

it('counts what Anthropic counts beside the input, as its provider for version 5 hands it on', async () => {
  const { MockLanguageModelV2 } = await import('ai5/test');
  const doGenerate = async () => ({
    content: [{ type: 'text', text: 'Hi.' }],
    finishReason: 'stop',
    usage: { inputTokens: 10, outputTokens: 4, totalTokens: 14, cachedInputTokens: 600 },
    providerMetadata: { anthropic: { cacheCreationInputTokens: 50 } },
    warnings: [],
  });
  const lm = fromAISDK(
    new MockLanguageModelV2({ provider: 'anthropic.messages', modelId: 'claude-sonnet-5', doGenerate }),
  );
  assert.equal(lm.provider, 'anthropic');
  const { usage } = await lm.complete(request);
  assert.deepEqual(usage, { inputTokens: 660, outputTokens: 4, cachedInputTokens: 600, cacheWriteTokens: 50 });
});

it('fromAISDK says what it takes', () => {
  for (const wrong of ['openai/gpt-5-mini', {}, { specificationVersion: 'v1', doGenerate() {} }]) {
    assert.throws(() => fromAISDK(wrong), { code: 'bad_model' });
  }
});
