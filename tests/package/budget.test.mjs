import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { configure, evaluate, exact, Predict } from 'strop';
import { BootstrapFewShotWithRandomSearch } from 'strop/optimize';
import { doubler, numbers } from './help.mjs';

const rows = numbers(0, 40);
const program = new Predict('number -> double');
afterEach(() => configure({ prices: undefined }));

const search = (budget) =>
  new BootstrapFewShotWithRandomSearch({ metric: exact('double'), candidates: 3, seed: 1, budget });
const sets = { trainset: numbers(100, 110), valset: numbers(200, 210) };

describe('a budget in dollars', () => {
  it('needs a price', async () => {
    const run = evaluate(program, rows, exact('double'), { lm: doubler(), budget: { usd: 1 } });
    await assert.rejects(run, { code: 'no_price', message: /configure\(\{ prices/ });
  });

  it('is never exceeded, and reaches where it can', async () => {
    const lm = doubler();
    configure({ prices: { [lm.model]: { input: 2, output: 10 } } }); // 2000 and 10,000 billionths a token
    const config = { maxTokens: 20 };
    const data = { ...sets, lm, config, cache: false };
    const { report: all } = await search({ usd: 5 }).compile(program, data);
    assert.equal(all.state, 'done');
    assert.ok(!all.outOfBudget);
    const { inputTokens, outputTokens } = all.usage;
    assert.ok(Math.abs(all.spent.usd - (inputTokens * 2 + outputTokens * 10) / 1e6) < 1e-9);
    const usd = all.spent.usd / 2;
    const run = search({ usd }).compile(program, data);
    const { report } = await run;
    assert.ok(report.outOfBudget || report.state === 'budget');
    assert.ok(report.spent.usd > 0 && report.spent.usd <= usd, `${report.spent.usd} of ${usd}`);
  });

  it('another price continues the same run', async () => {
    const lm = doubler();
    const lines = [];
    const journal = { read: () => lines.join(''), append: (text) => void lines.push(text) };
    configure({ prices: { [lm.model]: { input: 2, output: 10 } } });
    await evaluate(program, rows, exact('double'), { lm, journal, budget: { usd: 5 } });
    const asked = lm.requests.length;
    configure({ prices: { [lm.model]: { input: 3, output: 10 } } });
    await evaluate(program, rows, exact('double'), { lm, journal, budget: { usd: 5 } });
    assert.equal(lm.requests.length, asked);
  });
});

describe('a deadline', () => {
  it('stops a search, which keeps the best', async () => {
    const lm = doubler({ delay: () => 20 });
    const began = performance.now();
    const { report, program: best } = await search({ seconds: 0.3 }).compile(program, { ...sets, lm, concurrency: 1 });
    assert.equal(report.state, 'stopped');
    assert.equal(report.reason, 'deadline');
    assert.ok(best.toJSON().includes('"demos"'));
    assert.ok(performance.now() - began < 2000);
  });

  it('ends an evaluation, which then has no score', async () => {
    const lm = doubler({ delay: () => 50 });
    const run = evaluate(program, rows, exact('double'), { lm, concurrency: 1, budget: { seconds: 0.1 } });
    await assert.rejects(run, { code: 'evaluation_stopped', message: /deadline/ });
  });
});

it('a budget that is none is refused', async () => {
  for (const budget of [{ calls: -1 }, { calls: 1.5 }, { tokens: '5' }, { usd: Number.NaN }, { seconds: -1 }]) {
    const run = evaluate(program, rows, exact('double'), { lm: doubler(), budget });
    await assert.rejects(run, { code: 'bad_budget', message: new RegExp(Object.keys(budget)[0]) });
  }
});
