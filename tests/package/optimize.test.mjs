import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { ChainOfThought, exact, LMAuthError, Module, Predict, Program, practiceModel } from 'strop';
import { BootstrapFewShot, BootstrapFewShotWithRandomSearch, LabeledFewShot } from 'strop/optimize';
import { chat, doubler, inputOf, numbers, scripted } from './help.mjs';

const data = { trainset: numbers(0, 20), valset: numbers(100, 120), testset: numbers(200, 220) };
const search = (options) =>
  new BootstrapFewShotWithRandomSearch({ metric: exact('double'), candidates: 3, ...options });

describe('optimizers', () => {
  for (const [name, optimizer] of [
    ['LabeledFewShot', new LabeledFewShot({ metric: exact('double'), k: 4 })],
    [
      'BootstrapFewShot',
      new BootstrapFewShot({ metric: exact('double'), maxBootstrappedDemos: 2, maxLabeledDemos: 4 }),
    ],
    ['BootstrapFewShotWithRandomSearch', search({ seed: 3 })],
  ]) {
    it(`${name} finds the demos that the model needs`, async () => {
      const student = new Predict('number -> double', { lm: doubler() });
      const { program, report } = await optimizer.compile(student, data);
      assert.equal(report.optimizer, name);
      assert.equal(report.state, 'done');
      assert.equal(report.heldOut, true);
      assert.equal(report.seed.score, 0.2);
      assert.equal(report.optimized.score, 1);
      assert.ok(report.difference.interval[0] > 0);
      assert.equal(report.model, 'scripted');
      assert.ok(program instanceof Predict && program.demos.length > 0);
      assert.deepEqual(student.demos, []);
      assert.equal((await program.run({ number: '33' })).double, '66');
      assert.equal(report.spent.calls, report.usage.calls + report.usage.cachedCalls);
    });
  }

  it('gives the same events and program for the same seed, however the answers come', async () => {
    const run = async (delay) => {
      const optimization = search({ seed: 5 }).compile(
        new Predict('number -> double', { lm: doubler({ delay }) }),
        data,
      );
      const events = [];
      for await (const event of optimization) events.push(event);
      return { events, program: (await optimization).program.toJSON() };
    };
    const first = await run(0);
    assert.deepEqual(await run(() => Math.random() * 4), first);
    assert.equal(first.events[0].event, 'start');
    assert.equal(first.events.at(-1).event, 'report');
  });

  it('optimizes ChainOfThought and JavaScript modules', async () => {
    class Wrapped extends Module {
      inner = new Predict('number -> double');
      async forward({ number }) {
        return this.inner.run({ number });
      }
    }
    const { program, report } = await search().compile(new Wrapped(), { ...data, lm: doubler() });
    assert.ok(program instanceof Wrapped);
    assert.equal(report.seed.score, 0.2);
    assert.equal(report.optimized.score, 1);
    assert.ok(program.inner.demos.length > 0);

    const lm = scripted((_, { messages }) => chat({ reasoning: 'r', double: messages.length > 2 ? 'x' : 'y' }));
    const rows = numbers(0, 8).map((row) => ({ ...row, double: 'x' }));
    const cot = await new LabeledFewShot({ metric: exact('double'), k: 2 }).compile(
      new ChainOfThought('number -> double', { lm }),
      { trainset: rows, testset: rows },
    );
    assert.equal(cot.report.optimized.score, 1);
    assert.equal(cot.program.predict.demos.length, 2);
  });

  it('stops with the best so far, and says why', async () => {
    const run = search().compile(new Predict('number -> double', { lm: doubler({ delay: 2 }) }), data);
    for await (const event of run) {
      if (event.event === 'score' && event.candidate === 1) run.stop('enough');
    }
    assert.equal(run.best().score, 1);
    const { program, report } = await run;
    assert.equal(report.state, 'stopped');
    assert.match(report.reason, /enough/);
    assert.ok(program.demos.length > 0);
    assert.equal(report.optimized, null);
    assert.equal(run.progress.state, 'stopped');
    assert.equal(run.progress.open, 0);
  });

  it('keeps the best when it is aborted, when it fails and when the budget ends', async () => {
    const controller = new AbortController();
    const aborted = search().compile(new Predict('number -> double', { lm: doubler({ delay: 2 }) }), {
      ...data,
      signal: controller.signal,
    });
    for await (const event of aborted) if (event.event === 'offer' && event.score === 1) controller.abort();
    assert.equal((await aborted).report.state, 'stopped');
    assert.ok((await aborted).program.demos.length > 0);

    let calls = 0;
    const dying = doubler();
    const complete = dying.complete;
    dying.complete = (...args) => {
      if (++calls > 60) throw new LMAuthError('The key has expired.');
      return complete(...args);
    };
    const failed = search().compile(new Predict('number -> double', { lm: dying }), data);
    await assert.rejects(failed, { name: 'RunError', message: 'The key has expired.' });
    assert.ok(failed.best().program.demos.length > 0);
    await assert.rejects(async () => {
      for await (const _ of failed);
    }, /expired/);

    const lm = doubler();
    const poor = await search({ budget: { calls: 90 } }).compile(new Predict('number -> double', { lm }), data);
    assert.ok(lm.requests.length <= 90);
    assert.ok(poor.program.demos.length > 0);
  });

  it('pauses and resumes', async () => {
    const lm = doubler({ delay: 1 });
    const run = search().compile(new Predict('number -> double', { lm }), data);
    await new Promise((resolve) => setTimeout(resolve, 20));
    run.pause();
    await new Promise((resolve) => setTimeout(resolve, 20));
    const before = lm.requests.length;
    await new Promise((resolve) => setTimeout(resolve, 40));
    assert.equal(lm.requests.length, before);
    assert.equal(run.progress.state, 'paused');
    run.resume();
    assert.equal((await run).report.state, 'done');
  });

  it('continues after kill -9 without repeating a call', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'strop-'));
    try {
      const path = join(directory, 'journal.jsonl');
      const undisturbed = join(directory, 'whole.jsonl');
      const script = new URL('./killed.mjs', import.meta.url).pathname;
      const child = (file, after) =>
        new Promise((resolve) => {
          const process_ = spawn(process.execPath, [script, file, String(after)], {
            stdio: ['ignore', 'pipe', 'inherit'],
          });
          let out = '';
          process_.stdout.on('data', (data) => {
            out += data;
          });
          process_.on('close', (code, signal) => resolve({ code, signal, out }));
        });
      const whole = await child(undisturbed, -1);
      assert.equal(whole.code, 0);
      for (const after of [3, 20, 25]) assert.equal((await child(path, after)).signal, 'SIGKILL');
      const last = await child(path, -1);
      assert.equal(last.code, 0);
      const sorted = (text) => text.split('\n').filter(Boolean).sort();
      const lines = sorted(await readFile(path, 'utf8'));
      assert.equal(new Set(lines.map((line) => JSON.parse(line).path)).size, lines.length, 'a path was answered twice');
      assert.deepEqual(lines, sorted(await readFile(undisturbed, 'utf8')));
      assert.equal(JSON.parse(last.out).program, JSON.parse(whole.out).program);
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  it('tells before a run how many calls it makes', async () => {
    const student = new Predict('number -> double', { lm: doubler() });
    for (const optimizer of [
      new LabeledFewShot({ metric: exact('double'), k: 4 }),
      new BootstrapFewShot({ metric: exact('double'), maxBootstrappedDemos: 2 }),
      search({ budget: { calls: 150 } }),
    ]) {
      for (const sets of [data, { trainset: data.trainset }]) {
        const estimate = await optimizer.estimate(student, sets);
        const run = optimizer.compile(student, { ...sets, cache: false });
        const { report } = await run;
        assert.deepEqual(estimate, run.events.find(({ event }) => event === 'start').estimate);
        assert.ok(report.spent.calls <= estimate.calls.max);
        assert.ok(report.state === 'budget' || report.outOfBudget || report.spent.calls > 0);
      }
    }
    const steps = new Program({
      modules: {
        a: { type: 'Predict', signature: 'number -> half' },
        b: { type: 'Predict', signature: 'half -> double' },
      },
    });
    const { runs, calls } = await search().estimate(steps, data);
    assert.deepEqual(calls, { min: 2 * runs.min, max: 2 * runs.max });
    await assert.rejects(search({ candidates: -1 }).estimate(student, data), /candidates/);
  });

  it('shows a metric the steps of what may become a demo', async () => {
    class Halves extends Module {
      half = new Predict('number -> half');
      double = new Predict('half -> double');
      async forward({ number }) {
        const { half } = await this.half.run({ number });
        return this.double.run({ half });
      }
    }
    const lm = scripted((content) => {
      const number = inputOf(content, 'number');
      return number === undefined ? chat({ double: `${inputOf(content, 'half')}!` }) : chat({ half: `${number}/2` });
    });
    for (const program of [
      new Halves(),
      new Program({
        modules: {
          half: { type: 'Predict', signature: 'number -> half' },
          double: { type: 'Predict', signature: 'half -> double' },
        },
      }),
    ]) {
      const seen = [];
      const metric = ({ number }, { double }, trace) => {
        seen.push(trace);
        if (trace) {
          assert.deepEqual(trace, [
            { predictor: 'half', inputs: { number }, outputs: { half: `${number}/2` } },
            { predictor: 'double', inputs: { half: `${number}/2` }, outputs: { double } },
          ]);
        }
        return true;
      };
      const { report } = await new BootstrapFewShot({ metric, maxBootstrappedDemos: 3 }).compile(program, {
        ...data,
        lm,
      });
      assert.equal(report.state, 'done');
      assert.equal(seen.filter(Boolean).length, 3);
      assert.equal(seen.filter((trace) => !trace).length, report.spent.runs - 3);
    }
  });

  it('runs on the practice model, in both formats', async () => {
    for (const adapter of ['chat', 'compact']) {
      const rows = ['red', 'blue'].flatMap((color) =>
        ['car', 'hat', 'pen', 'cup', 'bag', 'box'].map((thing) => ({
          text: `a ${color} ${thing}`,
          label: color === 'red' ? 'warm' : 'cold',
        })),
      );
      const { report } = await new LabeledFewShot({ metric: exact('label'), k: 6 }).compile(
        new Predict('text -> label: Literal["warm", "cold"]', { lm: practiceModel({ adapter }) }),
        { trainset: rows, testset: rows },
      );
      assert.equal(report.model, 'practice');
      assert.ok(report.optimized.score >= report.seed.score, adapter);
    }
  });

  it('checks its data', () => {
    const student = new Predict('number -> double', { lm: doubler() });
    assert.throws(() => search().compile(student, { trainset: [] }), { code: 'no_rows' });
    assert.throws(() => search().compile(student, { trainset: data.trainset, testset: [1] }), /testset\[0\]/);
  });

  it('names the option that is wrong', async () => {
    const student = new Predict('number -> double', { lm: doubler() });
    await assert.rejects(search({ candidates: -1 }).compile(student, data), /candidates/);
    await assert.rejects(new LabeledFewShot({ metric: exact('nothing') }).compile(student, data), /nothing/);
  });
});
