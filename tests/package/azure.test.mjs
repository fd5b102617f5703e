// Answers are in the form that Microsoft documents: learn.microsoft.com/azure/ai-foundry/openai/reference and …/concepts/content-filter.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { azure } from 'strop';
import { events, json, key, listener, question, refusals, server } from './server.mjs';

const here = server();
const model = (options = {}) => azure({ model: 'gpt-4o', baseURL: here.url, apiKey: key, retries: 0, ...options });
const ask = async (options, request, call) => {
  here.seen.length = 0;
  return model(options).complete({ ...question, ...request }, call);
};
const completion = {
  model: 'gpt-4o-2024-11-20',
  choices: [{ index: 0, message: { content: 'Hi.' }, finish_reason: 'stop', content_filter_results: {} }],
  usage: { prompt_tokens: 7, completion_tokens: 2 },
};
const read = {
  text: 'Hi.',
  finishReason: 'stop',
  model: 'gpt-4o-2024-11-20',
  usage: { inputTokens: 7, outputTokens: 2 },
};

describe('azure', () => {
  it('asks the v1 API, or a deployment in a version', async () => {
    here.serve = json(200, completion);
    assert.deepEqual(await ask({}, { config: { maxTokens: 9 } }), read);
    const [{ url, headers, body }] = here.seen;
    assert.equal(url, '/openai/v1/chat/completions');
    assert.equal(headers['api-key'], key);
    assert.equal(headers.authorization, undefined);
    assert.deepEqual(body, { model: 'gpt-4o', messages: question.messages, max_tokens: 9 });
    await ask({ model: 'my deployment', apiVersion: '2024-10-21' });
    assert.equal(here.seen[0].url, '/openai/deployments/my%20deployment/chat/completions?api-version=2024-10-21');
  });

  it('streams', async () => {
    here.serve = events([
      { choices: [], prompt_filter_results: [{ prompt_index: 0, content_filter_results: {} }] },
      { choices: [{ index: 0, delta: { role: 'assistant', content: '' } }] },
      { choices: [{ index: 0, delta: { content: 'Hi.' } }] },
      { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }], model: 'gpt-4o-2024-11-20' },
      { choices: [], usage: { prompt_tokens: 7, completion_tokens: 2 } },
    ]);
    assert.deepEqual(await ask({}, {}, listener()), read);
  });

  it('tells of what its filters refuse', async () => {
    here.serve = json(400, {
      error: {
        message: "The response was filtered due to the prompt triggering Azure OpenAI's content management policy.",
        type: null,
        param: 'prompt',
        code: 'content_filter',
        status: 400,
        innererror: { code: 'ResponsibleAIPolicyViolation', content_filter_result: { hate: { filtered: true } } },
      },
    });
    await assert.rejects(ask(), { name: 'LMContentFilterError', message: /content management policy/ });
    here.serve = json(200, {
      ...completion,
      choices: [{ message: { content: 'H' }, finish_reason: 'content_filter' }],
    });
    assert.equal((await ask()).finishReason, 'content_filter');
  });

  it('knows its resource, and what models of OpenAI can do', async () => {
    assert.equal(model({ baseURL: undefined, resource: 'r' }).capabilities.responseSchema, true);
    assert.deepEqual(model({ model: 'mine', baseURL: undefined, resource: 'r' }).capabilities, {});
    assert.throws(() => azure({ model: 'm', resource: 'evil.com/' }), { code: 'bad_url' });
    assert.throws(() => azure({ model: 'm' }), { code: 'no_base_url' });
    const asked = [];
    const fetch = async (url, { headers }) => {
      asked.push([url, headers['api-key']]);
      return Response.json(completion);
    };
    await assert.rejects(azure({ model: 'm', resource: 'r' }).complete(question), { code: 'no_api_key' });
    Object.assign(process.env, { AZURE_OPENAI_API_KEY: key, AZURE_OPENAI_ENDPOINT: 'https://e.openai.azure.com/' });
    try {
      await azure({ model: 'm', fetch, resource: 'r' }).complete(question);
      await azure({ model: 'm', fetch }).complete(question);
      await azure({ model: 'm', fetch, baseURL: 'https://other.example' }).complete(question);
    } finally {
      delete process.env.AZURE_OPENAI_API_KEY;
      delete process.env.AZURE_OPENAI_ENDPOINT;
    }
    assert.deepEqual(asked, [
      ['https://r.openai.azure.com/openai/v1/chat/completions', key],
      ['https://e.openai.azure.com/openai/v1/chat/completions', key],
      ['https://other.example/openai/v1/chat/completions', undefined],
    ]);
  });

  refusals(here, model, (status, message) => ({ error: { code: String(status), message } }));
});
