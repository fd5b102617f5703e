import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { evaluate, exact, InputError, Predict } from 'strop';
import { compare, fromJSON, readRows, toCSV, toHTML, toJSON, toTable } from 'strop/evaluate';
import { chat, inputOf, numbers, scripted } from './help.mjs';

const program = new Predict('number -> double');
const rows = numbers(0, 20);
const lmThatKnows = (knows) =>
  scripted((content) => {
    const n = Number(inputOf(content, 'number'));
    return chat({ double: knows(n) ? 2 * n : 'unknown' });
  });
const run = (knows, given = rows) => evaluate(program, given, exact('double'), { lm: lmThatKnows(knows) });

const hostile = [
  '</td><script>alert(1)</script>',
  '"\'`&amp;<b>',
  '=HYPERLINK("http://x")',
  '+1',
  '-1',
  '@a',
  '\t=1',
  '\u0000\u001b[31m\ud800',
  '\u202etxt',
  'a,b\r\n"c"',
  ' padded ',
  '',
];
const evil = () => ({
  score: 0.25,
  n: 4,
  missing: 1,
  interval: [0.1, 0.5],
  skipped: 2,
  seconds: 1.5,
  usage: { calls: 5, cachedCalls: 1, failedCalls: 0, inputTokens: 10, outputTokens: 20, estimated: true, open: 0 },
  rowUsage: hostile.map(() => ({ calls: 1, cachedCalls: 0, inputTokens: 2, outputTokens: 3 })),
  rows: hostile.map((text, i) => ({
    example: { '<img src=x onerror=alert(1)>': text, n: -i },
    prediction: i % 3 === 1 ? null : { answer: text, list: [text] },
    score: i % 4 === 1 ? null : (i % 3) / 2,
    ...(i % 3 === 1 ? { error: text } : { feedback: text }),
  })),
});

describe('compare', () => {
  it('tells row by row what became better and worse', async () => {
    const before = await run((n) => n < 6 || n === 19);
    const after = await run((n) => n < 17);
    const found = await compare(before, after);
    assert.equal(found.n, 20);
    assert.deepEqual(found.fixed, [6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);
    assert.deepEqual(found.broken, [19]);
    assert.ok(Math.abs(found.difference.mean - 0.5) < 1e-12);
    assert.ok(found.difference.interval[0] > 0 && found.difference.interval[1] <= 1);
    assert.ok(Math.abs(found.difference.p - (2 * 13) / 2 ** 12) < 1e-12); // the sign test of 11 to 1
    assert.equal(found.verdict, 'improved');
    assert.deepEqual(found.before, { score: before.score, interval: before.interval });
    assert.deepEqual(found.after, { score: after.score, interval: after.interval });
    assert.equal((await compare(after, before)).verdict, 'worse');
    assert.equal((await compare(before, before)).verdict, 'not distinguishable');
    assert.deepEqual(await compare(fromJSON(toJSON(before)), after), found);
  });

  it('leaves out rows that lack a score, and counts what is right by a threshold', async () => {
    const scored = (scores) => ({ rows: scores.map((score, i) => ({ example: { i }, score })) });
    const found = await compare(scored([null, 0.2, 0.9, 0.6]), scored([1, 0.8, 0.4, 0.7]), { right: 0.5 });
    assert.equal(found.n, 3);
    assert.equal(found.missing, 1);
    assert.deepEqual([found.fixed, found.broken], [[1], [2]]);
    await assert.rejects(compare(scored([null]), scored([1])), { code: 'no_rows' });
  });

  it('refuses other rows', async () => {
    const all = await run(() => true);
    await assert.rejects(compare(all, await run(() => true, rows.slice(1))), /20 and 19/);
    await assert.rejects(compare(all, await run(() => true, [...rows.slice(1), rows[0]])), /rows\[0\]\.number/);
  });
});

describe('toCSV', () => {
  it('keeps every byte, so that readRows gives back what was there', async () => {
    const evaluation = evil();
    const read = [];
    for await (const row of readRows(toCSV(evaluation), { strict: true })) read.push(row);
    assert.deepEqual(
      read.map((row) => row['example.<img src=x onerror=alert(1)>']),
      hostile,
    );
    assert.equal(read[3].feedback, '+1');
    assert.equal(read[2]['prediction.list'], JSON.stringify([hostile[2]]));
    assert.equal(read[0].tokens, '5');
    assert.equal(read[1].score, '');
  });

  it('makes formulas harmless where it is told so', async () => {
    const read = [];
    for await (const row of readRows(toCSV(evil(), { spreadsheet: true }), { strict: true })) read.push(row);
    hostile.forEach((text, i) => {
      const isFormula = /^[=+\-@\t]/.test(text);
      assert.equal(read[i]['example.<img src=x onerror=alert(1)>'], isFormula ? `'${text}` : text);
      assert.equal(read[i]['example.n'], String(-i)); // a number is one
    });
  });
});

describe('toHTML', () => {
  it('shows everything as text, and loads nothing', async () => {
    const page = toHTML(evil(), { title: '<script>title</script>', comparison: await compare(evil(), evil()) });
    // Every tag is one of ours, with no attribute that does anything.
    const tags = page.match(/<[^>]*>/g);
    for (const tag of tags) {
      assert.match(
        tag,
        /^<(!doctype html|\/?(html|head|meta|title|style|body|input|header|h1|p|strong|span|div|i|b|dl|dt|dd|section|main|nav|label|table|thead|tbody|tr|th|td|small|em))\b/,
        tag,
      );
      assert.doesNotMatch(tag, /\son|src=|href=|url\(|javascript:/i, tag);
    }
    const texts = page.replace(/<style>.*?<\/style>/s, '').replace(/<[^>]*>/g, '');
    assert.ok(texts.includes('&#60;/td&#62;&#60;script&#62;alert(1)&#60;/script&#62;'));
    assert.ok(page.isWellFormed());
    for (const never of ['\u0000', '\u001b', '<script']) assert.ok(!page.includes(never));
    assert.match(page, /default-src 'none'/);
  });

  it('shows the worst rows first and says what it leaves out', async () => {
    const page = toHTML(await run((n) => n < 15), { rows: 6 });
    const numbers = [...page.matchAll(/<th scope="row">(\d+)/g)].map(([, n]) => Number(n));
    assert.deepEqual(numbers, [15, 16, 17, 18, 19, 0]);
    assert.match(page, /14 more rows/);
    assert.match(page, /75\.0 %<\/strong> <span>95 % interval 53\.1 % to 88\.8 %/);
    const long = { ...evil(), rows: [{ example: { a: 'x'.repeat(1e6) }, prediction: null, score: 0 }] };
    assert.ok(toHTML(long).length < 40_000);
  });
});

describe('toTable', () => {
  it('fits a terminal and cannot move its cursor', async () => {
    const table = toTable(await run((n) => n < 15), { rows: 3 });
    assert.match(
      table,
      /^75\.0 % on 20 rows, 95 % interval 53\.1 % to 88\.8 %; 20 calls, 300 tokens\n\n# {2}score {2}number {2}double {2}→ double/,
    );
    assert.match(table, /and 17 more rows\n$/);
    const text = toTable(evil());
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these must not be there
    assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u202a-\u202e]/);
    assert.ok(text.split('\n').every((line) => line.length < 250));
  });
});

describe('fromJSON', () => {
  it('reads what toJSON wrote', async () => {
    const found = await run((n) => n % 2 === 0);
    assert.deepEqual(fromJSON(toJSON(found)), JSON.parse(JSON.stringify(found)));
  });

  it('throws nothing but InputError', async () => {
    const whole = JSON.parse(toJSON(await run((n) => n % 2 === 0, rows.slice(0, 2))));
    const places = (value, path = []) =>
      typeof value === 'object' && value !== null
        ? [path, ...Object.keys(value).flatMap((key) => places(value[key], [...path, key]))]
        : [path];
    let refused = 0;
    for (const path of places(whole)) {
      for (const wrong of [null, 5, 'x', [], {}, true]) {
        const changed = structuredClone({ whole });
        const all = ['whole', ...path];
        let at = changed;
        for (const key of all.slice(0, -1)) at = at[key];
        at[all.at(-1)] = wrong;
        try {
          const read = fromJSON(JSON.stringify(changed.whole));
          toHTML(read);
          toCSV(read);
          toTable(read);
        } catch (error) {
          assert.ok(error instanceof InputError, `${path}: ${error.stack}`);
          ++refused;
        }
      }
    }
    assert.ok(refused > 50, `${refused}`);
    assert.throws(() => fromJSON('{'), InputError);
  });
});
