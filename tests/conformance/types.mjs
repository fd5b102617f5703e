// The classes that a case's types name, as the core takes them.

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
