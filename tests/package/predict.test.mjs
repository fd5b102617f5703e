import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  AdapterParseError,
  ChainOfThought,
  ConfigurationError,
  configure,
  crossings,
  DisposedError,
  evaluate,
  exact,
  InputError,
  memoryCache,
  Predict,
  SignatureError,
  traceOf,
  usageOf,
} from 'strop';
import { chat, scripted } from './help.mjs';

const answering = (outputs, options) => scripted(() => chat(outputs), options);

describe('Predict', () => {
  it('sends the prompt in the chat format and reads the reply', async () => {
    const lm = answering({ answer: 'Eight.' });
    const p = new Predict('question -> answer', { lm });
    assert.deepEqual(await p.run({ question: 'How many legs has a spider?' }), { answer: 'Eight.' });
    const [system, user] = lm.requests[0].messages;
    assert.equal(system.role, 'system');
    assert.match(system.content, /^Your input fields are:\n1\. `question` \(str\):/);
    assert.ok(system.content.endsWith('Given the fields `question`, produce the fields `answer`.'));
    assert.ok(user.content.startsWith('[[ ## question ## ]]\nHow many legs has a spider?'));
  });

  it('previews exactly what it sends', async () => {
    const lm = answering({ b: 'x' });
    const p = new Predict('a -> b', { lm, demos: [{ a: '1', b: '2' }], config: { temperature: 0.5, maxTokens: 9 } });
    const preview = p.preview({ a: 'q' });
    await p.run({ a: 'q' });
    assert.deepEqual(lm.requests, [preview]);
    assert.equal(preview.messages.length, 4);
    assert.deepEqual(preview.config, { temperature: 0.5, maxTokens: 9 });
  });

  it('reads outputs by their types', async () => {
    const lm = answering({ label: '"bug"', urgent: 'yes', n: '1,200', tags: '["a", "b"]', none: 'null' });
    const p = new Predict(
      't -> label: Literal["bug", "other"], urgent: bool, n: str, tags: list[str], none: int | None',
      { lm },
    );
    const out = await p.run({ t: 'x' }).catch((error) => error);
    assert.ok(out instanceof AdapterParseError || out.label === 'bug');
    const typed = new Predict('t -> n: int, x: float, tags: list[str], d: dict[str, int]', {
      lm: answering({ n: '7', x: '2.5', tags: '["a", "b"]', d: '{"k": 1}' }),
    });
    assert.deepEqual(await typed.run({ t: 'x' }), { n: 7, x: 2.5, tags: ['a', 'b'], d: { k: 1 } });
  });

  it('quotes a reply that it cannot read', async () => {
    const p = new Predict('a -> b: int', { lm: scripted(() => 'I would rather not.') });
    await assert.rejects(p.run({ a: '1' }), (error) => {
      assert.ok(error instanceof AdapterParseError);
      assert.equal(error.name, 'AdapterParseError');
      assert.equal(error.code, 'adapter_parse');
      assert.equal(error.reply, 'I would rather not.');
      assert.match(error.message, /I would rather not\./);
      return true;
    });
  });

  it('names the column of a wrong signature, when it is first used', () => {
    assert.throws(
      () => new Predict('question answer').preview({}),
      (error) => {
        assert.ok(error instanceof SignatureError);
        assert.ok(error.details.column > 0);
        assert.match(error.message, /->/);
        return true;
      },
    );
    assert.throws(() => new Predict('a -> b: Fo').instructions, /column 9.*Fo/s);
  });

  it('crosses into the core once to render and once to parse', async () => {
    const p = new Predict('question -> answer', {
      lm: answering({ answer: 'x' }),
      demos: [{ question: 'q', answer: 'a' }],
    });
    await p.run({ question: '1' });
    const before = crossings();
    for (let i = 0; i < 10; ++i) await p.run({ question: String(i) });
    assert.equal(crossings() - before, 20);
  });

  it('carries any text across, and replaces lone surrogates', async () => {
    const text = 'Grüße, 世界 👩‍🚀 \u0000 "quoted" \\ [[ ## x';
    const lm = scripted((content) => chat({ b: content.split('\n')[1] }));
    const p = new Predict('a -> b', { lm });
    assert.equal((await p.run({ a: text })).b, text);
    assert.match(p.preview({ a: '\ud800x' }).messages[1].content, /\ufffdx/);
    const long = 'ü'.repeat(3_000_000);
    assert.ok(p.preview({ a: long }).messages[1].content.includes(long));
  });

  it('is immutable: with() gives another one', async () => {
    const lm = answering({ answer: 'x' });
    const p = new Predict('question -> answer', { lm });
    const q = p.with({ demos: [{ question: '1', answer: '2' }], instructions: 'Be brief.' });
    assert.deepEqual(p.demos, []);
    assert.deepEqual(q.demos, [{ question: '1', answer: '2' }]);
    assert.equal(q.instructions, 'Be brief.');
    assert.equal(p.instructions, 'Given the fields `question`, produce the fields `answer`.');
    assert.equal(q.with({ demos: undefined, instructions: undefined }).toJSON(), p.toJSON());
    assert.equal(q.lm, lm);
    assert.equal(q.with({ lm: undefined }).lm, undefined);
  });

  it('looks for a model in the call, the predictor and the configuration', async () => {
    const [a, b, c] = ['a', 'b', 'c'].map((answer) => answering({ answer }));
    const p = new Predict('question -> answer');
    await assert.rejects(p.run({ question: 'x' }), (e) => e instanceof ConfigurationError && e.code === 'no_lm');
    configure({ lm: a });
    try {
      assert.equal((await p.run({ question: 'x' })).answer, 'a');
      assert.equal((await p.with({ lm: b }).run({ question: 'x' })).answer, 'b');
      assert.equal((await p.with({ lm: b }).run({ question: 'x' }, { lm: c })).answer, 'c');
    } finally {
      configure({ lm: undefined });
    }
  });

  it('keeps a trace beside the prediction', async () => {
    const lm = answering({ answer: 'x' });
    const out = await new Predict('question -> answer', { lm }).run({ question: 'q' });
    assert.deepEqual(Object.keys(out), ['answer']);
    const [step, ...rest] = traceOf(out);
    assert.equal(rest.length, 0);
    assert.equal(step.predictor, 'self');
    assert.deepEqual(step.inputs, { question: 'q' });
    assert.deepEqual(step.usage, { inputTokens: 10, outputTokens: 5, estimated: false });
    assert.deepEqual(usageOf(out), {
      calls: 1,
      inputTokens: 10,
      outputTokens: 5,
      cachedInputTokens: 0,
      reasoningTokens: 0,
      estimated: false,
    });
  });

  it('estimates tokens at four bytes where the server does not tell, and says so', async () => {
    const lm = scripted(() => ({ text: chat({ answer: 'four' }) }));
    const out = await new Predict('question -> answer', { lm }).run({ question: 'q' });
    const usage = usageOf(out);
    assert.equal(usage.estimated, true);
    assert.equal(usage.outputTokens, Math.ceil(chat({ answer: 'four' }).length / 4));
  });

  it('asks once for what its cache knows', async () => {
    const lm = answering({ answer: 'x' });
    const cache = memoryCache();
    const p = new Predict('question -> answer', { lm });
    const first = await p.run({ question: 'q' }, { cache });
    const second = await p.run({ question: 'q' }, { cache });
    await p.run({ question: 'q' }, { cache, config: { rolloutId: 1 } });
    await p.run({ question: 'q' });
    assert.deepEqual(first, second);
    assert.equal(lm.requests.length, 3);
    assert.equal(usageOf(second).calls, 0);
  });

  it('continues a text in the compact format', async () => {
    const lm = scripted(() => ' Eight.', { adapter: 'compact' });
    const p = new Predict('question -> answer', { lm, demos: [{ question: 'Legs of a dog?', answer: 'Four.' }] });
    assert.equal((await p.run({ question: 'Legs of a spider?' })).answer, 'Eight.');
    const [request] = lm.requests;
    assert.equal(request.completion, true);
    assert.equal(request.messages.length, 1);
    assert.match(
      request.messages[0].content,
      /Question: Legs of a dog\?\nAnswer: Four\.\n\nQuestion: Legs of a spider\?\nAnswer:$/,
    );
    assert.deepEqual(request.config.stop, ['\n']);
  });

  it('says by name that it was disposed of', async () => {
    const p = new Predict('question -> answer', { lm: answering({ answer: 'x' }) });
    await p.run({ question: 'x' });
    const other = p.with({ demos: [] });
    p[Symbol.dispose]();
    p[Symbol.dispose]();
    await assert.rejects(p.run({ question: 'x' }), (e) => e instanceof DisposedError && e.code === 'disposed');
    await other.run({ question: 'x' });
  });

  it('refuses inputs that are no object or no JSON', async () => {
    const p = new Predict('a -> b', { lm: answering({ b: 'x' }) });
    await assert.rejects(p.run('text'), InputError);
    await assert.rejects(p.run({ a: 10n }), InputError);
  });

  it('aborts', async () => {
    const p = new Predict('a -> b', { lm: answering({ b: 'x' }) });
    await assert.rejects(p.run({ a: '1' }, { signal: AbortSignal.abort() }), { code: 'lm_aborted' });
  });
});

describe('saved state', () => {
  it('is DSPy’s, and comes back whole', async () => {
    const p = new Predict('question -> answer', {
      demos: [{ question: 'q', answer: 'a', augmented: true }],
      instructions: 'Do.',
    });
    const text = p.toJSON();
    const state = JSON.parse(text);
    assert.deepEqual(Object.keys(state), ['traces', 'train', 'demos', 'signature', 'lm', 'metadata']);
    assert.deepEqual(state.signature.fields, [
      { prefix: 'Question:', description: '${question}' },
      { prefix: 'Answer:', description: '${answer}' },
    ]);
    assert.ok(text.startsWith('{\n  "traces": [],\n') && text.endsWith('}\n'));
    const again = Predict.fromJSON('question -> answer', text);
    assert.equal(again.toJSON(), text);
    assert.deepEqual(again.demos, [{ question: 'q', answer: 'a', augmented: true }]);
  });

  it('keeps numbers as Python wrote them', () => {
    const p = new Predict('n: float -> m: int');
    const text = p.toJSON().replace('"demos": []', '"demos": [{"n": 1.0, "m": 12345678901234567890}]');
    const loaded = p.load(text);
    assert.match(loaded.preview({ n: 2 }).messages[1].content, /\[\[ ## n ## \]\]\n1\.0/);
    assert.match(loaded.toJSON(), /12345678901234567890/);
    assert.match(loaded.with({ instructions: 'x' }).toJSON(), /"n": 1\.0/);
  });

  it('changes of prefix and description are kept', () => {
    const p = new Predict('question -> answer');
    const text = p.toJSON().replace('${answer}', 'in one word').replace('"Answer:"', '"A:"');
    const loaded = p.load(text);
    assert.equal(loaded.fields[1].desc, 'in one word');
    assert.equal(loaded.fields[1].prefix, 'A:');
    assert.match(loaded.preview({ question: 'x' }).messages[0].content, /`answer` \(str\): in one word/);
  });

  it('of another program is refused, by place', () => {
    const p = new Predict('question -> answer');
    assert.throws(
      () => p.load(new Predict('a, b -> c').toJSON()),
      (e) => e instanceof InputError && /fields/.test(e.message),
    );
    assert.throws(
      () => p.load('{"x":'),
      (e) => e instanceof InputError && e.code === 'bad_json',
    );
    assert.throws(() => p.load('[]'), InputError);
    assert.throws(() => p.load('{"demos": []}'), InputError);
  });

  it('of a ChainOfThought is under `predict`', () => {
    const c = new ChainOfThought('question -> answer', { demos: [{ question: 'q', reasoning: 'r', answer: 'a' }] });
    const state = JSON.parse(c.toJSON());
    assert.deepEqual(Object.keys(state), ['predict', 'metadata']);
    assert.equal(state.predict.signature.fields.length, 3);
    assert.equal(state.predict.signature.instructions, 'Given the fields `question`, produce the fields `answer`.');
    assert.equal(ChainOfThought.fromJSON('question -> answer', c.toJSON()).toJSON(), c.toJSON());
  });
});

describe('prompt formats', () => {
  const signature = 'question -> answer, n: list[int]';
  for (const [adapter, reply, part] of [
    [
      'json',
      '```json\n{"answer": "a < b", "n": [1, 2]}\n```',
      'Respond with a JSON object in the following order of fields: `answer`',
    ],
    [
      'xml',
      'Sure. <answer>a &lt; b</answer><n><item>1</item><item>2</item></n>',
      'wrapped in XML tags `<answer>`, then `<n>`',
    ],
    ['chat', '[[ ## answer ## ]]\na < b\n[[ ## n ## ]]\n[1, 2]', 'starting with the field `[[ ## answer ## ]]`'],
  ]) {
    it(`${adapter}: what is sent and what is read`, async () => {
      const lm = scripted(() => reply);
      const program = new Predict(signature, { lm, adapter, demos: [{ question: 'q', answer: 'x', n: [3] }] });
      assert.deepEqual(await program.run({ question: 'q' }), { answer: 'a < b', n: [1, 2] });
      const { messages } = lm.requests[0];
      assert.equal(messages.length, 4);
      assert.ok(messages[3].content.includes(part), messages[3].content);
      await assert.rejects(new Predict(signature, { lm: scripted(() => 'no idea'), adapter }).run({ question: 'q' }), {
        code: 'adapter_parse',
        reply: 'no idea',
      });
    });
  }

  it('evaluates in any of them', async () => {
    for (const [adapter, reply] of [
      ['json', '{"answer": "a"}'],
      ['xml', '<answer>a</answer>'],
    ]) {
      const program = new Predict('question -> answer', { lm: scripted(() => reply), adapter });
      const { score } = await evaluate(program, [{ question: 'q', answer: 'a' }], exact('answer'));
      assert.equal(score, 1);
    }
  });
});
