import { describe, expect, it } from 'vitest';
import { duplicates, type FieldShape, factsOf, guessMapping, mapRows, proposeSignature } from './columns.ts';
import { parseRows } from './parse.ts';

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
