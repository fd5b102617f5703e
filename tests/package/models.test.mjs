import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { configure, costOf, openai } from 'strop';
import { capabilitiesOf, limitsOf, lm, priceOf, pricesFrom } from 'strop/models';

const request = { messages: [{ role: 'user', content: 'Hello' }], config: {} };
const set = [];
const env = (variables) => {
  for (const [name, value] of Object.entries(variables)) {
    process.env[name] = value;
    set.push(name);
  }
};
afterEach(() => {
  for (const name of set.splice(0)) delete process.env[name];
  configure({ prices: undefined });
});
/** What a model sends where, and the answer. */
const sent = async (name, options = {}, what = request) => {
  let seen;
  const model = lm(name, {
    ...options,
    retries: 0,
    fetch: async (url, { headers, body }) => {
      const key = headers['x-api-key'] ?? headers['x-goog-api-key'] ?? headers['api-key'];
      seen = { url: String(url), key: key ?? headers.authorization?.replace('Bearer ', ''), body: JSON.parse(body) };
      return Response.json({
        // an answer to each kind of call
        content: [{ type: 'text', text: 'Hi.' }],
        candidates: [{ content: { parts: [{ text: 'Hi.' }] }, finishReason: 'STOP' }],
        message: { content: 'Hi.' },
        done: true,
        choices: [{ text: 'Hi.', message: { content: 'Hi.' }, finish_reason: 'stop' }],
        usage: { prompt_tokens: 1000, completion_tokens: 100 },
      });
    },
  });
  const answer = await model.complete(what);
  return { ...seen, model, answer };
};

describe('lm', () => {
  for (const [name, key, url, model, path = '/chat/completions'] of [
    ['openai/gpt-5-mini', 'OPENAI_API_KEY', 'https://api.openai.com/v1', 'gpt-5-mini'],
    ['anthropic/claude-sonnet-5', 'ANTHROPIC_API_KEY', 'https://api.anthropic.com/v1', undefined, '/messages'],
    [
      'gemini/gemini-3.8-flash',
      'GEMINI_API_KEY',
      'https://generativelanguage.googleapis.com/v1beta',
      undefined,
      '/models/gemini-3.8-flash:generateContent',
    ],
    ['openrouter/meta/llama-4', 'OPENROUTER_API_KEY', 'https://openrouter.ai/api/v1', 'meta/llama-4'],
    ['groq/llama-4', 'GROQ_API_KEY', 'https://api.groq.com/openai/v1'],
    ['mistral/mistral-small', 'MISTRAL_API_KEY', 'https://api.mistral.ai/v1'],
    ['deepseek/deepseek-chat', 'DEEPSEEK_API_KEY', 'https://api.deepseek.com/beta'],
    ['together_ai/meta/llama-4', 'TOGETHERAI_API_KEY', 'https://api.together.ai/v1', 'meta/llama-4'],
    ['fireworks_ai/accounts/a/models/m', 'FIREWORKS_AI_API_KEY', 'https://api.fireworks.ai/inference/v1'],
    ['xai/grok-5', 'XAI_API_KEY', 'https://api.x.ai/v1'],
    ['cerebras/llama-4', 'CEREBRAS_API_KEY', 'https://api.cerebras.ai/v1'],
  ]) {
    it(`asks ${name} where it is, with its key`, async () => {
      await assert.rejects(sent(name), { code: 'no_api_key', message: /API_KEY/ });
      env({ [key]: 'its-key', ...(key === 'OPENAI_API_KEY' ? {} : { OPENAI_API_KEY: 'another-key' }) });
      const { url: asked, key: shown, body, answer } = await sent(name);
      assert.equal(asked, `${url}${path}`);
      assert.equal(shown, 'its-key');
      if (body.model !== undefined) assert.equal(body.model, model ?? name.slice(name.indexOf('/') + 1));
      assert.equal(answer.text, 'Hi.');
      const elsewhere = await sent(name, { baseURL: 'https://elsewhere.example/v1' });
      assert.equal(elsewhere.url, `https://elsewhere.example/v1${path}`);
      assert.equal(elsewhere.key, undefined);
      assert.equal(elsewhere.model.price, undefined);
    });
  }

  it('asks servers of your own without a key', async () => {
    env({ OPENAI_API_KEY: 'another-key' });
    for (const [name, url] of [
      ['ollama/llama4', 'http://localhost:11434/api/chat'],
      ['ollama_chat/llama4:8b', 'http://localhost:11434/api/chat'],
      ['llamafile/m', 'http://127.0.0.1:8080/v1/chat/completions'],
      ['lm_studio/m', 'http://localhost:1234/v1/chat/completions'],
    ]) {
      const { url: asked, key } = await sent(name);
      assert.deepEqual([asked, key || undefined], [url, undefined]);
    }
    assert.throws(() => lm('hosted_vllm/m'), { code: 'no_base_url', message: /HOSTED_VLLM_API_BASE/ });
    assert.throws(() => lm('azure/m'), { code: 'no_base_url', message: /AZURE_API_BASE/ });
    env({ HOSTED_VLLM_API_BASE: 'http://gpu:8000/v1/', AZURE_API_BASE: 'https://a.example', AZURE_API_KEY: 'az' });
    assert.equal((await sent('hosted_vllm/m')).url, 'http://gpu:8000/v1/chat/completions');
    const azure = await sent('azure/deployed');
    assert.equal(azure.url, 'https://a.example/openai/v1/chat/completions');
    assert.equal(azure.key, 'az');
  });

  it('knows bare names of the table, and lists the prefixes otherwise', async () => {
    env({ ANTHROPIC_API_KEY: 'k' });
    const { model, body } = await sent('claude-sonnet-5', { config: { maxTokens: 5 } });
    assert.equal(model.provider, 'anthropic');
    assert.equal(body.max_tokens, 5);
    for (const wrong of ['llama4', 'nowhere/m', 'constructor/m', 'toString', '', '/m', 'openai/']) {
      assert.throws(() => lm(wrong), {
        name: 'ConfigurationError',
        code: 'unknown_provider',
        message: /openai\/…, .*lm_studio\/…/,
      });
    }
  });

  it('has a model that only continues texts continue the conversation', async () => {
    env({ OPENAI_API_KEY: 'k' });
    const messages = [{ role: 'system', content: 'Be brief.' }, ...request.messages];
    const { url, body, answer } = await sent('text-completion-openai/m', {}, { messages, config: {} });
    assert.equal(url, 'https://api.openai.com/v1/completions');
    assert.equal(body.prompt, 'Be brief.\n\nHello\n\nBEGIN RESPONSE:');
    assert.equal(answer.text, 'Hi.');
  });
});

describe('prices', () => {
  it('are known by name, and not known otherwise', () => {
    const mini = { input: 0.25, cachedInput: 0.025, output: 2 };
    for (const name of ['gpt-5-mini', 'openai/gpt-5-mini', 'gpt-5-mini-2025-08-07'])
      assert.deepEqual(priceOf(name), mini);
    assert.deepEqual(priceOf('gemini-2.5-pro').long, { above: 200000, input: 2.5, cachedInput: 0.25, output: 15 });
    for (const name of [
      'gpt-0',
      'openrouter/openai/gpt-5-mini',
      'anthropic/gpt-5-mini',
      'azure/gpt-5-mini',
      '__proto__',
    ]) {
      assert.equal(priceOf(name), undefined, name);
      assert.equal(capabilitiesOf(name), undefined, name);
      assert.equal(limitsOf(name), undefined, name);
    }
    assert.match(pricesFrom.version, /^\d+\.\d+\.\d+$/);
    assert.deepEqual(limitsOf('claude-sonnet-5'), { context: 1_000_000, answer: 128_000 });
    assert.equal(capabilitiesOf('gemini-2.5-pro').audio, true);
    assert.equal(capabilitiesOf('gpt-5-mini').responseSchema, true);
  });

  it('make costs that are exact', () => {
    const price = { input: 3, cachedInput: 0.3, cacheWrite: 3.75, output: 15 };
    assert.equal(costOf({ inputTokens: 1_000_000, outputTokens: 0 }, price), 3_000_000_000);
    const usage = { inputTokens: 1000, outputTokens: 10, cachedInputTokens: 600, cacheWriteTokens: 100 };
    assert.equal(costOf(usage, price), 300 * 3000 + 600 * 300 + 100 * 3750 + 10 * 15000);
    assert.equal(costOf({ inputTokens: 3, outputTokens: 0 }, { input: 0.0001, output: 1 }), 1); // 0.3, rounded up
    assert.equal(costOf({ inputTokens: 3, outputTokens: 0 }, { input: 0, output: 0 }), 0);
    const large = { inputTokens: 9_000_000_001, outputTokens: 1 };
    assert.equal(costOf(large, { input: 0.1, output: 0.7 }), 900_000_000_100 + 700);
    const long = { input: 1, output: 2, long: { above: 100, input: 10, output: 20 } };
    assert.equal(costOf({ inputTokens: 100, outputTokens: 1 }, long), 100 * 1000 + 2000);
    assert.equal(costOf({ inputTokens: 101, outputTokens: 1 }, long), 101 * 10_000 + 20_000);
    for (const input of [-1, Number.NaN, undefined]) {
      assert.throws(() => costOf({ inputTokens: 1, outputTokens: 1 }, { input, output: 1 }), { code: 'bad_price' });
    }
  });

  it('come with models by name, unless they are asked elsewhere', () => {
    assert.deepEqual(lm('openai/gpt-5-mini').price, priceOf('gpt-5-mini'));
    assert.equal(lm('openai/gpt-5-mini', { baseURL: 'http://localhost:1' }).price, undefined);
    assert.equal(lm('groq/m').price, undefined);
    assert.deepEqual(lm('groq/m', { price: { input: 1, output: 2 } }).price, { input: 1, output: 2 });
    assert.equal(openai({ model: 'gpt-5-mini' }).price, undefined);
  });
});
