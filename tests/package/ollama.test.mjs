// Answers are in the form that Ollama documents: github.com/ollama/ollama/blob/main/docs/api.md and docs.ollama.com/capabilities.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ollama } from 'strop';
import { json, key, lines, listener, question, refusals, server } from './server.mjs';

const here = server();
const model = (options = {}) => ollama({ model: 'llama3.2', baseURL: here.url, retries: 0, ...options });
const ask = async (options, request, call) => {
  here.seen.length = 0;
  return model(options).complete({ ...question, ...request }, call);
};
const sent = async (options, request) => {
  here.serve = json(200, answer);
  await ask(options, request);
  return here.seen[0].body;
};

const answer = {
  model: 'llama3.2',
  created_at: '2023-12-12T14:13:43.416799Z',
  message: { role: 'assistant', content: 'Hello!' },
  done: true,
  done_reason: 'stop',
  total_duration: 5191566416,
  prompt_eval_count: 26,
  eval_count: 298,
};
const weather = { type: 'function', function: { name: 'get_weather', parameters: { type: 'object', properties: {} } } };

describe('ollama', () => {
  it('asks /api/chat and reads the answer', async () => {
    here.serve = json(200, answer);
    const config = { temperature: 0.5, topP: 0.9, maxTokens: 100, stop: ['x'], seed: 3, rolloutId: 4, logprobs: 2 };
    const messages = [{ role: 'developer', content: 'Be brief.' }, ...question.messages];
    assert.deepEqual(await ask({ options: { num_ctx: 8192 } }, { messages, config }), {
      text: 'Hello!',
      finishReason: 'stop',
      model: 'llama3.2',
      usage: { inputTokens: 26, outputTokens: 298 },
    });
    const [{ url, headers, body }] = here.seen;
    assert.equal(url, '/api/chat');
    assert.equal(headers.authorization, undefined);
    assert.deepEqual(body, {
      model: 'llama3.2',
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Hello' },
      ],
      logprobs: true,
      top_logprobs: 2,
      options: { temperature: 0.5, num_predict: 100, top_p: 0.9, stop: ['x'], seed: 3, num_ctx: 8192 },
      stream: false,
    });
  });

  it('needs no key, and is on this machine', async () => {
    let asked;
    const fetch = async (url, { headers }) => {
      asked = { url, headers };
      return Response.json(answer);
    };
    await ollama({ model: 'm', fetch }).complete(question);
    assert.deepEqual(asked, {
      url: 'http://localhost:11434/api/chat',
      headers: { 'content-type': 'application/json' },
    });
    await sent({ apiKey: key });
    assert.equal(here.seen[0].headers.authorization, `Bearer ${key}`);
  });

  it('continues a text without a template', async () => {
    here.serve = json(200, { ...answer, message: undefined, response: ' four' });
    const messages = [{ role: 'user', content: 'Q: 2+2\nA:' }];
    const request = { messages, completion: true, config: { stop: ['\n'], reasoningEffort: 'high' } };
    assert.equal((await ask({}, request)).text, ' four');
    assert.equal(here.seen[0].url, '/api/generate');
    assert.deepEqual(here.seen[0].body, {
      model: 'llama3.2',
      prompt: 'Q: 2+2\nA:',
      raw: true,
      options: { stop: ['\n'] },
      stream: false,
    });
    here.serve = lines([
      { response: ' fo', done: false },
      { response: 'ur', done: false },
      { response: '', done: true, done_reason: 'length', prompt_eval_count: 7, eval_count: 2 },
    ]);
    const call = listener();
    assert.deepEqual(await ask({}, request, call), {
      text: ' four',
      finishReason: 'length',
      usage: { inputTokens: 7, outputTokens: 2 },
    });
    assert.deepEqual(call.heard.text, [' fo', 'ur']);
  });

  it('holds the model to JSON and to a schema, and has it think', async () => {
    const body = async (config, model = 'llama3.2') => sent({ model }, { config });
    const schema = { type: 'object', properties: { a: { type: 'string' } } };
    assert.equal((await body({ responseFormat: { type: 'json_object' } })).format, 'json');
    assert.deepEqual((await body({ responseFormat: { type: 'json_schema', json_schema: { schema } } })).format, schema);
    assert.equal((await body({ reasoningEffort: 'none' })).think, false);
    assert.equal((await body({ reasoningEffort: 'low' })).think, true);
    assert.equal((await body({ reasoningEffort: 'minimal' }, 'gpt-oss:20b')).think, 'low');
    assert.equal((await body({ reasoningEffort: 'medium' }, 'gpt-oss:20b')).think, 'medium');
    assert.equal((await body({})).think, undefined);
  });

  it('sends tools, calls, results and images, and refuses what has no place', async () => {
    const body = await sent(
      {},
      {
        messages: [
          {
            role: 'user',
            content: [
              { type: 'text', text: 'See' },
              { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } },
            ],
          },
          {
            role: 'assistant',
            content: null,
            tool_calls: [{ id: 'c1', type: 'function', function: { name: 'get_weather', arguments: '{"at":"Rome"}' } }],
          },
          { role: 'tool', tool_call_id: 'c1', content: '20 °C' },
        ],
        config: { tools: [weather] },
      },
    );
    assert.deepEqual(body, {
      model: 'llama3.2',
      messages: [
        { role: 'user', content: 'See', images: ['iVBORw0KGgo='] },
        {
          role: 'assistant',
          content: '',
          tool_calls: [{ id: 'c1', function: { name: 'get_weather', arguments: { at: 'Rome' } } }],
        },
        { role: 'tool', content: '20 °C', tool_name: 'get_weather', tool_call_id: 'c1' },
      ],
      tools: [weather],
      stream: false,
    });
    for (const [part, said] of [
      [{ type: 'image_url', image_url: { url: 'https://example.com/a.png' } }, /"image_url" with an address/],
      [{ type: 'input_audio', input_audio: { data: 'UklG', format: 'wav' } }, /"input_audio"/],
      [{ type: 'file', file: { file_data: 'data:application/pdf;base64,JVBERi0=' } }, /"file"/],
    ]) {
      here.seen.length = 0;
      const error = await ask({}, { messages: [{ role: 'user', content: [part] }] }).catch((error) => error);
      assert.equal(error.code, 'lm_unsupported');
      assert.match(error.message, said);
      assert.equal(here.seen.length, 0);
    }
    await assert.rejects(ask({}, { config: { n: 2 } }), { code: 'lm_unsupported' });
  });

  it('streams lines of JSON, however the bytes are cut', async () => {
    const part = (message) => ({
      model: 'llama3.2',
      created_at: '…',
      message: { role: 'assistant', content: '', ...message },
      done: false,
    });
    const parts = [
      part({ thinking: 'I think.' }),
      part({ content: 'Grü' }),
      part({ content: 'ße 👋' }),
      part({ tool_calls: [{ function: { name: 'get_weather', arguments: { at: 'Rome' } } }] }),
      part({ tool_calls: [{ id: 'call_x', function: { name: 'get_weather', arguments: {} } }] }),
      { ...answer, message: { role: 'assistant', content: '' } },
    ];
    for (const size of [1, 7, 10_000]) {
      here.serve = lines(parts, size);
      const call = listener();
      assert.deepEqual(await ask({}, {}, call), {
        text: 'Grüße 👋',
        reasoning: 'I think.',
        finishReason: 'tool_calls',
        toolCalls: [
          { id: 'call_0', type: 'function', function: { name: 'get_weather', arguments: '{"at":"Rome"}' } },
          { id: 'call_x', type: 'function', function: { name: 'get_weather', arguments: '{}' } },
        ],
        model: 'llama3.2',
        usage: { inputTokens: 26, outputTokens: 298 },
      });
      assert.deepEqual(call.heard, { text: ['Grü', 'ße 👋'], thoughts: ['I think.'] });
      assert.equal(here.seen[0].body.stream, true);
    }
    here.serve = lines(parts.slice(0, 3));
    await assert.rejects(ask({}, {}, listener()), { code: 'lm_network' });
    here.serve = lines([{ error: 'an error was encountered while running the model' }]);
    await assert.rejects(ask({}, {}, listener()), { name: 'LMOverloadedError', message: /running the model/ });
  });

  it('says where a model is missing', async () => {
    here.serve = json(404, { error: 'model "m" not found, try pulling it first' });
    await assert.rejects(ask(), { name: 'LMBadRequestError', message: /try pulling it first/ });
  });

  refusals(
    here,
    (options) => model({ apiKey: key, ...options }),
    (_, error) => ({ error }),
  );
});
