// A server that answers as a test says, and what every provider's transport has to do with one.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, describe, it } from 'node:test';

export const key = 'sk-test-0123456789abcdef';

/** Call it where tests are described: it runs as long as they do. */
export function server() {
  const it = { url: '', seen: [], serve: undefined };
  const http = createServer((request, response) => {
    let text = '';
    request.on('data', (data) => {
      text += data;
    });
    request.on('end', () => {
      it.seen.push({ url: request.url, headers: request.headers, body: JSON.parse(text) });
      it.serve(request, response, it.seen.at(-1).body);
    });
  });
  before(async () => {
    await new Promise((resolve) => http.listen(0, '127.0.0.1', resolve));
    it.url = `http://127.0.0.1:${http.address().port}`;
  });
  after(() => {
    http.closeAllConnections();
    http.close();
  });
  return it;
}

export const json =
  (status, body, headers = {}) =>
  (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
  };

/** A stream, cut into pieces of so many bytes. */
export const stream =
  (type, text, size = 11) =>
  async (_, response) => {
    response.writeHead(200, { 'content-type': type });
    const bytes = Buffer.from(text);
    for (let i = 0; i < bytes.length; i += size) response.write(bytes.subarray(i, i + size));
    response.end();
  };
/** Server-sent events, as the providers write them. */
export const events = (list, size) =>
  stream(
    'text/event-stream',
    list.map((data) => `${data.type ? `event: ${data.type}\n` : ''}data: ${JSON.stringify(data)}\n\n`).join(''),
    size,
  );
export const lines = (list, size) =>
  stream('application/x-ndjson', list.map((data) => `${JSON.stringify(data)}\n`).join(''), size);

export const question = { messages: [{ role: 'user', content: 'Hello' }], config: {} };

/** The calls' onPart and onReasoning, and what they heard. */
export function listener() {
  const heard = { text: [], thoughts: [] };
  return { heard, onPart: (part) => heard.text.push(part), onReasoning: (part) => heard.thoughts.push(part) };
}

/** What refusals mean, and that the key is never told: `make` gives a model of that server, `refusal` a provider's body. */
export function refusals(here, make, refusal) {
  describe('refusals', () => {
    for (const [status, name] of [
      [400, 'LMBadRequestError'],
      [401, 'LMAuthError'],
      [429, 'LMRateLimitError'],
      [500, 'LMOverloadedError'],
      [529, 'LMOverloadedError'],
    ]) {
      it(`${status} is ${name}, without the key`, async () => {
        here.serve = json(status, refusal(status, `The key ${key} has a problem.`));
        const error = await make()
          .complete(question)
          .then(assert.fail, (error) => error);
        assert.deepEqual([error.name, error.status], [name, status]);
        hidesKey(error);
        assert.match(error.message, /The key \[key\] has a problem/);
      });
    }
    it('an error in the middle of an answer, and a broken address, show no key', async () => {
      here.serve = json(200, refusal(500, `Key ${key}.`));
      hidesKey(
        await make()
          .complete(question)
          .then(assert.fail, (error) => error),
      );
      here.serve = events([refusal(500, `Key ${key}.`)]);
      hidesKey(
        await make()
          .complete(question, listener())
          .then(assert.fail, (error) => error),
      );
      here.serve = json(200, { nothing: key });
      const error = await make()
        .complete(question)
        .then(assert.fail, (error) => error);
      assert.equal(error.code, 'lm_bad_response');
      hidesKey(error);
      const fetch = async () => {
        throw new TypeError(`fetch failed with ${key}`);
      };
      hidesKey(
        await make({ fetch })
          .complete(question)
          .then(assert.fail, (error) => error),
      );
    });
    it('a stream that breaks off is no answer', async () => {
      here.serve = events([]);
      const error = await make()
        .complete(question, listener())
        .then(assert.fail, (error) => error);
      assert.match(error.code, /^lm_(bad_response|network)$/);
    });
    it('an answer that does not come', async () => {
      here.serve = () => undefined;
      const error = await make({ timeout: 50 })
        .complete(question)
        .then(assert.fail, (error) => error);
      assert.equal(error.code, 'lm_timeout');
    });
  });
}

export function hidesKey(error) {
  const told = JSON.stringify([
    error,
    error.message,
    error.stack,
    error.details,
    String(error.cause),
    `${error.cause?.cause}`,
  ]);
  assert.ok(!told.includes(key), told);
}
