import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { evaluate, exact, memoryCache, Predict, StoreError } from 'strop';
import { fileCache, fileJournal } from 'strop/node';
import { doubler, numbers } from './help.mjs';

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
