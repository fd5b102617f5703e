// Arize Phoenix, started here, takes the spans by OTLP and gives them back by its API.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { ChainOfThought, Module, Predict } from 'strop';
import { instrument } from 'strop/otel';

/** The Python that has Phoenix, or why there is none. */
function findPhoenix() {
  const script = fileURLToPath(new URL('phoenix-env', import.meta.url));
  const { status, error, stdout, stderr } = spawnSync(script, { encoding: 'utf8' });
  if (status === 0) return { python: stdout.trim(), skip: false };
  const why = `Arize Phoenix cannot be installed: ${error?.message ?? stderr.trim().split('\n').slice(-3).join(' | ')}`;
  console.error(`SKIPPED: traces in Phoenix\n  ${why}`);
  return { skip: `SKIPPED: ${why}` };
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

const { python, skip } = findPhoenix();
const question = 'What is the colour of the sky?';

class Answer extends Module {
  query = new Predict('question -> search_query');
  answer = new ChainOfThought('question, search_query -> answer');
  async forward({ question }) {
    const { search_query } = await this.query.run({ question });
    return this.answer.run({ question, search_query });
  }
}

const lm = {
  model: 'gpt-5-mini',
  provider: 'openai',
  async complete({ messages }) {
    await sleep(5); // so that what follows begins later
    if (messages.at(-1).content.includes('broken')) throw new Error('broken');
    const text = ['search_query', 'reasoning', 'answer'].map((name) => `[[ ## ${name} ## ]]\nblue`).join('\n\n');
    return { text, finishReason: 'stop', usage: { inputTokens: 100, outputTokens: 10, cachedInputTokens: 60 } };
  },
};

describe('traces in Phoenix', { skip, timeout: 240_000 }, () => {
  let phoenix;
  let folder;
  let url;
  let provider;
  let undo;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'strop-phoenix-'));
    const [port, grpc] = [await freePort(), await freePort()];
    url = `http://127.0.0.1:${port}`;
    let said = '';
    phoenix = spawn(python, ['-m', 'phoenix.server.main', 'serve'], {
      env: {
        ...process.env,
        PHOENIX_WORKING_DIR: folder,
        PHOENIX_HOST: '127.0.0.1',
        PHOENIX_PORT: String(port),
        PHOENIX_GRPC_PORT: String(grpc),
        PHOENIX_TELEMETRY_ENABLED: 'false',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [phoenix.stdout, phoenix.stderr]) {
      stream.on('data', (data) => {
        said = `${said}${data}`.slice(-4000);
      });
    }
    for (const end = Date.now() + 150_000; ; await sleep(250)) {
      if (phoenix.exitCode !== null || Date.now() > end) throw new Error(`Phoenix did not start:\n${said}`);
      const up = await fetch(`${url}/healthz`).then(
        ({ ok }) => ok,
        () => false,
      );
      if (up) break;
    }
    const exporter = new OTLPTraceExporter({ url: `${url}/v1/traces` });
    provider = new NodeTracerProvider({ spanProcessors: [new BatchSpanProcessor(exporter)] });
    provider.register();
    undo = instrument();
  });
  after(async () => {
    undo?.();
    await provider?.shutdown();
    if (phoenix && phoenix.exitCode === null) {
      phoenix.kill();
      await once(phoenix, 'exit');
    }
    rmSync(folder, { recursive: true, force: true });
  });

  it('are there as they were sent: nested, counted, failed, and without content', async () => {
    await new Answer().run({ question }, { lm });
    await assert.rejects(new Predict('question -> answer').run({ question: 'broken' }, { lm }));
    await provider.forceFlush();
    let spans = [];
    for (let tries = 0; spans.length < 8 && tries < 120; ++tries) {
      const response = await fetch(`${url}/v1/projects/default/spans?limit=100`);
      assert.equal(response.status, 200);
      spans = (await response.json()).data;
      if (spans.length < 8) await sleep(250);
    }
    spans.sort((a, b) => a.start_time.localeCompare(b.start_time));
    const under = (parent, depth) =>
      spans
        .filter(({ parent_id: id }) => id === parent)
        .flatMap((span) => [
          `${'  '.repeat(depth)}${span.name} ${span.status_code}`,
          ...under(span.context.span_id, depth + 1),
        ]);
    const lines = under(null, 0);
    assert.deepEqual(lines, [
      'module Answer UNSET',
      '  predict query UNSET',
      '    chat gpt-5-mini UNSET',
      '  module ChainOfThought UNSET',
      '    predict answer.predict UNSET',
      '      chat gpt-5-mini UNSET',
      'predict self ERROR',
      '  chat gpt-5-mini ERROR',
    ]);
    const text = JSON.stringify(spans);
    assert.ok(!text.includes(question) && !text.includes('blue'));
    const { attributes } = spans.find(({ name, status_code }) => name.startsWith('chat') && status_code === 'UNSET');
    const told = (path) => attributes[path] ?? path.split('.').reduce((at, key) => at?.[key], attributes);
    assert.equal(told('gen_ai.request.model'), 'gpt-5-mini');
    assert.equal(told('gen_ai.provider.name'), 'openai');
    assert.equal(told('gen_ai.usage.input_tokens'), 100);
    assert.equal(told('gen_ai.usage.cache_read.input_tokens'), 60);
  });
});
