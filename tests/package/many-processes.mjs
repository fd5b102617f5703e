// Four processes that write and read one cache. As a program: node many-processes.mjs KIND PLACE NAME ROUNDS
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const self = fileURLToPath(import.meta.url);
const keys = Array.from({ length: 200 }, (_, i) => `key-${i}`);
/** What a process writes under a key: long, so that a torn one would be seen, and telling of who wrote it. */
const written = (key, name) => `${key} by ${name}: ${`${name}ü`.repeat(2_000)}.`;
const names = ['a', 'b', 'c', 'd'];
const whole = new Set(keys.flatMap((key) => names.map((name) => written(key, name))));

/** A cache, by what a process is told of it. */
async function open(kind, place) {
  if (kind === 'file') return { cache: (await import('strop/node')).fileCache(place), close: () => undefined };
  const { redisCache } = await import('strop/stores');
  const { createClient } = await import('redis');
  const client = await createClient({ url: place })
    .on('error', () => undefined)
    .connect();
  return { cache: redisCache(client), close: () => client.close() };
}

/** Counts what it reads that nobody has written. */
async function work(kind, place, name, rounds) {
  const { cache, close } = await open(kind, place);
  let torn = 0;
  let read = 0;
  for (let round = 0; round < rounds; ++round) {
    const order = keys.toSorted(() => Math.random() - 0.5);
    for (let at = 0; at < order.length; at += 8) {
      await Promise.all(
        order.slice(at, at + 8).map(async (key, i) => {
          if ((at + i + round) % 2 === 0) return cache.set(key, written(key, name));
          const found = await cache.get(key);
          if (found === undefined) return;
          ++read;
          if (!whole.has(found)) ++torn;
        }),
      );
    }
    process.stdout.write('.'); // so that a kill can come in the middle
  }
  await close();
  process.stdout.write(JSON.stringify({ torn, read }));
}

/**
 * Runs four of them on one cache, kills one with SIGKILL in the middle, and reads everything afterwards.
 * @param argsOf `(name, rounds) => [kind, place, name, rounds]`
 */
export async function manyProcesses(argsOf) {
  const children = names.map((name) => {
    const rounds = name === 'd' ? 100_000 : 6; // d never ends by itself
    const child = spawn(process.execPath, [self, ...argsOf(name, String(rounds))], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    child.said = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      child.said += text;
    });
    return child;
  });
  const victim = children.pop();
  await once(victim.stdout, 'data');
  setTimeout(() => victim.kill('SIGKILL'), 30);
  const [[, signal], ...ends] = await Promise.all([victim, ...children].map((child) => once(child, 'close')));
  assert.equal(signal, 'SIGKILL');
  assert.deepEqual(
    ends.map(([code]) => code),
    [0, 0, 0],
  );
  for (const { said } of children) {
    const { torn, read } = JSON.parse(said.replace(/^\.+/, ''));
    assert.equal(torn, 0);
    assert(read > 0);
  }
  const [kind, place] = argsOf('a', '0');
  const { cache, close } = await open(kind, place);
  for (const key of keys) assert(whole.has(await cache.get(key)), key);
  await close();
}

if (process.argv[1] === self) await work(process.argv[2], process.argv[3], process.argv[4], Number(process.argv[5]));
