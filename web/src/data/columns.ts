import type { Row, Table } from './parse.ts';

/** A field of a signature, as far as rows care. */
export interface FieldShape {
  name: string;
  type: string;
  dir: 'input' | 'output';
}

/** What a column looks like, told in a few words. */
export interface ColumnFacts {
  name: string;
  samples: string[];
  /** Different values among the rows looked at. */
  distinct: number;
  empty: number;
  meanLength: number;
  says: string;
}

const look = 500; // rows are alike: a part of them tells enough

export const cellText = (value: unknown): string =>
  value === undefined || value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value);

export function factsOf(table: Table): ColumnFacts[] {
  const rows = table.rows.slice(0, look);
  return table.columns.map((name) => {
    const texts = rows.map((row) => cellText(row[name]));
    const filled = texts.filter((text) => text.trim() !== '');
    const distinct = new Set(filled).size;
    const meanLength = filled.reduce((sum, text) => sum + text.length, 0) / Math.max(1, filled.length);
    const facts = {
      name,
      samples: filled.slice(0, 2).map((t) => t.slice(0, 80)),
      distinct,
      empty: texts.length - filled.length,
      meanLength,
    };
    return { ...facts, says: says(facts, filled) };
  });
}

function says({ distinct, meanLength, empty }: Omit<ColumnFacts, 'says'>, filled: readonly string[]): string {
  if (filled.length === 0) return 'empty';
  const gaps = empty ? `, ${empty} empty` : '';
  if (filled.every((t) => /^\d{4}-\d\d-\d\d([T ]|$)/.test(t))) return `a date${gaps}`;
  if (
    filled.length > 4 &&
    distinct === filled.length &&
    filled.every((t) => /^[\w-]{1,40}$/.test(t)) &&
    filled.some((t) => /\d/.test(t))
  )
    return `looks like a key${gaps}`;
  if (filled.every((t) => /^-?\d+([.,]\d+)?$/.test(t))) return `numbers${gaps}`;
  if (distinct <= 20 && distinct * 2 <= filled.length) return `${distinct} values${gaps}`;
  return `${meanLength > 40 ? 'long text' : 'short text'}${gaps}`;
}

/** By column: the field it fills, or undefined to ignore it. */
export type Mapping = Readonly<Record<string, string | undefined>>;

/** Same names first; then long text for inputs, repeated values for outputs. */
export function guessMapping(facts: readonly ColumnFacts[], fields: readonly FieldShape[]): Mapping {
  const mapping: Record<string, string | undefined> = {};
  const plain = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, '');
  const open = new Set(fields.map((f) => f.name));
  for (const { name } of facts) {
    const same = fields.find((f) => open.has(f.name) && plain(f.name) === plain(name));
    if (same) {
      mapping[name] = same.name;
      open.delete(same.name);
    }
  }
  const free = () => facts.filter((f) => mapping[f.name] === undefined && f.distinct > 0 && !/key|date/.test(f.says));
  for (const field of fields) {
    if (!open.has(field.name)) continue;
    const ranked = free().sort((a, b) =>
      field.dir === 'input' ? b.meanLength - a.meanLength : a.distinct - b.distinct || a.meanLength - b.meanLength,
    );
    const best = ranked[0];
    if (best) mapping[best.name] = field.name;
  }
  return mapping;
}

/** Rows under the fields' names, with the values that the fields' types ask for where that is plain. */
export function mapRows(rows: readonly Row[], mapping: Mapping, fields: readonly FieldShape[]): Row[] {
  const types = new Map(fields.map((f) => [f.name, f.type]));
  const pairs = Object.entries(mapping).filter(
    (pair): pair is [string, string] => pair[1] !== undefined && types.has(pair[1]),
  );
  return rows.map((row) => {
    const mapped: Record<string, unknown> = {};
    for (const [column, field] of pairs)
      if (row[column] !== undefined) mapped[field] = typed(row[column], types.get(field)!);
    return mapped;
  });
}

/** Files of text hold numbers and truths as text. What is not plainly one stays as it is; the core tells what is wrong. */
function typed(value: unknown, type: string): unknown {
  if (typeof value !== 'string') return type === 'str' && value !== null ? cellText(value) : value;
  const text = value.trim();
  if (type === 'int' && /^-?\d{1,15}$/.test(text)) return Number(text);
  if (type === 'float' && text !== '' && Number.isFinite(Number(text))) return Number(text);
  if (type === 'bool' && /^(true|yes|1)$/i.test(text)) return true;
  if (type === 'bool' && /^(false|no|0)$/i.test(text)) return false;
  if (/^(list|dict)/.test(type) && /^[[{]/.test(text)) {
    try {
      return JSON.parse(text);
    } catch {
      return value;
    }
  }
  return value;
}

/** A signature for a file that fits none: the last column of few values is the answer, the longest text the question. */
export function proposeSignature(facts: readonly ColumnFacts[], table: Table): string | undefined {
  const usable = facts.filter((f) => f.distinct > 0 && !/key|date/.test(f.says));
  if (usable.length < 2) return undefined;
  const input = [...usable].sort((a, b) => b.meanLength - a.meanLength)[0]!;
  const output = [...usable]
    .reverse()
    .filter((f) => f !== input)
    .sort((a, b) => a.distinct - b.distinct)[0]!;
  const values = [...new Set(table.rows.map((row) => cellText(row[output.name]).trim()))].filter(Boolean);
  const few = values.length <= 12 && values.length * 2 <= table.rows.length && values.every((v) => v.length <= 40);
  const type = few
    ? `Literal[${values
        .sort()
        .map((v) => JSON.stringify(v))
        .join(', ')}]`
    : 'str';
  return `${identifier(input.name)}: str -> ${identifier(output.name)}: ${type}`;
}

export function identifier(name: string): string {
  const plain =
    name
      .trim()
      .toLowerCase()
      .replace(/\W+/g, '_')
      .replace(/^_+|_+$/g, '') || 'field';
  return /^[a-z_]/.test(plain) ? plain : `f_${plain}`;
}

/** Groups of rows with the same inputs, more than one each. */
export function duplicates(rows: readonly Row[], inputs: readonly string[]): number[][] {
  const seen = new Map<string, number[]>();
  rows.forEach((row, k) => {
    const key = JSON.stringify(inputs.map((name) => row[name] ?? null));
    const group = seen.get(key);
    if (group) group.push(k);
    else seen.set(key, [k]);
  });
  return [...seen.values()].filter((group) => group.length > 1);
}
