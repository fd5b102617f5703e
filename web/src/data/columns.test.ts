import { describe, expect, it } from 'vitest';
import { duplicates, type FieldShape, factsOf, guessMapping, mapRows, proposeSignature } from './columns.ts';
import { parseRows } from './parse.ts';
import { deal } from './split.ts';

const tickets = parseRows(
  `id,created_at,Body,category\n${Array.from({ length: 40 }, (_, k) => `T-${k},2026-10-0${1 + (k % 9)},The ${k}th message is a rather long text about a bill,${k % 2 ? 'billing' : 'bug'}`).join('\n')}`,
);
const fields: FieldShape[] = [
  { name: 'ticket', type: 'str', dir: 'input' },
  { name: 'label', type: "Literal['billing', 'bug']", dir: 'output' },
];

describe('mapping', () => {
  it('guesses by values where names do not help, and passes over keys and dates', () => {
    expect(guessMapping(factsOf(tickets), fields)).toEqual({ Body: 'ticket', category: 'label' });
  });
  it('guesses by name first, whatever the case', () => {
    const named = fields.map((f) => (f.dir === 'input' ? { ...f, name: 'category' } : { ...f, name: 'body' }));
    expect(guessMapping(factsOf(tickets), named)).toEqual({ category: 'category', Body: 'body' });
  });
  it('says what a column looks like', () => {
    expect(factsOf(tickets).map((f) => f.says)).toEqual(['looks like a key', 'a date', 'long text', '2 values']);
  });
  it('gives values the types that fields ask for where they plainly have them', () => {
    const shapes: FieldShape[] = ['str', 'int', 'float', 'bool', 'list[str]'].map((type, k) => ({
      name: `f${k}`,
      type,
      dir: 'input',
    }));
    const mapping = Object.fromEntries(shapes.map((f) => [f.name, f.name]));
    expect(mapRows([{ f0: '1', f1: '1', f2: '1.5', f3: 'yes', f4: '["a"]' }], mapping, shapes)).toEqual([
      { f0: '1', f1: 1, f2: 1.5, f3: true, f4: ['a'] },
    ]);
    expect(mapRows([{ f1: 'one', f3: 'perhaps', f4: '[' }], mapping, shapes)).toEqual([
      { f1: 'one', f3: 'perhaps', f4: '[' },
    ]);
  });
  it('proposes a signature for a file that fits none', () => {
    expect(proposeSignature(factsOf(tickets), tickets)).toBe('body: str -> category: Literal["billing", "bug"]');
  });
  it('finds equal inputs', () => {
    expect(duplicates([{ a: 'x' }, { a: 'y' }, { a: 'x', b: 1 }], ['a'])).toEqual([[0, 2]]);
  });
});

describe('dealing', () => {
  it('is the same for the same seed, covers every row once, and keeps the shares', () => {
    const split = deal(100, 7, [5, 2, 3]);
    expect(split).toEqual(deal(100, 7, [5, 2, 3]));
    expect(split).not.toEqual(deal(100, 8, [5, 2, 3]));
    expect([split.train.length, split.val.length, split.test.length]).toEqual([50, 20, 30]);
    expect([...split.train, ...split.val, ...split.test].sort((a, b) => a - b)).toEqual(
      Array.from({ length: 100 }, (_, k) => k),
    );
  });
  it('gives each part a row where there are rows enough, and survives too few', () => {
    expect(deal(3, 1, [1, 1, 1])).toMatchObject({
      train: [expect.any(Number)],
      val: [expect.any(Number)],
      test: [expect.any(Number)],
    });
    expect(deal(1, 1, [1, 1, 1]).test).toEqual([0]);
    expect(deal(0, 1, [1, 1, 1])).toEqual({ train: [], val: [], test: [] });
  });
  it('mixes: the locked rows are not the last ones', () => {
    expect(deal(300, 3, [1, 1, 1]).test[0]).toBeLessThan(20);
  });
});
