import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { evaluate, LMAuthError, LMRateLimitError, Predict } from 'strop';
import { completeAndGrounded, semanticF1 } from 'strop/evaluate';
import { BootstrapFewShot } from 'strop/optimize';
import { chat, inputOf, scripted } from './help.mjs';

const rows = Array.from({ length: 12 }, (_, i) => ({ question: `q${i}`, response: `truth ${i}` }));
const program = new Predict('question -> response');
const isJudge = (content) => content.includes('[[ ## system_response ## ]]');

/** A model that answers, and judges the answers: recall 1, precision 0.5. */
const both = (judge = () => ({ reasoning: 'r', recall: 1, precision: 0.5 }), options) =>
  scripted(
    (content) =>
      isJudge(content) ? chat(judge(content)) : chat({ response: `answer to ${inputOf(content, 'question')}` }),
    options,
  );
const journalOf = (text = '') => {
  const journal = {
    text,
    read: () => journal.text,
    append: async (lines) => {
      journal.text += lines;
    },
  };
  return journal;
};
const lines = ({ text }) => text.split('\n').filter(Boolean);

describe('semanticF1', () => {
  it('is the F1 of what a model estimates, with its reasons', async () => {
    const lm = both();
    const found = await evaluate(program, rows, semanticF1(), { lm });
    assert.ok(Math.abs(found.score - 2 / 3) < 1e-12);
    assert.equal(found.rows[0].feedback, 'recall 1, precision 0.5. r');
    assert.equal(found.usage.calls, 24);
    assert.deepEqual(found.rowUsage[3], { calls: 2, cachedCalls: 0, inputTokens: 20, outputTokens: 10 });
    const asked = lm.requests.map(({ messages }) => messages.at(-1).content).filter(isJudge);
    assert.equal(inputOf(asked[0], 'ground_truth'), `truth ${inputOf(asked[0], 'question').slice(1)}`);
  });

  it('asks its own model, other fields, and for key ideas first', async () => {
    const judge = scripted((content) => {
      assert.equal(inputOf(content, 'question'), 'What?');
      assert.match(content, /ground_truth_key_ideas.*discussion.*recall/s);
      return chat({
        reasoning: 'r',
        ground_truth_key_ideas: 'a',
        system_response_key_ideas: 'b',
        discussion: 'd',
        recall: 2,
        precision: -1,
      });
    });
    const lm = scripted(() => chat({ text: 'x' }));
    const metric = semanticF1({ lm: judge, decompositional: true, question: 'ask', response: 'text' });
    const found = await evaluate(new Predict('ask -> text'), [{ ask: 'What?', text: 'x' }], metric, { lm });
    assert.equal(found.score, 0); // shares are brought between 0 and 1
    assert.equal(found.rows[0].feedback, 'recall 2, precision -1. d');
    assert.equal(judge.requests.length, 1);
    assert.equal(lm.requests.length, 1);
  });

  it('repeats no call that the journal knows, after any cut', async () => {
    const whole = journalOf();
    const first = await evaluate(program, rows, semanticF1(), { lm: both(), journal: whole });
    const all = lines(whole);
    for (const kept of [0, 1, 9, 20, all.length]) {
      const lm = both();
      const cut = journalOf(
        all
          .slice(0, kept)
          .map((line) => `${line}\n`)
          .join(''),
      );
      const again = await evaluate(program, rows, semanticF1(), { lm, journal: cut });
      assert.deepEqual(again.rows, first.rows);
      assert.deepEqual(lines(cut).sort(), [...all].sort());
      if (kept === all.length) assert.equal(lm.requests.length, 0);
    }
    const other = evaluate(program, rows, semanticF1({ threshold: 0.9 }), { lm: both(), journal: whole });
    await assert.rejects(other, /journal/i); // the same code, but made from something else
  });

  it('is cached like all calls', async () => {
    const lm = both();
    const twice = [...rows, ...rows];
    const { usage } = await evaluate(program, twice, semanticF1(), { lm, concurrency: 1 });
    assert.equal(usage.calls, 24);
    assert.equal(usage.cachedCalls, 24);
  });

  it('stays within a budget of calls, and needs no more than it takes', async () => {
    for (const [metric, calls] of [
      [semanticF1(), 24],
      [completeAndGrounded(), 36],
    ]) {
      const judge = () => ({
        reasoning: 'r',
        ...Object.fromEntries(
          ['ground_truth_key_ideas', 'system_response_key_ideas', 'system_response_claims', 'discussion'].map(
            (name) => [name, 'x'],
          ),
        ),
        ...{ recall: 1, precision: 1, completeness: 1, groundedness: 1 },
      });
      const make = () =>
        scripted((content) => chat(isJudge(content) ? judge() : { response: 'x', context: 'c' }), {
          delay: () => Math.random() * 4,
        });
      const rag = new Predict('question -> response, context');
      const enough = await evaluate(rag, rows, metric, { lm: make(), budget: { calls } });
      assert.equal(enough.score, 1);
      assert.equal(enough.usage.calls, calls);
      const tokens = await evaluate(rag, rows, metric, { lm: make(), budget: { tokens: 1e6 } });
      assert.equal(tokens.usage.calls, calls);
      const lm = make();
      await assert.rejects(evaluate(rag, rows, metric, { lm, budget: { calls: calls - 1 } }), {
        code: 'evaluation_budget',
      });
      assert.ok(lm.requests.length < calls, `${lm.requests.length} calls`);
    }
  });

  it('leaves rows missing whose judgement cannot be had', async () => {
    const lm = scripted((content) => {
      const question = inputOf(content, 'question');
      if (!isJudge(content)) return chat({ response: 'x' });
      if (question === 'q1') return 'Sorry.';
      if (question === 'q2') throw new LMRateLimitError('busy');
      if (question === 'q3') return chat({ reasoning: 'r', recall: 'nan', precision: 1 });
      return chat({ reasoning: 'r', recall: 1, precision: 1 });
    });
    const found = await evaluate(program, rows, semanticF1(), { lm });
    assert.equal(found.score, 1);
    assert.deepEqual(
      found.rows.map(({ score }) => score),
      rows.map((_, i) => (i >= 1 && i <= 3 ? null : 1)),
    );
    assert.match(found.rows[1].error, /judge.*cannot be read.*Sorry/s);
    assert.match(found.rows[2].error, /busy/);
    assert.match(found.rows[3].error, /recall/);
  });

  it('ends with one clear line for a wrong key, and names a field that is missing', async () => {
    const judge = scripted(() => {
      throw new LMAuthError('j does not accept the key.');
    });
    await assert.rejects(evaluate(program, rows, semanticF1({ lm: judge }), { lm: both() }), (error) => {
      assert.equal(error.message, 'j does not accept the key.');
      return true;
    });
    const found = await evaluate(program, rows, completeAndGrounded(), { lm: both() });
    assert.match(found.rows[0].error, /`context`, which the prediction does not have/);
  });

  it('decides by its threshold what becomes a demo', async () => {
    for (const [threshold, demos] of [
      [0.5, 4],
      [0.9, 0],
    ]) {
      const optimizer = new BootstrapFewShot({ metric: semanticF1({ threshold }), maxLabeledDemos: 0 });
      const { program: made } = await optimizer.compile(program, {
        trainset: rows,
        valset: rows.slice(0, 2),
        lm: both(),
      });
      assert.equal(made.demos.length, demos);
    }
  });

  it('can be asked by itself', async () => {
    const judge = semanticF1({ lm: both() });
    const { score } = await judge(rows[0], { response: 'x' });
    assert.ok(Math.abs(score - 2 / 3) < 1e-12);
  });
});

describe('a judge of one’s own', () => {
  const rate = new Predict('response -> stars: int');
  const metric = async (_, { response }, __, run) => {
    const { stars } = await run(rate, { response });
    return { score: stars / 5, feedback: `${stars} stars` };
  };
  const lm = () =>
    scripted((content) =>
      content.includes('## stars ##') ? chat({ stars: 4 }) : chat({ response: inputOf(content, 'question') }),
    );

  it('runs programs as a part of the run', async () => {
    const journal = journalOf();
    const found = await evaluate(program, rows, metric, { lm: lm(), journal });
    assert.ok(Math.abs(found.score - 0.8) < 1e-12);
    assert.equal(found.rows[2].feedback, '4 stars');
    const again = lm();
    assert.deepEqual((await evaluate(program, rows, metric, { lm: again, journal })).rows, found.rows);
    assert.equal(again.requests.length, 0);
  });

  it('must say how many calls it makes, where these are limited', async () => {
    await assert.rejects(evaluate(program, rows, metric, { lm: lm(), budget: { calls: 100 } }), /was reserved/);
    const told = Object.assign((...all) => metric(...all), { calls: 1 });
    const found = await evaluate(program, rows, told, { lm: lm(), budget: { calls: 24 } });
    assert.equal(found.usage.calls, 24);
  });
});
