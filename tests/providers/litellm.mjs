// LiteLLM's proxy, and the server of a model behind it, which answers as a test says and keeps what it was asked.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const key = 'sk-proxy-0123456789abcdef';

const listen = (server) =>
  new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server.address().port)));

/** Starts both: {url, upstream, stop}; `upstream.answer` is the message that the model gives, or a status that it refuses with. */
export async function startProxy(python) {
  const upstream = { answer: { content: '' }, bodies: [] };
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (data) => {
      text += data;
    });
    request.on('end', () => {
      if (request.method !== 'POST') return response.writeHead(404).end(); // it also asks which models there are
      const body = JSON.parse(text);
      upstream.bodies.push(body);
      reply(upstream.answer, body, response);
    });
  });
  const port = await listen(server);
  const params = { model: 'hosted_vllm/m', api_base: `http://127.0.0.1:${port}/v1`, api_key: 'sk-upstream' };
  const config = {
    model_list: [
      { model_name: 'm', litellm_params: params },
      { model_name: 'mock', litellm_params: { ...params, mock_response: 'A mock.' } },
      { model_name: 'chat', litellm_params: { ...params, model: 'custom_openai/m' } }, // to which it translates responses
      ...['RateLimitError', 'InternalServerError', 'ContextWindowExceededError'].map((error) => ({
        model_name: error,
        litellm_params: { model: 'hosted_vllm/m', api_key: 'x', mock_response: `litellm.${error}` },
      })),
    ],
    general_settings: { master_key: key },
    litellm_settings: { num_retries: 0, telemetry: false },
    router_settings: { num_retries: 0, disable_cooldowns: true },
  };
  const folder = mkdtempSync(join(tmpdir(), 'strop-litellm-'));
  writeFileSync(join(folder, 'config.yaml'), JSON.stringify(config)); // JSON is YAML
  const free = createServer();
  const proxyPort = await listen(free);
  await new Promise((resolve) => free.close(resolve));
  const url = `http://127.0.0.1:${proxyPort}`;
  const main = 'from litellm import run_server; run_server()'; // its own script names where it was installed, and that is moved
  const args = ['-c', main, '--config', join(folder, 'config.yaml'), '--host', '127.0.0.1', '--port', `${proxyPort}`];
  const env = { PATH: process.env.PATH, HOME: folder, LITELLM_LOCAL_MODEL_COST_MAP: 'True', NO_PROXY: '127.0.0.1' };
  const proxy = spawn(python, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const output of [proxy.stdout, proxy.stderr]) {
    output.on('data', (data) => {
      said = `${said}${data}`.slice(-4000);
    });
  }
  const ended = new Promise((resolve) => proxy.on('exit', resolve));
  const kill = () => proxy.kill();
  process.on('exit', kill);
  const stop = async () => {
    process.off('exit', kill);
    kill();
    await ended;
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  };
  const deadline = Date.now() + 120_000;
  while (
    !(await fetch(`${url}/health/liveliness`).then(
      ({ ok }) => ok,
      () => false,
    ))
  ) {
    if (proxy.exitCode !== null || Date.now() > deadline) {
      await stop();
      throw new Error(`LiteLLM's proxy does not start:\n${said}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  return { url, upstream, stop };
}

/** As vLLM answers: whole, or in pieces of some letters. */
function reply(answer, { stream }, response) {
  if (answer === 'silence') return;
  if (typeof answer === 'number') {
    response.writeHead(answer, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ error: { message: `It is ${answer}.`, code: answer } }));
    return;
  }
  const { finish = answer.tool_calls ? 'tool_calls' : 'stop', ...message } = answer;
  const base = { id: 'chatcmpl-1', created: 1, model: 'm' };
  const usage = { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 };
  if (!stream) {
    const choices = [{ index: 0, message: { role: 'assistant', content: null, ...message }, finish_reason: finish }];
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ ...base, object: 'chat.completion', choices, usage }));
    return;
  }
  const pieces = (text) => text?.match(/.{1,4}/gsu) ?? [];
  const deltas = [
    { role: 'assistant', content: '' },
    ...pieces(message.reasoning_content).map((reasoning_content) => ({ reasoning_content })),
    ...pieces(message.content).map((content) => ({ content })),
    ...(message.tool_calls ?? []).flatMap(({ id, type, function: { name, arguments: text } }, index) => [
      { tool_calls: [{ index, id, type, function: { name, arguments: '' } }] },
      ...pieces(text).map((part) => ({ tool_calls: [{ index, function: { arguments: part } }] })),
    ]),
  ];
  const chunk = (more) => `data: ${JSON.stringify({ ...base, object: 'chat.completion.chunk', ...more })}\n\n`;
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const delta of deltas) response.write(chunk({ choices: [{ index: 0, delta, finish_reason: null }] }));
  response.write(chunk({ choices: [{ index: 0, delta: {}, finish_reason: finish }] }));
  response.write(chunk({ choices: [], usage }));
  response.end('data: [DONE]\n\n');
}
