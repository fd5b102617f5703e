// What examples/README.md says of the rows.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const splits = ['train', 'val', 'test'];
const read = (path) => readFileSync(new URL(path, import.meta.url), 'utf8');
const rowsOf = (task) =>
  splits.flatMap((split) =>
    read(`${task}/${split}.jsonl`)
      .trimEnd()
      .split('\n')
      .map((line, i) => ({ ...JSON.parse(line), split, place: `${task}/${split}.jsonl:${i + 1}` })),
  );
const count = (rows, key) => {
  const counts = {};
  for (const row of rows) counts[row[key]] = (counts[row[key]] ?? 0) + 1;
  return counts;
};

const wordsOf = (text) => text.toLowerCase().match(/[\p{L}\p{N}]+/gu);

/** The words that are a row's own: not the short ones, nor those that many rows have, such as "what". */
const ownWords = (texts) => {
  const frequency = count(
    texts.flatMap((text) => [...new Set(wordsOf(text))].map((word) => ({ word }))),
    'word',
  );
  return texts.map(
    (text) => new Set(wordsOf(text).filter((word) => word.length > 2 && frequency[word] <= 0.02 * texts.length)),
  );
};
/** How much of the words of both two texts share: 1 is all. */
const likeness = (a, b) => {
  const shared = [...a].filter((word) => b.has(word)).length;
  return shared / Math.max(1, a.size + b.size - shared);
};

for (const task of ['extract', 'question-kind']) {
  const rows = rowsOf(task);
  const { signature } = JSON.parse(read(`${task}/task.json`));
  const [input, output] = signature.split(' -> ').map((field) => field.split(':')[0]);

  test(`${task}: enough rows in each split, each with the signature's fields`, () => {
    const { train, val, test } = count(rows, 'split');
    assert.ok(rows.length >= 200 && train >= 100 && val >= 40 && test >= 60, JSON.stringify({ train, val, test }));
    for (const { split, place, ...row } of rows) {
      assert.deepEqual(Object.keys(row), [input, output], `${place} (${split})`);
      assert.ok(
        Object.values(row).every((value) => value === value.trim() && value !== ''),
        place,
      );
    }
  });

  test(`${task}: no row, nor nearly the same row, twice`, () => {
    const words = ownWords(rows.map((row) => row[input]));
    assert.equal(new Set(rows.map((row) => wordsOf(row[input]).join(' '))).size, rows.length);
    rows.forEach((a, i) => {
      for (let j = 0; j < i; ++j) {
        const [b, same] = [rows[j], likeness(words[i], words[j])];
        assert.ok(same < 0.5, `${a.place} and ${b.place} are alike (${same.toFixed(2)}): ${a[input]} | ${b[input]}`);
      }
    });
  });
}

test('extract: the product is an exact part of the message, once, and no product is in two splits', () => {
  const splitOf = new Map();
  for (const { message, product, split, place } of rowsOf('extract')) {
    assert.equal(message.split(product).length, 2, `${place}: ${product}`);
    const name = product.toLowerCase();
    assert.equal(splitOf.get(name) ?? split, split, `${place}: ${product} is in ${splitOf.get(name)} too`);
    splitOf.set(name, split);
  }
});

test('question-kind: every split has the same share of each kind', () => {
  const { signature } = JSON.parse(read('question-kind/task.json'));
  const kinds = signature.match(/'[a-z]+'/g).map((kind) => kind.slice(1, -1));
  for (const split of splits) {
    const rows = rowsOf('question-kind').filter((row) => row.split === split);
    assert.deepEqual(
      count(rows, 'kind'),
      Object.fromEntries(Object.keys(count(rows, 'kind')).map((kind) => [kind, rows.length / kinds.length])),
      split,
    );
    assert.deepEqual(Object.keys(count(rows, 'kind')).sort(), [...kinds].sort());
  }
});
