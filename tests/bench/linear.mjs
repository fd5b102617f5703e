// How time grows with the size of what is read: node tests/bench/linear.mjs [--quick] [--json] [--all]. All that reads what a
// model, a user or a file wrote, up to 1 MB, with texts as they should be and with texts that are made to be slow. Of these
// many the table shows the one whose time grew most; --all shows each.
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ready } from 'strop';
import { CorePredictor, CoreProgram, CoreReplyStream, CoreStreamListener, callCore } from 'strop/internal';

const outputs = "category: Literal['billing', 'bug'], urgent: bool, notes: list[str], text: str";
const signature = `ticket -> ${outputs}`;
const adapters = ['chat', 'json', 'xml'];

/** A text of n characters: the piece again and again between begin and end. A piece may depend on its number. */
function filled(n, begin, piece, end = '', gap = '') {
  const pieces = [];
  for (let size = begin.length + end.length, i = 0; size < n; ++i) {
    const next = typeof piece === 'string' ? piece : piece(i);
    pieces.push(next);
    size += next.length + gap.length;
  }
  return begin + pieces.join(gap) + end;
}
const maker = (begin, piece, end, gap) => (n) => filled(n, begin, piece, end, gap);

const words = 'A customer writes that the report [1] "stops" at page 3 & that nobody answers.\n';
const sentences = JSON.stringify(words).slice(1, -1);
const list = (n) => filled(n, '[', (i) => JSON.stringify(`${i}: no & yes`), ']', ', ');

/** Replies as they should be, one with a long text and one with a long list, by adapter. */
const wellFormed = {
  chat: {
    text: maker(
      '[[ ## category ## ]]\nbug\n\n[[ ## urgent ## ]]\nTrue\n\n[[ ## notes ## ]]\n["x"]\n\n[[ ## text ## ]]\n',
      words,
      '\n\n[[ ## completed ## ]]\n',
    ),
    list: (n) =>
      `[[ ## category ## ]]\nbug\n\n[[ ## urgent ## ]]\nTrue\n\n[[ ## notes ## ]]\n${list(n)}\n\n[[ ## text ## ]]\nx\n\n[[ ## completed ## ]]\n`,
  },
  json: {
    text: maker('{"category": "bug", "urgent": true, "notes": ["x"], "text": "', sentences, '"}'),
    list: (n) => `{"category": "bug", "urgent": true, "notes": ${list(n)}, "text": "x"}`,
  },
  xml: {
    text: maker(
      '<category>bug</category><urgent>true</urgent><notes>["x"]</notes><text>',
      words.replace('&', '&amp;'),
      '</text>',
    ),
    list: (n) =>
      `<category>bug</category><urgent>true</urgent><notes>${list(n).replaceAll('&', '&amp;')}</notes><text>x</text>`,
  },
};

/** Texts that are made to be slow to read, whatever it is that reads them. */
const begins = {
  '': '',
  'in a section: ': '[[ ## text ## ]]\n',
  'in an object: ': '{"text": "',
  'in a tag: ': '<text>',
};
const pieces = [
  ...['x', ' ', '\n', '\\', "'", '"', '{', '[', '{}', '{"a":', '"a": "} ', '{"text": 1} ', '{"text": "x"', '}'],
  ...['[[', '[[ ## ', '[[ ## b', '[[ ## text ## ]]', '[[ ## text ## ]]\n', '[[#completed#]]  ', '**[[ ## b ## ]]**'],
  ...['text: x\n', '**text', '- x\n', '#', '<', '&', '<a>', '<a', '<text>', '</text>', '<text><text></text>', '<!--'],
  ...['<![CDATA[', '<think>', '</think>', '```', '```json\n{', '/*', '//', '","', ', b: ', '\\u12', '1', '-', '1e'],
];
const hostile = {};
for (const piece of pieces) hostile[JSON.stringify(piece)] = maker('', piece);
for (const [where, begin] of Object.entries(begins).slice(1)) {
  for (const piece of [
    '\n',
    '"',
    '[[ ',
    '[[ ## b',
    '\\',
    '</',
    '& ',
    '", "b": "',
    '</text',
    ' ]] ',
    '{"',
    '\n[[ ## b ## ]] ',
    '<',
  ])
    hostile[where + JSON.stringify(piece)] = maker(begin, piece);
}
for (const [name, each] of Object.entries({
  'other headers': (i) => `[[ ## other_${i} ## ]]\n`,
  'other labels': (i) => `**Other ${i}:** x\n`,
  'other tags': (i) => `<other_${i}>x</other_${i}>`,
}))
  hostile[name] = maker('', each);
hostile['other keys'] = maker('{', (i) => `"other_${i}": 1`, '}', ', ');

/** What a call says does not matter, only that it ends. */
function tried(call) {
  try {
    call();
  } catch (error) {
    if (error.code === 'core_crashed' || !error.code) throw error;
  }
}
function stepping(object, text, wrap = (part) => part) {
  tried(() => {
    for (let at = 0; at < text.length; at += 64) object.push(wrap(text.slice(at, at + 64)));
    object.finish();
  });
  object.dispose();
}

const _field = (i) => ({ name: `f${i}`, type: 'str', dir: i % 2 ? 'output' : 'input' });
const person = {
  kind: 'model',
  fields: [
    { name: 'name', type: 'str' },
    { name: 'age', type: 'int | None', default: null },
    { name: 'tags', type: 'list[str]', default: [] },
  ],
};
const schema = {
  type: 'array',
  items: {
    type: 'object',
    properties: {
      name: { type: 'string' },
      age: { type: 'integer' },
      tags: { type: 'array', items: { type: 'string' } },
    },
    required: ['name'],
  },
};
const people = maker('[', (i) => `{"name": "P ${i}", "age": ${i}, "tags": ["a", "b"]}`, ']', ', ');
const typed =
  (type, more = {}) =>
  (n, value) => ({ type, ...more, value: JSON.parse(value(n)) });
const values = {
  'list[int]': ['list[int]', maker('[', (i) => String(i), ']', ', ')],
  'list[int] of texts': ['list[int]', maker('[', (i) => `"${i}"`, ']', ', ')],
  'dict[str, float]': ['dict[str, float]', maker('{', (i) => `"k${i}": ${i / 8}`, '}', ', ')],
  'set[str]': ['set[str]', maker('[', (i) => `"${i}"`, ']', ', ')],
  'list of Literals': ["list[Literal['a', 'b', 'c']]", maker('[', '"c"', ']', ', ')],
  'list of Unions': ['list[int | bool | str | None]', maker('[', '"x"', ']', ', ')],
  'a text as a list': ['list[str]', (n) => JSON.stringify(list(n * 0.8))],
  'a text of brackets': ['list[str]', (n) => JSON.stringify('['.repeat(n))],
  'a text as an int': ['int', (n) => JSON.stringify('1'.repeat(n))],
  'a text as a float': ['float', (n) => JSON.stringify(`0.${'1'.repeat(n)}e5`)],
  'a text as a date': ['datetime', (n) => JSON.stringify('2020-01-01T'.repeat(n / 11))],
  'a text as a Literal': ["Literal['a', 'b']", (n) => JSON.stringify('a '.repeat(n / 2))],
  'a text as a dict': ['dict[str, int]', (n) => JSON.stringify(`{'a': ${"'b', ".repeat(n / 5)}`)],
};
const schemas = {
  uniqueItems: [{ type: 'array', uniqueItems: true }, maker('[', (i) => `[${i}]`, ']', ', ')],
  'enum of many': [(values) => values, maker('[', (i) => `"v${i}"`, ']', ', ')],
  'enum of many, in other letters': [
    (values) => values.map((value) => value.toUpperCase()),
    maker('[', (i) => `"v${i}"`, ']', ', '),
  ],
  anyOf: [
    {
      type: 'array',
      items: { anyOf: [{ type: 'object', properties: { a: { type: 'integer' } } }, { type: 'string' }] },
    },
    maker('[', '{"a": "x"}', ']', ', '),
  ],
  'other keys': [schema.items, maker('{"name": "x", ', (i) => `"k${i}": 1`, '}', ', ')],
};
const parseValue = (input) => {
  const text = JSON.stringify(input);
  return () => tried(() => callCore('parseValue', text));
};

/** Name of a row, then what it measures: names of texts, each a function of n that gives a function to be timed. */
const subjects = {};
const over = (texts, run) =>
  Object.fromEntries(Object.entries(texts).map(([name, make]) => [name, (n) => run(make(n))]));
const both = (name, texts, run) => {
  subjects[`${name}, well-formed`] = over(texts, run);
  subjects[`${name}, hostile`] = over(hostile, run);
};

subjects['Signature, as it should be'] = over(
  {
    'a long Literal': maker('q -> a: Literal[', (i) => `'v${i}'`, ']', ', '),
    'long names': (n) => `q -> ${'a'.repeat(n)}`,
    'a union': maker('q -> a: ', (i) => `list[Literal[${i}]]`, '', ' | '),
    'two thousand fields': (n) => `${filledFields(n / 2, 'i')} -> ${filledFields(n / 2, 'o')}`,
  },
  (text) => () => tried(() => callCore('signature', JSON.stringify({ text }))),
);
function filledFields(n, name) {
  return Array.from(
    { length: 1000 },
    (_, i) => `${name}${i}: Literal['${'x'.repeat(Math.max(n / 1000 - 18, 1))}']`,
  ).join(', ');
}
subjects['Signature, hostile'] = over(
  Object.fromEntries(
    ['(', '[', 'list[', 'int | ', 'a, ', ' ', '->', "'", '\\', 'a: Literal["', 'a: dict[str, ', 'a = ', '*', ':', '"']
      .flatMap((piece) => [
        [`"${piece}"`, maker('', piece)],
        [`in a type: "${piece}"`, maker('q -> a: ', piece)],
        [`in a Literal: "${piece}"`, maker('q -> a: Literal[', piece)],
      ])
      .concat([['Literals of equal values', maker('q -> a: Literal[', (i) => (i % 2 ? '1' : 'True'), ']', ', ')]]),
  ),
  (text) => () => tried(() => callCore('signature', JSON.stringify({ text }))),
);

for (const adapter of adapters) {
  for (const compat of ['', 'dspy']) {
    const predictor = new CorePredictor(JSON.stringify({ signature, adapter, compat }), true);
    both(
      `Reply, ${adapter}, ${compat ? 'as DSPy' : 'tolerant'}`,
      wellFormed[adapter],
      (text) => () => tried(() => predictor.parse(text)),
    );
  }
}
both('Repair of JSON', wellFormed.json, (text) => () => tried(() => callCore('repairJson', text)));
for (const adapter of [...adapters, 'compact']) {
  const spec = JSON.stringify({ signature, adapter, eager: true });
  both(
    `Stream, ${adapter}`,
    wellFormed[adapter] ?? { text: maker('Category: bug\nText: ', words) },
    (text) => () => stepping(new CoreReplyStream(spec, true), text),
  );
}
for (const adapter of adapters) {
  const spec = JSON.stringify({ adapter, field: 'text' });
  both(
    `DSPy's listener, ${adapter}`,
    wellFormed[adapter],
    (text) => () => stepping(new CoreStreamListener(spec), text, (content) => JSON.stringify({ content })),
  );
}

const predictorState = (demos, fields = [], more = '') =>
  `{"traces": [], "train": [], "demos": ${demos}, "signature": {"instructions": "x", "fields": ${JSON.stringify(fields)}}, "lm": null${more}}`;
const shown = ['Ticket:', 'Category:', 'Urgent:', 'Notes:', 'Text:'].map((prefix) => ({ prefix, description: 'x' }));
subjects['Saved state'] = over(
  {
    'many demos': (n) =>
      predictorState(
        filled(n, '[', (i) => `{"ticket": "Ticket ${i}", "category": "bug", "urgent": true}`, ']', ', '),
        shown,
      ),
    'a long demo': (n) => predictorState(filled(n, '[{"ticket": "', sentences, '"}]'), shown),
    'a demo of many keys': (n) =>
      predictorState(
        filled(n, '[{', (i) => `"k${i}": ${i}`, '}]', ', '),
        shown,
      ),
    'too many fields': (n) =>
      predictorState('[]', JSON.parse(filled(n, '[', '{"prefix": "X:", "description": "x"}', ']', ', '))),
    'other members': (n) => predictorState('[]', shown, `, ${filled(n, '', (i) => `"k${i}": {}`, '', ', ')}`),
    'deep demos': (n) => predictorState(`[{"ticket": ${'['.repeat(n)}`),
  },
  (state) => () =>
    tried(() => {
      const program = new CoreProgram(
        `{"program": {"module": "Predict", "signature": ${JSON.stringify(signature)}}, "state": ${state}}`,
      );
      program.open();
      program.dispose();
    }),
);

for (const compat of ['', 'dspy']) {
  const how = compat ? 'as DSPy' : 'tolerant';
  subjects[`Values of types, ${how}`] = Object.fromEntries(
    Object.entries(values).map(([name, [type, make]]) => [
      name,
      (n) => parseValue({ ...typed(type)(n, make), compat }),
    ]),
  );
  subjects[`Objects of classes, ${how}`] = {
    'list[Person]': (n) => parseValue({ ...typed('list[Person]', { types: { Person: person } })(n, people), compat }),
    'list[Person] as a text': (n) =>
      parseValue({ type: 'list[Person]', types: { Person: person }, value: people(n * 0.75), compat }),
    'other keys': (n) =>
      parseValue({ type: 'Person', types: { Person: person }, value: JSON.parse(schemas['other keys'][1](n)), compat }),
  };
  subjects[`JSON Schema, ${how}`] = {
    people: (n) => parseValue({ schema, value: JSON.parse(people(n)), compat }),
    ...Object.fromEntries(
      Object.entries(schemas).map(([name, [given, make]]) => [
        name,
        (n) => {
          if (typeof given === 'object') return parseValue({ schema: given, value: JSON.parse(make(n)), compat });
          const value = JSON.parse(make(n / 2));
          return parseValue({ schema: { type: 'array', items: { enum: given(value) } }, value, compat });
        },
      ]),
    ),
  };
}

const checkArguments = (schema, value) => {
  const text = JSON.stringify({ arguments: { x: value }, schemas: { x: schema } });
  return () => tried(() => callCore('checkArguments', text));
};
subjects["A tool's arguments"] = {
  people: (n) => checkArguments(schema, JSON.parse(people(n))),
  ...Object.fromEntries(
    Object.entries(schemas).map(([name, [given, make]]) => [
      name,
      (n) => {
        if (typeof given === 'object') return checkArguments(given, JSON.parse(make(n)));
        const value = JSON.parse(make(n / 2));
        return checkArguments({ type: 'array', items: { anyOf: [{ enum: given(value) }, { type: 'string' }] } }, value);
      },
    ]),
  ),
};

/** Milliseconds of the quickest of several calls. */
function least(call) {
  let best = Infinity;
  const start = performance.now();
  for (let i = 0; i < 2 || (i < 5 && performance.now() - start < 20); ++i) {
    const began = performance.now();
    call();
    best = Math.min(best, performance.now() - began);
    if (best > 200) break;
  }
  return best;
}

const steep = 2.6; // a factor per doubling that noise does not explain

function measured(make, sizes) {
  const times = [];
  for (const size of sizes) {
    if (times.at(-1) > 2000) break; // it will not become better
    times.push(least(make(size)));
  }
  const doublings = Math.log2(sizes[times.length - 1] / sizes[0]);
  const growth = doublings ? (times.at(-1) / Math.max(times[0], 0.05)) ** (1 / doublings) : Infinity;
  return { times, growth };
}

/** All rows: {name, worst: which text, times: ms by size, growth: the factor for each doubling, steep}. */
export function growths({ quick = false, all = false } = {}) {
  const sizes = quick ? [32_000, 128_000] : [128_000, 512_000, 1_000_000];
  const rows = [];
  for (const [name, texts] of Object.entries(subjects)) {
    const found = [];
    for (const [text, make] of Object.entries(texts)) {
      make(2_000)(); // once in vain, for the compiler
      let each = measured(make, sizes);
      if (each.growth > steep) {
        // something else may have run beside it
        const again = measured(make, sizes);
        if (again.growth < each.growth) each = again;
      }
      found.push({ name, text, ...each });
    }
    const worth = ({ times, growth }) => (growth > steep ? growth * 1e9 : 0) + times.at(-1);
    found.sort((a, b) => worth(b) - worth(a));
    rows.push(
      ...(all ? found : found.slice(0, 1)).map((row) => ({ ...row, texts: found.length, steep: row.growth > steep })),
    );
  }
  return { sizes, rows };
}

export function print({ sizes, rows }) {
  console.log('\nTime up to 1 MB, in ms, and its growth for each doubling: 2 is linear. The slowest of several texts');
  const size = (n) => (n < 1e6 ? `${n / 1e3} kB` : `${n / 1e6} MB`);
  console.log(`  ${''.padEnd(34)} ${sizes.map((n) => size(n).padStart(8)).join(' ')}   growth`);
  for (const { name, text, texts, times, growth, steep } of rows) {
    const cells = sizes.map((_, i) => (times[i] === undefined ? '–' : times[i].toFixed(1)).padStart(8)).join(' ');
    const of = texts > 1 ? `${text} (of ${texts})` : text;
    console.log(`  ${name.padEnd(34)} ${cells}   ${growth.toFixed(2)}${steep ? '  ABOVE LINEAR' : ''}   ${of}`);
  }
  const bad = rows.filter((row) => row.steep).length;
  console.log(bad ? `  ${bad} rows grow clearly faster than the text` : '  none grows clearly faster than the text');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values: options } = parseArgs({
    options: { quick: { type: 'boolean' }, all: { type: 'boolean' }, json: { type: 'boolean' } },
  });
  await ready({ all: true });
  const found = growths(options);
  if (options.json) console.log(JSON.stringify(found, null, 2));
  else print(found);
}
