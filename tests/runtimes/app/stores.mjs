// What every store of the web has to do, in the place where it runs. Gives nothing; throws what is wrong.
import { evaluate, exact, Predict } from 'strop';

function demand(holds, what) {
  if (!holds) throw new Error(what);
}

const rows = [0, 1, 2, 3, 4, 5].map((n) => ({ number: String(n), double: String(2 * n) }));

function doubler(model) {
  const lm = {
    model,
    calls: 0,
    async complete({ messages }) {
      ++lm.calls;
      const [, number] = /\[\[ ## number ## \]\]\n(\d+)/.exec(messages.at(-1).content);
      return {
        text: `[[ ## double ## ]]\n${2 * number}\n\n[[ ## completed ## ]]`,
        usage: { inputTokens: 9, outputTokens: 3 },
      };
    },
  };
  return lm;
}

const run = async (options, model = 'doubler') => {
  const lm = doubler(model);
  const { score } = await evaluate(new Predict('number -> double'), rows, exact('double'), { lm, ...options });
  demand(score === 1, `a score of ${score}`);
  return lm.calls;
};

/** @param open gives a cache of the same place each time */
export async function checkCache(open) {
  const cache = open();
  const key = `key-${Math.random()}`;
  demand((await cache.get(key)) === undefined, 'it knows what it was never told');
  await cache.set(key, 'one “ü”\ud83d');
  await cache.set(key, 'two “ü”\ud83d');
  demand((await cache.get(key)) === 'two “ü”\ud83d', 'it does not give what it was told');
  demand((await open().get(key)) === 'two “ü”\ud83d', 'another does not find it');
  await Promise.all(Array.from({ length: 40 }, (_, i) => (i % 2 ? cache : open()).set(`at-once-${i}`, `value ${i}`)));
  for (let i = 0; i < 40; ++i) demand((await cache.get(`at-once-${i}`)) === `value ${i}`, `value ${i} is not there`);
  const model = `doubler-${key}`; // the place may know the answers of an earlier one
  demand((await run({ cache }, model)) === 6, 'the first run did not ask for all');
  demand((await run({ cache: open() }, model)) === 0, 'the second run asked again');
  demand((await run({ cache: open(), caching: 'refresh' }, model)) === 6, 'refresh did not ask for all');
}

/**
 * @param open gives a journal of the same place each time
 * @param tear adds bytes behind the last whole line
 */
export async function checkJournal(open, tear) {
  demand((await run({ journal: open() })) === 6, 'the first run did not ask for all');
  demand((await run({ journal: open() })) === 0, 'the second run asked again');
  const journal = open();
  const lines = await journal.read();
  demand(lines.split('\n').length > 6 && lines.endsWith('\n'), 'there are no lines');
  await journal.append('"ü"\n');
  await journal.append('"7"\n');
  await journal.close();
  await tear('"torn ü');
  const again = open();
  demand((await again.read()) === `${lines}"ü"\n"7"\n`, 'the torn line is not cut, or others are');
  await again.append('"8"\n');
  await again.close();
  const last = open();
  demand((await last.read()) === `${lines}"ü"\n"7"\n"8"\n`, 'a line is glued to the torn one');
  await last.close();
}
