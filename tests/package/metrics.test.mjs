import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { contains, evaluate, exact, jsonEqual, matches, numeric, Predict, setF1, similarity } from 'strop';
import { doubler, numbers, scripted } from './help.mjs';

/** A metric's score of two values, and what it says. */
const of = async (metric, expected, actual) => {
  const found = await metric({ x: expected }, { x: actual });
  return typeof found === 'number' ? { score: found } : found;
};
const score = async (...all) => (await of(...all)).score;

describe('metrics of a field', () => {
  it('contains', async () => {
    assert.equal(await score(contains('x'), 'Blue Whale', 'It is the blue whale.'), 1);
    assert.equal(await score(contains('x', { caseSensitive: true }), 'Blue Whale', 'the blue whale'), 0);
    assert.equal(await score(contains('x'), ['orca', 'whale'], 'a whale'), 1);
    assert.equal(await score(contains('x'), 'caf\u00e9', 'the cafe\u0301'), 1);
    const { score: none, feedback } = await of(contains('x'), 'shark', 'a whale');
    assert.equal(none, 0);
    assert.equal(feedback, 'expected "shark" within "a whale"');
    await assert.rejects(async () => contains('x')({ x: '' }, { x: 'y' }), /no text/); // everything contains that
  });

  it('matches', async () => {
    const metric = matches('x', /^T-\d+$/g);
    for (const _ of [1, 2, 3]) assert.equal(await score(metric, undefined, 'T-12'), 1); // no memory of the last match
    assert.equal((await of(metric, undefined, 'T12')).feedback, '"T12" does not match /^T-\\d+$/');
    assert.equal(await score(matches('x', /"a":1/), undefined, { a: 1 }), 1);
  });

  it('numeric', async () => {
    assert.equal(await score(numeric('x'), 4, '4.0'), 1);
    assert.equal(await score(numeric('x'), '1,234.5', 1234.5), 1);
    assert.equal(await score(numeric('x'), 0.12, '12 %'), 1);
    assert.equal(await score(numeric('x', { absolute: 0.1 }), 0.2, 0.3), 1);
    assert.equal(await score(numeric('x', { absolute: 0.1 }), 0.2, 0.301), 0);
    assert.equal(await score(numeric('x', { relative: 0.05 }), -100, -105), 1);
    assert.equal(await score(numeric('x', { relative: 0.05 }), -100, -106), 0);
    assert.equal(await score(numeric('x', { relative: 0.01, absolute: 5 }), 100, 104), 1);
    assert.equal(await score(numeric('x'), 0, -0), 1);
    assert.equal((await of(numeric('x'), 4, 5)).feedback, 'expected 4, got 5: off by 1 (25 %)');
    for (const none of ['many', '', '1,23', '0x10', Number.NaN, null, [4], '1'.repeat(1e6)]) {
      assert.equal(await score(numeric('x'), 4, none), 0, String(none).slice(0, 20));
    }
    await assert.rejects(async () => numeric('x')({ x: 'four' }, { x: 4 }), /The row's `x` is no number: "four"/);
  });

  it('setF1', async () => {
    assert.equal(await score(setF1('x'), ['a', 'B'], ['b ', 'A', 'a']), 1);
    const half = await of(setF1('x'), ['a', 'b', 'c'], ['a', 'd']);
    assert.equal(half.score, 0.4);
    assert.equal(half.feedback, 'missing "[\\"b\\",\\"c\\"]"; too much "[\\"d\\"]"');
    assert.equal(await score(setF1('x'), [{ a: 1, b: 2 }], [{ b: 2, a: 1 }]), 1);
    assert.equal(await score(setF1('x'), [1], ['1']), 0);
    assert.equal(await score(setF1('x'), [], []), 1);
    assert.equal(await score(setF1('x'), ['a'], []), 0);
    assert.equal((await of(setF1('x'), ['a'], 'a')).feedback, 'expected a list, got "a"');
    await assert.rejects(async () => setF1('x')({ x: 'a' }, { x: ['a'] }), /no list/);
  });

  it('jsonEqual', async () => {
    const value = { items: [{ name: 'a', 'to pay': 1 }], n: null };
    assert.equal(await score(jsonEqual('x'), value, { n: null, items: [{ 'to pay': 1, name: 'a' }] }), 1);
    assert.equal(await score(jsonEqual('x'), JSON.stringify(value), value), 1);
    for (const [actual, said] of [
      [{ ...value, items: [{ name: 'a', 'to pay': 2 }] }, '$.items[0]["to pay"]: expected "1", got "2"'],
      [{ ...value, items: [] }, '$.items[0]: expected "{\\"name\\":\\"a\\",\\"to pay\\":1}", got nothing'],
      [{ ...value, more: [] }, '$.more: expected nothing, got "[]"'],
      [{ items: value.items }, '$.n: expected "null", got nothing'],
      [[value], `$: expected ${JSON.stringify(JSON.stringify(value))}, got ${JSON.stringify(JSON.stringify([value]))}`],
    ]) {
      const found = await of(jsonEqual('x'), value, actual);
      assert.equal(found.score, 0);
      assert.equal(found.feedback, said);
    }
    const deep = () => JSON.parse(`${'['.repeat(5000)}${']'.repeat(5000)}`);
    assert.equal(await score(jsonEqual('x'), deep(), deep()), 0); // refused, not a crash
  });

  it('similarity', async () => {
    const vectors = { same: [3, 4], near: [4, 3], far: [-3, -4], none: [0, 0], short: [1] };
    const metric = similarity('x', async (texts) => texts.map((text) => vectors[text]));
    assert.equal(await score(metric, 'same', 'same'), 1);
    assert.ok(Math.abs((await score(metric, 'same', 'near')) - 0.96) < 1e-12);
    assert.equal(await score(metric, 'same', 'far'), 0);
    assert.equal(await score(metric, 'same', 'none'), 0);
    await assert.rejects(async () => of(metric, 'same', 'short'), { code: 'bad_embedding' });
  });

  it('are what a journal knows a run by, with what they were made from', async () => {
    let text = '';
    const journal = {
      read: () => text,
      append: async (lines) => {
        text += lines;
      },
    };
    const program = new Predict('number -> double');
    const run = (metric) => evaluate(program, numbers(0, 5), metric, { lm: doubler(), journal });
    await run(numeric('double', { absolute: 1 }));
    await run(numeric('double', { absolute: 1 }));
    await assert.rejects(run(numeric('double', { absolute: 2 })), /journal/i);
    await assert.rejects(run(contains('double')), /journal/i);
  });

  it('score a row whose prediction lacks the field as a failure', async () => {
    const lm = scripted(() => '[[ ## a ## ]]\nx\n\n[[ ## completed ## ]]');
    const found = await evaluate(new Predict('q -> a', { lm }), [{ q: 'q', b: 'x' }], contains('b'));
    assert.equal(found.score, 0);
    assert.match(found.rows[0].error, /no `b`/);
  });
});

describe('evaluate with a limit of errors', () => {
  const program = new Predict('number -> double: int');
  const rows = numbers(0, 40);

  it('goes on up to it, and ends beyond it', async () => {
    // Every fifth number is answered with a number.
    const found = await evaluate(program, rows, exact('double'), { lm: doubler(), maxErrors: 32 });
    assert.equal(found.rows.filter(({ error }) => error).length, 32);
    for (const options of [{ maxErrors: 31 }, { maxErrors: 3 }, { strict: true }]) {
      const lm = doubler();
      await assert.rejects(evaluate(program, rows, exact('double'), { lm, concurrency: 2, ...options }), (error) => {
        assert.equal(error.code, 'evaluation_errors');
        assert.match(error.message, /^Row \d+ failed: .*unknown.*At most \d+ may\.$/s);
        return true;
      });
      if (options.strict) assert.ok(lm.requests.length < 10, `${lm.requests.length} calls`);
    }
    await assert.rejects(evaluate(program, rows, exact('double'), { lm: doubler(), maxErrors: -1 }), {
      code: 'bad_max_errors',
    });
  });

  it('takes rows from whatever gives them', async () => {
    const later = async function* () {
      yield* numbers(0, 10_000);
    };
    const found = await evaluate(new Predict('number -> double'), later(), exact('double'), { lm: doubler() });
    assert.equal(found.n, 10_000);
    assert.equal(found.score, 0.2);
    assert.equal(found.skipped, 0);
    assert.equal(found.rowUsage.length, 10_000);
    assert.ok(found.rowUsage.every(({ calls }) => calls === 1));
  });
});
