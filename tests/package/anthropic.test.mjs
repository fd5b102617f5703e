// Answers are in the form that Anthropic documents: platform.claude.com/docs/en/api/messages, …/build-with-claude/streaming,
// …/extended-thinking, …/structured-outputs, and …/agents-and-tools/tool-use.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { anthropic } from 'strop';
import { events, json, key, listener, question, refusals, server } from './server.mjs';

const here = server();
const model = (options = {}) =>
  anthropic({ model: 'claude-sonnet-4-5', baseURL: `${here.url}/v1`, apiKey: key, retries: 0, ...options });
const ask = async (options, request, call) => {
  here.seen.length = 0;
  return model(options).complete({ ...question, ...request }, call);
};
/** What is sent. */
const sent = async (options, request, call) => {
  here.serve = json(200, message);
  await ask(options, request, call);
  return here.seen[0].body;
};

const message = {
  id: 'msg_01XFDUDYJgAACzvnptvVoYEL',
  type: 'message',
  role: 'assistant',
  model: 'claude-sonnet-4-5-20250929',
  content: [{ type: 'text', text: 'Hi!' }],
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage: { input_tokens: 25, cache_creation_input_tokens: 100, cache_read_input_tokens: 50, output_tokens: 15 },
};
const weather = {
  type: 'function',
  function: {
    name: 'get_weather',
    description: 'Get the weather.',
    parameters: { type: 'object', properties: { location: { type: 'string' } }, required: ['location'] },
  },
};

describe('anthropic', () => {
  it('asks messages and reads the answer', async () => {
    here.serve = json(200, message);
    const answer = await ask(
      {},
      {
        messages: [
          { role: 'system', content: 'Be brief.' },
          { role: 'user', content: 'Hello' },
          { role: 'assistant', content: 'Yes?' },
          { role: 'user', content: [{ type: 'text', text: 'Again' }] },
        ],
        config: { temperature: 0.5, topP: 0.9, maxTokens: 100, stop: ['x'], seed: 3, rolloutId: 4 },
      },
    );
    assert.deepEqual(answer, {
      text: 'Hi!',
      finishReason: 'stop',
      model: 'claude-sonnet-4-5-20250929',
      usage: { inputTokens: 175, outputTokens: 15, cachedInputTokens: 50, cacheWriteTokens: 100 },
      metadata: { id: 'msg_01XFDUDYJgAACzvnptvVoYEL' },
    });
    const [{ url, headers, body }] = here.seen;
    assert.equal(url, '/v1/messages');
    assert.equal(headers['x-api-key'], key);
    assert.equal(headers['anthropic-version'], '2023-06-01');
    assert.equal(headers.authorization, undefined);
    assert.deepEqual(body, {
      model: 'claude-sonnet-4-5',
      max_tokens: 100,
      temperature: 0.5,
      top_p: 0.9,
      stop_sequences: ['x'],
      system: [{ type: 'text', text: 'Be brief.' }],
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'Hello' }] },
        { role: 'assistant', content: [{ type: 'text', text: 'Yes?' }] },
        { role: 'user', content: [{ type: 'text', text: 'Again' }] },
      ],
    });
  });

  it('says how long an answer may be, and what each model takes', async () => {
    const of = async (model, config) => {
      const { messages, model: _, ...rest } = await sent({ model }, { config });
      return rest;
    };
    const warm = { temperature: 1 };
    assert.deepEqual(await of('m', warm), { max_tokens: 4096, temperature: 1 });
    assert.deepEqual(await of('claude-3-opus-20240229', warm), { max_tokens: 4096, temperature: 1 });
    assert.deepEqual(await of('claude-3-5-sonnet-20241022', warm), { max_tokens: 8192, temperature: 1 });
    assert.deepEqual(await of('claude-opus-4-20250514', warm), { max_tokens: 8192, temperature: 1 });
    assert.deepEqual(await of('claude-sonnet-4-6', warm), { max_tokens: 16384, temperature: 1 });
    assert.deepEqual(await of('claude-opus-4-7', warm), { max_tokens: 16384 });
    assert.deepEqual(await of('claude-opus-5-5', warm), { max_tokens: 16384 });
    assert.deepEqual(await of('claude-mythos-preview', warm), { max_tokens: 16384 });
    assert.deepEqual(await of('claude-sonnet-4-5', { ...warm, maxTokens: 500, reasoningEffort: 'medium' }), {
      max_tokens: 2548,
      thinking: { type: 'enabled', budget_tokens: 2048 },
    });
    assert.deepEqual(await of('claude-opus-4-6', { ...warm, reasoningEffort: 'minimal' }), {
      max_tokens: 16384,
      thinking: { type: 'adaptive', display: 'summarized' },
      output_config: { effort: 'low' },
    });
    assert.deepEqual(await of('claude-opus-5-5', { reasoningEffort: 'none' }), {
      max_tokens: 16384,
      output_config: { effort: 'low' },
    });
    assert.deepEqual(await of('claude-sonnet-4-5', { reasoningEffort: 'none' }), { max_tokens: 8192 });
  });

  it('sends tools, calls and results', async () => {
    const body = await sent(
      {},
      {
        messages: [
          { role: 'user', content: 'Weather?' },
          {
            role: 'assistant',
            content: 'I look.',
            tool_calls: [
              { id: 'toolu_1', type: 'function', function: { name: 'get_weather', arguments: '{"location":"Rome"}' } },
              { id: 'toolu_2', type: 'function', function: { name: 'get_weather', arguments: 'Rome' } },
            ],
          },
          { role: 'tool', tool_call_id: 'toolu_1', content: '20 °C' },
          {
            role: 'tool',
            tool_call_id: 'toolu_2',
            content: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } }],
          },
          { role: 'user', content: 'So?' },
        ],
        config: { tools: [weather], toolChoice: 'required' },
      },
    );
    assert.deepEqual(body.tools, [
      { name: 'get_weather', description: 'Get the weather.', input_schema: weather.function.parameters },
    ]);
    assert.deepEqual(body.tool_choice, { type: 'any' });
    assert.deepEqual(body.messages, [
      { role: 'user', content: [{ type: 'text', text: 'Weather?' }] },
      {
        role: 'assistant',
        content: [
          { type: 'text', text: 'I look.' },
          { type: 'tool_use', id: 'toolu_1', name: 'get_weather', input: { location: 'Rome' } },
          { type: 'tool_use', id: 'toolu_2', name: 'get_weather', input: { arguments: 'Rome' } },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'toolu_1', content: [{ type: 'text', text: '20 °C' }] },
          {
            type: 'tool_result',
            tool_use_id: 'toolu_2',
            content: [{ type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' } }],
          },
          { type: 'text', text: 'So?' },
        ],
      },
    ]);
    const choice = async (toolChoice) => (await sent({}, { config: { tools: [weather], toolChoice } })).tool_choice;
    assert.deepEqual(await choice('auto'), { type: 'auto' });
    assert.deepEqual(await choice('none'), { type: 'none' });
    assert.deepEqual(await choice({ name: 'get_weather' }), { type: 'tool', name: 'get_weather' });
  });

  it('goes on without thinking after a tool, as thoughts do not come back', async () => {
    const messages = [
      { role: 'user', content: 'a' },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 't', type: 'function', function: { name: 'f', arguments: '' } }],
      },
      { role: 'tool', tool_call_id: 't', content: 'b' },
    ];
    const config = { reasoningEffort: 'high', tools: [weather] };
    assert.equal((await sent({}, { messages, config })).thinking, undefined);
    assert.equal((await sent({ model: 'claude-opus-4-8' }, { messages, config })).thinking.type, 'adaptive');
  });

  it('sends images and PDF, and refuses what has no place', async () => {
    const parts = [
      { type: 'text', text: 'See' },
      { type: 'text', text: '' },
      { type: 'image_url', image_url: { url: 'https://example.com/a.png' } },
      { type: 'image_url', image_url: { url: 'data:image/jpeg;base64,/9j/' } },
      { type: 'file', file: { file_data: 'data:application/pdf;base64,JVBERi0=', filename: 'a.pdf' } },
      { type: 'file', file: { file_id: 'file_1' } },
    ];
    const body = await sent({}, { messages: [{ role: 'user', content: parts }] });
    assert.deepEqual(body.messages[0].content, [
      { type: 'text', text: 'See' },
      { type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } },
      { type: 'image', source: { type: 'base64', media_type: 'image/jpeg', data: '/9j/' } },
      {
        type: 'document',
        source: { type: 'base64', media_type: 'application/pdf', data: 'JVBERi0=' },
        title: 'a.pdf',
      },
      { type: 'document', source: { type: 'file', file_id: 'file_1' } },
    ]);
    for (const [part, said] of [
      [{ type: 'input_audio', input_audio: { data: 'UklG', format: 'wav' } }, /"input_audio"/],
      [{ type: 'video_url', video_url: { url: 'https://example.com/a.mp4' } }, /"video_url"/],
      [
        { type: 'file', file: { file_data: 'data:image/svg+xml;base64,PHN2Zy8+' } },
        /"file" of the type image\/svg\+xml/,
      ],
      [{ type: 'image_url', image_url: { url: 'data:image/png,plain' } }, /"image_url" whose data: URL/],
      [{ type: 'image_url' }, /"image_url"/],
    ]) {
      here.seen.length = 0;
      const error = await ask({}, { messages: [{ role: 'user', content: [part] }] }).then(
        assert.fail,
        (error) => error,
      );
      assert.equal(error.code, 'lm_unsupported');
      assert.match(error.message, said);
      assert.equal(here.seen.length, 0);
    }
    for (const config of [{ n: 2 }, { logprobs: true }]) {
      await assert.rejects(ask({}, { config }), { code: 'lm_unsupported' });
    }
  });

  it('has the prompt kept up to its last message', async () => {
    const kept = { cache_control: { type: 'ephemeral' } };
    const body = await sent(
      {},
      {
        messages: [
          { role: 'system', content: 'S' },
          { role: 'user', content: 'demo' },
          { role: 'assistant', content: 'answer' },
          { role: 'user', content: 'row' },
        ],
        config: { promptCache: true, tools: [weather, { type: 'function', function: { name: 'g' } }] },
      },
    );
    assert.deepEqual(body.system, [{ type: 'text', text: 'S', ...kept }]);
    assert.equal(body.tools[0].cache_control, undefined);
    assert.deepEqual(body.tools[1], { name: 'g', input_schema: { type: 'object', properties: {} }, ...kept });
    assert.deepEqual(body.messages, [
      { role: 'user', content: [{ type: 'text', text: 'demo' }] },
      { role: 'assistant', content: [{ type: 'text', text: 'answer', ...kept }] },
      { role: 'user', content: [{ type: 'text', text: 'row' }] },
    ]);
  });

  it('holds the model to a schema, as far as it can be held', async () => {
    const held = async (schema) =>
      (await sent({}, { config: { responseFormat: { type: 'json_schema', json_schema: { name: 'x', schema } } } }))
        .output_config;
    const object = (properties, more) => ({ type: 'object', properties, required: Object.keys(properties), ...more });
    assert.deepEqual(
      await held(
        object(
          {
            minimum: { type: 'integer', minimum: 1, maximum: 5, description: 'Stars.' },
            tags: {
              type: 'array',
              items: { oneOf: [{ type: 'string', maxLength: 3 }, { type: 'null' }] },
              minItems: 2,
            },
            $other: { $ref: '#/$defs/O' },
          },
          { $defs: { O: object({ a: { enum: [{ minimum: 1 }] } }) } },
        ),
      ),
      {
        format: {
          type: 'json_schema',
          schema: {
            type: 'object',
            properties: {
              minimum: { type: 'integer', description: 'Stars.\n\n{minimum: 1, maximum: 5}' },
              tags: {
                type: 'array',
                items: { anyOf: [{ type: 'string', description: '{maxLength: 3}' }, { type: 'null' }] },
                description: '{minItems: 2}',
              },
              $other: { $ref: '#/$defs/O' },
            },
            required: ['minimum', 'tags', '$other'],
            $defs: {
              O: {
                type: 'object',
                properties: { a: { enum: [{ minimum: 1 }] } },
                required: ['a'],
                additionalProperties: false,
              },
            },
            additionalProperties: false,
          },
        },
      },
    );
    for (const schema of [
      object({ facts: { type: 'object', additionalProperties: { type: 'integer' } } }),
      object({ facts: { type: 'object' } }),
      object(
        { a: { $ref: '#/$defs/A' } },
        { $defs: { A: object({ b: { anyOf: [{ $ref: '#/$defs/B' }] } }), B: object({ a: { $ref: '#/$defs/A' } }) } },
      ),
      object({ a: { items: { $ref: '#' } } }),
    ]) {
      assert.equal(await held(schema), undefined);
    }
    assert.equal((await sent({}, { config: { responseFormat: { type: 'json_object' } } })).output_config, undefined);
    const { capabilities } = anthropic({ model: 'claude-haiku-4-5' });
    assert.equal(capabilities.responseSchema, true);
    assert.equal(anthropic({ model: 'claude-3-5-haiku-20241022' }).capabilities.responseSchema, false);
  });

  it('reads thoughts and calls', async () => {
    here.serve = json(200, {
      ...message,
      content: [
        { type: 'thinking', thinking: 'Let me see.', signature: 'EqQB' },
        { type: 'redacted_thinking', data: 'Emw' },
        { type: 'text', text: 'I look.' },
        { type: 'tool_use', id: 'toolu_01', name: 'get_weather', input: { location: 'Rome' } },
      ],
      stop_reason: 'tool_use',
    });
    const { text, reasoning, toolCalls, finishReason } = await ask({});
    assert.deepEqual([text, reasoning, finishReason], ['I look.', 'Let me see.', 'tool_calls']);
    assert.deepEqual(toolCalls, [
      { id: 'toolu_01', type: 'function', function: { name: 'get_weather', arguments: '{"location":"Rome"}' } },
    ]);
    for (const [theirs, ours] of [
      ['max_tokens', 'length'],
      ['stop_sequence', 'stop'],
      ['refusal', 'content_filter'],
      ['model_context_window_exceeded', 'length'],
      ['pause_turn', 'pause_turn'],
    ]) {
      here.serve = json(200, { ...message, stop_reason: theirs });
      assert.equal((await ask({})).finishReason, ours);
    }
  });

  const thinking = [
    {
      type: 'message_start',
      message: {
        ...message,
        content: [],
        stop_reason: null,
        usage: { input_tokens: 25, cache_read_input_tokens: 5, output_tokens: 1 },
      },
    },
    { type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '', signature: '' } },
    { type: 'ping' },
    { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'First… ' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'then.' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'signature_delta', signature: 'EqQB' } },
    { type: 'content_block_stop', index: 0 },
    { type: 'content_block_start', index: 1, content_block: { type: 'text', text: '' } },
    { type: 'content_block_delta', index: 1, delta: { type: 'text_delta', text: 'Grü' } },
    { type: 'content_block_delta', index: 1, delta: { type: 'text_delta', text: 'ße 👋' } },
    { type: 'content_block_stop', index: 1 },
    {
      type: 'content_block_start',
      index: 2,
      content_block: { type: 'tool_use', id: 'toolu_01', name: 'get_weather', input: {} },
    },
    { type: 'content_block_delta', index: 2, delta: { type: 'input_json_delta', partial_json: '' } },
    { type: 'content_block_delta', index: 2, delta: { type: 'input_json_delta', partial_json: '{"location":' } },
    { type: 'content_block_delta', index: 2, delta: { type: 'input_json_delta', partial_json: ' "Rome"}' } },
    { type: 'content_block_stop', index: 2 },
    { type: 'message_delta', delta: { stop_reason: 'tool_use', stop_sequence: null }, usage: { output_tokens: 89 } },
    { type: 'message_stop' },
  ];

  it('streams, however the bytes are cut', async () => {
    for (const size of [1, 7, 10_000]) {
      here.serve = events(thinking, size);
      const call = listener();
      const answer = await ask({}, {}, call);
      assert.deepEqual(call.heard, { text: ['Grü', 'ße 👋'], thoughts: ['First… ', 'then.'] });
      assert.deepEqual(answer, {
        text: 'Grüße 👋',
        reasoning: 'First… then.',
        finishReason: 'tool_calls',
        toolCalls: [
          { id: 'toolu_01', type: 'function', function: { name: 'get_weather', arguments: '{"location": "Rome"}' } },
        ],
        model: 'claude-sonnet-4-5-20250929',
        usage: { inputTokens: 30, outputTokens: 89, cachedInputTokens: 5 },
        metadata: { id: 'msg_01XFDUDYJgAACzvnptvVoYEL' },
      });
      assert.equal(here.seen[0].body.stream, true);
    }
  });

  it('says what is wrong in a stream, and where one breaks off', async () => {
    const overloaded = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } };
    here.serve = events([overloaded]);
    await assert.rejects(ask({}, {}, listener()), { name: 'LMOverloadedError', status: 529 });
    here.serve = events([...thinking.slice(0, 9), overloaded]);
    await assert.rejects(ask({ retries: 3 }, {}, listener()), { code: 'lm_network', details: { begun: true } });
    assert.equal(here.seen.length, 1);
    here.serve = events(thinking.slice(0, 9));
    await assert.rejects(ask({}, {}, listener()), { code: 'lm_network' });
  });

  it('takes ANTHROPIC_API_KEY for Anthropic only', async () => {
    await assert.rejects(anthropic({ model: 'claude-haiku-4-5' }).complete(question), { code: 'no_api_key' });
    process.env.ANTHROPIC_API_KEY = key;
    try {
      here.serve = json(200, message);
      await ask({ apiKey: undefined });
      assert.equal(here.seen[0].headers['x-api-key'], undefined);
      let asked;
      const fetch = async (url, { headers }) => {
        asked = { url, key: headers['x-api-key'] };
        return Response.json(message);
      };
      await anthropic({ model: 'claude-haiku-4-5', fetch }).complete(question);
      assert.deepEqual(asked, { url: 'https://api.anthropic.com/v1/messages', key });
    } finally {
      delete process.env.ANTHROPIC_API_KEY;
    }
  });

  refusals(here, model, (status, message) => ({
    type: 'error',
    error: { type: status === 401 ? 'authentication_error' : 'api_error', message },
  }));
});
