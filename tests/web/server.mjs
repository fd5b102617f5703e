// Serves the built playground as the project's own server does: with the content security policy as a header. On
// demand it also speaks the OpenAI API, answered by a function.

import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';

export const policy =
  "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self' https: http://localhost:* http://127.0.0.1:*; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.wasm': 'application/wasm',
  '.woff2': 'font/woff2',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
};

/** @param {{ root: string, port?: number, answer?: (body: any, request: import('node:http').IncomingMessage) => { status?: number, json: unknown } }} options */
export async function serve({ root, port = 0, answer }) {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://x');
    if (pathname.startsWith('/v1/')) {
      const cors = { 'access-control-allow-origin': '*', 'access-control-allow-headers': '*' };
      if (!answer) return response.writeHead(404, cors).end();
      if (request.method === 'OPTIONS') return response.writeHead(204, cors).end();
      let text = '';
      for await (const chunk of request) text += chunk;
      const { status = 200, json } = answer(text ? JSON.parse(text) : undefined, request);
      return response.writeHead(status, { ...cors, 'content-type': 'application/json' }).end(JSON.stringify(json));
    }
    const path = normalize(pathname === '/' ? '/index.html' : pathname).replace(/^(\.\.[/\\])+/, '');
    try {
      const body = await readFile(join(root, path));
      response.writeHead(200, {
        'content-type': types[extname(path)] ?? 'application/octet-stream',
        'content-security-policy': policy,
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cache-control': 'no-store',
      });
      response.end(body);
    } catch {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('Not found');
    }
  });
  await new Promise((resolve) => server.listen(port, '127.0.0.1', () => resolve(undefined)));
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : port}/`;
  const close = () =>
    new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections(); // a browser keeps some open that it never uses, and the server would wait for them
    });
  return { url, close };
}
