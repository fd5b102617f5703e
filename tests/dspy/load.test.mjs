// Saved programs go both ways between Strop and the DSPy that pip installs: the same signature, the same bytes in prompts.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import * as strop from 'strop';
import { BootstrapFewShot, LabeledFewShot } from 'strop/optimize';
import { buildProgram } from '../conformance/programs.mjs';
import { findDspy } from './find_dspy.mjs';

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

/** Tools, as the prompts of agents show them. */
const tools = [
  { name: 'tide', desc: 'Tide height\nfor a "port".', args: { port: { type: 'string' }, day: { type: 'integer' } } },
  { name: 'plain', args: { x: { enum: ["a'b", 1, null, true] } } },
];

const acted = {
  question: odd,
  trajectory: '[[ ## thought_0 ## ]]\nlook',
  next_thought: odd,
  next_tool_name: 'tide',
  next_tool_args: { port: odd, day: 2 },
};

const agent = {
  module: 'ReAct',
  signature: 'question, day: int -> answer: float, note: Optional[str]',
  instructions: '  Look it up.\n    Twice.',
  tools,
};

Object.assign(ours, {
  'a ReAct': new Program(agent).mapPredictors((predictor, path) =>
    path === 'react'
      ? predictor.with({ demos: [{ ...acted, day: 1 }] })
      : predictor.with({ instructions: 'Read it off.', demos: [{ question: 'q', reasoning: odd, answer: 1.5 }] }),
  ),
  'a MultiChainComparison': new Program({
    module: 'MultiChainComparison',
    signature: 'question -> answer',
    args: { M: 2 },
  }),
  'a program with a ReAct in it': new Program({
    modules: {
      plan: { type: 'Predict', signature: 'question -> step' },
      act: { type: 'ReAct', signature: 'step -> found: list[str]', tools: tools.slice(1) },
    },
  }).mapPredictors((predictor, path) =>
    path === 'act.extract.predict' ? predictor.with({ demos: [{ step: 's', found: ['a', odd] }] }) : predictor,
  ),
});

/** Programs that optimizers of the package have changed: the demos are what a model wrote, or rows. */
async function optimizedPrograms() {
  const lm = {
    model: 'scripted',
    async complete({ messages }) {
      const asked = [...messages.at(-1).content.matchAll(/`\[\[ ## (\w+) ## \]\]`/g)].map(([, name]) => name);
      const reply = (name) => `[[ ## ${name} ## ]]\n${name === 'answer' ? 4 : `${name} \u2028 é "q"`}\n\n`;
      return { text: `${asked.slice(0, -1).map(reply).join('')}[[ ## completed ## ]]` };
    },
  };
  const trainset = Array.from({ length: 12 }, (_, k) => ({ question: `q${k} 😀`, answer: k % 3 ? 4 : 5 }));
  const metric = strop.exact('answer');
  const two = {
    modules: {
      gen: { type: 'Predict', signature: 'question -> search_query' },
      qa: { type: 'ChainOfThought', signature: 'question, search_query -> answer: int' },
    },
  };
  const bootstrap = new BootstrapFewShot({ metric, maxBootstrappedDemos: 3, maxLabeledDemos: 5 });
  const jobs = {
    'an optimized Predict': [new LabeledFewShot({ metric, k: 4 }), new Predict('question -> answer: int', { lm })],
    'an optimized ChainOfThought': [bootstrap, new ChainOfThought('question -> answer: int', { lm })],
    'an optimized program of two': [bootstrap, new Program(two, { lm })],
  };
  for (const [name, [optimizer, student]] of Object.entries(jobs)) {
    const { program } = await optimizer.compile(student, { trainset, lm });
    for (const predictor of program.namedPredictors().values()) assert.ok(predictor.demos.length > 0, name);
    ours[name] = program;
  }
}
await optimizedPrograms();

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

const openai = { model: 'openai/gpt-x', temperature: 0.5, max_tokens: 64, stop: [odd], api_key: 'sk-secret' };
Object.assign(theirs, {
  'a ReAct': {
    program: agent,
    edit: {
      react: { demos: [{ ...acted, day: 2 }], lm: openai },
      'extract.predict': { instructions: odd, descs: { answer: 'in metres' } },
    },
  },
  'a ProgramOfThought': {
    program: { module: 'ProgramOfThought', signature: 'question -> answer: int' },
    edit: { 'code_regenerate.predict': { demos: [{ question: 'q', previous_code: 'x =', error: 'e' }] } },
  },
  'agents in lists': {
    program: {
      agents: [agent, { module: 'ReAct', signature: 'a -> b', tools: [] }],
      by: { x: { module: 'CodeAct', signature: 'q -> a' } },
      last: { module: 'MultiChainComparison', signature: 'q -> a' },
    },
    edit: { 'agents[1].react': { demos: [{ a: odd, next_tool_name: 'finish', next_tool_args: {} }] } },
  },
});

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
  const state = JSON.parse(program.toJSON());
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
      lm: (path === 'self' ? state : state[path]).lm,
    };
  });
}

/** Big integers survive on the way to Python only as text. */
const encode = (value) =>
  JSON.stringify(value, (_, item) => (typeof item === 'bigint' ? `\u0000${item}` : item)).replace(
    /"\\u0000(\d+)"/g,
    '$1',
  );

const { python, skip } = findDspy('saved programs between Strop and DSPy');

function askDspy(request) {
  const answer = execFileSync(python, [join(here, 'load.py')], {
    input: encode(request),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  return JSON.parse(answer);
}

describe('saved programs between Strop and DSPy', { skip }, () => {
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
      assert.doesNotMatch(json, /sk-secret/);
      assert.deepEqual(described(program.load(json)), predictors);
    });
  }
});
