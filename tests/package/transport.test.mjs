import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { openai } from 'strop';
import { faultServer } from '../faults/server.mjs';

const key = 'sk-test-0123456789abcdef';
let server;
before(async () => {
  server = await faultServer();
});
after(() => server.close());
beforeEach(() => server.forget());

const request = (text = 'What is 1?', config = {}) => ({ messages: [{ role: 'user', content: text }], config });
const model = (name, options = {}) =>
  openai({ model: name, baseURL: server.baseURL, apiKey: key, retries: 0, ...options });
/** The error of a call, which never shows the key. */
const failure = async (lm, call = {}) => {
  const error = await lm.complete(request(), call).then(assert.fail, (error) => error);
  const shown = JSON.stringify([error, error.message, error.stack, error.details, String(error.cause)]);
  assert.ok(!shown.includes(key), error.message);
  return error;
};
const streamed = (parts = []) => ({ onPart: (part) => parts.push(part) });

describe('a server in trouble', () => {
  for (const [name, code, call] of [
    ['drop', 'lm_network', {}],
    ['shortBody', 'lm_network', {}],
    ['longBody', 'lm_bad_response', {}],
    ['html', 'lm_bad_response', {}],
    ['truncatedAtOnce', 'lm_bad_response', streamed()],
    ['truncated', 'lm_network', streamed()],
    ['errorInStream', 'lm_network', streamed()],
    ['endless', 'lm_bad_response', streamed()],
    ['endlessLine', 'lm_bad_response', streamed()],
  ]) {
    it(`${name}: ${code}`, { timeout: 20_000 }, async () => {
      const error = await failure(model(name), call);
      assert.equal(error.code, code, error.message);
    });
  }

  it('is waited for no longer than said, from piece to piece and in all', { timeout: 20_000 }, async () => {
    const stalled = await failure(model('stalled', { timeout: 100 }));
    assert.equal(stalled.code, 'lm_timeout');
    const parts = [];
    const began = performance.now();
    const dripping = await failure(model('dripping', { timeout: 100, totalTimeout: 400, retries: 3 }), streamed(parts));
    assert.equal(dripping.code, 'lm_timeout');
    assert.match(dripping.message, /within 0\.4 s/);
    assert.ok(parts.length > 5);
    assert.ok(performance.now() - began < 2000);
  });

  it('is not asked again when it halts in the middle of an answer, of which parts are told already', async () => {
    const parts = [];
    const error = await failure(model('halting', { timeout: 80, retries: 3 }), streamed(parts));
    assert.equal(error.code, 'lm_timeout');
    assert.equal(parts.length, 1);
    assert.equal(server.seen.length, 1);
  });

  it('is given up at once when the signal says so', { timeout: 20_000 }, async () => {
    for (const name of ['stalled', 'dripping']) {
      const controller = new AbortController();
      setTimeout(() => controller.abort(), 50);
      const error = await failure(model(name, { retries: 3 }), { signal: controller.signal, ...streamed() });
      assert.equal(error.code, 'lm_aborted');
    }
  });

  it('bytes that are no UTF-8 are read with a mark in their place', async () => {
    assert.equal((await model('invalidUtf8').complete(request())).text, 'ab\ufffdcd');
  });

  it('asked too much it is left alone as long as it says, by all calls, and then asked by fewer', async () => {
    const lm = model('storm', { retries: 6 });
    const began = performance.now();
    const texts = await Promise.all(
      Array.from({ length: 12 }, (_, i) => lm.complete(request(`What is ${i}?`)).then(({ text }) => text)),
    );
    assert.equal(texts.length, 12);
    assert.ok(performance.now() - began >= 60);
    assert.ok(server.seen.length >= 12 && server.seen.length <= 12 * 4, `${server.seen.length} requests`);
  });
});

describe('redirects', () => {
  it('are followed at home', async () => {
    const baseURL = `${server.origin}/redirect/307/${encodeURIComponent('/v1')}`;
    const { text } = await model('ok', { baseURL }).complete(request());
    assert.match(text, /answer/);
    assert.equal(server.seen[0].headers.authorization, `Bearer ${key}`);
  });

  it('to elsewhere are refused, as the key would go with them', async () => {
    const stranger = await faultServer();
    try {
      const baseURL = `${server.origin}/redirect/307/${encodeURIComponent(`${stranger.origin}/v1`)}`;
      const error = await failure(model('ok', { baseURL }));
      assert.equal(error.code, 'lm_redirected');
      assert.match(error.message, /127\.0\.0\.1:\d+/);
      assert.equal(stranger.seen.length, 0);
      const page = await failure(
        model('ok', { baseURL: `${server.origin}/redirect/302/${encodeURIComponent('/v1')}` }),
      );
      assert.equal(page.code, 'lm_redirected');
    } finally {
      await stranger.close();
    }
  });
});

describe('rate limits', () => {
  it('let no more requests pass than they say', async () => {
    const lm = model('ok', { rateLimit: { requestsPerMinute: 1200 } }); // 20 a second, bursts of 120
    const began = performance.now();
    await Promise.all(Array.from({ length: 130 }, (_, i) => lm.complete(request(`What is ${i}?`))));
    assert.ok(performance.now() - began >= 480, 'ten more than the burst take half a second');
  });

  it('count tokens, as estimated before and as told afterwards', async () => {
    const lm = model('ok', { rateLimit: { tokensPerMinute: 6000 } }); // 100 a second, bursts of 600
    const began = performance.now();
    for (let i = 0; i < 14; ++i) await lm.complete(request(`What is ${i}?`)); // 48 each
    const milliseconds = performance.now() - began;
    assert.ok(milliseconds >= 200 && milliseconds < 3000, `${milliseconds} ms`);
  });

  it('a call that gives up while it waits lets the next one pass', async () => {
    const lm = model('ok', { rateLimit: { requestsPerMinute: 600 } });
    const controller = new AbortController();
    const calls = Array.from({ length: 62 }, (_, i) =>
      lm.complete(request(`What is ${i}?`), i === 60 ? { signal: controller.signal } : {}),
    );
    controller.abort();
    const outcomes = await Promise.allSettled(calls);
    assert.deepEqual(
      outcomes
        .map(({ status }) => status === 'rejected')
        .map((failed, i) => (failed ? i : -1))
        .filter((i) => i >= 0),
      [60],
    );
    assert.equal(outcomes[60].reason.code, 'lm_aborted');
  });
});

describe('what an answer holds', () => {
  it('streamed or whole, it is the same', async () => {
    const { text, finishReason, usage } = await model('ok').complete(request());
    const parts = [];
    const other = await model('ok').complete(request(), streamed(parts));
    assert.equal(parts.join(''), text);
    assert.deepEqual(
      { text, finishReason, usage },
      { text: other.text, finishReason: other.finishReason, usage: other.usage },
    );
  });
});
