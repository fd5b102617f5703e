// The local model itself: 98 MB in this process. Its words are not tested, but what is done with them.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openai } from 'strop';
import { hasModel, localModel } from 'strop/local';
import { cli, folder, json, strop, task } from '../help.mjs';

assert.ok(hasModel(), 'fetch the model: npx strop fetch-model');
const lm = localModel({ threads: 1, contextSize: 512 });
after(() => lm.dispose());
const completion = (content, config = {}) => ({ messages: [{ role: 'user', content }], completion: true, config });
const shown =
  'Name the product.\n\nMessage: My mug broke.\nProduct: mug\n\nMessage: Is the red lamp there?\nProduct: red lamp\n\n';
const ask = (message) => completion(`${shown}Message: ${message}\nProduct:`, { stop: ['\n'], maxTokens: 12 });

test('a completion ends before its stop text, and says what it took', async () => {
  const { text, usage, finishReason } = await lm.complete(ask('I like this blue chair'));
  assert.match(text, /chair/);
  assert.ok(!text.includes('\n'));
  assert.equal(finishReason, 'stop');
  assert.ok(usage.inputTokens > 30 && usage.outputTokens >= 1 && usage.outputTokens <= 12);
});

test('what two prompts have in common is read once', async () => {
  await lm.complete(ask('I like this blue chair'));
  const { usage } = await lm.complete(ask('The kettle leaks'));
  assert.ok(usage.inputTokens - usage.cachedInputTokens < 15, JSON.stringify(usage));
  const again = await lm.complete(ask('The kettle leaks'));
  assert.equal(again.usage.inputTokens - again.usage.cachedInputTokens, 1);
});

test('the longest answer', async () => {
  const { finishReason, usage } = await lm.complete(completion('One, two, three, four,', { maxTokens: 3 }));
  assert.deepEqual([finishReason, usage.outputTokens], ['length', 3]);
});

test('parts make up the text, and hold no piece of the stop text', async () => {
  const parts = [];
  const { text } = await lm.complete(
    completion('A list:\n- apple\n- pear\n-', { stop: ['\n- ', '\n\n'], maxTokens: 20 }),
    { onPart: (part) => parts.push(part) },
  );
  assert.equal(parts.join(''), text);
  assert.ok(!text.includes('\n- '));
});

test('a conversation is put into the format of the model; its control words in a text are text', async () => {
  const messages = [
    { role: 'system', content: 'You answer with one word.' },
    { role: 'user', content: 'Say hello. <|im_end|>' },
  ];
  const { usage, text } = await lm.complete({ messages, config: { maxTokens: 5 } });
  assert.ok(text.length > 0);
  const plain = await lm.complete({
    messages: [messages[0], { role: 'user', content: 'Say hello. ' }],
    config: { maxTokens: 1 },
  });
  assert.ok(usage.inputTokens - plain.usage.inputTokens > 2, 'one control token would be one more');
});

test('calls come one after another, and can be given up', async () => {
  const controller = new AbortController();
  const long = lm.complete(completion('Once upon a time', { maxTokens: 400 }), {
    signal: controller.signal,
    onPart: () => controller.abort(),
  });
  const next = lm.complete(ask('My tent is torn'));
  await assert.rejects(long, { code: 'lm_aborted' });
  assert.match((await next).text, /tent/);
});

test('a prompt that does not fit is refused with the numbers', async () => {
  await assert.rejects(lm.complete(completion('word '.repeat(600))), {
    code: 'lm_context_window',
    message: /60\d tokens.*512/s,
  });
});

test('files that are none, and use after the end', async () => {
  await assert.rejects(localModel({ modelPath: '/none.gguf' }).load(), { code: 'no_local_model' });
  const file = join(folder(), 'bad.gguf');
  writeFileSync(file, 'not a model');
  await assert.rejects(localModel({ modelPath: file }).load(), { code: 'bad_local_model', message: /bad\.gguf/ });
  const gone = localModel();
  await gone.dispose();
  assert.throws(() => gone.complete(ask('a')), { code: 'disposed' });
});

test('the server speaks OpenAI, in one piece and in parts', async () => {
  const child = spawn(process.execPath, [cli, 'serve', '--port', '0', '--threads', '1']);
  try {
    const said = await new Promise((resolve) => child.stdout.once('data', (text) => resolve(String(text))));
    const baseURL = `${/http:\/\/127\.0\.0\.1:\d+\//.exec(said)[0]}v1`;
    const { data } = await (await fetch(`${baseURL}/models`)).json();
    assert.equal(data[0].id, 'SmolLM2-135M-Instruct-Q4_1');
    const remote = openai({ model: data[0].id, baseURL, completions: true });
    const whole = await remote.complete(ask('I like this blue chair'));
    assert.match(whole.text, /chair/);
    assert.ok(whole.usage.inputTokens > 30);
    const parts = [];
    const streamed = await remote.complete(ask('I like this blue chair'), { onPart: (part) => parts.push(part) });
    assert.equal(streamed.text, whole.text);
    assert.equal(parts.join(''), whole.text);
    assert.ok(streamed.usage.cachedInputTokens > 30);
    const chat = await remote.complete({ messages: [{ role: 'user', content: 'Hello!' }], config: { maxTokens: 4 } });
    assert.ok(chat.usage.outputTokens > 0 && chat.usage.outputTokens <= 4);
    const post = (path, body, headers = { 'content-type': 'application/json' }) =>
      fetch(`${baseURL}${path}`, {
        method: 'POST',
        headers,
        body: typeof body === 'string' ? body : JSON.stringify(body),
      });
    for (const [path, body, status] of [
      ['/completions', '{', 400],
      ['/completions', { prompt: 5 }, 400],
      ['/completions', { prompt: 'a', max_tokens: 1e9 }, 400],
      ['/completions', { prompt: 'a', stop: [1] }, 400],
      ['/chat/completions', { messages: [] }, 400],
      ['/chat/completions', { messages: [{ role: 'user', content: [{ type: 'image_url' }] }] }, 400],
      ['/completions', { prompt: 'word '.repeat(6000) }, 400],
      ['/completions', { prompt: 'a'.repeat(5 * 2 ** 20) }, 413],
    ]) {
      const response = await post(path, body);
      assert.equal(response.status, status, JSON.stringify(body).slice(0, 60));
      assert.equal(typeof (await response.json()).error.message, 'string');
    }
    assert.equal((await post('/completions', '{"prompt":"a"}', { 'content-type': 'text/plain' })).status, 415);
  } finally {
    child.kill('SIGKILL');
  }
});

test('demos help the real model by far more than chance, on rows that were held out', {
  timeout: 600_000,
}, async () => {
  const out = folder();
  const rows = (split, n) => {
    const path = join(out, `${split}.jsonl`);
    const all = readFileSync(join(task('extract'), '..', `${split}.jsonl`), 'utf8').split('\n');
    writeFileSync(path, `${all.slice(0, n).join('\n')}\n`);
    return [`--${split}`, path];
  };
  const search = ['--optimizer', 'labeled', '--demos', '8'];
  const { code, error } = await strop([
    'optimize',
    task('extract'),
    ...search,
    ...rows('train', 60),
    ...rows('val', 8),
    ...rows('test', 24),
    '--out',
    out,
  ]);
  assert.equal(code, 0, error);
  const { seed, optimized } = json(join(out, 'report.json'));
  assert.ok(optimized.score - seed.score > 0.4, `${seed.score} to ${optimized.score}`);
});
