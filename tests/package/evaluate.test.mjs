import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  ChainOfThought,
  evaluate,
  exact,
  f1,
  LMAuthError,
  LMNetworkError,
  LMRateLimitError,
  Module,
  normalized,
  Predict,
  Program,
} from 'strop';
import { chat, doubler, inputOf, numbers, scripted } from './help.mjs';

const rows = numbers(0, 20);
const program = new Predict('number -> double');

/** A journal in memory, with what was written. */
const memoryJournal = (text = '') => {
  const journal = {
    text,
    read: () => journal.text,
    append: async (lines) => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      journal.text += lines;
    },
  };
  return journal;
};

describe('evaluate', () => {
  it('scores every row, with an interval', async () => {
    const found = await evaluate(program, rows, exact('double'), { lm: doubler() });
    assert.equal(found.score, 0.2);
    assert.equal(found.n, 20);
    assert.equal(found.missing, 0);
    assert.ok(found.interval[0] < 0.2 && found.interval[1] > 0.2);
    assert.deepEqual(
      found.rows.map((row) => row.score),
      rows.map((_, i) => (i % 5 === 0 ? 1 : 0)),
    );
    assert.equal(found.rows[3].example, rows[3]);
    assert.deepEqual(found.rows[3].prediction, { double: 'unknown' });
    assert.deepEqual(
      { ...found.usage },
      {
        calls: 20,
        cachedCalls: 0,
        failedCalls: 0,
        inputTokens: 200,
        outputTokens: 100,
        cachedInputTokens: 0,
        reasoningTokens: 0,
        estimated: false,
        open: 0,
        ledger: [
          {
            model: 'scripted',
            calls: 20,
            inputTokens: 200,
            outputTokens: 100,
            cachedInputTokens: 0,
            reasoningTokens: 0,
            estimated: false,
          },
        ],
      },
    );
  });

  it('uses the free slots, and no more', async () => {
    const lm = doubler({ delay: () => Math.random() * 10 });
    await evaluate(program, rows, exact('double'), { lm, concurrency: 3 });
    assert.equal(lm.mostOpen, 3);
    const shy = doubler({ delay: 1, concurrency: 2 });
    await evaluate(program, rows, exact('double'), { lm: shy });
    assert.equal(shy.mostOpen, 2);
  });

  it('tells of rows in their order, however the answers come', async () => {
    const events = [];
    const lm = doubler({ delay: () => Math.random() * 15 });
    await evaluate(program, rows, exact('double'), { lm, onEvent: (event) => events.push(event) });
    assert.deepEqual(
      events.map(({ event, row }) => (event === 'row' ? row : event)),
      [...rows.keys(), 'score'],
    );
  });

  it('asks once for equal requests at the same time, and costs them all', async () => {
    const lm = doubler({ delay: 5 });
    const same = Array.from({ length: 6 }, () => rows[5]);
    const { usage, score } = await evaluate(program, same, exact('double'), { lm });
    assert.equal(score, 1);
    assert.equal(lm.requests.length, 1);
    assert.equal(usage.calls, 1);
    assert.equal(usage.cachedCalls, 5);
  });

  it('has the metrics of question answering', async () => {
    const lm = scripted((content) => chat({ answer: inputOf(content, 'q') }));
    const p = new Predict('q -> answer', { lm });
    const data = [{ q: 'The blue whale!', answer: 'blue whale' }];
    assert.equal((await evaluate(p, data, exact('answer'))).score, 0);
    assert.equal((await evaluate(p, data, normalized('answer'))).score, 1);
    const half = [{ q: 'blue', answer: 'blue whale' }];
    assert.ok(Math.abs((await evaluate(p, half, f1('answer'))).score - 2 / 3) < 1e-12);
  });

  it('takes metrics of one’s own: numbers, booleans, feedback, promises, the row itself', async () => {
    const lm = doubler();
    const seen = new Set();
    const found = await evaluate(
      program,
      rows,
      async (example, prediction) => {
        seen.add(example);
        const right = example.double === prediction.double;
        return Number(example.number) % 2 ? right : { score: right, feedback: `for ${example.number}` };
      },
      { lm },
    );
    assert.equal(found.score, 0.2);
    assert.equal(found.rows[4].feedback, 'for 4');
    assert.ok(rows.every((row) => seen.has(row)));
  });

  it('refuses a metric that gives no score, at once', async () => {
    const lm = doubler();
    await assert.rejects(
      evaluate(program, rows, () => undefined, { lm, concurrency: 1 }),
      (error) => {
        assert.equal(error.name, 'RunError');
        assert.match(error.message, /The metric gave undefined.*number, true or false/s);
        return true;
      },
    );
    assert.ok(lm.requests.length < 5, `${lm.requests.length} calls`);
  });

  it('reports a metric that throws, as a failure of that row', async () => {
    const found = await evaluate(
      program,
      rows,
      ({ number }) => {
        if (number === '7') throw new TypeError('no seven');
        return 1;
      },
      { lm: doubler(), failureScore: 0.5 },
    );
    assert.equal(found.rows[7].score, 0.5);
    assert.match(found.rows[7].error, /row 7.*no seven/);
    assert.equal(found.n, 20);
  });

  it('scores replies that cannot be read, and quotes them', async () => {
    const lm = scripted((content) => (inputOf(content, 'number') === '3' ? 'Sorry.' : chat({ double: 1 })));
    const found = await evaluate(program, rows, () => 1, { lm });
    assert.equal(found.rows[3].score, 0);
    assert.match(found.rows[3].error, /Sorry\./);
  });

  it('leaves rows without an answer missing, which is not a zero', async () => {
    const lm = scripted((content) => {
      if (inputOf(content, 'number') === '3') throw new LMRateLimitError('busy');
      return chat({ double: '0' });
    });
    const found = await evaluate(program, rows, () => 1, { lm });
    assert.equal(found.score, 1);
    assert.equal(found.missing, 1);
    assert.equal(found.rows[3].score, null);
    assert.match(found.rows[3].error, /busy/);
  });

  it('ends with one clear line for a wrong key', async () => {
    const lm = scripted(() => {
      throw new LMAuthError('m at host does not accept the key.');
    });
    await assert.rejects(evaluate(program, rows, exact('double'), { lm, concurrency: 2 }), (error) => {
      assert.equal(error.name, 'RunError');
      assert.equal(error.message, 'm at host does not accept the key.');
      assert.ok(error.cause instanceof LMAuthError);
      return true;
    });
    assert.ok(lm.requests.length <= 4, `${lm.requests.length} calls`);
  });

  it('ends for a dead endpoint, and a later run asks again', async () => {
    let dead = true;
    const lm = scripted((content) => {
      if (dead) throw new LMNetworkError('m cannot be reached.');
      return chat({ double: 2 * Number(inputOf(content, 'number')) });
    });
    const journal = memoryJournal();
    await assert.rejects(evaluate(program, rows, exact('double'), { lm, journal }), /m cannot be reached/);
    dead = false;
    const found = await evaluate(program, rows, exact('double'), { lm, journal });
    assert.equal(found.score, 1);
    assert.equal(found.missing, 0);
  });

  it('ends when the endpoint dies on the way, with nothing recorded as missing', async () => {
    let left = 7;
    const lm = scripted((content) => {
      if (left-- <= 0) throw new LMNetworkError('m cannot be reached.');
      return chat({ double: 2 * Number(inputOf(content, 'number')) });
    });
    const journal = memoryJournal();
    await assert.rejects(
      evaluate(program, rows, exact('double'), { lm, journal, concurrency: 8 }),
      /cannot be reached/,
    );
    left = Number.POSITIVE_INFINITY;
    const before = lm.requests.length;
    const found = await evaluate(program, rows, exact('double'), { lm, journal });
    assert.equal(found.missing, 0);
    assert.equal(lm.requests.length - before, 13);
  });

  it('treats what a model of one’s own throws as no answer', async () => {
    const lm = scripted((content) => {
      if (inputOf(content, 'number') === '3') throw new TypeError('oops');
      return chat({ double: '0' });
    });
    const found = await evaluate(program, rows, () => 1, { lm });
    assert.match(found.rows[3].error, /scripted failed: oops/);
    assert.equal(found.missing, 1);
  });

  it('repeats no call that the journal knows, after any cut', async () => {
    const whole = memoryJournal();
    const first = await evaluate(program, rows, exact('double'), { lm: doubler(), journal: whole });
    const lines = whole.text.split('\n').filter(Boolean);
    for (const kept of [0, 1, 2, 7, lines.length]) {
      const lm = doubler({ delay: () => Math.random() * 3 });
      const journal = memoryJournal(
        lines
          .slice(0, kept)
          .map((line) => `${line}\n`)
          .join(''),
      );
      const again = await evaluate(program, rows, exact('double'), { lm, journal });
      assert.deepEqual(again.rows, first.rows);
      assert.equal(lm.requests.length, 20 - Math.max(0, kept - 1));
      assert.deepEqual(journal.text.split('\n').filter(Boolean).sort(), [...lines].sort());
    }
  });

  it('refuses the journal of another run', async () => {
    const journal = memoryJournal();
    await evaluate(program, rows, exact('double'), { lm: doubler(), journal });
    const other = numbers(5, 20);
    await assert.rejects(evaluate(program, other, exact('double'), { lm: doubler(), journal }), /journal/i);
    const metric = () => 1;
    await assert.rejects(evaluate(program, rows, metric, { lm: doubler(), journal }), /journal/i);
  });

  it('stops the run when its journal cannot be written', async () => {
    const journal = { read: () => '', append: () => Promise.reject(new Error('disk full')) };
    const lm = doubler();
    await assert.rejects(evaluate(program, rows, exact('double'), { lm, journal }), /disk full/);
    assert.ok(lm.requests.length <= 8);
  });

  it('aborts at once', async () => {
    const lm = doubler({ delay: 10_000 });
    const began = Date.now();
    const run = evaluate(program, rows, exact('double'), { lm, signal: AbortSignal.timeout(50) });
    await assert.rejects(run, { code: 'lm_aborted' });
    assert.ok(Date.now() - began < 2000);
    assert.equal(lm.open, 0);
  });

  it('never exceeds a budget of calls', async () => {
    const lm = doubler();
    await assert.rejects(evaluate(program, rows, exact('double'), { lm, budget: { calls: 7 } }), {
      code: 'evaluation_budget',
    });
    assert.ok(lm.requests.length <= 7);
  });

  it('reserves for a call what it may take, so that a budget of tokens that reaches lets all rows run', async () => {
    const two = new Program({
      modules: {
        first: { type: 'Predict', signature: 'number -> double' },
        second: { type: 'Predict', signature: 'number, double -> result' },
      },
    });
    const lm = scripted((content) =>
      content.includes('`[[ ## result ## ]]`') ? chat({ result: 'r' }) : chat({ double: 'x'.repeat(200) }),
    );
    const config = { maxTokens: 60 };
    const data = rows.map((row) => ({ ...row, result: 'r' }));
    for (const one of [program, two]) {
      const metric = exact(one === two ? 'result' : 'double');
      const few = evaluate(one, data, metric, { lm, config, budget: { tokens: 500 } });
      await assert.rejects(few, { code: 'evaluation_budget' });
      const found = await evaluate(one, data, metric, { lm, config, budget: { tokens: 100_000 } });
      assert.equal(found.n, rows.length);
    }
  });

  it('names the row of what is wrong in the data, and the model that is missing', async () => {
    await assert.rejects(
      evaluate(program, [rows[0], { x: 1 }], exact('double'), { lm: doubler() }),
      /rows\[1\].*number/,
    );
    await assert.rejects(evaluate(program, [], exact('double'), { lm: doubler() }), { code: 'no_rows' });
    await assert.rejects(evaluate(program, [rows[0], 5], exact('double'), { lm: doubler() }), /rows\[1\]/);
    await assert.rejects(evaluate(program, rows, exact('double')), { code: 'no_lm' });
    await assert.rejects(evaluate(program, rows, exact('nothing'), { lm: doubler() }), /nothing/);
  });

  it('lets timers have their turn while the model answers at once', async () => {
    let turns = 0;
    const timer = setInterval(() => ++turns, 1);
    await evaluate(program, numbers(0, 3000), exact('double'), { lm: doubler() });
    clearInterval(timer);
    assert.ok(turns > 3, `${turns} turns`);
  });
});

describe('evaluate of a JavaScript module', () => {
  class Twice extends Module {
    say = new Predict('number -> word');
    double = new ChainOfThought('word, number -> double');
    async forward({ number }) {
      const { word } = await this.say.run({ number });
      const [a, b] = await Promise.all([this.double.run({ word, number }), this.double.run({ word, number })]);
      return { double: a.double === b.double ? a.double : 'odd' };
    }
  }
  const answers = (content) =>
    content.includes('## word ## ]]`')
      ? chat({ word: `w${inputOf(content, 'number')}` })
      : chat({ reasoning: 'r', double: 2 * Number(inputOf(content, 'number')) });

  it('runs it row by row, apart', async () => {
    const lm = scripted(answers, { delay: () => Math.random() * 5 });
    const found = await evaluate(new Twice(), rows, exact('double'), { lm });
    assert.equal(found.score, 1);
    assert.equal(found.n, 20);
    assert.equal(found.usage.calls, 40); // the two equal calls of a row are one
  });

  it('journals its calls, and repeats none', async () => {
    const journal = memoryJournal();
    const first = await evaluate(new Twice(), rows, exact('double'), { lm: scripted(answers), journal });
    const lines = journal.text.split('\n').filter(Boolean);
    for (const kept of [3, 20, lines.length]) {
      const lm = scripted(answers, { delay: () => Math.random() * 5 });
      const cut = memoryJournal(
        lines
          .slice(0, kept)
          .map((line) => `${line}\n`)
          .join(''),
      );
      const again = await evaluate(new Twice(), rows, exact('double'), { lm, journal: cut });
      assert.deepEqual(again.rows, first.rows);
      assert.deepEqual(cut.text.split('\n').filter(Boolean).sort(), [...lines].sort());
      if (kept === lines.length) assert.equal(lm.requests.length, 0);
    }
  });

  it('scores what its code throws, and says so', async () => {
    class Throws extends Module {
      p = new Predict('number -> double');
      async forward({ number }) {
        if (number === '4') throw new RangeError('four');
        return this.p.run({ number });
      }
    }
    const found = await evaluate(new Throws(), rows, () => 1, { lm: doubler() });
    assert.equal(found.rows[4].score, 0);
    assert.match(found.rows[4].error, /four/);
    assert.equal(found.score, 0.95);
  });

  it('scores its unreadable replies', async () => {
    class One extends Module {
      p = new Predict('number -> double: int');
      async forward(inputs) {
        return this.p.run(inputs);
      }
    }
    const lm = scripted((content) => (inputOf(content, 'number') === '3' ? 'Sorry.' : chat({ double: '1' })));
    const found = await evaluate(new One(), rows, () => 1, { lm });
    assert.equal(found.rows[3].score, 0);
    assert.match(found.rows[3].error, /Sorry/);
  });
});
