// What the tests of the command line share.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));
export const cli = join(root, 'wasm/dist/cli.js');
export const task = (name) => join(root, `examples/${name}/task.json`);
export const json = (path) => JSON.parse(readFileSync(path, 'utf8'));
export const lines = (path) => readFileSync(path, 'utf8').trimEnd().split('\n');

/** A folder that is gone after the tests. */
export function folder() {
  const path = mkdtempSync(join(tmpdir(), 'strop-cli-'));
  after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

const environment = { ...process.env, CI: '1', OPENAI_API_KEY: '', STROP_API_KEY: '' };

/** `strop ARGS`, and what it said. `child` is told to `during`. */
export async function strop(args, { input = '', env = {}, during } = {}) {
  const child = spawn(process.execPath, [cli, ...args], { env: { ...environment, ...env } });
  let out = '';
  let error = '';
  child.stdout.on('data', (text) => {
    out += text;
  });
  child.stderr.on('data', (text) => {
    error += text;
  });
  child.stdin.on('error', () => undefined); // it may have ended without reading
  child.stdin.end(input);
  const ended = new Promise((resolve) => {
    child.on('close', (code, signal) => resolve({ code: code ?? signal, out, error }));
  });
  await during?.(child, () => out);
  return ended;
}

/** A server with OpenAI's API whose model is a function from the prompt's last line but one to a text. */
export async function modelServer(reply) {
  const prompts = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const piece of request) body += piece;
    const { messages } = JSON.parse(body);
    prompts.push(JSON.stringify(messages));
    const { status = 200, text = '', error } = await reply(messages, prompts.length, request);
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify(
        error
          ? { error: { message: error } }
          : {
              choices: [{ message: { content: text }, finish_reason: 'stop' }],
              usage: { prompt_tokens: 10, completion_tokens: 2 },
            },
      ),
    );
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${server.address().port}/v1`, prompts, server };
}
