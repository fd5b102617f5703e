// Modules of which the package knows the predictors: their state loads and saves, their predictors run, they do not.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { evaluate, exact, InputError, Module, majority, Predict, Program, ProgramError } from 'strop';
import { BootstrapFewShot } from 'strop/optimize';
import { chat, scripted } from './help.mjs';

const tools = [{ name: 'tide', desc: 'Tide height.', args: { port: { type: 'string' } } }];
const agent = { module: 'ReAct', signature: 'question -> answer', instructions: 'Look it up.', tools };

/** A file as DSPy writes it: without what Strop adds. */
function dspyFile(program) {
  const state = JSON.parse(program.toJSON());
  delete state.metadata.strop;
  return state;
}

describe('a ReAct', () => {
  it('has predictors that can be previewed and run', async () => {
    const react = new Program(agent).namedPredictors().get('react');
    assert.match(
      react.instructions,
      /^Look it up\.\n\n.*\(1\) tide, whose description is <desc>Tide height\.<\/desc>/s,
    );
    assert.deepEqual(
      react.fields.map(({ name, type }) => `${name}: ${type}`),
      [
        'question: str',
        'trajectory: str',
        'next_thought: str',
        "next_tool_name: Literal['tide', 'finish']",
        'next_tool_args: dict[str, Any]',
      ],
    );
    const lm = scripted(() =>
      chat({ next_thought: 'look', next_tool_name: 'tide', next_tool_args: '{"port": "Kiel"}' }),
    );
    const outputs = await react.with({ lm }).run({ question: 'q', trajectory: '' });
    assert.deepEqual(outputs, { next_thought: 'look', next_tool_name: 'tide', next_tool_args: { port: 'Kiel' } });
    assert.match(react.preview({ question: 'why', trajectory: 't' }).messages.at(-1).content, /why/);
  });

  it('loads a state that DSPy has saved, and keeps it', () => {
    const state = dspyFile(new Program(agent));
    state.react.demos = [{ question: 'q', next_tool_name: 'finish', next_tool_args: {}, augmented: true }];
    state['extract.predict'].signature.instructions = 'Read it off.';
    const loaded = new Program(agent).load(JSON.stringify(state));
    const { react, 'extract.predict': extract } = Object.fromEntries(loaded.namedPredictors());
    assert.deepEqual(react.demos, state.react.demos);
    assert.equal(extract.instructions, 'Read it off.');
    assert.deepEqual(dspyFile(loaded), state);
    assert.equal(Program.fromJSON(loaded.toJSON()).toJSON(), loaded.toJSON());
  });

  it('says that it cannot be run, evaluated or optimized yet', async () => {
    const lm = scripted(() => assert.fail('no model is to be asked'));
    const program = new Program({ modules: { act: { type: 'ReAct', ...agent, module: undefined } } }, { lm });
    const unsupported = (error) => {
      assert.equal(error.code, 'unsupported');
      assert.match(error.message, /ReAct \("act"\)/);
      return true;
    };
    await assert.rejects(
      program.run({ question: 'q' }),
      (error) => error instanceof ProgramError && unsupported(error),
    );
    const rows = [{ question: 'q', answer: 'a' }];
    await assert.rejects(evaluate(program, rows, exact('answer')), unsupported);
    const optimizer = new BootstrapFewShot({ metric: exact('answer') });
    await assert.rejects(
      Promise.resolve(optimizer.compile(program, { trainset: Array(8).fill(rows[0]) })),
      unsupported,
    );
  });

  it('has its place in a Module, which runs its predictors itself', async () => {
    class Answer extends Module {
      agents = [new Program(agent)];
      async forward({ question }) {
        const react = this.agents[0].namedPredictors().get('react');
        return react.run({ question, trajectory: '' });
      }
    }
    const program = new Answer();
    assert.deepEqual([...program.namedPredictors().keys()], ['agents[0].react', 'agents[0].extract.predict']);
    const lm = scripted(() => chat({ next_thought: 't', next_tool_name: 'finish', next_tool_args: '{}' }));
    assert.equal((await program.run({ question: 'q' }, { lm })).next_tool_name, 'finish');
    assert.equal(program.load(program.toJSON()).toJSON(), program.toJSON());
  });
});

describe('load', () => {
  const saved = (signature, change) => {
    const state = dspyFile(new Predict(signature));
    change?.(state);
    return JSON.stringify(state);
  };

  it('explains which field is another one, unless fields go by position', () => {
    const json = saved('question -> answer');
    assert.throws(
      () => new Predict('query -> answer').load(json),
      (error) =>
        error instanceof InputError && /"question" \(Question:\) where .* "query" \(Query:\)/.test(error.message),
    );
    const loaded = new Predict('query -> answer').load(json, { fields: 'byPosition' });
    assert.equal(loaded.fields[0].desc, '$' + '{question}');
    assert.equal(JSON.parse(loaded.toJSON()).signature.fields[0].prefix, 'Question:');
  });

  it('leaves out where requests go, with a warning, and keys always', () => {
    const json = saved('a -> b', (state) => {
      state.lm = { model: 'm', api_base: 'http://evil.example', api_key: 'sk-secret', temperature: 0.5 };
    });
    const warnings = [];
    const settings = (options) => {
      const loaded = new Predict('a -> b').load(json, { onWarning: (text) => warnings.push(text), ...options });
      return JSON.parse(loaded.with({ demos: [] }).toJSON()).lm;
    };
    const { api_base, api_key, temperature, model } = settings();
    assert.deepEqual([api_base, api_key, temperature, model], [undefined, undefined, 0.5, 'm']);
    assert.equal(warnings.length, 1);
    assert.match(warnings[0], /api_base/);
    assert.equal(settings({ allowUnsafeLM: true }).api_base, 'http://evil.example');
    assert.equal(settings({ allowUnsafeLM: true }).api_key, undefined);
    assert.equal(warnings.length, 1);
  });

  it('takes nothing but one state from the text', () => {
    const two = `${saved('a -> b')},"program":{"module":"Predict","signature":"x -> y"}`;
    assert.throws(() => new Predict('a -> b').load(two), { code: 'bad_json' });
    assert.throws(() => Program.fromJSON(two), { code: 'bad_json' });
    assert.throws(() => new Predict('a -> b').load('['.repeat(100_000)), InputError);
  });
});

describe('majority', () => {
  it('gives the first of the most frequent completions', () => {
    const tries = ['dog', 'The Cat', 'cat!'].map((answer, k) => ({ reasoning: `r${k}`, answer }));
    assert.equal(majority(tries), tries[1]);
    assert.equal(majority(tries, { normalize: null }), tries[0]);
    assert.equal(majority(tries, { field: 'reasoning' }), tries[0]);
    assert.equal(majority(tries, { normalize: (text) => (text === 'dog' ? null : text.length) }), tries[1]);
  });

  it('compares what is no text as Python does', () => {
    const rows = [[2], [1], [true]].map(([n]) => ({ n }));
    assert.equal(majority(rows), rows[1]);
    assert.equal(majority([{ n: Number.NaN }, { n: Infinity }, { n: Infinity }]).n, Infinity);
  });

  it('says what it cannot count', () => {
    assert.throws(() => majority([]), InputError);
    assert.throws(() => majority([{ a: 1 }, { b: 2 }]), /Completion 1 has no field "a"/);
    assert.throws(() => majority([{ a: 1n }]), /cannot be written as JSON/);
  });
});
