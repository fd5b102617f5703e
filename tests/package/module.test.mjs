import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ChainOfThought, Module, Predict, Program, traceOf } from 'strop';
import { chat, inputOf, scripted } from './help.mjs';

/** Answers every field with its name and the inputs it saw, later for some than for others. */
const echo = (delay = () => 0) =>
  scripted(
    (content) => {
      const inputs = [...content.matchAll(/\[\[ ## (\w+) ## \]\]\n([^\n]+)/g)].map(([, , value]) => value);
      const fields = [...content.matchAll(/`\[\[ ## (\w+) ## \]\]`/g)]
        .map(([, name]) => name)
        .filter((n) => n !== 'completed');
      return chat(Object.fromEntries(fields.map((name) => [name, `${name}<${inputs.join('|')}>`])));
    },
    { delay },
  );

class Answer extends Module {
  query = new Predict('question -> search_query');
  answer = new ChainOfThought('question, passage -> answer');
  async forward({ question }) {
    const { search_query } = await this.query.run({ question });
    return this.answer.run({ question, passage: `about ${search_query}` });
  }
}

describe('Module', () => {
  it('finds predictors in properties, arrays, maps and objects, by DSPy’s names', () => {
    class Many extends Module {
      first = new Predict('a -> b');
      steps = [new Predict('a -> b'), new ChainOfThought('a -> b')];
      by = new Map([['k', new Predict('a -> b')]]);
      of = { x: new Answer() };
      again = this.first;
      program = new Program({ modules: { p: { type: 'Predict', signature: 'a -> b' } } });
      other = 'text';
      async forward() {
        return {};
      }
    }
    assert.deepEqual(
      [...new Many().namedPredictors().keys()],
      ['first', 'steps[0]', 'steps[1].predict', "by['k']", "of['x'].query", "of['x'].answer.predict", 'program.p'],
    );
  });

  it('runs, with a trace of all its parts', async () => {
    const out = await new Answer().run({ question: 'why' }, { lm: echo() });
    assert.deepEqual(Object.keys(out), ['reasoning', 'answer']);
    assert.match(out.answer, /about search_query<why>/);
    assert.deepEqual(
      traceOf(out).map(({ predictor }) => predictor),
      ['query', 'answer.predict'],
    );
  });

  it('keeps runs at the same time apart', async () => {
    const program = new Answer().with({ lm: echo(() => Math.random() * 20) });
    const questions = Array.from({ length: 40 }, (_, i) => `q${i}`);
    const outs = await Promise.all(questions.map((question) => program.run({ question })));
    outs.forEach((out, i) => {
      const trace = traceOf(out);
      assert.equal(trace.length, 2);
      for (const { inputs } of trace) assert.equal(inputs.question, `q${i}`);
      assert.match(out.answer, new RegExp(`q${i}\\b`));
    });
  });

  it('nests and recurses', async () => {
    class Outer extends Module {
      inner = new Answer();
      step = new Predict('n -> m');
      async forward({ n }) {
        if (n > 0) {
          const [below] = await Promise.all([this.run({ n: n - 1 }), this.inner.run({ question: `n${n}` })]);
          return { m: `${below.m}+` };
        }
        return this.step.run({ n: '0' });
      }
    }
    const out = await new Outer().with({ lm: echo() }).run({ n: 3 });
    assert.match(out.m, /\+\+\+$/);
    const names = traceOf(out)
      .map(({ predictor }) => predictor)
      .sort();
    assert.equal(names.length, 7);
    assert.deepEqual([...new Set(names)], ['inner.answer.predict', 'inner.query', 'step']);
  });

  it('prefers a predictor’s own model to that of the run', async () => {
    const own = echo();
    const run = echo();
    const program = new Answer().mapPredictors((p, name) => (name === 'query' ? p.with({ lm: own }) : p));
    await program.run({ question: 'x' }, { lm: run });
    assert.equal(own.requests.length, 1);
    assert.equal(run.requests.length, 1);
  });

  it('is not changed by runs or by mapPredictors', async () => {
    const program = new Answer();
    const before = program.toJSON();
    class Counting extends Answer {
      count = 0;
      async forward(inputs) {
        this.count += 1;
        return super.forward(inputs);
      }
    }
    const counting = new Counting();
    await counting.run({ question: 'x' }, { lm: echo() });
    assert.equal(counting.count, 0);
    const changed = program.mapPredictors((p) => p.with({ instructions: 'Other.' }));
    assert.ok(changed instanceof Answer && changed !== program);
    assert.equal(program.toJSON(), before);
    assert.notEqual(changed.toJSON(), before);
  });

  it('saves and loads by predictor', () => {
    const program = new Answer().mapPredictors((p, name) => p.with({ demos: [{ question: name }] }));
    const text = program.toJSON();
    assert.deepEqual(Object.keys(JSON.parse(text)), ['query', 'answer.predict', 'metadata']);
    const loaded = new Answer().load(text);
    assert.deepEqual(
      [...loaded.namedPredictors()].map(([, p]) => p.demos[0].question),
      ['query', 'answer.predict'],
    );
    assert.equal(loaded.toJSON(), text);
    assert.throws(() => new Answer().load(new Predict('a -> b').toJSON()), /query/);
  });

  it('explains #private properties and predictions that are none', async () => {
    class Private extends Module {
      #secret = 1;
      async forward() {
        return { x: this.#secret };
      }
    }
    await assert.rejects(new Private().run({}), { code: 'private_in_forward', name: 'ProgramError' });
    class Nothing extends Module {
      async forward() {
        return undefined;
      }
    }
    await assert.rejects(new Nothing().run({}), { code: 'bad_prediction' });
  });
});

describe('Program', () => {
  const structure = {
    modules: {
      query: { type: 'Predict', signature: 'question -> search_query', instructions: 'Search.' },
      answer: { type: 'ChainOfThought', signature: 'question, hint -> answer' },
    },
    wires: { 'answer.hint': 'query.search_query' },
    outputs: { final: 'answer.answer', used: 'query.search_query' },
  };

  it('runs its modules along the wires', async () => {
    const lm = echo();
    const out = await new Program(structure, { lm }).run({ question: 'why' });
    assert.deepEqual(Object.keys(out), ['final', 'used']);
    assert.equal(inputOf(lm.requests[1].messages[1].content, 'hint'), out.used);
    assert.deepEqual(
      traceOf(out).map(({ predictor }) => predictor),
      ['query', 'answer.predict'],
    );
    assert.match(lm.requests[0].messages[0].content, /Search\.$/);
  });

  it('comes back from its saved state alone', () => {
    const program = new Program(structure).mapPredictors((p) => p.with({ demos: [{ question: 'q' }] }));
    const again = Program.fromJSON(program.toJSON());
    assert.equal(again.toJSON(), program.toJSON());
    assert.deepEqual(again.structure, structure);
    assert.deepEqual(again.inputs, ['question']);
    assert.deepEqual(again.outputs, ['final', 'used']);
    const cot = Program.fromJSON(new ChainOfThought('a -> b').toJSON());
    assert.deepEqual(cot.outputs, ['reasoning', 'b']);
    assert.throws(() => Program.fromJSON(new Answer().toJSON()), { code: 'needs_code' });
  });

  it('names the place of what is wrong in it', () => {
    const wrong = (change) => () => new Program({ ...structure, ...change }).inputs;
    assert.throws(wrong({ wires: { 'answer.hint': 'query.nothing' } }), /wires\["answer\.hint"\]/);
    assert.throws(wrong({ modules: { a: { type: 'Predict', signature: 'x' } } }), /modules\["a"\].*column/s);
  });

  it('works as a part of a module', async () => {
    class Outer extends Module {
      part = new Program(structure);
      async forward(inputs) {
        return this.part.run(inputs);
      }
    }
    const out = await new Outer().run({ question: 'x' }, { lm: echo() });
    assert.deepEqual(
      traceOf(out).map(({ predictor }) => predictor),
      ['part.query', 'part.answer.predict'],
    );
  });
});
