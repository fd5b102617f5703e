// The classes that a case's types name, as the core takes them.
import { Float, parse, stringify } from './json.mjs';

/** DSPy's own types, which need no definition. */
const own = new Set([
  'Image',
  'Audio',
  'File',
  'Document',
  'Citations',
  'History',
  'Tool',
  'ToolCalls',
  'Code',
  'Reasoning',
]);
const texts = /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/g;

/** The names in a type. */
export const namesIn = (type) => type.replace(texts, '').match(/[\p{L}_][\p{L}\p{N}_]*/gu) ?? [];

/** `Reasoning` is shown as `str`. */
export const typeOf = ({ type, schema }) => (schema?.title === 'Reasoning' ? 'Reasoning' : type);

/**
 * Definitions of classes by name: those that the case gives, and those in the JSON Schemas that pydantic wrote for its
 * types. A class of the case's own goes before one of DSPy's that has the same name.
 */
export function definitionsIn(fields, given = {}) {
  const types = {};
  const add = (name, schema) => {
    if (!own.has(name) && !name.startsWith('Code_')) types[name] ??= { schema };
  };
  for (const { type, schema } of fields) {
    if (!schema) continue;
    const { $defs = {}, ...root } = schema;
    for (const [name, definition] of Object.entries($defs)) add(name, definition);
    if (root.title && namesIn(type).includes(root.title)) add(root.title, root);
  }
  return { ...definedElsewhere(fields), ...types, ...given };
}

const builtin = new Set(
  'str int float bool bytes Any None NoneType list dict tuple set frozenset List Dict Tuple Set FrozenSet Optional Union Literal Ellipsis typing datetime date time timedelta Decimal UUID True False'.split(
    ' ',
  ),
);
const isKnown = (name) => builtin.has(name) || own.has(name) || name.startsWith('Code_');

/** Whether a type needs no definitions. */
export const isPlain = (type) => namesIn(type).every(isKnown);

/** DSPy finds classes in its caller's variables, which cases do not tell: the recorded fields name them. */
export function definedElsewhere(fields) {
  const names = fields.flatMap(({ type }) => namesIn(type)).filter((name) => !isKnown(name));
  return Object.fromEntries(names.map((name) => [name, { kind: 'model', fields: [] }]));
}

const [markStart, markEnd] = ['<<CUSTOM-TYPE-START-IDENTIFIER>>', '<<CUSTOM-TYPE-END-IDENTIFIER>>'];

/** Recorded values with media as the core has them, which stand in cases as marked texts. */
export function unmarked(value) {
  if (Array.isArray(value)) return value.map(unmarked);
  if (typeof value === 'string' && value.startsWith(markStart) && value.endsWith(markEnd)) {
    return ofBlocks(parse(value.slice(markStart.length, -markEnd.length)));
  }
  if (typeof value !== 'object' || value === null || value instanceof Float) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, unmarked(item)]));
}

function ofBlocks(blocks) {
  const [block] = blocks;
  if (!block || 'cited_text' in block) return { citations: blocks };
  switch (block.type) {
    case 'input_audio':
      return { data: block.input_audio.data, audio_format: block.input_audio.format };
    case 'document': {
      const { source, citations, type, ...more } = block;
      const pdf = source.media_type === 'application/pdf' ? { media_type: source.media_type } : {};
      return { data: source.data, ...pdf, ...more };
    }
    default:
      return block[block.type];
  }
}

/** The value with all lists sorted: Python does not keep the order of sets. */
export function sorted(value) {
  if (Array.isArray(value)) {
    const texts = new Map(value.map(sorted).map((item) => [stringify(item), item]));
    return [...texts.keys()].sort().map((text) => texts.get(text));
  }
  if (typeof value !== 'object' || value === null || value instanceof Float) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, sorted(item)]),
  );
}
