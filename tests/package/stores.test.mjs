import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { appendFile, chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import {
  configure,
  evaluate,
  exact,
  LMAbortedError,
  LMAuthError,
  memoryCache,
  memoryJournal,
  Predict,
  StoreError,
} from 'strop';
import { fileCache, fileJournal } from 'strop/node';
import { LabeledFewShot } from 'strop/optimize';
import { doubler, numbers, scripted } from './help.mjs';
import { manyProcesses } from './many-processes.mjs';

let directory;
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'strop-'));
});
after(() => rm(directory, { recursive: true }));

describe('memoryCache', () => {
  it('forgets what was not used for longest', () => {
    const cache = memoryCache({ entries: 2 });
    cache.set('a', '1');
    cache.set('b', '2');
    cache.get('a');
    cache.set('c', '3');
    assert.deepEqual(
      ['a', 'b', 'c'].map((key) => cache.get(key)),
      ['1', undefined, '3'],
    );
  });

  it('holds no more bytes than it may, nor what is larger than that', () => {
    const cache = memoryCache({ bytes: 20 });
    cache.set('a', '1234'); // 10 bytes
    cache.set('b', '1234');
    cache.set('c', '12');
    const kept = () => ['a', 'b', 'c'].map((key) => cache.get(key));
    assert.deepEqual(kept(), [undefined, '1234', '12']);
    cache.set('b', '1'); // 4 bytes, and the latest
    cache.set('a', '123456'); // 14, for which c has to go
    assert.deepEqual(kept(), ['123456', '1', undefined]);
    cache.set('c', '1');
    assert.deepEqual(kept(), [undefined, '1', '1']);
    cache.set('b', '1234567890'); // 22
    assert.deepEqual(kept(), [undefined, undefined, '1']);
  });
});

describe('caching', () => {
  const reply = (answer) => `[[ ## answer ## ]]\n${answer}\n\n[[ ## completed ## ]]`;
  /** A predictor whose model counts, with its cache. */
  const counting = () => {
    let calls = 0;
    const cache = memoryCache();
    const lm = scripted(() => reply(++calls));
    const predict = new Predict('question -> answer: int', { lm });
    const run = async (options) => (await predict.run({ question: 'How often?' }, { cache, ...options })).answer;
    return { run, lm };
  };

  it('uses, refreshes or passes by what is kept, for a call', async () => {
    const { run } = counting();
    assert.equal(await run({ caching: 'bypass' }), 1);
    assert.equal(await run(), 2);
    assert.equal(await run({ caching: 'use' }), 2);
    assert.equal(await run({ caching: 'bypass' }), 3);
    assert.equal(await run(), 2);
    assert.equal(await run({ caching: 'refresh' }), 4);
    assert.equal(await run(), 4);
    await assert.rejects(run({ caching: 'never' }), { code: 'bad_caching' });
  });

  it('does so for all calls where it is configured, and a call may say another', async () => {
    const { run } = counting();
    configure({ caching: 'refresh' });
    try {
      assert.equal(await run(), 1);
      assert.equal(await run(), 2);
      assert.equal(await run({ caching: 'use' }), 2);
    } finally {
      configure({ caching: undefined });
    }
  });

  it('equal requests at the same time are asked once, and again if who asked gives up', async () => {
    const reads = new Map();
    for (const failing of [false, true]) {
      let calls = 0;
      const lm = {
        model: 'slow',
        complete: (_, { signal } = {}) =>
          new Promise((resolve, reject) => {
            const answer = reply(++calls);
            signal?.addEventListener('abort', () => reject(new LMAbortedError()));
            setTimeout(() => (failing ? reject(new LMAuthError('no')) : resolve({ text: answer })), 20);
          }),
      };
      const cache = memoryCache();
      const ask = (options) =>
        new Predict('question -> answer: int', { lm }).run({ question: 'How often?' }, { cache, ...options });
      const controller = new AbortController();
      const first = ask({ signal: controller.signal });
      const parts = [];
      const others = [ask(), ask({ onPart: (part) => parts.push(part) })];
      setTimeout(() => controller.abort(), 5);
      await assert.rejects(first, { code: 'lm_aborted' });
      const outcomes = await Promise.allSettled(others);
      reads.set(failing, [calls, ...outcomes.map(({ value, reason }) => value?.answer ?? reason.code), parts.length]);
    }
    assert.deepEqual(reads.get(false), [2, 2, 2, 1]);
    assert.deepEqual(reads.get(true), [2, 'lm_auth', 'lm_auth', 0]);
  });

  it('does so for the runs of optimizers and evaluations', async () => {
    const rows = numbers(0, 4);
    const cache = memoryCache();
    const program = new Predict('number -> double');
    const calls = async (caching) => {
      const lm = doubler();
      const { usage } = await evaluate(program, rows, exact('double'), { lm, cache, caching });
      assert.equal(usage.cachedCalls, 4 - lm.requests.length);
      const other = doubler();
      const optimizer = new LabeledFewShot({ metric: exact('double'), k: 0 });
      await optimizer.compile(program, { trainset: rows, lm: other, cache, caching });
      return [lm.requests.length, other.requests.length > 0];
    };
    assert.deepEqual(await calls('bypass'), [4, true]);
    assert.deepEqual(await calls('refresh'), [4, true]);
    assert.deepEqual(await calls('use'), [0, false]);
    assert.deepEqual(await calls(undefined), [0, false]);
    assert.deepEqual(await calls('bypass'), [4, true]);
  });

  it('takes what is no response for nothing, and puts the answer in its place', async () => {
    for (const damage of [
      '',
      '{',
      'null',
      '5',
      '{"text":5}',
      '{"text":"","usage":{"inputTokens":"1"}}',
      '{"text":"","model":{}}',
    ]) {
      const { run, lm } = counting();
      let kept = damage;
      const cache = {
        get: () => kept,
        set: (_, value) => {
          kept = value;
        },
      };
      assert.equal(await run({ cache }), 1);
      assert.equal(await run({ cache }), 1, damage);
      assert.equal(lm.requests.length, 1);
    }
  });
});

describe('a cache that fails', () => {
  const lm = scripted(() => '[[ ## answer ## ]]\nyes\n\n[[ ## completed ## ]]');
  const predict = new Predict('question -> answer', { lm });
  const failing = (what) => ({
    get() {
      if (what === 'get') throw new Error('it is gone');
    },
    async set() {
      if (what === 'set') throw new Error('it is full');
    },
  });

  it('ends a call before it is paid for, with what to do', async () => {
    const asked = lm.requests.length;
    const run = predict.run({ question: 'x' }, { cache: failing('get') });
    await assert.rejects(run, (error) => {
      assert(error instanceof StoreError);
      assert.match(error.message, /it is gone.*bypass/);
      return true;
    });
    assert.equal(lm.requests.length, asked);
    assert.deepEqual(await predict.run({ question: 'x' }, { cache: failing('get'), caching: 'refresh' }), {
      answer: 'yes',
    });
  });

  it('loses no answer that was paid for, and is told of once', async () => {
    const warnings = [];
    configure({ onWarning: (warning) => warnings.push(warning) });
    try {
      const cache = failing('set');
      for (let i = 0; i < 3; ++i) assert.deepEqual(await predict.run({ question: 'x' }, { cache }), { answer: 'yes' });
      assert.equal(warnings.length, 1);
      assert(warnings[0] instanceof StoreError);
      assert.match(warnings[0].message, /it is full/);
      const path = join(directory, 'no-directory');
      await writeFile(path, '');
      const away = { ...fileCache(path), get: () => undefined };
      const { score } = await evaluate(predict, [{ question: 'x', answer: 'yes' }], exact('answer'), { cache: away });
      assert.equal(score, 1);
      assert.equal(warnings.length, 2);
      assert.match(warnings[1].message, /no-directory/);
    } finally {
      configure({ onWarning: undefined });
    }
  });

  it('is told of on the console where nobody listens, or where who listens throws', async (t) => {
    const said = t.mock.method(console, 'warn', () => undefined);
    await predict.run({ question: 'x' }, { cache: failing('set') });
    configure({
      onWarning() {
        throw new Error('no ear');
      },
    });
    try {
      assert.deepEqual(await predict.run({ question: 'x' }, { cache: failing('set') }), { answer: 'yes' });
    } finally {
      configure({ onWarning: undefined });
    }
    assert.equal(said.mock.callCount(), 2);
    assert.match(said.mock.calls[0].arguments[0], /it is full/);
    assert.match(said.mock.calls[1].arguments[0], /it is full.*no ear/);
  });
});

describe('fileCache', () => {
  it('keeps values in whole files', async () => {
    const place = join(directory, 'cache');
    const cache = fileCache(place);
    assert.equal(await cache.get('abc'), undefined);
    await Promise.all(Array.from({ length: 20 }, (_, i) => cache.set('abc', `value ${i} ü`)));
    assert.match(await cache.get('abc'), /^value \d+ ü$/);
    assert.match(await fileCache(place).get('abc'), /^value/);
    assert.deepEqual(await readdir(join(place, 'ab')), ['abc.json']);
  });

  it('drops what was damaged, and asks again', async () => {
    const place = join(directory, 'damaged');
    const cache = fileCache(place);
    for (const damage of ['', '{"key":"abc","val', '[]', '{"key":"other","value":"x"}', '{"key":"abc","value":5}']) {
      await cache.set('abc', 'x');
      await writeFile(join(place, 'ab/abc.json'), damage);
      assert.equal(await cache.get('abc'), undefined);
      assert.equal(existsSync(join(place, 'ab/abc.json')), false);
    }
  });

  it('drops an entry that was damaged at any byte, or gives it whole', async () => {
    const place = join(directory, 'any-byte');
    const cache = fileCache(place);
    const path = join(place, 'ab/abc.json');
    const value = JSON.stringify({ text: 'Vier ü “7”\n\\', usage: { inputTokens: 10, outputTokens: 5 } });
    await cache.set('abc', value);
    const whole = await readFile(path);
    const outcomes = { dropped: 0, equal: 0 };
    const check = async (bytes) => {
      await writeFile(path, bytes);
      const found = await cache.get('abc');
      if (found !== undefined) assert.equal(found, value);
      ++outcomes[found === undefined ? 'dropped' : 'equal'];
    };
    for (let at = 0; at < whole.length; ++at) {
      for (const flip of [0x01, 0x04, 0x10, 0x20, 0x80, 0xff]) {
        const bytes = Buffer.from(whole);
        bytes[at] ^= flip;
        await check(bytes);
      }
      await check(whole.subarray(0, at));
      await check(Buffer.concat([whole.subarray(0, at), whole.subarray(at + 1)]));
    }
    assert(outcomes.dropped > 7 * whole.length, JSON.stringify(outcomes));
    await check(whole);
    assert(outcomes.equal > 0);
  });

  it('drops what cannot be removed too', async () => {
    const place = join(directory, 'read-only');
    await fileCache(place).set('abc', 'x');
    await writeFile(join(place, 'ab/abc.json'), '{');
    await chmod(join(place, 'ab'), 0o555);
    await chmod(directory, 0o711);
    const script = `import { fileCache } from 'strop/node';
      const cache = fileCache(${JSON.stringify(place)});
      console.log(await cache.get('abc'), await cache.set('abc', 'x').catch((error) => error.message));`;
    const nobody = process.getuid() === 0 ? { uid: 65534, gid: 65534 } : {}; // root may remove everything
    const options = { ...nobody, cwd: fileURLToPath(new URL('.', import.meta.url)), encoding: 'utf8' };
    const said = execFileSync(process.execPath, ['--input-type=module', '-e', script], options);
    assert.match(said, /^undefined Cannot write .*: it is not allowed here/);
    assert.equal(existsSync(join(place, 'ab/abc.json')), true);
    await chmod(join(place, 'ab'), 0o755);
  });

  it('serves many processes at once, and one that is killed leaves nothing torn', async () => {
    await manyProcesses((...args) => ['file', join(directory, 'many'), ...args]);
  });

  it('serves runs, by model and request', async () => {
    const cache = fileCache(join(directory, 'runs'));
    const rows = numbers(0, 10);
    const program = new Predict('number -> double');
    const [first, second, other] = [doubler(), doubler(), doubler({ model: 'other' })];
    const a = await evaluate(program, rows, exact('double'), { lm: first, cache });
    const b = await evaluate(program, rows, exact('double'), { lm: second, cache });
    await evaluate(program, rows, exact('double'), { lm: other, cache });
    assert.deepEqual(
      [first, second, other].map((lm) => lm.requests.length),
      [10, 0, 10],
    );
    assert.deepEqual(a.rows, b.rows);
    assert.equal(b.usage.cachedCalls, 10);
  });

  it('says what is wrong with its place', async () => {
    const path = join(directory, 'file');
    await writeFile(path, '');
    await assert.rejects(fileCache(path).set('abc', 'x'), StoreError);
    await assert.rejects(fileCache(directory).get('../x'), { code: 'bad_key' });
  });
});

describe('memoryJournal', () => {
  it('continues a run after its lines were cut anywhere', async () => {
    const rows = numbers(0, 6);
    const program = new Predict('number -> double');
    const journal = memoryJournal();
    const whole = await evaluate(program, rows, exact('double'), { lm: doubler(), journal });
    const lines = journal.read();
    for (let cut = 0; cut <= lines.length; cut += 61) {
      const lm = doubler();
      const cached = memoryJournal(lines.slice(0, cut));
      const found = await evaluate(program, rows, exact('double'), { lm, journal: cached });
      assert.deepEqual(found.rows, whole.rows);
      assert(cached.read().endsWith('\n'));
      if (cut === 0) assert.equal(lm.requests.length, 6);
    }
    const lm = doubler();
    await evaluate(program, rows, exact('double'), { lm, journal: memoryJournal(lines) });
    assert.equal(lm.requests.length, 0);
  });
});

describe('fileJournal', () => {
  it('appends lines and cuts a torn one', async () => {
    const path = join(directory, 'a/b/journal.jsonl');
    const journal = fileJournal(path);
    assert.equal(await journal.read(), '');
    await journal.append('one\ntwo ü\n');
    await journal.close();
    await appendFile(path, 'thr');
    const again = fileJournal(path);
    assert.equal(await again.read(), 'one\ntwo ü\n');
    await again.append('three\n');
    await again.close();
    assert.equal(await readFile(path, 'utf8'), 'one\ntwo ü\nthree\n');
  });

  it('continues a run after its file was cut at any byte', async () => {
    const rows = numbers(0, 6);
    const program = new Predict('number -> double');
    const path = join(directory, 'whole.jsonl');
    const whole = await evaluate(program, rows, exact('double'), { lm: doubler(), journal: fileJournal(path) });
    const bytes = await readFile(path);
    for (let cut = 0; cut <= bytes.length; cut += 61) {
      const copy = join(directory, `cut-${cut}.jsonl`);
      await writeFile(copy, bytes.subarray(0, cut));
      const found = await evaluate(program, rows, exact('double'), { lm: doubler(), journal: fileJournal(copy) });
      assert.deepEqual(found.rows, whole.rows);
    }
  });

  it('ends a run with one clear line when the disk is full', { skip: !existsSync('/dev/full') }, async () => {
    const journal = { ...fileJournal('/dev/full'), read: () => '' };
    const run = evaluate(new Predict('number -> double'), numbers(0, 6), exact('double'), { lm: doubler(), journal });
    await assert.rejects(run, (error) => {
      assert.equal(error.code, 'disk_full');
      assert.match(error.message, /^Cannot write \/dev\/full: the disk is full\./);
      return true;
    });
  });
});
