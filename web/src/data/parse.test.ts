import { describe, expect, it } from 'vitest';
import { limits, parseRows, RowError } from './parse.ts';

const fails = (text: string, name = ''): RowError => {
  try {
    parseRows(text, name);
  } catch (error) {
    if (error instanceof RowError) return error;
    throw error;
  }
  throw new Error('it was read');
};

describe('CSV', () => {
  it('reads quotes, doubled quotes, separators and line breaks within quotes, and keeps line numbers', () => {
    const table = parseRows('a,b\r\n"x, ""y""\nz",1\r\n\r\nplain,2\n');
    expect(table.format).toBe('CSV');
    expect(table.rows).toEqual([
      { a: 'x, "y"\nz', b: '1' },
      { a: 'plain', b: '2' },
    ]);
    expect(table.lines).toEqual([2, 5]);
  });
  it('reads tabs and semicolons, a byte order mark, an empty last cell and repeated names', () => {
    expect(parseRows('a\tb\n1\t2').format).toBe('TSV');
    expect(parseRows('\ufeffa;b\n1;').rows).toEqual([{ a: '1', b: '' }]);
    expect(parseRows('a,a,\n1,2,3').columns).toEqual(['a', 'a 2', 'column 3']);
  });
  it('names line and column of a row with too many fields', () => {
    const error = fails('id,text\n1,fine\n2,too,many');
    expect([error.line, error.column]).toEqual([3, 7]);
    expect(error.message).toBe(
      'Line 3 has 3 fields, the header has 2. Column 7 begins one too many: put a text with commas in quotes.',
    );
    expect(error.excerpt).toBe('2,too,many');
    expect(parseRows('id,text\n1,fine\n2,too,many', '', new Set([3])).rows).toHaveLength(1);
  });
  it('names line and column of a row that ends early', () => {
    const error = fails('a,b,c\n1,2');
    expect([error.line, error.column]).toEqual([2, 4]);
  });
  it('names where a quote was opened that is never closed', () => {
    const error = fails('a,b\n1,2\n3,"open\n4,5');
    expect([error.line, error.column]).toEqual([3, 3]);
    expect(error.message).toContain('never closed');
  });
  it('names text behind a closing quote, also after lines within quotes', () => {
    const error = fails('a,b\n"x\ny"z,2');
    expect([error.line, error.column]).toEqual([3, 3]);
  });
  it('keeps HTML and code as text', () => {
    const nasty = '<img src=x onerror=alert(1)>';
    expect(parseRows(`a,b\n"${nasty}",=cmd()`).rows).toEqual([{ a: nasty, b: '=cmd()' }]);
  });
  it('does not take __proto__ for more than a name', () => {
    const table = parseRows('{"__proto__": {"x": 1}, "a": "b"}', 'rows.jsonl');
    expect(({} as Record<string, unknown>).x).toBeUndefined();
    expect(table.rows).toHaveLength(1);
  });
});

describe('JSONL', () => {
  it('reads an object a line and skips empty lines', () => {
    const table = parseRows('{"a": 1}\n\n{"a": 2, "b": [1]}\n');
    expect(table.format).toBe('JSONL');
    expect(table.columns).toEqual(['a', 'b']);
    expect(table.lines).toEqual([1, 3]);
  });
  it.each([
    ['{"a": 1}\n{"a": 1,, "b": 2}', 2, 9],
    ['{"a": 1}\n{"a": }', 2, 7],
    ['{"a": 1}\n{"a": "open', 2, 7],
    ["{'a': 1}", 1, 2],
    ['{"a": 1}\n{"a": 01}', 2, 8],
    ['{"a": "\\q"}', 1, 7],
    ['{"a": {"b": [1, 2}}', 1, 18],
  ])('names line and column of %j', (text, line, column) => {
    const error = fails(text, 'x.jsonl');
    expect([error.line, error.column]).toEqual([line, column]);
    expect(error.skippable).toBe(true);
  });
  it('says that a line has to be an object', () => {
    expect(fails('{"a": 1}\n[1]').message).toContain('Line 2 is a list');
    expect(fails('{"a": 1}\nnull', 'x.jsonl').message).toContain('Line 2 is null');
  });
});

describe('JSON', () => {
  it('reads a list, and a list within an object', () => {
    expect(parseRows('[{"a": 1}, {"a": 2}]').rows).toHaveLength(2);
    expect(parseRows('{\n"rows": [{"a": 1}]\n}').rows).toHaveLength(1);
  });
  it('names line and column', () => {
    const error = fails('[\n  {"a": 1},\n  {"a": x}\n]');
    expect([error.line, error.column]).toEqual([3, 9]);
  });
  it('survives a hundred thousand open brackets', () => {
    expect(fails('['.repeat(100_000)).message).toContain('ends too early');
  });
});

describe('bounds', () => {
  it('refuses nothing, only a header, and too many rows, with what to do', () => {
    expect(fails('   \n ').message).toBe('There are no rows in it.');
    expect(fails('a,b\n').message).toContain('no row below it');
    expect(fails(`a\n${'1\n'.repeat(limits.rows + 1)}`).message).toContain('Take a part of them');
  });
  it('reads ten thousand rows quickly', () => {
    const text = `question,kind\n${Array.from({ length: 10_000 }, (_, k) => `"What is ${k}, in words?",number`).join('\n')}`;
    const begun = performance.now();
    expect(parseRows(text).rows).toHaveLength(10_000);
    expect(performance.now() - begun).toBeLessThan(1000);
  });
});
