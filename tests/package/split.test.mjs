import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { splitRows } from 'strop';

const rows = (count) => Array.from({ length: count }, (_, k) => `row ${k}`);
const parts = (split) => [split.train.length, split.val.length, split.test.length];

describe('splitRows', () => {
  it('is the same for the same seed, holds every row once in its order, and keeps the shares', () => {
    const split = splitRows(rows(100), { seed: 7 });
    assert.deepEqual(split, splitRows(rows(100), { seed: 7, train: 5, val: 2, test: 3 }));
    assert.notDeepEqual(split, splitRows(rows(100), { seed: 8 }));
    assert.deepEqual(parts(split), [50, 20, 30]);
    const place = (row) => Number(row.slice(4));
    for (const part of Object.values(split)) {
      assert.deepEqual(
        part.toSorted((a, b) => place(a) - place(b)),
        part,
      );
    }
    assert.deepEqual([...split.train, ...split.val, ...split.test].sort(), rows(100).sort());
  });

  it('gives each part a row where there are rows enough, and survives too few', () => {
    assert.deepEqual(parts(splitRows(rows(3), { train: 1, val: 1, test: 1 })), [1, 1, 1]);
    assert.deepEqual(parts(splitRows(rows(1))), [0, 0, 1]);
    assert.deepEqual(parts(splitRows([])), [0, 0, 0]);
    assert.deepEqual(parts(splitRows(rows(10), { train: 1, val: 0, test: 0 })), [10, 0, 0]);
    assert.deepEqual(parts(splitRows(rows(10), { train: 0, val: 1, test: 1 })), [0, 5, 5]);
  });

  it('mixes: the held-out rows are not the last ones', () => {
    assert.ok(Number(splitRows(rows(300), { seed: 3 }).test[0].slice(4)) < 20);
  });
});
