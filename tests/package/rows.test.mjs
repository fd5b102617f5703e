import assert from 'node:assert/strict';
import { createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { evaluate, exact, InputError, Predict } from 'strop';
import { readRows } from 'strop/evaluate';
import { doubler } from './help.mjs';

const folder = mkdtempSync(join(tmpdir(), 'strop-rows-'));
after(() => rmSync(folder, { recursive: true }));
const all = async (source, options) => {
  const rows = [];
  for await (const row of readRows(source, options)) rows.push(row);
  return rows;
};
/** A text in pieces of some length, as a stream may cut it. */
const pieces = async function* (text, size) {
  for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size);
};
/** Numbers from 0 to below 1, the same each time. */
const random = (seed) => () => {
  seed = (seed + 0x9e3779b9) | 0;
  let z = seed ^ (seed >>> 16);
  z = Math.imul(z, 0x21f0aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
  return ((z ^ (z >>> 15)) >>> 0) / 2 ** 32;
};

const rows = [
  { review: 'good, "really"', stars: '5' },
  { review: 'two\nlines; é 😀', stars: '2' },
  { review: '', stars: '=1+1' },
];
const cell = (value) => `"${value.replaceAll('"', '""')}"`;
const csv = (separator, end = '\r\n') =>
  `\ufeffreview${separator}stars${end}${rows.map(({ review, stars }) => `${cell(review)}${separator}${stars}${end}`).join('')}`;
const texts = {
  csv: csv(','),
  tsv: csv('\t', '\n'),
  semicolons: csv(';', '\r'),
  json: JSON.stringify(rows, null, 2),
  jsonl: `\ufeff${rows.map((row) => JSON.stringify(row)).join('\r\n')}`,
};

describe('readRows', () => {
  for (const [name, text] of Object.entries(texts)) {
    it(`reads ${name} from whatever holds it, however it is cut`, async () => {
      const bytes = new TextEncoder().encode(text);
      const sources = [
        text,
        bytes,
        bytes.slice().buffer,
        new Blob([text]),
        new Response(text),
        new Blob([text]).stream(),
        pieces(text, 1),
        pieces(text, 7),
        pieces(bytes, 1),
      ];
      for (const source of sources) assert.deepEqual(await all(source), rows);
    });
  }

  it('takes rows as they are: lists, generators, streams of them', async () => {
    assert.deepEqual(await all(rows), rows);
    assert.deepEqual(await all(rows.values()), rows);
    async function* later() {
      yield* rows;
    }
    assert.deepEqual(await all(later()), rows);
    assert.deepEqual(await all([]), []);
    assert.deepEqual(await all(''), []);
  });

  it('reads a file by its stream, and says which one is missing', async () => {
    const path = join(folder, 'rows.csv');
    writeFileSync(path, texts.csv);
    assert.deepEqual(await all(createReadStream(path)), rows);
    await assert.rejects(all(createReadStream(join(folder, 'none.csv')), { name: 'none.csv' }), (error) => {
      assert.ok(error instanceof InputError);
      assert.match(error.message, /^none\.csv cannot be read: ENOENT/);
      return true;
    });
  });

  it('is told the format by a name, a type or an option, else by how the text begins', async () => {
    const lines = '{"a":1}\n{"a":2}\n';
    assert.deepEqual(await all(new File([lines], 'x.ndjson')), [{ a: 1 }, { a: 2 }]);
    assert.deepEqual(
      await all(new Response(lines, { headers: { 'content-type': 'application/x-ndjson; charset=utf-8' } })),
      [{ a: 1 }, { a: 2 }],
    );
    assert.deepEqual(await all(lines), [{ a: 1 }, { a: 2 }]);
    assert.deepEqual(await all(lines, { format: 'csv' }), [{ '{"a":1}': '{"a":2}' }]);
    assert.deepEqual(await all('{"a":\n1}{"a":2}', { format: 'json' }), [{ a: 1 }, { a: 2 }]);
    assert.throws(() => readRows('', { format: 'xls' }), { code: 'bad_format' });
    await assert.rejects(all(new Response('no', { status: 404 })), /status 404/);
    await assert.rejects(all(5), { code: 'bad_rows' });
  });

  const malformed = {
    'a.csv': [
      'a,b\n1,2\n3\n"x"y,1\n4,5\n',
      [
        { a: '1', b: '2' },
        { a: '4', b: '5' },
      ],
      [/^a\.csv:3:1: this row has 1 cells/, /^a\.csv:4:4: after a closing quote/],
    ],
    'a.jsonl': [
      '{"a":1}\n{"a":}\n[1]\n\n{"a":2}',
      [{ a: 1 }, { a: 2 }],
      [/^a\.jsonl:2:6: this is not JSON: not expected: "}"/, /^a\.jsonl:3:1: a JSON object/],
    ],
    'a.json': [
      '[{"a":1},\n 5, {"a" 1},\n{"a":2}]',
      [{ a: 1 }, { a: 2 }],
      [/^a\.json:2:2: a JSON object/, /^a\.json:2:10: this is not JSON: not expected: "1}"/],
    ],
  };
  for (const [name, [text, good, problems]] of Object.entries(malformed)) {
    it(`passes malformed rows of ${name} over and counts them, or throws`, async () => {
      for (const size of [1, 5, 1000]) {
        const told = [];
        const reader = readRows(pieces(text, size), { name, onSkipped: (problem) => told.push(problem) });
        const found = [];
        for await (const row of reader) found.push(row);
        assert.deepEqual(found, good);
        assert.equal(reader.skipped, problems.length);
        for (const [i, pattern] of problems.entries()) assert.match(reader.problems[i].message, pattern);
        assert.deepEqual(told, reader.problems);
        await assert.rejects(all(pieces(text, size), { name, strict: true }), (error) => {
          assert.ok(error instanceof InputError);
          assert.match(error.message, problems[0]);
          assert.equal(error.details.path, name);
          return true;
        });
      }
    });
  }

  it('ends where nobody can tell where rows begin', async () => {
    for (const [text, pattern] of [
      ['a,b\n1,"2\n3,4\n', /^rows:2:3: this quote is never closed/],
      ['a,\n1,2\n', /^rows:1:1: column 2 of the header has no name/],
      ['a,a\n1,2\n', /^rows:1:1: the header names "a" twice/],
      ['[{"a":1}', /^rows:1:9: this is not JSON: it ends too early/],
      ['[{"a":1} {"a":2}]', /^rows:1:10: this is not JSON: not expected/],
      ['[{"a":1}, {"a":"2}]', /^rows:1:11: this row is never closed/],
    ]) {
      await assert.rejects(all(text), (error) => error instanceof InputError && pattern.test(error.message), text);
    }
  });

  it('refuses a row of more than 16 MiB, and one that is very deep', async () => {
    const long = 'x'.repeat(2 ** 24 + 1);
    for (const text of [`a\n${long}\n`, `{"a":"${long}"}`, `[{"a":"${long}"}]`, `a\n"${long}`]) {
      await assert.rejects(all(text), { code: 'too_large' });
    }
    const deep = `{"a":${'['.repeat(1e6)}${']'.repeat(1e6)}}`;
    for (const text of [deep, `[${deep},{"a":1}]`, `{"a":${'['.repeat(1e6)}`]) {
      const reader = readRows(text);
      for await (const row of reader) assert.deepEqual(row, { a: 1 });
      assert.equal(reader.skipped, 1);
    }
    const unclosed = readRows(`{"a":"${'x'.repeat(1e7)}\n`); // one expression over it would need too deep a stack
    for await (const _ of unclosed) assert.fail();
    assert.match(unclosed.problems[0].message, /:1:6: this is not JSON/);
  });

  it('keeps names that mean something to JavaScript as names', async () => {
    for (const text of ['__proto__,constructor\n1,2\n', '{"__proto__":"1","constructor":"2"}']) {
      const [row] = await all(text);
      assert.deepEqual(Object.entries(row), [
        ['__proto__', '1'],
        ['constructor', '2'],
      ]);
      assert.equal(Object.getPrototypeOf(row), Object.prototype);
    }
  });

  it('throws nothing but InputError, whatever the text, and gives the same however it is cut', async () => {
    const next = random(7);
    const alphabet = [
      '"',
      ',',
      '\n',
      '\r',
      '{',
      '}',
      '[',
      ']',
      ':',
      '\\',
      'a',
      '1',
      ' ',
      '\u0000',
      'é',
      '\ud83d',
      ';',
      '\t',
      'null',
    ];
    const outcome = async (source, format) => {
      const reader = readRows(source, { format });
      const found = [];
      try {
        for await (const row of reader) found.push(row);
      } catch (error) {
        assert.ok(error instanceof InputError, String(error.stack));
        return [found, reader.skipped, error.message];
      }
      return [found, reader.skipped];
    };
    let [skipped, ended] = [0, 0];
    for (let round = 0; round < 3000; ++round) {
      const names = Object.keys(texts);
      const name = names[Math.floor(next() * names.length)];
      const characters = [...texts[name]];
      for (let change = 1 + next() * 4; change > 0; --change) {
        const at = Math.floor(next() * characters.length);
        characters.splice(at, Math.floor(next() * 3), alphabet[Math.floor(next() * alphabet.length)]);
      }
      const text = characters.join('');
      const format = next() < 0.5 ? undefined : name === 'semicolons' ? 'csv' : name;
      const whole = await outcome(text, format);
      skipped += whole[1];
      ended += whole.length === 3;
      if (format) assert.deepEqual(await outcome(pieces(text, 1 + Math.floor(next() * 9)), format), whole);
    }
    assert.ok(skipped > 100 && ended > 100, `${skipped} skipped, ${ended} ended`); // the mutations do reach the errors
  });

  it('takes time as the text is long, and no more', async () => {
    const hostile = {
      csv: (n) => `a,b\n${'"x"y,1\n'.repeat(n)}`,
      quotes: (n) => `a\n"${'""'.repeat(n)}"\n`,
      header: (n) => `${Array.from({ length: n }, (_, i) => `c${i}`).join(',')}\n`,
      jsonl: (n) => '{"a":}\n'.repeat(n),
      json: (n) => `[${'{"a" 1},\n'.repeat(n)}{}]`,
      brackets: (n) => `[${'[]'.repeat(1)}${',[{}]'.repeat(n)}]`,
      escapes: (n) => `{"a":"${'\\"'.repeat(n)}`,
    };
    const time = async (text) => {
      let best = Number.POSITIVE_INFINITY;
      for (let round = 0; round < 2; ++round) {
        const began = performance.now();
        await all(text).catch((error) => assert.ok(error instanceof InputError, error.stack));
        best = Math.min(best, performance.now() - began);
      }
      return best;
    };
    for (const [name, make] of Object.entries(hostile)) {
      const [small, large] = [await time(make(1500)), await time(make(12_000))];
      assert.ok(large < 8 * 4 * Math.max(small, 5), `${name}: ${small} ms, and ${large} ms for 8 times as much`);
    }
  });

  it('holds one row of many', async () => {
    assert.ok(global.gc, 'run with --expose-gc');
    const line = `${JSON.stringify({ number: '1', double: 'x'.repeat(10_000) })}\n`;
    async function* lines() {
      for (let i = 0; i < 10_000; ++i) yield line; // 100 MB
    }
    let [n, most] = [0, 0];
    global.gc();
    const before = process.memoryUsage().heapUsed;
    for await (const row of readRows(lines())) {
      assert.equal(row.number, '1');
      if (++n % 1000 === 0) {
        global.gc();
        most = Math.max(most, process.memoryUsage().heapUsed - before);
      }
    }
    assert.equal(n, 10_000);
    assert.ok(most < 4e6, `${most} bytes more`);
  });

  it('lets go of a stream that is left', async () => {
    let cancelled = false;
    const stream = new ReadableStream({
      pull: (controller) => controller.enqueue('{"a":1}\n'),
      cancel: () => {
        cancelled = true;
      },
    });
    for await (const row of readRows(stream)) {
      assert.deepEqual(row, { a: 1 });
      break;
    }
    assert.ok(cancelled);
  });

  it('reads Parquet: values as JSON has them', async () => {
    const file = parquetWriteBuffer({
      columnData: [
        { name: 'text', data: ['a', 'é', null], type: 'STRING' },
        { name: 'count', data: [1n, 2n, 9007199254740993n], type: 'INT64' },
        { name: 'share', data: [0.5, 1.5, 2.5], type: 'DOUBLE' },
        { name: 'at', data: [new Date(0), new Date(1e12), new Date(5)], type: 'TIMESTAMP' },
      ],
      rowGroupSize: 2,
    });
    const expected = [
      { text: 'a', count: 1, share: 0.5, at: '1970-01-01T00:00:00.000Z' },
      { text: 'é', count: 2, share: 1.5, at: '2001-09-09T01:46:40.000Z' },
      { text: null, count: '9007199254740993', share: 2.5, at: '1970-01-01T00:00:00.005Z' },
    ];
    for (const source of [file, new Blob([file]), new Blob([file]).stream()])
      assert.deepEqual(await all(source), expected);
    const bytes = new Uint8Array(file);
    for (let length = 0; length < bytes.length; length += 11) {
      const reading = all(bytes.slice(0, length), { format: 'parquet' });
      await assert.rejects(reading, (error) => error instanceof InputError && error.code === 'bad_parquet');
    }
  });

  it('goes into evaluate, which says how many rows could not be read', async () => {
    const program = new Predict('number -> double');
    const text = 'number,double\n5,10\n10,20\nbroken\n15,30\n';
    const reader = readRows(text);
    const found = await evaluate(program, reader, exact('double'), { lm: doubler() });
    assert.equal(found.n, 3);
    assert.equal(found.score, 1);
    assert.equal(found.skipped, 1);
    await assert.rejects(all(reader), InputError);
    await assert.rejects(evaluate(program, reader, exact('double'), { lm: doubler() }), { code: 'rows_taken' });
    const strict = readRows(text, { strict: true, name: 't.csv' });
    await assert.rejects(evaluate(program, strict, exact('double'), { lm: doubler() }), /^InputError: t\.csv:4:1/);
  });
});
