// Answers are in the form that the providers document: platform.openai.com/docs/api-reference/embeddings,
// ai.google.dev/api/embeddings and github.com/ollama/ollama/blob/main/docs/api.md#generate-embeddings.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { geminiEmbeddings, ollamaEmbeddings, openaiEmbeddings } from 'strop';
import { hidesKey, json, key, server } from './server.mjs';

/** What a text's vector is here. */
const vector = (text) => [text.length, Number(text.slice(1)) || 0];
const providers = {
  openai: {
    make: openaiEmbeddings,
    body: (input) => ({ model: 'm', input, encoding_format: 'float', dimensions: 2 }),
    path: '/embeddings',
    texts: ({ input }) => input,
    // out of order, as the index says
    answer: (texts) => ({
      object: 'list',
      data: texts.map((text, index) => ({ object: 'embedding', index, embedding: vector(text) })).reverse(),
      usage: { prompt_tokens: texts.length, total_tokens: texts.length },
    }),
  },
  gemini: {
    make: geminiEmbeddings,
    body: (texts) => ({
      requests: texts.map((text) => ({ model: 'models/m', content: { parts: [{ text }] }, outputDimensionality: 2 })),
    }),
    path: '/models/m:batchEmbedContents',
    texts: ({ requests }) => requests.map(({ content }) => content.parts[0].text),
    answer: (texts) => ({ embeddings: texts.map((text) => ({ values: vector(text) })) }),
  },
  ollama: {
    make: ollamaEmbeddings,
    body: (input) => ({ model: 'm', input, dimensions: 2 }),
    path: '/api/embed',
    texts: ({ input }) => input,
    answer: (texts) => ({ model: 'm', embeddings: texts.map(vector), prompt_eval_count: texts.length }),
  },
};

for (const [name, { make, body, path, texts: textsOf, answer }] of Object.entries(providers)) {
  describe(`embeddings of ${name}`, () => {
    const here = server(); // its own: calls that were given up may still come when the next provider's turn has begun
    const model = (options) =>
      make({ model: 'm', baseURL: here.url, apiKey: key, retries: 0, dimensions: 2, ...options });
    const embed = (texts, options, call) => {
      here.seen.length = 0;
      return model(options).embed(texts, call);
    };
    const serve = (request, response, asked) => json(200, answer(textsOf(asked)))(request, response);

    it('makes vectors', async () => {
      here.serve = serve;
      const made = await embed(['a1', 'b22']);
      assert.deepEqual(made, {
        vectors: [
          [2, 1],
          [3, 22],
        ],
        ...(name === 'gemini' ? {} : { usage: { inputTokens: 2 } }),
      });
      const [{ url, headers, body: asked }] = here.seen;
      assert.equal(url, path);
      assert.deepEqual(asked, body(['a1', 'b22']));
      assert.equal(name === 'gemini' ? headers['x-goog-api-key'] : headers.authorization?.slice(7), key);
      assert.equal(make({ model: 'm' }).model, 'm');
    });

    it('makes many in their order, a hundred at a time', async () => {
      const texts = Array.from({ length: 1234 }, (_, i) => `t${i}`);
      let open = 0;
      let most = 0;
      here.serve = (request, response, asked) => {
        most = Math.max(most, ++open);
        setTimeout(() => {
          --open;
          serve(request, response, asked);
        }, 20 - here.seen.length);
      };
      const { vectors } = await embed(texts);
      assert.deepEqual(vectors, texts.map(vector));
      assert.deepEqual(
        here.seen.map(({ body }) => textsOf(body).length).sort((a, b) => a - b),
        [34, ...Array(12).fill(100)],
      );
      assert.equal(most, 4);
      assert.deepEqual((await embed([])).vectors, []);
      assert.equal(here.seen.length, 0);
      here.serve = serve;
      await embed(texts, { batchSize: 1000 });
      assert.equal(here.seen.length, 2);
    });

    it('does not take too few vectors, nor what is none', async () => {
      for (const wrong of [
        answer(['a']),
        answer(['a', 'b', 'c']),
        { data: [{ embedding: ['x'] }, { embedding: [] }] },
        {},
      ]) {
        here.serve = json(200, wrong);
        await assert.rejects(embed(['a', 'b']), { code: 'lm_bad_response' });
      }
    });

    it('says what is wrong, without the key', async () => {
      for (const [status, name] of [
        [401, 'LMAuthError'],
        [429, 'LMRateLimitError'],
        [500, 'LMOverloadedError'],
      ]) {
        here.serve = json(status, { error: { message: `No: ${key}` } });
        const error = await embed(Array(900).fill(name)).then(assert.fail, (error) => error);
        assert.equal(error.name, name);
        hidesKey(error);
        const asked = here.seen.filter(({ body }) => textsOf(body)[0] === name);
        assert.ok(asked.length <= 4, 'the rest is not asked for');
      }
      here.serve = json(200, { said: key });
      hidesKey(await embed(['a']).then(assert.fail, (error) => error));
      await assert.rejects(embed(['a'], {}, { signal: AbortSignal.abort() }), { code: 'lm_aborted' });
      for (const wrong of [{ batchSize: 0 }, { dimensions: 1.5 }, { concurrency: -1 }])
        assert.throws(() => model(wrong), { code: 'bad_option' });
      assert.throws(() => make({ model: '' }), { code: 'no_model' });
    });
  });
}
