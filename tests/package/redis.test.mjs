// redisCache with the clients that people have, on a server of Redis that this test starts.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Redis } from 'ioredis';
import { createClient } from 'redis';
import { evaluate, exact, Predict, StoreError } from 'strop';
import { redisCache } from 'strop/stores';
import { doubler, numbers } from './help.mjs';
import { manyProcesses } from './many-processes.mjs';

const lacking = spawnSync('redis-server', ['--version']).status !== 0 && 'redis-server is not installed';

let directory;
let server;
let url;
let port;

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port: free } = probe.address();
  probe.close();
  return free;
}

/** Starts the server, and waits until it answers. */
async function start() {
  const options = ['--port', port, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', directory];
  server = spawn('redis-server', options.map(String), { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  await new Promise((ready, failed) => {
    server.once('exit', () => failed(new Error(`redis-server has ended: ${said}`)));
    server.stdout.setEncoding('utf8').on('data', (text) => {
      said += text;
      if (said.includes('Ready to accept connections')) ready();
    });
  });
}

async function stop() {
  if (server?.exitCode !== null || server.signalCode !== null) return; // it has not come to be, or is gone
  server.kill('SIGKILL');
  await once(server, 'exit');
}

/** By name: how a client is made, told nothing of failures, and closed. */
const clients = {
  redis: {
    open: () =>
      createClient({ url })
        .on('error', () => undefined)
        .connect(),
    close: (client) => client.destroy(),
  },
  ioredis: {
    open: async () => new Redis(url).on('error', () => undefined),
    close: (client) => client.disconnect(),
  },
};

describe('redisCache', { skip: lacking, timeout: 60_000 }, () => {
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'strop-redis-'));
    port = await freePort();
    url = `redis://127.0.0.1:${port}`;
    await start();
  });
  after(async () => {
    await stop();
    await rm(directory, { recursive: true });
  });

  for (const [name, { open, close }] of Object.entries(clients)) {
    describe(`with ${name}`, () => {
      let client;
      before(async () => {
        client = await open();
      });
      after(() => close(client));

      it('keeps values, each under its key, for ever or for a time', async () => {
        const cache = redisCache(client, { prefix: `${name}:` });
        assert.equal(await cache.get('abc'), undefined);
        await cache.set('abc', 'value “ü”');
        await cache.set('abd', 'another');
        assert.equal(await cache.get('abc'), 'value “ü”');
        assert.equal(await client.ttl(`${name}:abc`), -1);
        const passing = redisCache(client, { prefix: `${name}:`, ttl: 100 });
        await passing.set('abc', 'passing');
        assert.equal(await cache.get('abc'), 'passing');
        const left = await client.ttl(`${name}:abc`);
        assert(left > 90 && left <= 100, String(left));
        assert.equal(await redisCache(client).get('abc'), undefined);
      });

      it('drops what was damaged at any byte', async () => {
        const cache = redisCache(client, { prefix: `${name}:` });
        const value = '{"text":"Vier ü"}';
        await cache.set('whole', value);
        const whole = Buffer.from(await client.get(`${name}:whole`));
        for (let at = 0; at < whole.length; ++at) {
          const bytes = Buffer.from(whole);
          bytes[at] ^= 0x05;
          await client.set(`${name}:whole`, bytes.toString());
          const found = await cache.get('whole');
          assert(found === undefined || found === value, `${at}: ${found}`);
          await client.set(`${name}:whole`, whole.subarray(0, at).toString());
          assert.equal(await cache.get('whole'), undefined);
        }
        await client.set(`${name}:other`, whole.toString());
        assert.equal(await cache.get('other'), undefined);
        await client.del(`${name}:whole`);
        await client.rpush?.(`${name}:whole`, 'a list');
        await client.rPush?.(`${name}:whole`, 'a list');
        await assert.rejects(cache.get('whole'), StoreError);
        await cache.set('whole', value);
        assert.equal(await cache.get('whole'), value);
      });

      it('serves runs', async () => {
        const cache = redisCache(client, { prefix: `${name}-runs:` });
        const rows = numbers(0, 10);
        const [first, second] = [doubler(), doubler()];
        const a = await evaluate(new Predict('number -> double'), rows, exact('double'), { lm: first, cache });
        const b = await evaluate(new Predict('number -> double'), rows, exact('double'), { lm: second, cache });
        assert.deepEqual(
          [first, second].map((lm) => lm.requests.length),
          [10, 0],
        );
        assert.deepEqual(a.rows, b.rows);
      });
    });
  }

  it('serves many processes at once, and one that is killed leaves nothing torn', async () => {
    await manyProcesses((...args) => ['redis', url, ...args]);
  });

  it('refuses a time that is none, and a client that knows of none', () => {
    const client = { get: async () => null, set: async () => 'OK' };
    assert.throws(() => redisCache(client, { ttl: 0 }), { code: 'bad_ttl' });
    assert.throws(() => redisCache(client, { ttl: 10 }), { code: 'bad_client' });
  });

  for (const [name, { open, close }] of Object.entries(clients)) {
    it(`waits no longer than it may for a server that is away, and keeps on when it is back, with ${name}`, async () => {
      const client = await open();
      try {
        const cache = redisCache(client, { timeout: 300 });
        await cache.set('abc', 'x');
        await stop();
        try {
          const began = performance.now();
          await assert.rejects(cache.get('abc'), (error) => {
            assert(error instanceof StoreError);
            assert.match(error.message, /See whether the server is there/);
            return true;
          });
          await assert.rejects(cache.set('abc', 'y'), StoreError);
          assert(performance.now() - began < 3_000);
        } finally {
          await start();
        }
        let kept;
        for (let tries = 0; tries < 40 && kept === undefined; ++tries) {
          kept = await cache.set('abc', 'z').then(
            () => cache.get('abc'),
            () => undefined,
          );
        }
        assert.equal(kept, 'z');
      } finally {
        close(client);
      }
    });
  }
});
