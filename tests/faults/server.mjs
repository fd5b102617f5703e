// A server of chat completions that does what no real one does on demand. What goes wrong is in the model's name
// (`truncated`, `storm`, …), or, for `flaky`, decided by a hash of the request and how often it came: the same each time.
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';

const words = (text) => text.match(/\S+\s*/g) ?? [];

/** What the server answers: a value that depends on the last message alone. */
export function answerTo(question) {
  const hash = createHash('sha256').update(question).digest('hex');
  return Number.parseInt(hash.slice(0, 6), 16) % 7 === 0 ? 'no idea' : `answer ${question.match(/\d+/)?.[0] ?? ''}`;
}

const usage = { prompt_tokens: 40, completion_tokens: 8 };
const whole = (text) =>
  JSON.stringify({ model: 'faulty', choices: [{ message: { content: text }, finish_reason: 'stop' }], usage });
const event = (data) => `data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`;
const delta = (content, finish_reason = null) => ({ choices: [{ delta: { content }, finish_reason }] });

const head = (response, type = 'application/json', headers = {}) =>
  response.writeHead(200, { 'content-type': type, ...headers });
const refuse = (response, status, message, headers = {}) => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify({ error: { message } }));
};
const stream = (response) => head(response, 'text/event-stream');

/** By the model's name: (response, text of the answer, {body, times}) => void. */
const faults = {
  ok: (response, text, { body }) => {
    if (!body.stream) {
      head(response);
      response.end(whole(text));
      return;
    }
    stream(response);
    for (const word of words(text)) response.write(event(delta(word)));
    response.write(event(delta('', 'stop')));
    response.write(event({ choices: [], usage }));
    response.end(event('[DONE]'));
  },
  drop: (response) => response.socket.destroy(),
  /** A header and no more. */
  stalled: (response) => {
    head(response);
    response.flushHeaders();
  },
  /** A word, and no more. */
  halting: (response, text) => {
    stream(response);
    response.write(event(delta(words(text)[0])));
  },
  /** A byte now and then, and never the end. */
  dripping: (response) => {
    stream(response);
    const timer = setInterval(() => response.write(event(delta('.'))), 20);
    response.on('close', () => clearInterval(timer));
  },
  /** As much as anyone will read. */
  endless: (response) => {
    stream(response);
    const block = event(delta('x'.repeat(60_000)));
    const more = () => {
      while (!response.destroyed && response.write(block));
    };
    response.on('drain', more);
    more();
  },
  /** One line without an end. */
  endlessLine: (response) => {
    stream(response);
    const block = 'x'.repeat(65_536);
    const more = () => {
      while (!response.destroyed && response.write(block));
    };
    response.on('drain', more);
    more();
  },
  truncated: (response, text) => {
    stream(response);
    response.end(event(delta(words(text)[0])));
  },
  truncatedAtOnce: (response) => {
    stream(response);
    response.end('data: {"choi');
  },
  shortBody: (response, text) => {
    head(response, 'application/json', { 'content-length': Buffer.byteLength(whole(text)) + 10 });
    response.write(whole(text));
    setTimeout(() => response.socket?.destroy(), 20);
  },
  longBody: (response, text) => {
    response.socket.end(
      `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 10\r\n\r\n${whole(text)}`,
    );
  },
  invalidUtf8: (response) => {
    head(response);
    const bytes = Buffer.from(whole('ab?cd'));
    bytes[bytes.indexOf('?')] = 0xff;
    response.end(bytes);
  },
  errorInStream: (response, text) => {
    stream(response);
    response.write(event(delta(words(text)[0])));
    response.end(event({ error: { message: 'overloaded', type: 'overloaded_error' } }));
  },
  html: (response) => {
    head(response, 'text/html');
    response.end('<!doctype html><title>x</title>');
  },
  /** Nothing passes until it has refused three times. */
  storm: (response, text, context) => {
    if (context.times <= 3) refuse(response, 429, 'slow down', { 'retry-after-ms': '30' });
    else faults.ok(response, text, context);
  },
  /** A share of requests fails at first, and a few for good. */
  flaky: (response, text, context) => {
    const chance = context.chance * 1000;
    if (chance < 2) return refuse(response, 500, 'for good');
    if (context.times > 1 + (chance < 20 ? 1 : 0)) return faults.ok(response, text, context);
    if (chance < 20) return faults.drop(response);
    if (chance < 40) return refuse(response, 503, 'busy');
    if (chance < 70) return refuse(response, 429, 'slow down', { 'retry-after-ms': '5' });
    if (chance < 80) return faults.shortBody(response, text);
    setTimeout(() => faults.ok(response, text, context), 20 * ((chance * 7.3) % 1));
  },
};

/** Starts one. `seen` has {question, model, times} of each request in order; `onRequest` is told of each. */
export async function faultServer({ onRequest = () => {}, port = 0 } = {}) {
  const seen = [];
  const counts = new Map();
  let open = 0;
  const stats = { most: 0 };
  let onClose = () => {};
  const server = createServer((request, response) => {
    stats.most = Math.max(stats.most, ++open);
    response.on('close', () => {
      --open;
      onClose();
    });
    let text = '';
    request.on('data', (data) => {
      text += data;
    });
    request.on('end', () => {
      if (request.url.startsWith('/redirect')) {
        const [, , status, where] = request.url.split('/');
        response.writeHead(Number(status), { location: decodeURIComponent(where) });
        response.end();
        return;
      }
      const body = JSON.parse(text);
      const question = body.messages.at(-1).content;
      const key = `${body.model}\n${question}`;
      const times = (counts.get(key) ?? 0) + 1;
      counts.set(key, times);
      const chance = Number.parseInt(createHash('sha256').update(key).digest('hex').slice(0, 8), 16) / 2 ** 32;
      const entry = { model: body.model, question, times, headers: request.headers, body };
      seen.push(entry);
      onRequest(entry);
      const reply = `[[ ## answer ## ]]\n${answerTo(question)}\n\n[[ ## completed ## ]]`;
      (faults[body.model] ?? faults.ok)(response, reply, { body, times, chance });
    });
  });
  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${server.address().port}`;
  return {
    origin,
    baseURL: `${origin}/v1`,
    seen,
    stats,
    /** When the next answer is over, or its reader has gone. */
    closed: () =>
      new Promise((resolve) => {
        onClose = resolve;
      }),
    forget() {
      seen.length = 0;
      counts.clear();
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
