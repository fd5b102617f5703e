import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { openai } from 'strop';

const key = 'sk-test-0123456789abcdef';
let server;
let baseURL;
/** What the server does with a request: (request, response, body). */
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
      serve(request, response, seen.at(-1).body);
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
  model: 'm-2026',
  choices: [{ message: { content: 'Hi.' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 7, completion_tokens: 2, prompt_tokens_details: { cached_tokens: 3 } },
};
const request = { messages: [{ role: 'user', content: 'Hello' }], config: {} };
const ask = (options = {}, call = {}, what = request) => {
  seen = [];
  return openai({ model: 'm', baseURL, apiKey: key, retries: 0, ...options }).complete(what, call);
};
/** The error of a call, which never shows the key. */
const failure = async (options, call) => {
  const error = await ask(options, call).then(assert.fail, (error) => error);
  assert.ok(
    !JSON.stringify([error, error.message, error.stack, error.details, String(error.cause)]).includes(key),
    error.message,
  );
  return error;
};

describe('openai', () => {
  it('asks chat completions and reads the answer', async () => {
    serve = json(200, completion);
    const answer = await ask(
      { config: { temperature: 0.2 } },
      {},
      {
        ...request,
        config: {
          maxTokens: 50,
          stop: ['x'],
          topP: 0.9,
          seed: 4,
          responseFormat: { type: 'json_object' },
          rolloutId: 9,
        },
      },
    );
    assert.deepEqual(answer, {
      text: 'Hi.',
      model: 'm-2026',
      finishReason: 'stop',
      usage: { inputTokens: 7, outputTokens: 2, cachedInputTokens: 3 },
    });
    assert.equal(seen[0].url, '/v1/chat/completions');
    assert.equal(seen[0].headers.authorization, `Bearer ${key}`);
    assert.deepEqual(seen[0].body, {
      model: 'm',
      messages: request.messages,
      max_tokens: 50,
      seed: 4,
      temperature: 0.2,
      top_p: 0.9,
      stop: ['x'],
      response_format: { type: 'json_object' },
    });
  });

  it('speaks to reasoning models as they want it', async () => {
    serve = json(200, completion);
    await ask({ model: 'gpt-5-mini' }, {}, { ...request, config: { maxTokens: 50, temperature: 1, stop: ['x'] } });
    assert.deepEqual(seen[0].body, { model: 'gpt-5-mini', messages: request.messages, max_completion_tokens: 50 });
  });

  it('continues a text where the server can', async () => {
    serve = json(200, { choices: [{ text: ' four', finish_reason: 'stop' }] });
    const prompt = { messages: [{ role: 'user', content: 'Q: 2+2\nA:' }], completion: true, config: { stop: ['\n'] } };
    assert.equal((await ask({ completions: true }, {}, prompt)).text, ' four');
    assert.equal(seen[0].url, '/v1/completions');
    assert.equal(seen[0].body.prompt, 'Q: 2+2\nA:');
    serve = json(200, completion);
    await ask({}, {}, prompt);
    assert.equal(seen[0].url, '/v1/chat/completions');
  });

  it('streams, however the bytes are cut', async () => {
    const events = ['Grü', 'ße, ', '世界 👋'].map(
      (content) => `data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\r\n\r\n`,
    );
    const end = `data: ${JSON.stringify({ choices: [{ delta: {}, finish_reason: 'stop' }] })}\n\ndata: ${JSON.stringify({ choices: [], usage: { prompt_tokens: 1, completion_tokens: 2 } })}\n\ndata: [DONE]\n\n`;
    const bytes = Buffer.from(`: comment\n\n${events.join('')}${end}`);
    for (const size of [1, 3, 7, 1000]) {
      serve = async (_, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        for (let i = 0; i < bytes.length; i += size) {
          response.write(bytes.subarray(i, i + size));
          if (i % 50 < size) await new Promise((resolve) => setTimeout(resolve, 1));
        }
        response.end();
      };
      const parts = [];
      const answer = await ask({}, { onPart: (part) => parts.push(part) });
      assert.deepEqual(parts, ['Grü', 'ße, ', '世界 👋']);
      assert.deepEqual(answer, {
        text: 'Grüße, 世界 👋',
        finishReason: 'stop',
        usage: { inputTokens: 1, outputTokens: 2 },
      });
      assert.equal(seen[0].body.stream, true);
    }
  });

  for (const [status, body, name, code, transient] of [
    [401, { error: { message: `Incorrect API key provided: ${key}.` } }, 'LMAuthError', 'lm_auth', false],
    [403, { error: 'no' }, 'LMAuthError', 'lm_auth', false],
    [402, {}, 'LMBillingError', 'lm_billing', false],
    [429, { error: { message: 'quota', code: 'insufficient_quota' } }, 'LMBillingError', 'lm_billing', false],
    [429, { error: { message: 'slow down' } }, 'LMRateLimitError', 'lm_rate_limit', true],
    [
      400,
      { error: { message: 'bad', code: 'context_length_exceeded' } },
      'LMContextWindowError',
      'lm_context_window',
      false,
    ],
    [
      400,
      { error: { message: "This model's maximum context length is 8192 tokens" } },
      'LMContextWindowError',
      'lm_context_window',
      false,
    ],
    [400, { error: { message: 'bad' } }, 'LMBadRequestError', 'lm_bad_request', false],
    [404, { error: { message: 'no such model' } }, 'LMBadRequestError', 'lm_bad_request', false],
    [408, {}, 'LMTimeoutError', 'lm_timeout', true],
    [503, { error: { message: 'busy' } }, 'LMOverloadedError', 'lm_overloaded', true],
  ]) {
    it(`says what ${status} ${JSON.stringify(body).slice(0, 40)} means`, async () => {
      serve = json(status, body);
      const error = await failure();
      assert.deepEqual([error.name, error.code, error.transient, error.status], [name, code, transient, status]);
      assert.match(error.message, /^m at 127\.0\.0\.1/);
    });
  }

  it('tries again what may pass, when the server says', async () => {
    let left = 2;
    serve = (...args) =>
      (left-- > 0 ? json(429, { error: { message: 'busy' } }, { 'retry-after': '0.05' }) : json(200, completion))(
        ...args,
      );
    const began = Date.now();
    assert.equal((await ask({ retries: 3 })).text, 'Hi.');
    assert.equal(seen.length, 3);
    assert.ok(Date.now() - began >= 95);
    left = 99;
    assert.equal((await failure({ retries: 2 })).name, 'LMRateLimitError');
    assert.equal(seen.length, 3);
    serve = json(401, {});
    await failure({ retries: 5 });
    assert.equal(seen.length, 1);
    serve = json(429, {}, { 'retry-after': '3600' });
    assert.equal((await failure({ retries: 5 })).retryAfter, 3_600_000);
    assert.equal(seen.length, 1);
  });

  it('names a server that is not there, or is another one', async () => {
    const error = await failure({ baseURL: 'http://127.0.0.1:9/v1' });
    assert.equal(error.code, 'lm_network');
    assert.match(error.message, /127\.0\.0\.1:9 cannot be reached/);
    serve = (_, response) => {
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end('<!doctype html><title>x</title>');
    };
    const page = await failure();
    assert.equal(page.code, 'lm_bad_response');
    assert.match(page.message, /speaks as OpenAI's does/);
    serve = json(200, { object: 'list' });
    assert.equal((await failure()).code, 'lm_bad_response');
    assert.equal((await failure({ baseURL: 'not a url' })).code, 'bad_url');
  });

  it('does not wait for ever, nor after an abort', async () => {
    serve = () => undefined;
    const error = await failure({ timeout: 60 });
    assert.equal(error.code, 'lm_timeout');
    assert.equal((await failure({}, { signal: AbortSignal.timeout(40) })).code, 'lm_aborted');
    assert.equal((await failure({}, { signal: AbortSignal.abort() })).code, 'lm_aborted');
    assert.equal(seen.length, 0);
    serve = json(503, {});
    const began = Date.now();
    assert.equal((await failure({ retries: 9 }, { signal: AbortSignal.timeout(40) })).code, 'lm_aborted');
    assert.ok(Date.now() - began < 1000);
  });

  it('tells of a stream that breaks, once parts of it are shown', async () => {
    serve = (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: {"choices":[{"delta":{"content":"Half"}}]}\n\n', () => response.destroy());
    };
    const parts = [];
    const error = await failure({ retries: 3 }, { onPart: (part) => parts.push(part) });
    assert.equal(error.code, 'lm_network');
    assert.deepEqual(parts, ['Half']);
    assert.equal(seen.length, 1);
  });

  it('sends OPENAI_API_KEY to OpenAI only', async () => {
    serve = json(200, completion);
    process.env.OPENAI_API_KEY = key;
    try {
      await ask({ apiKey: undefined });
      assert.equal(seen[0].headers.authorization, undefined);
      let sent;
      const fetch = async (url, init) => {
        sent = { url, authorization: init.headers.authorization };
        return Response.json(completion);
      };
      await openai({ model: 'm', fetch }).complete(request);
      assert.deepEqual(sent, { url: 'https://api.openai.com/v1/chat/completions', authorization: `Bearer ${key}` });
    } finally {
      delete process.env.OPENAI_API_KEY;
    }
    const error = await Promise.resolve()
      .then(() => openai({ model: 'm' }).complete(request))
      .catch((error) => error);
    assert.equal(error.code, 'no_api_key');
  });
});
