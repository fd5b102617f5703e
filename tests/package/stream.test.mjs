import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AdapterParseError, ChainOfThought, InputError, LMAbortedError, LMError, memoryCache, Predict } from 'strop';
import { chat, scripted } from './help.mjs';

/** A model that streams its answer in these pieces; `pause` is awaited before each. */
function streaming(parts, { pause = async () => {}, text = parts.join(''), ...rest } = {}) {
  const lm = {
    model: 'streaming',
    signal: undefined,
    told: 0,
    ...rest,
    async complete(_, { signal, onPart } = {}) {
      lm.signal = signal;
      for (const part of parts) {
        await pause(signal);
        if (signal?.aborted) throw new LMAbortedError('given up', { cause: signal.reason });
        onPart?.(part);
        ++lm.told;
      }
      return { text };
    },
  };
  return lm;
}

async function all(stream) {
  const events = [];
  for await (const event of stream) events.push(event);
  return events;
}

/** What events make up. */
function joined(events) {
  const outputs = {};
  for (const { field, delta, value } of events)
    outputs[field] = delta === undefined ? value : (outputs[field] ?? '') + delta;
  return outputs;
}

const tick = () => new Promise((resolve) => setTimeout(resolve, 1));

describe('Predict.stream', () => {
  it('gives texts while they are written, and other values once they are whole', async () => {
    const lm = streaming([
      '[[ ## answer',
      ' ## ]]\nEi',
      'ght',
      '.\n\n[[ ## legs ## ]]\n',
      '8',
      '\n\n[[ ## completed ## ]]',
    ]);
    const stream = new Predict('question -> answer, legs: int', { lm }).stream({ question: 'Spider?' });
    assert.deepEqual(await all(stream), [
      { field: 'answer', delta: 'Ei' },
      { field: 'answer', delta: 'ght' },
      { field: 'answer', delta: '.' },
      { field: 'legs', value: 8 },
    ]);
    assert.deepEqual(await stream.prediction, { answer: 'Eight.', legs: 8 });
  });

  it('gives events before the reply has ended', async () => {
    let go;
    const lm = streaming(['[[ ## answer ## ]]\nOne', ' two'], {
      pause: () => new Promise((resolve) => (go = resolve)),
    });
    const events = new Predict('q -> answer', { lm }).stream({ q: '' })[Symbol.asyncIterator]();
    const first = events.next();
    while (!go) await tick();
    go();
    assert.deepEqual((await first).value, { field: 'answer', delta: 'One' });
    assert.equal(lm.told, 1);
    go();
    assert.deepEqual((await events.next()).value, { field: 'answer', delta: ' two' });
    assert.equal((await events.next()).done, true);
  });

  it('works with a model that does not stream, with a cache, and without a loop', async () => {
    const p = new Predict('q -> answer, n: int', { lm: scripted(() => chat({ answer: 'x y', n: 1 })) });
    assert.deepEqual(await all(p.stream({ q: '' })), [
      { field: 'answer', delta: 'x y' },
      { field: 'n', value: 1 },
    ]);
    const cache = memoryCache();
    await p.run({ q: '' }, { cache });
    assert.deepEqual(joined(await all(p.stream({ q: '' }, { cache }))), { answer: 'x y', n: 1 });
    assert.deepEqual(await p.stream({ q: '' }).prediction, { answer: 'x y', n: 1 });
  });

  it('puts surrogates together that the model has parted', async () => {
    const lm = streaming(['[[ ## a ## ]]\n\ud83d', '\ude00', '!\ud83d', '\ud83d', '\ude00']);
    const stream = new Predict('q -> a', { lm }).stream({ q: '' });
    assert.deepEqual(joined(await all(stream)), { a: '😀!\ufffd😀' });
    assert.deepEqual(await stream.prediction, { a: '😀!\ufffd😀' });
  });

  it('calls onPart as run does', async () => {
    const parts = [];
    const lm = streaming(['[[ ## a ## ]]', 'x']);
    await new Predict('q -> a', { lm }).stream({ q: '' }, { onPart: (part) => parts.push(part) }).prediction;
    assert.deepEqual(parts, ['[[ ## a ## ]]', 'x']);
  });

  it('waits with JSON for the end, unless eager', async () => {
    const lm = streaming(['{"a": "x', '\\n', 'y", "n": [1', ']}'], { adapter: 'json' });
    const p = new Predict('q -> a, n: list[int]', { lm });
    const outputs = { a: 'x\ny', n: [1] };
    const late = await all(p.stream({ q: '' }));
    assert.deepEqual(late, [
      { field: 'a', delta: 'x\ny' },
      { field: 'n', value: [1] },
    ]);
    const early = await all(p.stream({ q: '' }, { eager: true }));
    assert.deepEqual(early[0], { field: 'a', delta: 'x' });
    assert.equal(early.length, 4);
    assert.deepEqual(joined(early), outputs);
  });

  it('puts right at the end what was given too eagerly', async () => {
    const lm = streaming(['<a>x</a>', '<a>y</a>'], { adapter: 'xml' });
    const stream = new Predict('q -> a', { lm }).stream({ q: '' }, { eager: true });
    assert.deepEqual(await all(stream), [
      { field: 'a', delta: 'x' },
      { field: 'a', value: "['x', 'y']" },
    ]);
    assert.deepEqual(await stream.prediction, { a: "['x', 'y']" });
  });

  it('gives the call up when the loop is left', async () => {
    const lm = streaming(['[[ ## a ## ]]\nx', 'y', 'z'], { pause: tick });
    const stream = new Predict('q -> a', { lm }).stream({ q: '' });
    for await (const event of stream) {
      assert.deepEqual(event, { field: 'a', delta: 'x' });
      break;
    }
    assert.equal(lm.signal.aborted, true);
    await assert.rejects(stream.prediction, LMAbortedError);
    assert.ok(lm.told < 3);
  });

  it('is given up by a signal or by abort', async () => {
    const p = new Predict('q -> a', { lm: streaming(['[[ ## a ## ]]\nx', 'y'], { pause: tick }) });
    const controller = new AbortController();
    const stream = p.stream({ q: '' }, { signal: controller.signal });
    controller.abort(new Error('enough'));
    await assert.rejects(all(stream), (error) => error instanceof LMAbortedError && error.cause.message === 'enough');
    await assert.rejects(p.stream({ q: '' }, { signal: controller.signal }).prediction, LMAbortedError);
    const other = p.stream({ q: '' });
    other.abort();
    await assert.rejects(other.prediction, LMAbortedError);
    const done = p.stream({ q: '' });
    assert.deepEqual(await done.prediction, { a: 'xy' });
    done.abort();
    assert.deepEqual(await done.prediction, { a: 'xy' });
  });

  it('throws behind the events what run throws', async () => {
    const lm = streaming(['[[ ## a ## ]]\nx\n[[ ## n ## ]]\n', 'many']);
    const stream = new Predict('q -> a, n: int', { lm }).stream({ q: '' });
    const events = [];
    await assert.rejects(async () => {
      for await (const event of stream) events.push(event);
    }, AdapterParseError);
    assert.deepEqual(events, [{ field: 'a', delta: 'x' }]);
    await assert.rejects(stream.prediction, AdapterParseError);
  });

  it('does not take an answer that was not what was streamed', async () => {
    const lm = streaming(['[[ ## a ## ]]\nx'], { text: '[[ ## a ## ]]\ny' });
    await assert.rejects(new Predict('q -> a', { lm }).stream({ q: '' }).prediction, LMError);
    const stripped = streaming(['[[ ## a ## ]]\nx', '\n'], { text: '[[ ## a ## ]]\nx' });
    assert.deepEqual(await new Predict('q -> a', { lm: stripped }).stream({ q: '' }).prediction, { a: 'x' });
  });

  it('is iterated once', async () => {
    const stream = new Predict('q -> a', { lm: streaming(['[[ ## a ## ]]\nx']) }).stream({ q: '' });
    await all(stream);
    await assert.rejects(all(stream), InputError);
  });

  it('gives the reasoning of a ChainOfThought', async () => {
    const lm = streaming(['[[ ## reasoning ## ]]\nAs', ' ever.\n[[ ## kind ## ]]\nb']);
    const stream = new ChainOfThought('q -> kind: Literal["a", "b"]', { lm }).stream({ q: '' });
    assert.deepEqual(await all(stream), [
      { field: 'reasoning', delta: 'As' },
      { field: 'reasoning', delta: ' ever.' },
      { field: 'kind', value: 'b' },
    ]);
  });

  it('makes up what run gives, however the reply is cut', async () => {
    const replies = {
      chat: '[[ ## a ## ]]\n Ä😀 \n\n{a}\n[[ ## n ## ]] 1 \n[[ ## b ## ]]\n${b} [[ ##\u2028x\n[[ ## completed ## ]]',
      json: 'So: ```json\n{"a": "\\u00c4\\ud83d\\ude00 \\"", "n": -1.50e1, "b": ""}\n```',
      xml: 'So:\n<a>\n Ä&lt;😀 &#65;\n</a>\n<n>1</n><b/>',
      compact: ' Ä😀  \n  more\nN: 1\nB:\n x\n',
    };
    for (const [adapter, reply] of Object.entries(replies)) {
      for (const eager of [false, true]) {
        for (let size = 1; size < 12; ++size) {
          const parts = reply.match(new RegExp(`[^]{1,${size}}`, 'g'));
          const p = new Predict('q -> a, n: float, b', { lm: streaming(parts), adapter });
          const stream = p.stream({ q: '' }, { eager });
          const outputs = { a: '', b: '', ...joined(await all(stream)) }; // an empty text has no delta
          assert.deepEqual(outputs, { ...(await p.run({ q: '' })) }, `${adapter} ${size}`);
        }
      }
    }
  });
});
