/** A signature as text, in pieces: for colors, chips and edits. What it means, only the core says. */
export interface FieldSpan {
  side: 'input' | 'output';
  name: string;
  type: string;
  /** Whether the type was written, or is the silent `str`. */
  typed: boolean;
}

export interface Piece {
  kind: 'plain' | 'type' | 'string' | 'arrow';
  text: string;
}

const words =
  /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|->|\b(?:str|int|float|bool|Literal|list|List|dict|Dict|Optional|Union|None|Any)\b/g;

/** The text in colored pieces. Their texts joined are the text. */
export function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const match of text.matchAll(words)) {
    if (match.index > from) pieces.push({ kind: 'plain', text: text.slice(from, match.index) });
    const word = match[0];
    pieces.push({ kind: word === '->' ? 'arrow' : /^["']/.test(word) ? 'string' : 'type', text: word });
    from = match.index + word.length;
  }
  if (from < text.length) pieces.push({ kind: 'plain', text: text.slice(from) });
  return pieces;
}

/** Cuts at a separator, but not inside quotes or brackets. */
function cut(text: string, separator: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let quote = '';
  let from = 0;
  for (let k = 0; k < text.length; ++k) {
    const c = text[k]!;
    if (quote) {
      if (c === '\\') ++k;
      else if (c === quote) quote = '';
    } else if (c === '"' || c === "'") quote = c;
    else if ('[('.includes(c)) ++depth;
    else if ('])'.includes(c)) --depth;
    else if (depth <= 0 && text.startsWith(separator, k)) {
      parts.push(text.slice(from, k));
      from = k + separator.length;
      k = from - 1;
    }
  }
  parts.push(text.slice(from));
  return parts;
}

/** The fields of a text that the core has accepted. */
export function fieldsOf(text: string): FieldSpan[] {
  const sides = cut(text, '->');
  const read = (part: string, side: FieldSpan['side']) =>
    cut(part, ',')
      .map((field) => field.trim())
      .filter(Boolean)
      .map((field) => {
        const [name = '', ...rest] = cut(field, ':');
        const type = rest.join(':').trim();
        return { side, name: name.trim(), type: type || 'str', typed: type !== '' };
      });
  return [...read(sides[0] ?? '', 'input'), ...read(sides[1] ?? '', 'output')];
}

/** The text of fields. */
export function textOf(fields: readonly FieldSpan[]): string {
  const side = (which: FieldSpan['side']) =>
    fields
      .filter((f) => f.side === which)
      .map((f) => (f.typed || f.type !== 'str' ? `${f.name}: ${f.type}` : f.name))
      .join(', ');
  return `${side('input')} -> ${side('output')}`;
}

/** What the chip's list of types offers, and what each begins with. */
export const typeChoices: Readonly<Record<string, string>> = {
  str: 'str',
  int: 'int',
  float: 'float',
  bool: 'bool',
  Literal: 'Literal["a", "b"]',
  list: 'list[str]',
  dict: 'dict[str, str]',
  Optional: 'Optional[str]',
};

export const headOf = (type: string): string => /^\w+/.exec(type)?.[0] ?? type;

/** A name that no field has yet. */
export function freshName(wanted: string, fields: readonly FieldSpan[]): string {
  let name = wanted;
  for (let n = 2; fields.some((f) => f.name === name); ++n) name = `${wanted}_${n}`;
  return name;
}

const known = ['str', 'int', 'float', 'bool', 'Literal', 'list', 'dict', 'Optional', 'Union', 'Any'];

export interface Mend {
  says: string;
  text: string;
}

/**
 * One press that mends the text where the core stopped reading, if there is a plain one: a misspelled type, a missing
 * arrow, a name with spaces. `column` is the core's, from 1.
 */
export function mendOf(text: string, column: number): Mend | undefined {
  if (!text.includes('->')) {
    const arrow = /\s*(?:=>|→|—>|–>|-+\s+>|>)\s*/.exec(text);
    if (arrow)
      return { says: 'Use ->', text: `${text.slice(0, arrow.index)} -> ${text.slice(arrow.index + arrow[0].length)}` };
    return text.trim()
      ? { says: 'Add -> answer', text: `${text.trimEnd().replace(/,$/, '')} -> answer` }
      : { says: 'Begin with an example', text: 'question -> answer' };
  }
  const at = Math.min(Math.max(0, column - 1), text.length);
  const start = /\w*$/.exec(text.slice(0, at))!.index;
  const word = /^\w+/.exec(text.slice(start))?.[0];
  if (word && /:[^,]*$/.test(text.slice(0, start)) && !known.includes(word)) {
    const near = nearest(word);
    if (near) return { says: `Use ${near}`, text: text.slice(0, start) + near + text.slice(start + word.length) };
  }
  const spaced = /([A-Za-z_]\w*)[ -]+([A-Za-z_]\w*)(?=\s*(?:[:,]|->|$))/.exec(text);
  if (spaced) {
    const joined = `${spaced[1]}_${spaced[2]}`;
    return {
      says: `Use ${joined}`,
      text: text.slice(0, spaced.index) + joined + text.slice(spaced.index + spaced[0].length),
    };
  }
  const opened = (text.match(/\[/g) ?? []).length - (text.match(/\]/g) ?? []).length;
  if (opened === 1) return { says: 'Close the bracket', text: `${text.trimEnd()}]` };
  if (/->\s*$/.test(text)) return { says: 'Add answer', text: `${text.trimEnd()} answer` };
  if (/^\s*->/.test(text)) return { says: 'Add question', text: `question ${text.trimStart()}` };
  const trimmed = text
    .replace(/,\s*(?=->|$)/g, ' ')
    .replace(/,(\s*,)+/g, ',')
    .trim();
  if (trimmed !== text.trim()) return { says: 'Remove the comma', text: trimmed };
  return undefined;
}

/** The known type nearest to a misspelled one, at most three edits away. */
function nearest(word: string): string | undefined {
  const aliases: Record<string, string> = {
    string: 'str',
    text: 'str',
    integer: 'int',
    number: 'float',
    double: 'float',
    boolean: 'bool',
    enum: 'Literal',
    array: 'list',
    object: 'dict',
    map: 'dict',
  };
  const alias = aliases[word.toLowerCase()];
  if (alias) return alias;
  let best: string | undefined;
  let least = 4;
  for (const type of known) {
    const d = distance(word.toLowerCase(), type.toLowerCase());
    if (d < least && d < type.length) [best, least] = [type, d];
  }
  return best;
}

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, k) => k);
  for (let i = 1; i <= a.length; ++i) {
    const next = [i];
    for (let j = 1; j <= b.length; ++j)
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[b.length]!;
}
