import { describe, expect, it } from 'vitest';
import { fieldsOf, freshName, mendOf, piecesOf, textOf } from './text.ts';

const signature = 'ticket: str, context -> label: Literal["a, b", "c -> d"], urgent: bool, tags: list[str]';

describe('a signature in pieces', () => {
  it('reads fields, with commas and arrows within quotes', () => {
    expect(fieldsOf(signature).map((f) => [f.side, f.name, f.type])).toEqual([
      ['input', 'ticket', 'str'],
      ['input', 'context', 'str'],
      ['output', 'label', 'Literal["a, b", "c -> d"]'],
      ['output', 'urgent', 'bool'],
      ['output', 'tags', 'list[str]'],
    ]);
  });
  it('writes them back as they were', () => {
    expect(textOf(fieldsOf(signature))).toBe(signature);
  });
  it('colors without losing a letter', () => {
    for (const text of [signature, '', '->', '"open', "a: Literal['x'] ->"])
      expect(
        piecesOf(text)
          .map((p) => p.text)
          .join(''),
      ).toBe(text);
    expect(piecesOf('a -> b: str').map((p) => p.kind)).toEqual(['plain', 'arrow', 'plain', 'type']);
  });
  it('finds a free name', () => {
    expect(freshName('label', fieldsOf(signature))).toBe('label_2');
  });
});

describe('one press that mends', () => {
  it.each([
    ['question: str -> kind: Litral["a", "b"]', 24, 'question: str -> kind: Literal["a", "b"]'],
    ['question: string -> answer', 11, 'question: str -> answer'],
    ['question => answer', 10, 'question -> answer'],
    ['question', 9, 'question -> answer'],
    ['my question -> answer', 1, 'my_question -> answer'],
    ['question ->', 12, 'question -> answer'],
    ['question -> kind: Literal["a"', 30, 'question -> kind: Literal["a"]'],
  ])('%s', (text, column, mended) => {
    expect(mendOf(text, column)?.text).toBe(mended);
  });
});
