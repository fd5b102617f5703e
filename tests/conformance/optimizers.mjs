// The few-shot optimizers under a model that is a script: which demos, which calls, which candidate.
import { createHash } from 'node:crypto';
import { difference, Float, parse, plain, stringify } from './json.mjs';
import { dspyState, percentage } from './kinds.mjs';
import { buildProgram, declare } from './programs.mjs';
import { Skip } from './scope.mjs';

const sha256 = (text) => createHash('sha256').update(text).digest('hex');
/** A number in [0, 1) that the texts decide. */
const sha01 = (...parts) => Number.parseInt(sha256(parts.join('|')).slice(0, 8), 16) / 2 ** 32;

/** What a request asks for: the last question in it, and the outputs that its reminder names. */
function asked({ messages }) {
  const last = messages.at(-1).content;
  const reminder = last.slice(last.lastIndexOf('Respond with'));
  return {
    question: [...last.matchAll(/\[\[ ## question ## \]\]\n(.*)/g)].at(-1)[1],
    outputs: [...reminder.matchAll(/`\[\[ ## (\w+) ## \]\]`/g)]
      .map(([, name]) => name)
      .filter((name) => name !== 'completed'),
  };
}

function chatReply(values) {
  const sections = Object.entries(values).map(([name, value]) => `[[ ## ${name} ## ]]\n${value}\n\n`);
  return `${sections.join('')}[[ ## completed ## ]]`;
}

/** The model of "compile_few_shot" cases: answers by hash of the whole prompt, so that one wrong byte changes them. */
function scriptedModel({ noise, words }, calls) {
  return {
    model: 'scripted',
    async complete(request) {
      const { question, outputs } = asked(request);
      const rollout = request.config.rolloutId ?? 0;
      const text = request.messages.map(({ role, content }) => `${role}\x1f${content}`).join('\x1e');
      calls.push({
        question,
        outputs,
        rollout,
        temperature: request.config.temperature ?? 0,
        messages: request.messages.length,
        prompt: sha256(text).slice(0, 16),
      });
      if (sha01('noise', String(rollout), text) < noise) return { text: 'I would rather not say.' };
      const pick = (name) => words[name][Math.floor(sha01(name, String(rollout), text) * words[name].length)];
      return { text: chatReply(Object.fromEntries(outputs.map((name) => [name, pick(name)]))) };
    },
  };
}

/** DSPy's names of options to ours. */
const optionNames = {
  k: 'k',
  sample: 'sample',
  labeled_sample: 'labeledSample',
  max_bootstrapped_demos: 'maxBootstrappedDemos',
  max_labeled_demos: 'maxLabeledDemos',
  max_rounds: 'maxRounds',
  metric_threshold: 'metricThreshold',
  num_candidate_programs: 'candidates',
  stop_at_score: 'stopAtScore',
};

function optionsOf(args) {
  return Object.fromEntries(
    Object.entries(args).map(([name, value]) => {
      if (!(name in optionNames)) throw new Skip(`optimizer argument ${name}`);
      return [optionNames[name], value];
    }),
  );
}

/** Compiles to the end. One call at a time, so that they come in DSPy's order, and none is answered from memory. */
async function compile({ optimizers }, name, options, program, data) {
  const candidates = [];
  const run = new optimizers[name](options).compile(program, { ...data, concurrency: 1, cache: false });
  for await (const event of run) if (event.event === 'candidate') candidates.push(event);
  return { ...(await run), candidates };
}

export async function compileFewShot(test, { strop, optimizers, core }) {
  const { optimizer, program: spec, args, metric, lm, trainset, valset, demos = {}, inputs } = plain(test);
  const trained = new Set(trainset.map(({ question }) => question));
  const judge = (example, prediction) => {
    if (metric.kind === 'equal') return prediction[metric.field] === example[metric.field];
    const score = sha01(example.question, prediction[metric.field]);
    return metric.kind === 'hash' ? score >= metric.passes : Math.round(1000 * score) / 1000;
  };
  // What the core runs and what JavaScript runs must come to the same.
  const results = [];
  for (const build of [declare, buildProgram]) {
    const calls = [];
    let student = build(spec, strop);
    student = student.mapPredictors((predictor, path) =>
      demos[path] ? predictor.with({ demos: demos[path] }) : predictor,
    );
    const made = await compile({ optimizers }, optimizer, { metric: judge, ...optionsOf(args) }, student, {
      trainset,
      // Other rows than the training rows, to tell the optimizer's calls from those that only score its result.
      valset: valset ?? [{ ...trainset[0], question: 'not a training row' }],
      lm: scriptedModel(lm, calls),
      config: { temperature: 0 },
      inputs,
    });
    const result = {
      json: dspyState(made.program, core),
      calls: calls.filter(({ question }) => trained.has(question)),
    };
    if (optimizer === 'BootstrapFewShotWithRandomSearch') {
      result.candidates = made.report.candidates.map(({ candidate, score }) => ({
        seed: candidate - 3,
        score: new Float(percentage(score)),
        demos: made.candidates.find((event) => event.candidate === candidate).demos,
      }));
      result.best = made.report.candidate - 3;
    }
    results.push(inOrder(parse(stringify(exactly(result)))));
  }
  const [byCore, byHost] = results;
  const at = difference(byHost, byCore);
  return at ? { ...byHost, route: `run by a JavaScript module, unlike by the core, at ${at}` } : byCore;
}

/** Whole numbers of JavaScript are integers in a case. */
function exactly(value) {
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : new Float(value);
  if (value instanceof Float) return value;
  if (Array.isArray(value)) return value.map(exactly);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, exactly(item)]));
  return value;
}

/** Calls are compared without their order: examples are tried side by side here, one after another in DSPy. */
export function inOrder(result) {
  if (!result.calls) return result;
  const key = ({ question, rollout, outputs, prompt }) => `${question}|${rollout}|${outputs}|${prompt}`;
  return { ...result, calls: [...result.calls].sort((a, b) => (key(a) < key(b) ? -1 : 1)) };
}

// --- scenarios: JSON files that hold recorded runs of one optimizer each ----------------------------------------------

const programs = {
  One: { module: 'Predict', signature: 'question -> answer' },
  Two: {
    gen: { module: 'Predict', signature: 'question -> query' },
    qa: { module: 'Predict', signature: 'question, query -> answer' },
  },
};
const paths = { One: { self: 'qa' }, Two: { gen: 'gen', qa: 'qa' } };

const rows = (letter, n) => Array.from({ length: n }, (_, i) => ({ question: `${letter}${i}`, answer: `a${i}` }));

function scenarioModel(calls) {
  const values = { answer: (question) => `ans-${question}`, query: (question) => `query-${question}` };
  return {
    model: 'scenario',
    async complete(request) {
      const { question, outputs } = asked(request);
      const { temperature = 0, rolloutId = null } = request.config;
      calls.push({
        q: question,
        outs: outputs,
        temperature,
        rollout_id: rolloutId,
        n_messages: request.messages.length,
      });
      return { text: chatReply(Object.fromEntries(outputs.map((name) => [name, values[name](question)]))) };
    },
  };
}

const shown = (name, demos) =>
  Object.fromEntries(
    Object.entries(demos).map(([path, list]) => [
      paths[name][path],
      list.map(({ augmented = false, ...fields }) => ({ augmented, ...fields })),
    ]),
  );

async function runScenario({ strop, optimizers }, { optimizer, program, args, trainset, valset }, metric) {
  const calls = [];
  const made = await compile(
    { optimizers },
    optimizer,
    { metric, ...optionsOf(args) },
    declare(programs[program], strop),
    {
      trainset: rows('q', trainset),
      valset: rows('v', valset ?? 1),
      lm: scenarioModel(calls),
      config: { temperature: 0 },
    },
  );
  return { ...made, calls: calls.filter(({ q }) => q.startsWith('q')) };
}

async function fewShot(scenario, context) {
  const failing = new Set(scenario.metric_fails_on ?? []);
  const metric = ({ question }) => !failing.has(Number(question.slice(1)));
  const { candidates, calls } = await runScenario(context, scenario, metric);
  const out = { expect_demos: shown(scenario.program, candidates.at(-1).demos) };
  if ('expect_lm_calls' in scenario) out.expect_lm_calls = calls;
  return out;
}

async function randomSearch(scenario, context) {
  const metric = ({ question }) => sha01(question) > 0.3;
  const { candidates } = await runScenario(
    context,
    { ...scenario, optimizer: 'BootstrapFewShotWithRandomSearch' },
    metric,
  );
  return {
    candidates_by_seed: Object.fromEntries(
      candidates.map(({ candidate, demos }) => [candidate - 3, shown(scenario.program, demos)]),
    ),
  };
}

/** The cases in a JSON file of scenarios, or of which kind they are that the runner does not know. */
export function scenariosIn(content, name) {
  if (Array.isArray(content) && content.every((item) => item.expect_demos)) {
    return content.map((scenario, k) => ({
      kind: `scenario ${scenario.optimizer}`,
      test: `${name}/${k}`,
      scenario,
      run: fewShot,
    }));
  }
  if (content.candidates_by_seed) {
    return [{ kind: 'scenario BootstrapFewShotWithRandomSearch', test: name, scenario: content, run: randomSearch }];
  }
  return (Array.isArray(content) ? content : [content]).map((_, k) => ({
    kind: `scenario ${name}`,
    test: `${name}/${k}`,
  }));
}

/** A scenario's result beside what was recorded. */
export async function compareScenario({ scenario, run }, context) {
  const { optimizer = 'BootstrapFewShotWithRandomSearch', program } = scenario;
  if (!programs[program] || !optimizers.has(optimizer)) throw new Skip(`optimizer ${optimizer} on ${program}`);
  const ours = await run(scenario, context);
  const sorted = (out) => ({
    ...out,
    ...(out.expect_lm_calls
      ? { expect_lm_calls: [...out.expect_lm_calls].map((call) => JSON.stringify(ordered(call))).sort() }
      : {}),
  });
  const keys = Object.keys(ours);
  return [sorted(ours), sorted(Object.fromEntries(keys.map((key) => [key, scenario[key]])))];
}

const optimizers = new Set(['LabeledFewShot', 'BootstrapFewShot', 'BootstrapFewShotWithRandomSearch']);
const ordered = ({ q, outs, temperature, rollout_id, n_messages }) => ({
  q,
  outs,
  temperature,
  rollout_id,
  n_messages,
});
