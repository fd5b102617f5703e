// Answers are in the form that Google documents: ai.google.dev/api/generate-content, and …/gemini-api/docs/function-calling,
// …/thinking, …/thought-signatures, …/structured-output and …/safety-settings.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { gemini } from 'strop';
import { events, json, key, listener, question, refusals, server } from './server.mjs';

const here = server();
const model = (options = {}) =>
  gemini({ model: 'gemini-2.5-flash', baseURL: `${here.url}/v1beta`, apiKey: key, retries: 0, ...options });
const ask = async (options, request, call) => {
  here.seen.length = 0;
  return model(options).complete({ ...question, ...request }, call);
};
const sent = async (options, request) => {
  here.serve = json(200, content);
  await ask(options, request);
  return here.seen[0].body;
};
const user = [{ role: 'user', parts: [{ text: 'Hello' }] }];

const content = {
  candidates: [{ content: { parts: [{ text: 'Hi.' }], role: 'model' }, finishReason: 'STOP', index: 0 }],
  usageMetadata: {
    promptTokenCount: 9,
    candidatesTokenCount: 2,
    thoughtsTokenCount: 30,
    cachedContentTokenCount: 4,
    totalTokenCount: 41,
  },
  modelVersion: 'gemini-2.5-flash',
  responseId: 'abc',
};
const weather = {
  type: 'function',
  function: {
    name: 'get_weather',
    description: 'Get the weather.',
    parameters: { type: 'object', properties: { location: { type: 'string' } } },
  },
};

describe('gemini', () => {
  it('asks generateContent and reads the answer', async () => {
    here.serve = json(200, content);
    const answer = await ask(
      {},
      {
        messages: [
          { role: 'system', content: 'Be brief.' },
          { role: 'user', content: 'Hello' },
          { role: 'assistant', content: 'Yes?' },
          { role: 'user', content: [{ type: 'text', text: 'Again' }] },
        ],
        config: { temperature: 0.5, topP: 0.9, maxTokens: 100, stop: ['x'], seed: 3, n: 2, rolloutId: 4, logprobs: 3 },
      },
    );
    assert.deepEqual(answer, {
      text: 'Hi.',
      finishReason: 'stop',
      model: 'gemini-2.5-flash',
      usage: { inputTokens: 9, outputTokens: 32, cachedInputTokens: 4, reasoningTokens: 30 },
      metadata: { id: 'abc' },
    });
    const [{ url, headers, body }] = here.seen;
    assert.equal(url, '/v1beta/models/gemini-2.5-flash:generateContent');
    assert.equal(headers['x-goog-api-key'], key);
    assert.deepEqual(body, {
      contents: [
        { role: 'user', parts: [{ text: 'Hello' }] },
        { role: 'model', parts: [{ text: 'Yes?' }] },
        { role: 'user', parts: [{ text: 'Again' }] },
      ],
      systemInstruction: { parts: [{ text: 'Be brief.' }] },
      generationConfig: {
        temperature: 0.5,
        maxOutputTokens: 100,
        topP: 0.9,
        stopSequences: ['x'],
        seed: 3,
        candidateCount: 2,
        responseLogprobs: true,
        logprobs: 3,
      },
    });
    await sent({ model: 'tunedModels/a b' });
    assert.equal(here.seen[0].url, '/v1beta/tunedModels/a%20b:generateContent');
    assert.deepEqual(here.seen[0].body, { contents: user });
  });

  it('holds the model to JSON and to a schema', async () => {
    const schema = { type: 'object', properties: { a: { type: 'string' } }, additionalProperties: false };
    assert.deepEqual(
      (await sent({}, { config: { responseFormat: { type: 'json_schema', json_schema: { name: 'x', schema } } } }))
        .generationConfig,
      { responseMimeType: 'application/json', responseJsonSchema: schema },
    );
    assert.deepEqual((await sent({}, { config: { responseFormat: { type: 'json_object' } } })).generationConfig, {
      responseMimeType: 'application/json',
    });
  });

  it('asks for thoughts as each model wants it', async () => {
    const of = async (model, reasoningEffort) =>
      (await sent({ model }, { config: { reasoningEffort } })).generationConfig.thinkingConfig;
    assert.deepEqual(await of('gemini-2.5-flash', 'none'), { thinkingBudget: 0, includeThoughts: false });
    assert.deepEqual(await of('gemini-2.5-pro', 'none'), { thinkingBudget: 128, includeThoughts: false });
    assert.deepEqual(await of('gemini-2.5-pro', 'low'), { thinkingBudget: 1024, includeThoughts: true });
    assert.deepEqual(await of('gemini-3.8-flash', 'minimal'), { thinkingLevel: 'minimal', includeThoughts: true });
    assert.deepEqual(await of('gemini-3.1-pro-preview', 'none'), { thinkingLevel: 'low', includeThoughts: false });
    assert.deepEqual(await of('gemini-flash-latest', 'high'), { thinkingLevel: 'high', includeThoughts: true });
  });

  it('sends tools, calls and results, with the signatures of thoughts', async () => {
    const call = (id, text) => ({ id, type: 'function', function: { name: 'get_weather', arguments: text } });
    const request = {
      messages: [
        { role: 'user', content: 'Weather?' },
        {
          role: 'assistant',
          content: null,
          tool_calls: [call('call_0__thought__c2ln', '{"location":"Rome"}'), call('fc-7', '{"location":"Oslo"}')],
        },
        { role: 'tool', tool_call_id: 'call_0__thought__c2ln', content: '{"celsius": 20}' },
        { role: 'tool', tool_call_id: 'fc-7', content: 'Cold.' },
        { role: 'assistant', content: null, tool_calls: [call('call_0', '')] },
        { role: 'tool', tool_call_id: 'call_0', content: '' },
      ],
      config: { tools: [weather, { type: 'function', function: { name: 'g' } }], toolChoice: 'required' },
    };
    const body = await sent({ model: 'gemini-3.8-flash' }, request);
    assert.deepEqual(body.tools, [
      {
        functionDeclarations: [
          {
            name: 'get_weather',
            description: 'Get the weather.',
            parametersJsonSchema: weather.function.parameters,
          },
          { name: 'g' },
        ],
      },
    ]);
    assert.deepEqual(body.toolConfig, { functionCallingConfig: { mode: 'ANY' } });
    assert.deepEqual(body.contents, [
      { role: 'user', parts: [{ text: 'Weather?' }] },
      {
        role: 'model',
        parts: [
          { functionCall: { name: 'get_weather', args: { location: 'Rome' } }, thoughtSignature: 'c2ln' },
          { functionCall: { id: 'fc-7', name: 'get_weather', args: { location: 'Oslo' } } },
        ],
      },
      {
        role: 'user',
        parts: [
          { functionResponse: { name: 'get_weather', response: { celsius: 20 } } },
          { functionResponse: { id: 'fc-7', name: 'get_weather', response: { output: 'Cold.' } } },
        ],
      },
      {
        role: 'model',
        parts: [
          {
            functionCall: { name: 'get_weather', args: {} },
            thoughtSignature: Buffer.from('skip_thought_signature_validator').toString('base64'),
          },
        ],
      },
      { role: 'user', parts: [{ functionResponse: { name: 'get_weather', response: { output: '' } } }] },
    ]);
    const old = await sent({}, request);
    assert.deepEqual(old.contents[3].parts, [{ functionCall: { name: 'get_weather', args: {} } }]);
    const choice = async (toolChoice) =>
      (await sent({}, { config: { tools: [weather], toolChoice } })).toolConfig.functionCallingConfig;
    assert.deepEqual(await choice('auto'), { mode: 'AUTO' });
    assert.deepEqual(await choice('none'), { mode: 'NONE' });
    assert.deepEqual(await choice({ name: 'g' }), { mode: 'ANY', allowedFunctionNames: ['g'] });
    const lost = ask({}, { messages: [{ role: 'tool', tool_call_id: 'x', content: 'a' }] });
    await assert.rejects(lost, { code: 'lm_unsupported' });
  });

  it('sends images, sound and files, and refuses what has no place', async () => {
    const parts = [
      { type: 'text', text: 'See' },
      { type: 'image_url', image_url: { url: 'https://example.com/a.JPG?x=1' } },
      { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } },
      { type: 'input_audio', input_audio: { data: 'UklGRg==', format: 'wav' } },
      { type: 'file', file: { file_data: 'data:application/pdf;base64,JVBERi0=' } },
      { type: 'file', file: { file_id: 'https://generativelanguage.googleapis.com/v1beta/files/abc' } },
    ];
    const body = await sent({}, { messages: [{ role: 'user', content: parts }] });
    assert.deepEqual(body.contents[0].parts, [
      { text: 'See' },
      { fileData: { fileUri: 'https://example.com/a.JPG?x=1', mimeType: 'image/jpeg' } },
      { inlineData: { mimeType: 'image/png', data: 'iVBORw0KGgo=' } },
      { inlineData: { mimeType: 'audio/wav', data: 'UklGRg==' } },
      { inlineData: { mimeType: 'application/pdf', data: 'JVBERi0=' } },
      { fileData: { fileUri: 'https://generativelanguage.googleapis.com/v1beta/files/abc' } },
    ]);
    here.seen.length = 0;
    const error = await ask({}, { messages: [{ role: 'user', content: [{ type: 'video_url' }] }] }).catch((e) => e);
    assert.equal(error.code, 'lm_unsupported');
    assert.match(error.message, /Gemini has no place for a part of the type "video_url"/);
    assert.equal(here.seen.length, 0);
  });

  const thinking = [
    {
      candidates: [{ content: { parts: [{ text: 'I think. ', thought: true }], role: 'model' }, index: 0 }],
      usageMetadata: { promptTokenCount: 9 },
    },
    { candidates: [{ content: { parts: [{ text: 'Grü' }], role: 'model' }, index: 0 }] },
    {
      candidates: [
        {
          content: {
            parts: [
              { text: 'ße 👋' },
              { functionCall: { name: 'get_weather', args: { location: 'Rome' } }, thoughtSignature: 'c2ln' },
              { functionCall: { id: 'fc-7', name: 'get_weather', args: {} } },
            ],
            role: 'model',
          },
          index: 0,
        },
      ],
    },
    {
      candidates: [{ content: { parts: [{ text: '' }], role: 'model' }, finishReason: 'STOP', index: 0 }],
      usageMetadata: { promptTokenCount: 9, candidatesTokenCount: 12, thoughtsTokenCount: 5 },
      modelVersion: 'gemini-2.5-flash',
    },
  ];
  const read = {
    text: 'Grüße 👋',
    reasoning: 'I think. ',
    finishReason: 'tool_calls',
    toolCalls: [
      {
        id: 'call_0__thought__c2ln',
        type: 'function',
        function: { name: 'get_weather', arguments: '{"location":"Rome"}' },
      },
      { id: 'fc-7', type: 'function', function: { name: 'get_weather', arguments: '{}' } },
    ],
    model: 'gemini-2.5-flash',
    usage: { inputTokens: 9, outputTokens: 17, reasoningTokens: 5 },
  };

  it('streams, however the bytes are cut', async () => {
    for (const size of [1, 7, 10_000]) {
      here.serve = events(thinking, size);
      const call = listener();
      assert.deepEqual(await ask({}, {}, call), read);
      assert.deepEqual(call.heard, { text: ['Grü', 'ße 👋'], thoughts: ['I think. '] });
      assert.equal(here.seen[0].url, '/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse');
    }
  });

  it('reads thoughts, calls, several answers and the chances of tokens', async () => {
    const parts = thinking.slice(0, 3).flatMap(({ candidates }) => candidates[0].content.parts);
    here.serve = json(200, { ...thinking[3], candidates: [{ content: { parts }, finishReason: 'STOP' }] });
    assert.deepEqual(await ask(), read);
    const [first] = content.candidates;
    here.serve = json(200, {
      candidates: [
        {
          ...first,
          logprobsResult: {
            chosenCandidates: [{ token: 'Hi', logProbability: -0.5 }],
            topCandidates: [{ candidates: [{ token: 'Ho', logProbability: -1.5 }] }],
          },
        },
        { content: { parts: [{ text: 'Ho.' }] }, finishReason: 'MAX_TOKENS', index: 1 },
      ],
    });
    const { choices, logprobs } = await ask();
    assert.deepEqual(choices, [
      { text: 'Hi.', finishReason: 'stop' },
      { text: 'Ho.', finishReason: 'length' },
    ]);
    assert.deepEqual(logprobs, [{ token: 'Hi', logprob: -0.5, top: [{ token: 'Ho', logprob: -1.5 }] }]);
  });

  it('tells of what is refused for its content', async () => {
    const blocked = {
      promptFeedback: { blockReason: 'SAFETY', safetyRatings: [] },
      usageMetadata: { promptTokenCount: 4 },
    };
    const stopped = { candidates: [{ finishReason: 'PROHIBITED_CONTENT', index: 0 }] };
    for (const [body, said] of [
      [blocked, 'Gemini has refused the prompt: SAFETY.'],
      [stopped, 'Gemini has refused its answer: PROHIBITED_CONTENT.'],
    ]) {
      here.serve = json(200, body);
      await assert.rejects(ask(), { name: 'LMContentFilterError', message: said });
      here.serve = events([body]);
      await assert.rejects(ask({ retries: 3 }, {}, listener()), { name: 'LMContentFilterError', message: said });
      assert.equal(here.seen.length, 1);
    }
    here.serve = json(200, { candidates: [{ ...content.candidates[0], finishReason: 'SAFETY' }] });
    assert.equal((await ask()).finishReason, 'content_filter');
  });

  it('takes its key from the environment for Google only, and never puts it in the address', async () => {
    await assert.rejects(gemini({ model: 'gemini-2.5-flash' }).complete(question), { code: 'no_api_key' });
    for (const name of ['GEMINI_API_KEY', 'GOOGLE_API_KEY']) {
      process.env[name] = key;
      try {
        here.serve = json(200, content);
        await ask({ apiKey: undefined });
        assert.equal(here.seen[0].headers['x-goog-api-key'], undefined);
        let asked;
        const fetch = async (url, { headers }) => {
          asked = { url, key: headers['x-goog-api-key'] };
          return Response.json(content);
        };
        await gemini({ model: 'gemini-2.5-flash', fetch }).complete(question);
        assert.deepEqual(asked, {
          url: 'https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash:generateContent',
          key,
        });
      } finally {
        delete process.env[name];
      }
    }
  });

  it('says so where the key is wrong, which Google answers 400', async () => {
    here.serve = json(400, {
      error: { code: 400, message: 'API key not valid. Please pass a valid API key.', status: 'INVALID_ARGUMENT' },
    });
    await assert.rejects(ask(), { name: 'LMAuthError' });
  });

  refusals(here, model, (status, message) => ({ error: { code: status, message, status: 'INTERNAL' } }));
});
