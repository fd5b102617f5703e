// The stores of browsers, Deno and Cloudflare, in these.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { args, executablePath } from '../chromium.mjs';
import { bin, installTools } from './tools.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const dist = join(here, '../../wasm/dist');

let folder;
before(() => {
  installTools();
  folder = mkdtempSync(join(tmpdir(), 'strop-stores-'));
  const strop = join(folder, 'node_modules/strop');
  mkdirSync(strop, { recursive: true });
  cpSync(dist, join(strop, 'dist'), { recursive: true });
  cpSync(join(dist, '../package.json'), join(strop, 'package.json'));
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ private: true, type: 'module', dependencies: { strop: '*' } }),
  );
  for (const name of ['stores.mjs', 'stores-worker.mjs']) cpSync(join(here, 'app', name), join(folder, name));
});
after(() => rmSync(folder, { recursive: true, force: true }));

test('Deno: the Cache API, also after the process', () => {
  writeFileSync(
    join(folder, 'deno.mjs'),
    `import { cacheStorageCache } from 'strop/stores';
     import { checkCache } from './stores.mjs';
     const open = () => cacheStorageCache({ name: 'strop-test' });
     const before = await open().get('kept');
     await open().set('kept', 'yes');
     await checkCache(open);
     console.log(before);`,
  );
  const env = { ...process.env, DENO_NO_UPDATE_CHECK: '1', DENO_DIR: join(folder, 'deno-dir') };
  const run = () =>
    execFileSync(bin('deno'), ['run', '--quiet', '--no-prompt', '--location', 'https://strop.test', 'deno.mjs'], {
      cwd: folder,
      env,
      encoding: 'utf8',
    }).trim();
  assert.equal(run(), 'undefined');
  assert.equal(run(), 'yes');
});

test('workerd: KV and the Cache API', async () => {
  const { Miniflare } = await import('miniflare');
  const { build } = await import('esbuild');
  const out = join(folder, 'worker');
  await build({
    entryPoints: [join(folder, 'stores-worker.mjs')],
    outdir: out,
    bundle: true,
    format: 'esm',
    conditions: ['workerd', 'worker', 'browser'],
    external: ['*.wasm'],
    outExtension: { '.js': '.mjs' },
    logLevel: 'warning',
  });
  for (const name of ['predict.wasm', 'core.wasm']) cpSync(join(dist, name), join(out, name));
  const worker = new Miniflare({
    modules: true,
    modulesRoot: out,
    scriptPath: join(out, 'stores-worker.mjs'),
    modulesRules: [
      { type: 'CompiledWasm', include: ['**/*.wasm'] },
      { type: 'ESModule', include: ['**/*.mjs'] },
    ],
    compatibilityDate: '2026-01-01',
    kvNamespaces: ['ANSWERS'],
  });
  try {
    const response = await worker.dispatchFetch('http://localhost/');
    const text = await response.text();
    assert.equal(response.status, 200, text);
    const { tooLarge } = JSON.parse(text);
    assert.equal(tooLarge.name, 'StoreError');
    assert.match(tooLarge.message, /^Cannot write the cache in KV: .*413.*limits/);

    const namespace = await worker.getKVNamespace('ANSWERS');
    const { keys } = await namespace.list({ prefix: 'short:' });
    assert(keys.length > 40 && keys.every(({ expiration }) => expiration > Date.now() / 1000));
    const read = async (key) => {
      const answer = await worker.dispatchFetch(`http://localhost/?read=${key}`);
      return (await answer.json()).found;
    };
    const entry = await namespace.get('strop:at-once-7');
    assert.equal(await read('at-once-7'), 'value 7');
    for (let at = 0; at < entry.length; ++at) {
      const unit = String.fromCharCode(entry.charCodeAt(at) ^ 5);
      await namespace.put('strop:at-once-7', entry.slice(0, at) + unit + entry.slice(at + 1));
      const found = await read('at-once-7');
      assert(found === null || found === 'value 7', `${at}: ${found}`);
    }
  } finally {
    await worker.dispose();
  }
});

describe('Chromium', () => {
  let server;
  let browser;
  let origin;
  before(async () => {
    writeFileSync(join(folder, 'empty.html'), '<!DOCTYPE html><title>stores</title>');
    const { build } = await import('esbuild');
    writeFileSync(
      join(folder, 'all.mjs'),
      "export * from 'strop/stores';\nexport { memoryCache } from 'strop';\nexport * from './stores.mjs';\n",
    );
    await build({
      entryPoints: [join(folder, 'all.mjs')],
      outfile: join(folder, 'all.js'),
      bundle: true,
      format: 'esm',
      logLevel: 'error',
    });
    writeFileSync(
      join(folder, 'worker.js'),
      `import * as all from './all.js';
       onmessage = async ({ data }) => {
         try { postMessage({ result: await new Function('all', 'args', 'return (' + data.code + ')(all, ...args)')(all, data.args) }); }
         catch (error) { postMessage({ error: String(error.stack) }); }
       };`,
    );
    for (const name of ['predict.wasm', 'core.wasm']) cpSync(join(dist, name), join(folder, name));
    const types = { '.html': 'text/html', '.js': 'text/javascript', '.wasm': 'application/wasm' };
    server = createServer((request, response) => {
      const path = join(folder, new URL(request.url, 'http://x').pathname);
      if (!existsSync(path) || !extname(path)) return response.writeHead(404).end();
      response.writeHead(200, { 'content-type': types[extname(path)] ?? 'text/plain' }).end(readFileSync(path));
    });
    await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
    origin = `http://127.0.0.1:${server.address().port}`;
    const { chromium } = await import('playwright-core');
    browser = await chromium.launch({ executablePath, args });
  });
  after(async () => {
    await browser?.close();
    server?.close();
  });

  /** A tab, in which functions of all that the package and stores.mjs have are called: in it, or in a worker of it. */
  async function open(context) {
    const tab = await context.newPage();
    await tab.goto(`${origin}/empty.html`);
    const inPage = (work, ...args) =>
      tab.evaluate(
        async ([code, args]) => {
          const all = await import('/all.js');
          return new Function('all', 'args', `return (${code})(all, ...args)`)(all, args);
        },
        [String(work), args],
      );
    const worker =
      (lasting) =>
      (work, ...args) =>
        tab.evaluate(
          ([code, args, lasting]) =>
            new Promise((resolve, reject) => {
              const worker = new Worker('/worker.js', { type: 'module' });
              worker.onerror = ({ message }) => reject(new Error(message));
              worker.onmessage = ({ data }) => {
                if (!lasting) worker.terminate();
                if (data.error) reject(new Error(data.error));
                else resolve(data.result);
              };
              worker.postMessage({ code, args });
            }),
          [String(work), args, lasting],
        );
    return { tab, inPage, inWorker: worker(false), inLastingWorker: worker(true) };
  }
  const inContext = async (work) => {
    const context = await browser.newContext();
    try {
      await work(context);
    } finally {
      await context.close();
    }
  };

  test('IndexedDB and the Cache API as caches, in a page and in a worker', () =>
    inContext(async (context) => {
      const { inPage, inWorker } = await open(context);
      for (const where of [inPage, inWorker]) {
        await where((all) => all.checkCache(() => all.indexedDBCache({ name: 'answers' })));
        await where((all) => all.checkCache(() => all.cacheStorageCache()));
        await where(async () => {
          indexedDB.deleteDatabase('answers');
          await caches.delete('strop-cache');
        });
      }
    }));

  test('IndexedDB keeps as many as it may, and forgets those that were written first', () =>
    inContext(async (context) => {
      const { inPage } = await open(context);
      const kept = await inPage(async ({ indexedDBCache }) => {
        const cache = indexedDBCache({ entries: 10 });
        for (let i = 0; i < 25; ++i) {
          await cache.set(String(i), 'x');
          await new Promise((later) => setTimeout(later, 2)); // so that no two were written at once
        }
        const found = await Promise.all(Array.from({ length: 25 }, (_, i) => cache.get(String(i))));
        return found.flatMap((value, i) => (value === undefined ? [] : [i]));
      });
      assert.deepEqual(kept, [15, 16, 17, 18, 19, 20, 21, 22, 23, 24]);
    }));

  test('IndexedDB is opened again after somebody has deleted it, and drops what is no entry', () =>
    inContext(async (context) => {
      const { inPage } = await open(context);
      const found = await inPage(async ({ indexedDBCache }) => {
        const cache = indexedDBCache({ name: 'deleted' });
        await cache.set('a', 'x');
        await new Promise((resolve, reject) => {
          const request = indexedDB.deleteDatabase('deleted');
          request.onsuccess = resolve;
          request.onblocked = () => reject(new Error('blocked'));
        });
        const gone = await cache.get('a');
        await cache.set('a', 'y');
        const db = await new Promise((resolve) => {
          indexedDB.open('deleted').onsuccess = ({ target }) => resolve(target.result);
        });
        const change = (work) =>
          new Promise((resolve) => {
            const transaction = db.transaction('entries', 'readwrite');
            transaction.oncomplete = resolve;
            work(transaction.objectStore('entries'));
          });
        const { entry } = await new Promise((resolve) => {
          db.transaction('entries').objectStore('entries').get('a').onsuccess = ({ target }) => resolve(target.result);
        });
        const others = new Set();
        for (let at = 0; at < entry.length; ++at) {
          const unit = String.fromCharCode(entry.charCodeAt(at) ^ 5);
          await change((store) => store.put({ key: 'a', entry: entry.slice(0, at) + unit + entry.slice(at + 1) }));
          others.add(await cache.get('a'));
        }
        await change((store) => store.put({ key: 'a', entry: { key: 'a' } }));
        others.add(await cache.get('a'));
        await cache.set('a', 'z');
        others.delete(undefined);
        others.delete('y');
        return [gone, [...others], await cache.get('a')];
      });
      assert.deepEqual(found.slice(1), [[], 'z']);
      assert.equal(found[0], undefined);
    }));

  test('two tabs write and read one IndexedDB at once, and one is closed meanwhile', () =>
    inContext(async (context) => {
      const [a, b, c] = await Promise.all([open(context), open(context), open(context)]);
      const work = async ({ indexedDBCache }, name, rounds) => {
        const cache = indexedDBCache({ name: 'shared' });
        let torn = 0;
        for (let round = 0; round < rounds; ++round) {
          await Promise.all(
            Array.from({ length: 200 }, async (_, i) => {
              if ((i + round) % 2) return cache.set(`${i}`, `${i} ${name}`.repeat(300));
              const found = await cache.get(`${i}`);
              if (found !== undefined && !['a', 'b', 'c'].some((by) => found === `${i} ${by}`.repeat(300))) ++torn;
            }),
          );
        }
        return torn;
      };
      const victim = c.inPage(work, 'c', 100_000).catch((error) => error);
      const others = [a.inPage(work, 'a', 4), b.inPage(work, 'b', 4)];
      await new Promise((later) => setTimeout(later, 200));
      await c.tab.close();
      assert((await victim) instanceof Error);
      assert.deepEqual(await Promise.all(others), [0, 0]);
      assert.equal(await a.inPage(work, 'a', 2), 0);
    }));

  test('journals in IndexedDB and OPFS, in a page and in a worker', () =>
    inContext(async (context) => {
      const { inPage, inWorker } = await open(context);
      for (const [i, where] of [inPage, inWorker].entries()) {
        await where(async ({ checkJournal, indexedDBJournal }, name) => {
          const tear = async (text) => {
            const journal = indexedDBJournal(name);
            await journal.append(text);
            await journal.close();
          };
          await checkJournal(() => indexedDBJournal(name), tear);
        }, `journal-${i}`);
        const sync = await where(async ({ checkJournal, opfsJournal }, name) => {
          const tear = async (text) => {
            const journal = opfsJournal(name);
            await journal.append(text);
            await journal.close();
          };
          await checkJournal(() => opfsJournal(name), tear);
          return 'createSyncAccessHandle' in FileSystemFileHandle.prototype;
        }, `journal-${i}.jsonl`);
        assert.equal(sync, where === inWorker);
      }
    }));

  test('a journal in OPFS that was cut at any byte is read, in a page and in a worker', () =>
    inContext(async (context) => {
      const { inPage, inWorker } = await open(context);
      for (const where of [inPage, inWorker]) {
        await where(async ({ opfsJournal }) => {
          const bytes = new TextEncoder().encode('"one ü"\n"two 🙂"\n"3"\n');
          const root = await navigator.storage.getDirectory();
          for (let cut = 0; cut <= bytes.length; ++cut) {
            const name = `cut-${cut}`;
            const stream = await (await root.getFileHandle(name, { create: true })).createWritable();
            await stream.write(bytes.subarray(0, cut));
            await stream.close();
            const journal = opfsJournal(name);
            const text = await journal.read();
            await journal.append('"next"\n');
            await journal.close();
            const whole = bytes.subarray(0, bytes.subarray(0, cut).lastIndexOf(10) + 1);
            const expected = new TextDecoder().decode(whole);
            const file = await (await (await root.getFileHandle(name)).getFile()).text();
            if (text !== expected || file !== `${expected}"next"\n`) throw new Error(`${cut}: ${text} ${file}`);
          }
        });
      }
    }));

  test('an OPFS journal in a worker is nobody else’s meanwhile, and is free once the worker is gone', () =>
    inContext(async (context) => {
      const [a, b] = await Promise.all([open(context), open(context)]);
      await a.inLastingWorker(async ({ opfsJournal }) => {
        globalThis.journal = opfsJournal('held');
        await globalThis.journal.append('"1"\n');
      });
      const read = async ({ opfsJournal }) => {
        const journal = opfsJournal('held');
        try {
          return { text: await journal.read() };
        } catch ({ code, message }) {
          return { code, message };
        } finally {
          await journal.close();
        }
      };
      const { code, message } = await b.inWorker(read);
      assert.equal(code, 'store_in_use');
      assert.match(message, /another tab or worker has it open/);
      await a.tab.close();
      let found = {};
      for (let tries = 0; tries < 100 && found.text === undefined; ++tries) found = await b.inWorker(read);
      assert.deepEqual(found, { text: '"1"\n' });
    }));

  test('what is not there, or full, is said', () =>
    inContext(async (context) => {
      const { tab, inPage } = await open(context);
      const failures = async (all) => {
        const large = 'x'.repeat(4_000_000);
        const works = {
          indexedDBCache: () => all.indexedDBCache().set('a', large),
          cacheStorageCache: () => all.cacheStorageCache().set('a', large),
          indexedDBJournal: () => all.indexedDBJournal('j').append(`${large}\n`),
          opfsJournal: async () => {
            const journal = all.opfsJournal('j');
            await journal.append(`${large}\n`);
            await journal.close();
          },
        };
        const found = {};
        for (const [name, work] of Object.entries(works)) {
          found[name] = await work().then(
            () => 'kept',
            ({ code, message }) => (/storage of this site may be full/.test(message) ? 'perhaps full' : code),
          );
        }
        return found;
      };
      const all = (state) => ({
        indexedDBCache: state,
        cacheStorageCache: state,
        indexedDBJournal: state,
        opfsJournal: state,
      });
      const session = await context.newCDPSession(tab);
      await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1_000_000 });
      const found = await inPage(failures);
      if (found.opfsJournal === 'perhaps full') found.opfsJournal = 'disk_full'; // Chromium does not always know
      assert.deepEqual(found, all('disk_full'));
      await session.send('Storage.overrideQuotaForOrigin', { origin });
      assert.deepEqual(await inPage(failures), all('kept'));
      const failure = await inPage(({ opfsJournal }) =>
        opfsJournal('a/b')
          .read()
          .catch(({ name, code, message }) => ({ name, code, message })),
      );
      assert.equal(failure.name, 'StoreError');
      assert.match(failure.message, /^Cannot read the journal "a\/b" in the site's file system: .*not allowed/);
    }));
});
