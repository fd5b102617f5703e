// Answers are in the form that OpenAI documents: platform.openai.com/docs/api-reference/responses and …/responses-streaming.
// Requests are compared with what DSPy makes of the same call, as recorded.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { openaiResponses } from 'strop';
import { events, json, key, listener, question, refusals, server } from './server.mjs';

const here = server();
const model = (options = {}) =>
  openaiResponses({ model: 'gpt-5-mini', baseURL: `${here.url}/v1`, apiKey: key, retries: 0, ...options });
const ask = async (options, request, call) => {
  here.seen.length = 0;
  return model(options).complete({ ...question, ...request }, call);
};
const sent = async (options, request) => {
  here.serve = json(200, response);
  await ask(options, request);
  return here.seen[0].body;
};

const response = {
  id: 'resp_67ccd2bed1ec8190',
  object: 'response',
  status: 'completed',
  error: null,
  incomplete_details: null,
  model: 'gpt-5-mini-2025-08-07',
  output: [
    {
      type: 'reasoning',
      id: 'rs_1',
      summary: [
        { type: 'summary_text', text: '**First**' },
        { type: 'summary_text', text: '**Then**' },
      ],
    },
    {
      type: 'message',
      id: 'msg_1',
      status: 'completed',
      role: 'assistant',
      content: [{ type: 'output_text', text: 'Hi.', annotations: [] }],
    },
  ],
  usage: {
    input_tokens: 36,
    input_tokens_details: { cached_tokens: 4 },
    output_tokens: 87,
    output_tokens_details: { reasoning_tokens: 64 },
    total_tokens: 123,
  },
};
const call = { type: 'function_call', id: 'fc_1', call_id: 'call_1', name: 'get_weather', arguments: '{"at":"Rome"}' };
const calls = [{ id: 'call_1', type: 'function', function: { name: 'get_weather', arguments: '{"at":"Rome"}' } }];
const usage = { inputTokens: 36, outputTokens: 87, cachedInputTokens: 4, reasoningTokens: 64 };

/** Whether a recorded call is one that our types have: their parts, and settings that are translated rather than passed on. */
function isOurs({ model, messages, tools, tool_choice: choice, ...rest }) {
  const settings = ['temperature', 'top_p', 'max_tokens', 'reasoning_effort'];
  const isText = (value) => typeof value === 'string';
  const isPart = ({ type, text, image_url: image, file }, role) =>
    type === 'text'
      ? isText(text)
      : role !== 'tool' &&
        (type === 'image_url'
          ? isText(image?.url) && image.url !== 'data:image/png,plain'
          : Object.keys(file ?? {}).length);
  const isMessage = ({ role, content, name, tool_calls = [], tool_call_id }) =>
    name !== null &&
    tool_call_id !== null &&
    Array.isArray(tool_calls) &&
    tool_calls.every((call) => isText(call.function?.arguments)) &&
    (Array.isArray(content) ? content.every((part) => isPart(part, role)) : content === null || isText(content));
  return (
    Object.entries(rest).every(([name, value]) => settings.includes(name) && value !== null) &&
    !!model &&
    Array.isArray(messages) &&
    messages.length > 0 &&
    messages.every((message) => isMessage({ content: null, ...message })) &&
    (tools === undefined ||
      (tools.length > 0 && tools.every?.((tool) => isText(tool.function?.name) && Object.keys(tool).length === 2))) &&
    (choice === undefined || ['auto', 'none', 'required'].includes(choice) || isText(choice?.function?.name))
  );
}

/** DSPy names what a file or a tool has not. */
function withoutNulls(value) {
  return JSON.parse(JSON.stringify(value, (_, each) => (each?.type ? dropNulls(each) : each)));
}

function dropNulls(object) {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null));
}

describe('openaiResponses', () => {
  it('asks /responses and reads the answer', async () => {
    here.serve = json(200, response);
    const schema = { type: 'object' };
    const config = {
      temperature: 1,
      maxTokens: 100,
      stop: ['x'],
      seed: 3,
      rolloutId: 4,
      reasoningEffort: 'low',
      responseFormat: { type: 'json_schema', json_schema: { name: 'out', schema, strict: true } },
      logprobs: 2,
    };
    assert.deepEqual(await ask({}, { config }), {
      text: 'Hi.',
      reasoning: '**First**\n\n**Then**',
      finishReason: 'stop',
      model: 'gpt-5-mini-2025-08-07',
      usage,
      metadata: { id: 'resp_67ccd2bed1ec8190' },
    });
    const [{ url, headers, body }] = here.seen;
    assert.equal(url, '/v1/responses');
    assert.equal(headers.authorization, `Bearer ${key}`);
    assert.deepEqual(body, {
      model: 'gpt-5-mini',
      input: [{ role: 'user', content: [{ type: 'input_text', text: 'Hello' }] }],
      max_output_tokens: 100,
      reasoning: { effort: 'low', summary: 'auto' },
      text: { format: { type: 'json_schema', name: 'out', schema, strict: true } },
      include: ['message.output_text.logprobs'],
      top_logprobs: 2,
    });
    const plain = await sent(
      { model: 'gpt-4o' },
      { config: { temperature: 1, topP: 0.5, responseFormat: { type: 'json_object' } } },
    );
    assert.deepEqual([plain.temperature, plain.top_p, plain.text], [1, 0.5, { format: { type: 'json_object' } }]);
  });

  it('makes of a call what DSPy makes of it', async () => {
    const file = new URL('../conformance/cases/chat_to_responses.jsonl', import.meta.url);
    const cases = readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    let compared = 0;
    for (const { test, request, result, error } of cases) {
      if (error !== null || !isOurs(request)) continue;
      const { model, messages, tool_choice: choice, tools, temperature, top_p: topP } = request;
      const { max_tokens: maxTokens, reasoning_effort: reasoningEffort } = request;
      const toolChoice = choice?.function ? { name: choice.function.name } : choice;
      const config = { temperature, topP, maxTokens, reasoningEffort, tools, toolChoice };
      for (const [name, value] of Object.entries(config)) if (value === undefined) delete config[name];
      assert.deepEqual(await sent({ model }, { messages, config }), withoutNulls(result), test);
      ++compared;
    }
    assert.equal(compared, 54);
  });

  it('refuses what has no place', async () => {
    for (const content of [
      [{ type: 'input_audio', input_audio: { data: 'UklG', format: 'wav' } }],
      [{ type: 'video_url' }],
    ]) {
      const error = await ask({}, { messages: [{ role: 'user', content }] }).catch((error) => error);
      assert.equal(error.code, 'lm_unsupported');
      assert.match(error.message, new RegExp(`"${content[0].type}"`));
    }
    await assert.rejects(ask({}, { config: { n: 2 } }), { code: 'lm_unsupported' });
  });

  it('reads calls, refusals and why an answer ends', async () => {
    here.serve = json(200, { ...response, output: [call] });
    assert.deepEqual((({ text, toolCalls, finishReason }) => ({ text, toolCalls, finishReason }))(await ask()), {
      text: '',
      toolCalls: calls,
      finishReason: 'tool_calls',
    });
    for (const [reason, ours] of [
      ['max_output_tokens', 'length'],
      ['content_filter', 'content_filter'],
    ]) {
      here.serve = json(200, { ...response, status: 'incomplete', incomplete_details: { reason } });
      assert.equal((await ask()).finishReason, ours);
    }
    const [, message] = response.output;
    const content = [{ type: 'refusal', refusal: 'No.' }];
    here.serve = json(200, { ...response, output: [{ ...message, content }] });
    assert.equal((await ask()).text, 'No.');
    const logprobs = [{ token: 'Hi', logprob: -0.5, top_logprobs: [{ token: 'Ho', logprob: -1.5 }] }];
    here.serve = json(200, { ...response, output: [{ ...message, content: [{ ...message.content[0], logprobs }] }] });
    assert.deepEqual((await ask()).logprobs, [{ token: 'Hi', logprob: -0.5, top: [{ token: 'Ho', logprob: -1.5 }] }]);
    here.serve = json(200, {
      ...response,
      status: 'failed',
      error: { code: 'server_error', message: 'Oh.' },
      output: [],
    });
    await assert.rejects(ask(), { name: 'LMOverloadedError' });
  });

  const streamed = [
    { type: 'response.created', response: { ...response, status: 'in_progress', output: [], usage: null } },
    { type: 'response.output_item.added', output_index: 0, item: { type: 'reasoning', id: 'rs_1', summary: [] } },
    {
      type: 'response.reasoning_summary_part.added',
      output_index: 0,
      summary_index: 0,
      part: { type: 'summary_text', text: '' },
    },
    { type: 'response.reasoning_summary_text.delta', output_index: 0, summary_index: 0, delta: '**First**' },
    { type: 'response.reasoning_summary_text.done', output_index: 0, summary_index: 0, text: '**First**' },
    {
      type: 'response.reasoning_summary_part.added',
      output_index: 0,
      summary_index: 1,
      part: { type: 'summary_text', text: '' },
    },
    { type: 'response.reasoning_summary_text.delta', output_index: 0, summary_index: 1, delta: '**Then**' },
    {
      type: 'response.output_item.added',
      output_index: 1,
      item: { type: 'message', id: 'msg_1', role: 'assistant', content: [] },
    },
    { type: 'response.content_part.added', output_index: 1, part: { type: 'output_text', text: '' } },
    { type: 'response.output_text.delta', output_index: 1, content_index: 0, delta: 'Grü', logprobs: [] },
    { type: 'response.output_text.delta', output_index: 1, content_index: 0, delta: 'ße 👋' },
    { type: 'response.output_text.done', output_index: 1, content_index: 0, text: 'Grüße 👋' },
    { type: 'response.output_item.added', output_index: 2, item: { ...call, arguments: '' } },
    { type: 'response.function_call_arguments.delta', output_index: 2, item_id: 'fc_1', delta: '{"at":' },
    { type: 'response.function_call_arguments.delta', output_index: 2, item_id: 'fc_1', delta: '"Rome"}' },
    { type: 'response.function_call_arguments.done', output_index: 2, item_id: 'fc_1', arguments: '{"at":"Rome"}' },
    { type: 'response.output_item.done', output_index: 2, item: call },
    { type: 'response.completed', response },
  ];

  it('streams, however the bytes are cut', async () => {
    for (const size of [1, 7, 10_000]) {
      here.serve = events(streamed, size);
      const call = listener();
      assert.deepEqual(await ask({}, {}, call), {
        text: 'Grüße 👋',
        reasoning: '**First**\n\n**Then**',
        finishReason: 'tool_calls',
        toolCalls: calls,
        model: 'gpt-5-mini-2025-08-07',
        usage,
        metadata: { id: 'resp_67ccd2bed1ec8190' },
      });
      assert.deepEqual(call.heard, { text: ['Grü', 'ße 👋'], thoughts: ['**First**', '\n\n', '**Then**'] });
      assert.equal(here.seen[0].body.stream, true);
    }
  });

  it('says what is wrong in a stream, and where one breaks off', async () => {
    const failed = {
      type: 'response.failed',
      response: { ...response, status: 'failed', error: { code: 'rate_limit_exceeded', message: 'Slow.' } },
    };
    here.serve = events([streamed[0], failed]);
    await assert.rejects(ask({}, {}, listener()), { name: 'LMRateLimitError' });
    here.serve = events([{ type: 'error', code: 'server_error', message: 'Oh.', param: null, sequence_number: 1 }]);
    await assert.rejects(ask({}, {}, listener()), { name: 'LMOverloadedError', message: /Oh\./ });
    here.serve = events(streamed.slice(0, 11));
    await assert.rejects(ask({}, {}, listener()), { code: 'lm_network' });
  });

  refusals(here, model, (_, message) => ({ error: { message, type: 'server_error', code: null } }));
});
