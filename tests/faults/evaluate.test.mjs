// 10,000 rows with 64 calls in flight against a server that fails now and then: every row is accounted for, also when the
// evaluation is killed again and again and continued.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { evaluate, exact, openai, Predict, RunError } from 'strop';
import { questions } from './rows.mjs';
import { answerTo, faultServer } from './server.mjs';

const count = 10_000;
const kills = 20;
const directory = mkdtempSync(join(tmpdir(), 'strop-faults-'));
let server;
let onRequest = () => {};
before(async () => {
  server = await faultServer({ onRequest: (entry) => onRequest(entry) });
});
beforeEach(() => {
  server.forget();
  onRequest = () => {};
});
after(async () => {
  await server.close();
  rmSync(directory, { recursive: true });
});

/** Runs the evaluation in a process of its own, which `watch` may kill. */
function child(journal, report, watch = () => {}) {
  const script = fileURLToPath(new URL('evaluated.mjs', import.meta.url));
  const args = [script, server.baseURL, String(count), journal, report];
  return new Promise((resolve) => {
    const started = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let out = '';
    started.stdout.on('data', (data) => {
      out += data;
    });
    watch(started);
    started.on('close', (code, signal) => resolve({ code, signal, told: out && JSON.parse(out) }));
  });
}

/** Numbers from 0 to 1, the same each time. */
function* numbers(seed) {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield state / 2 ** 32;
  }
}

/** The rows whose answers a journal has. */
const answeredIn = (journal) =>
  new Set(
    (existsSync(journal) ? readFileSync(journal, 'utf8') : '')
      .split('\n')
      .slice(0, -1) // the last may be torn
      .flatMap((line) => JSON.parse(line).path.match(/\brow\[(\d+)\]/)?.[1] ?? []),
  );

describe('10,000 evaluations', { timeout: 600_000 }, () => {
  const undisturbed = { journal: join(directory, 'whole.jsonl'), report: join(directory, 'whole.json') };

  it('account for every row, in memory that does not grow with what is asked', async () => {
    const { code, told } = await child(undisturbed.journal, undisturbed.report);
    assert.equal(code, 0);
    const { rows, n, missing } = JSON.parse(readFileSync(undisturbed.report, 'utf8'));
    assert.equal(rows.length, count);
    assert.equal(n + missing, count);
    for (const [i, { question, score, error }] of rows.entries()) {
      assert.equal(question, `What is ${i}?`);
      if (score === null) assert.match(error, /for good/);
      else assert.equal(score, answerTo(messageOf(i)) === `answer ${i}` ? 1 : 0);
    }
    assert.ok(missing > 0 && missing < 60, `${missing} missing`);
    assert.equal(told.usage.calls, n);
    assert.equal(told.usage.failedCalls, missing);
    assert.ok(server.stats.most <= 64, `${server.stats.most} at once`);
    assert.ok(told.megabytes < 320, `${told.megabytes} MB`); // 10,000 rows with their results are some 60 of them
  });

  it(`killed at ${kills} points and continued, repeat no call that was answered, and find the same to the byte`, async () => {
    const journal = join(directory, 'killed.jsonl');
    const report = join(directory, 'killed.json');
    const draw = numbers(20261128);
    for (let kill = 0; kill < kills; ++kill) {
      const known = answeredIn(journal);
      const after = Math.ceil((draw.next().value * 2 * count) / (kills + 2));
      let asked = 0;
      const repeated = [];
      const { signal } = await child(journal, report, (started) => {
        onRequest = ({ question }) => {
          if (known.has(question.match(/What is (\d+)/)[1])) repeated.push(question);
          if (++asked === after) started.kill('SIGKILL');
        };
      });
      assert.equal(signal, 'SIGKILL', `killed at ${after} requests, the ${kill + 1}th time`);
      assert.deepEqual(repeated, []);
    }
    const known = answeredIn(journal);
    assert.ok(known.size > count / 2 && known.size < count, `${known.size} rows known before the last run`);
    const repeated = [];
    onRequest = ({ question }) => {
      if (known.has(question.match(/What is (\d+)/)[1])) repeated.push(question);
    };
    const { code } = await child(journal, report);
    assert.equal(code, 0);
    assert.deepEqual(repeated, []);
    assert.ok(readFileSync(report).equals(readFileSync(undisturbed.report)), 'another report');
    assert.ok(!readFileSync(journal, 'utf8').includes('sk-test'), 'the key is in the journal');
  });
});

describe('budgets', { timeout: 120_000 }, () => {
  it('are never exceeded, whatever fails', async () => {
    const lm = openai({ model: 'flaky', baseURL: server.baseURL, retries: 3, concurrency: 64 });
    const program = new Predict('question -> answer', { lm });
    for (const [budget, most] of [
      [{ calls: 300 }, 300],
      [{ runs: 200 }, 200],
      [{ tokens: 48 * 600 }, 600],
    ]) {
      server.forget();
      const run = evaluate(program, questions(1000), exact('answer'), {
        budget,
        cache: false,
        config: { maxTokens: 16 },
      });
      await assert.rejects(run, (error) => error instanceof RunError && error.code === 'evaluation_budget');
      const asked = new Set(server.seen.map(({ question }) => question)).size;
      assert.ok(asked <= most && asked > most / 4, `${asked} of ${JSON.stringify(budget)}`);
    }
  });
});

/** The message that asks the row, as the chat format has it. */
function messageOf(i) {
  const { messages } = new Predict('question -> answer').preview({ question: `What is ${i}?` }, { adapter: 'chat' });
  return messages.at(-1).content;
}
