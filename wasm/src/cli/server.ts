import { createHash } from 'node:crypto';
import { createReadStream, type Stats } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { extname, join, sep } from 'node:path';
import { LMAbortedError, LMBadRequestError, LMError, messageOf, StropError } from '../errors.js';
import type { LM, LMConfig, LMMessage, LMRequest, LMResponse } from '../lm/types.js';

/** What is served, and where. */
export interface ServerOptions {
  /** The built playground. */
  directory: string | undefined;
  lm: LM | undefined;
  host: string;
  port: number;
}

const mostBody = 4 * 2 ** 20;
const mostTokens = 4096;

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.jsonl': 'application/jsonl; charset=utf-8',
  '.csv': 'text/csv; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.webmanifest': 'application/manifest+json',
};

/** The page may run its own scripts and WebAssembly, and reach models of the user's choice, nothing else. */
const headers = {
  'content-security-policy':
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
    "connect-src 'self' https: http://localhost:* http://127.0.0.1:*; object-src 'none'; base-uri 'none'; form-action 'none'; " +
    "frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

/** A server that answers this machine only, and no page of another site. Listens when it is given back. */
export async function startServer(options: ServerOptions): Promise<{ server: Server; url: string }> {
  const directory = options.directory === undefined ? undefined : await realpath(options.directory);
  const server = createServer((request, response) => {
    answer(request, response, { ...options, directory }).catch((error) => refuse(response, error));
  });
  server.requestTimeout = 30_000;
  server.headersTimeout = 10_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : options.port;
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  return { server, url: `http://${host}:${port}/` };
}

/** An answer that is an error of the one who asked. */
class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

async function answer(request: IncomingMessage, response: ServerResponse, options: ServerOptions): Promise<void> {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  checkOrigin(request, options.host);
  const { pathname } = new URL(request.url ?? '/', 'http://localhost');
  if (pathname === '/v1' || pathname.startsWith('/v1/')) return await api(pathname, request, response, options.lm);
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    throw new Refusal(405, 'method_not_allowed', `${request.method} is not for ${pathname}.`);
  }
  await file(pathname, request, response, options.directory);
}

/**
 * Refuses what a page of another site has caused: it names its origin, or has pointed a name of its own at this
 * machine, which then stands in Host.
 */
function checkOrigin(
  { headers: { host, origin, 'sec-fetch-site': site }, socket }: IncomingMessage,
  listens: string,
): void {
  const at = `:${socket.localPort}`;
  const own = ['127.0.0.1', 'localhost', '[::1]', listens.includes(':') ? `[${listens}]` : listens];
  const anyHost = listens === '0.0.0.0' || listens === '::'; // then the names of this machine are unknown, addresses are not names
  const named = (host ?? '').toLowerCase();
  const known = own.some((name) => named === `${name}${at}` || (socket.localPort === 80 && named === name));
  if (!known && !(anyHost && /^(\d{1,3}(\.\d{1,3}){3}|\[[\da-f:]+\])(:\d+)?$/.test(named))) {
    throw new Refusal(
      421,
      'wrong_host',
      `This server is not ${JSON.stringify(host ?? '')}. Open it as http://127.0.0.1${at}/.`,
    );
  }
  if ((origin !== undefined && origin !== `http://${named}`) || site === 'cross-site' || site === 'same-site') {
    throw new Refusal(
      403,
      'cross_origin',
      'This server answers its own page and programs on this machine, not other sites.',
    );
  }
}

async function file(
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
  directory: string | undefined,
): Promise<void> {
  if (directory === undefined)
    throw new Refusal(404, 'no_playground', 'The playground is not here; the API is at /v1.');
  let name: string;
  try {
    name = decodeURIComponent(path);
  } catch {
    throw new Refusal(400, 'bad_path', 'The path is not valid.');
  }
  if (name.includes('\0')) throw new Refusal(400, 'bad_path', 'The path is not valid.');
  const notFound = () => new Refusal(404, 'not_found', `There is no ${path}.`);
  const found = await realpath(join(directory, name.endsWith('/') ? `${name}index.html` : name)).catch(() => {
    throw notFound();
  });
  if (found !== directory && !found.startsWith(directory + sep)) throw notFound(); // a link, or ..
  const info = await stat(found);
  if (!info.isFile()) throw notFound();
  const tag = tagOf(info);
  response.setHeader('content-type', types[extname(found).toLowerCase()] ?? 'application/octet-stream');
  response.setHeader('etag', tag);
  // Names with a hash of the content never mean something else.
  const immutable = /[-.][\w-]{8,}\.\w+$/.test(found) && name.includes('/assets/');
  response.setHeader('cache-control', immutable ? 'public, max-age=31536000, immutable' : 'no-cache');
  if (request.headers['if-none-match'] === tag) {
    response.writeHead(304).end();
    return;
  }
  response.setHeader('content-length', info.size);
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  await new Promise<void>((resolve, reject) => {
    createReadStream(found).on('error', reject).pipe(response).on('close', resolve);
  });
}

function tagOf({ size, mtimeMs }: Stats): string {
  return `"${createHash('sha256').update(`${size} ${mtimeMs}`).digest('base64url').slice(0, 16)}"`;
}

async function api(
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
  lm: LM | undefined,
): Promise<void> {
  if (path === '/v1/models') {
    if (request.method !== 'GET') throw new Refusal(405, 'method_not_allowed', 'Models are asked for by GET.');
    const data = lm ? [{ id: lm.model, object: 'model', created: 0, owned_by: 'local' }] : [];
    sendJson(response, 200, { object: 'list', data });
    return;
  }
  if (path !== '/v1/completions' && path !== '/v1/chat/completions')
    throw new Refusal(404, 'not_found', `There is no ${path}.`);
  if (request.method !== 'POST') throw new Refusal(405, 'method_not_allowed', 'Completions are asked for by POST.');
  if (!lm) throw new Refusal(503, 'no_model', 'No local model is served. `strop fetch-model` fetches one.');
  const chat = path === '/v1/chat/completions';
  const body = await readBody(request);
  const asked = requestOf(body, chat);
  const aborted = new AbortController();
  response.on('close', () => aborted.abort()); // nobody waits any more
  const id = `${chat ? 'chatcmpl' : 'cmpl'}-${createHash('sha256').update(`${Date.now()} ${Math.random()}`).digest('hex').slice(0, 24)}`;
  const head = { id, created: Math.floor(Date.now() / 1000), model: lm.model };
  if (body.stream === true) {
    await stream(
      response,
      lm,
      asked,
      aborted.signal,
      head,
      chat,
      Boolean((body.stream_options as { include_usage?: unknown })?.include_usage),
    );
    return;
  }
  const reply = await lm.complete(asked, { signal: aborted.signal });
  const choice = chat ? { message: { role: 'assistant', content: reply.text } } : { text: reply.text, logprobs: null };
  sendJson(response, 200, {
    ...head,
    object: chat ? 'chat.completion' : 'text_completion',
    choices: [{ index: 0, ...choice, finish_reason: reply.finishReason ?? 'stop' }],
    usage: usageOf(reply),
  });
}

async function stream(
  response: ServerResponse,
  lm: LM,
  asked: LMRequest,
  signal: AbortSignal,
  head: object,
  chat: boolean,
  withUsage: boolean,
): Promise<void> {
  const object = chat ? 'chat.completion.chunk' : 'text_completion';
  const send = (data: object) => void response.write(`data: ${JSON.stringify({ ...head, object, ...data })}\n\n`);
  const choice = (text: string, finish: string | null) => ({
    choices: [{ index: 0, ...(chat ? { delta: text ? { content: text } : {} } : { text }), finish_reason: finish }],
  });
  let begun = false;
  const begin = () => {
    if (begun) return;
    begun = true;
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store' });
    if (chat) send({ choices: [{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }] });
  };
  try {
    const onPart = (text: string) => {
      begin();
      send(choice(text, null));
    };
    const reply = await lm.complete(asked, { signal, onPart });
    begin();
    send(choice('', reply.finishReason ?? 'stop'));
    if (withUsage) send({ choices: [], usage: usageOf(reply) });
    response.end('data: [DONE]\n\n');
  } catch (error) {
    if (!begun) throw error;
    send({ error: errorOf(error) });
    response.end();
  }
}

async function readBody(request: IncomingMessage): Promise<Record<string, unknown>> {
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) {
    throw new Refusal(415, 'not_json', 'The body must be application/json.');
  }
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of request) {
    size += (piece as Buffer).length;
    if (size > mostBody) throw new Refusal(413, 'too_large', `The body is larger than ${mostBody / 2 ** 20} MiB.`);
    pieces.push(piece as Buffer);
  }
  let body: unknown;
  try {
    body = JSON.parse(Buffer.concat(pieces).toString('utf8'));
  } catch (error) {
    throw new Refusal(400, 'not_json', `The body is not JSON: ${messageOf(error)}`);
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new Refusal(400, 'not_json', 'The body must be a JSON object.');
  }
  return body as Record<string, unknown>;
}

function requestOf(body: Record<string, unknown>, chat: boolean): LMRequest {
  const config: LMConfig = {
    maxTokens: number(body, 'max_completion_tokens', 1, mostTokens) ?? number(body, 'max_tokens', 1, mostTokens) ?? 512,
  };
  const temperature = number(body, 'temperature', 0, 2);
  const topP = number(body, 'top_p', 0, 1);
  const seed = number(body, 'seed', 0, 2 ** 32 - 1);
  if (temperature !== undefined) config.temperature = temperature;
  if (topP !== undefined) config.topP = topP;
  if (seed !== undefined) config.seed = seed;
  const { stop } = body;
  if (stop !== undefined && stop !== null) {
    const list = typeof stop === 'string' ? [stop] : stop;
    if (
      !Array.isArray(list) ||
      list.length > 16 ||
      list.some((text) => typeof text !== 'string' || text.length > 256)
    ) {
      throw new Refusal(400, 'bad_stop', '`stop` must be a text, or at most 16 of them.');
    }
    config.stop = list as string[];
  }
  if (!chat) {
    if (typeof body.prompt !== 'string') throw new Refusal(400, 'bad_prompt', '`prompt` must be a text.');
    return { messages: [{ role: 'user', content: body.prompt }], completion: true, config };
  }
  const { messages } = body;
  if (!Array.isArray(messages) || messages.length === 0 || messages.some((message) => !isMessage(message))) {
    throw new Refusal(
      400,
      'bad_messages',
      '`messages` must be a list of { role, content }, with content a text or parts of text.',
    );
  }
  return { messages: messages as LMMessage[], config };
}

function isMessage(message: unknown): message is LMMessage {
  const { role, content } = (message ?? {}) as { role?: unknown; content?: unknown };
  const isPart = (part: unknown) => typeof (part as { text?: unknown } | null)?.text === 'string';
  return typeof role === 'string' && (typeof content === 'string' || (Array.isArray(content) && content.every(isPart)));
}

function number(body: Record<string, unknown>, name: string, least: number, most: number): number | undefined {
  const value = body[name];
  if (value === undefined || value === null) return undefined;
  const whole = name !== 'temperature' && name !== 'top_p';
  if (typeof value !== 'number' || !(value >= least && value <= most) || (whole && !Number.isInteger(value))) {
    throw new Refusal(
      400,
      `bad_${name}`,
      `\`${name}\` must be a ${whole ? 'whole ' : ''}number from ${least} to ${most}.`,
    );
  }
  return value;
}

function usageOf({ usage }: LMResponse): object | null {
  if (!usage) return null;
  const { inputTokens, outputTokens, cachedInputTokens } = usage;
  return {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
    ...(cachedInputTokens === undefined ? {} : { prompt_tokens_details: { cached_tokens: cachedInputTokens } }),
  };
}

function errorOf(error: unknown): { message: string; type: string; code: string } {
  const code = error instanceof Refusal || error instanceof StropError ? error.code : 'internal';
  return { message: messageOf(error), type: code === 'internal' ? 'server_error' : 'invalid_request_error', code };
}

function refuse(response: ServerResponse, error: unknown): void {
  if (error instanceof LMAbortedError || response.writableEnded) {
    response.destroy();
    return;
  }
  const status =
    error instanceof Refusal
      ? error.status
      : error instanceof LMBadRequestError
        ? 400
        : error instanceof LMError
          ? 502
          : 500;
  if (response.headersSent) response.destroy();
  else {
    if (status === 413) response.setHeader('connection', 'close');
    sendJson(response, status, { error: errorOf(error) });
  }
}

function sendJson(response: ServerResponse, status: number, value: object): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
  response.end(`${JSON.stringify(value)}\n`);
}
