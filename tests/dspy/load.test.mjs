// Saved programs go both ways between Strop and the DSPy that pip installs: the same signature, the same bytes in prompts.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import * as strop from 'strop';
import { buildProgram } from '../conformance/programs.mjs';

const { ChainOfThought, Predict, Program } = strop;

const here = fileURLToPath(new URL('.', import.meta.url));
const optimized = join(here, '../../out/program.json');

const odd = 'é "q" 😀\n\u2028 \\ {x}\n\n[[ ## answer ## ]]\t';
const demo = (fields) => Object.fromEntries(fields.map((name) => [name, `${name}: ${odd}`]));

/** Programs of the package, with what optimizers change: instructions and demos. */
const ours = {
  'a Predict': new Predict('question -> answer', {
    instructions: 'Be brief.\n  Indented.\u2028And odd.',
    demos: [
      { ...demo(['question', 'answer']), augmented: true },
      { question: 'only this' },
      { question: 'q', answer: null, other: [1, { a: 2.5 }] },
    ],
  }),
  'a typed Predict': new Predict(
    "ticket, age: int, tags: list[str], facts: dict[str, float] -> label: Literal['a', \"it's\"], urgent: bool, score: Optional[float]",
    {
      demos: [{ ticket: 't', age: 3, tags: ['x', 'y'], facts: { k: 0.5 }, label: 'a', urgent: true, score: null }],
    },
  ),
  'a ChainOfThought': new ChainOfThought('question -> answer: int', {
    demos: [{ question: 'q', reasoning: odd, answer: 4 }],
  }),
  'a declarative program': new Program({
    modules: {
      gen: { type: 'Predict', signature: 'question -> search_query', instructions: 'Write a query.' },
      qa: { type: 'ChainOfThought', signature: 'question, search_query -> answer: list[str]' },
    },
  }).mapPredictors((predictor, path) =>
    path === 'gen' ? predictor.with({ demos: [demo(['question', 'search_query'])] }) : predictor,
  ),
};

/** JavaScript modules, whose files do not say how they run; DSPy has them in code too. */
const chains = {
  'a Module': {
    spec: {
      hops: [
        { module: 'Predict', signature: 'question -> query' },
        { module: 'ChainOfThought', signature: 'query -> passages: list[str]' },
      ],
      by: { de: { module: 'Predict', signature: 'frage -> größe: float' } },
    },
    demos: { 'hops[1].predict': [{ query: 'q', reasoning: 'r', passages: ['a\nb', '«c»'] }] },
  },
};

/** Programs that DSPy is to make, change and save. */
const theirs = {
  'a Predict': {
    program: { module: 'Predict', signature: 'question -> answer' },
    edit: {
      self: {
        instructions: odd,
        demos: [
          { question: odd, answer: 'a', augmented: true },
          { question: 1.0, answer: { a: [1e16, 1e-7, null] } },
          { answer: 'x' },
        ],
      },
    },
  },
  'a ChainOfThought': {
    program: { module: 'ChainOfThought', signature: 'text, n: int -> label: Literal["x", "y"], why', instructions: '' },
    edit: {
      predict: {
        descs: { n: 'how many', why: '' },
        demos: [{ text: 't', n: 1, reasoning: 'r', label: 'x', why: 'w' }],
      },
    },
  },
  'a program of several': {
    program: {
      gen: { module: 'Predict', signature: 'question -> query' },
      qa: { module: 'ChainOfThought', signature: 'question, query -> answer: Optional[int]' },
    },
    edit: {
      gen: { instructions: 'Search.' },
      'qa.predict': { demos: [{ question: 'q', query: 'x', reasoning: 'r', answer: 12345678901234567890n }] },
    },
  },
};

const samples = { int: 7, float: 0.25, bool: true, Any: [1, { a: null }], list: ['a', 2], dict: { k: 'v' } };

function sample(type) {
  if (type.startsWith('list[str')) return ['one', 'two\nlines'];
  if (type.startsWith('dict[')) return { é: 0.5 };
  return samples[type] ?? `sample ${odd}`;
}

const inputsOf = (program) =>
  Object.fromEntries(
    [...program.namedPredictors()].map(([path, { fields }]) => [
      path,
      Object.fromEntries(fields.filter(({ role }) => role === 'input').map(({ name, type }) => [name, sample(type)])),
    ]),
  );

/** What Strop says of a program, as load.py says it of DSPy's. */
function described(program) {
  const inputs = inputsOf(program);
  return [...program.namedPredictors()].map(([path, predictor]) => {
    const side = (wanted) =>
      predictor.fields
        .filter(({ role }) => role === wanted)
        .map(({ name, type, desc, prefix }) => ({ name, type, desc, constraints: null, prefix }));
    return {
      path,
      instructions: predictor.instructions,
      inputs: side('input'),
      outputs: side('output'),
      messages: predictor.preview(inputs[path], { adapter: 'chat' }).messages,
    };
  });
}

/** Big integers survive on the way to Python only as text. */
const encode = (value) =>
  JSON.stringify(value, (_, item) => (typeof item === 'bigint' ? `\u0000${item}` : item)).replace(
    /"\\u0000(\d+)"/g,
    '$1',
  );

function askDspy(request) {
  const python = execFileSync(join(here, '../conformance/dspy-env'), { encoding: 'utf8' }).trim();
  const answer = execFileSync(python, [join(here, 'load.py')], {
    input: encode(request),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  return JSON.parse(answer);
}

describe('saved programs between Strop and DSPy', () => {
  const toLoad = Object.entries(ours).map(([name, program]) => ({ name, program }));
  for (const [name, { spec, demos }] of Object.entries(chains)) {
    const program = buildProgram(spec, strop).mapPredictors((predictor, path) =>
      predictor.with({ demos: demos[path] ?? [] }),
    );
    toLoad.push({ name, program, spec });
  }
  if (existsSync(optimized)) {
    toLoad.push({ name: 'out/program.json', program: Program.fromJSON(readFileSync(optimized, 'utf8')) });
  }
  const toSave = Object.entries(theirs).map(([name, { program: spec, edit }]) => {
    return { name, spec, edit, program: buildProgram(spec, strop) };
  });

  let answers;
  before(() => {
    answers = askDspy({
      load: toLoad.map(({ name, program, spec }) => ({
        json: name === 'out/program.json' ? readFileSync(optimized, 'utf8') : program.toJSON(),
        program: spec,
        inputs: inputsOf(program),
      })),
      save: toSave.map(({ program, spec, edit }) => ({ program: spec, edit, inputs: inputsOf(program) })),
    });
  });

  for (const [k, { name, program }] of toLoad.entries()) {
    test(`DSPy loads ${name}`, () => {
      assert.deepEqual(answers.load[k].warnings, []);
      assert.deepEqual(answers.load[k].predictors, described(program));
    });
  }
  for (const [k, { name, program }] of toSave.entries()) {
    test(`Strop loads ${name} of DSPy's`, () => {
      const { json, predictors } = answers.save[k];
      assert.deepEqual(described(program.load(json)), predictors);
    });
  }
});
