// How each kind of case is computed: from the case to an object with its output keys. See README.md for the kinds.
import { isDeepStrictEqual } from 'node:util';
import { difference, Float, parse, plain, stringify, survives } from './json.mjs';
import { compileFewShot } from './optimizers.mjs';
import { buildProgram, paths } from './programs.mjs';
import {
  adapters,
  needAdapter,
  needDefaults,
  needFields,
  needModule,
  needOptimizer,
  needPlainValue,
  needProgram,
  needSignature,
  needType,
  needValue,
  Skip,
} from './scope.mjs';

/** A function of the core on JSON. */
const ask = (core, name, input) => parse(core.callCore(name, stringify(input)));

const constraintNames = {
  'greater than': 'gt',
  'greater than or equal to': 'ge',
  'less than': 'lt',
  'less than or equal to': 'le',
  'minimum length': 'min_length',
  'maximum length': 'max_length',
  'a multiple of the given number': 'multiple_of',
};

/** Some cases give constraints only as DSPy prints them. */
function constraintsOf({ constraints, constraint_args: args }) {
  if (args) return args;
  if (!constraints) return undefined;
  return Object.fromEntries(
    constraints.split(', ').map((text) => {
      const [words, number] = text.split(': ');
      return [constraintNames[words], parse(number)];
    }),
  );
}

/** A case's signature as the core takes it. */
function coreSignature(signature) {
  if (typeof signature === 'string') return { text: signature };
  const field = (dir) => (given) => ({
    name: given.name,
    type: given.type,
    dir,
    desc: given.desc,
    constraints: constraintsOf(given),
    ...('default' in given ? { default: given.default } : {}),
  });
  return {
    instructions: signature.instructions,
    fields: [...signature.inputs.map(field('input')), ...signature.outputs.map(field('output'))],
  };
}

/** The signature string that says the same, if one can. */
function signatureText({ inputs, outputs }) {
  const side = (fields) => fields.map(({ name, type }) => `${name}: ${type}`).join(', ');
  const sayable = [...inputs, ...outputs].every(
    (field) =>
      field.desc === `\${${field.name}}` && !field.constraints && !('default' in field) && !/Literal/.test(field.type), // its texts are shown unescaped
  );
  return sayable ? `${side(inputs)} -> ${side(outputs)}` : undefined;
}

/** Makes a predictor in the core, uses it and frees it. */
function withPredictor({ CorePredictor }, spec, use) {
  const predictor = new CorePredictor(stringify(spec));
  try {
    return use(predictor);
  } finally {
    predictor.dispose();
  }
}

/** An error's name in DSPy. Bad values, bad files and bad signatures are one: rejected. */
export function errorName(error, strop) {
  if (error instanceof strop.AdapterParseError) return 'AdapterParseError';
  // Not understood is not the same as rejected.
  if (error instanceof strop.InputError && !['bad_input', 'unsupported_type'].includes(error.code)) return 'rejected';
  throw error; // a crash, or a fault of the runner: no case expects it
}

const catching = (compute) => (test, context) => {
  try {
    return { error: null, ...compute(test, context) };
  } catch (error) {
    if (error instanceof Skip) throw error;
    return { error: errorName(error, context.strop), thrown: error.message };
  }
};

const described = ({ name, type, desc, prefix }) => ({ name, type, desc, prefix, constraints: null });

function predictorsOf(program) {
  return [...program.namedPredictors()].map(([path, { instructions, fields }]) => ({
    path,
    instructions,
    inputs: fields.filter(({ role }) => role === 'input').map(described),
    outputs: fields.filter(({ role }) => role === 'output').map(described),
  }));
}

/** A mean score as DSPy tells it: in percent, with two decimals, halves to the even side. */
export function percentage(mean) {
  const percent = 100 * mean;
  const half = Number.isInteger(8 * percent) && !Number.isInteger(4 * percent);
  if (!half) return Number(percent.toFixed(2));
  const below = Math.floor(100 * percent);
  return (below % 2 === 0 ? below : below + 1) / 100;
}

/** A reply that `Predict` is given by a model must become the same, as far as JavaScript's numbers go. */
async function byPredict({ adapter, signature, completion }, { strop, compat }, result) {
  const text = signatureText(signature);
  if (!text) return result;
  let calls = 0;
  // Recorded is what one adapter reads: a second call, in another format, is to be of no use.
  const lm = { model: 'recorded', complete: async () => ({ text: calls++ === 0 ? completion : '' }) };
  let outputs = null;
  let error = null;
  try {
    outputs = await new strop.Predict(text, { lm, adapter: adapters.get(adapter), compat }).run({});
  } catch (thrown) {
    error = errorName(thrown, strop);
  }
  const same = error === result.error && isDeepStrictEqual(outputs, error ? null : plain(result.fields));
  return same
    ? result
    : { ...result, route: `Predict.run, unlike the core, gives ${error ?? JSON.stringify(outputs)}` };
}

export const kinds = {
  infer_prefix: ({ name }, { core }) => ({ result: parse(core.callCore('inferPrefix', name)).prefix }),

  signature_string: (test, context) => {
    if (test.fields) needFields(test.fields);
    return catching(({ text }, { core }) => {
      const { fields, instructions } = ask(core, 'signature', { text });
      return {
        fields: fields.map(({ name, type, dir }) => ({ name, type, dir })),
        ...(test.instructions === undefined ? {} : { instructions }),
      };
    })(test, context);
  },

  translate: ({ name, type, dir }, { core }) => {
    needType(type);
    return { result: ask(core, 'translate', { name, type, dir }).placeholder };
  },

  format_value: ({ value, pytype, ann_is_str: plainText }, { core }) => {
    needValue(pytype);
    needPlainValue(value);
    return { result: ask(core, 'formatValue', { value, plain: plainText }).text };
  },

  parse_value: (test, context) => {
    needType(test.type);
    needPlainValue(test.value);
    return catching(({ value, type }, { core, compat }) => ({
      result: ask(core, 'parseValue', { value, type, compat }).value,
    }))(test, context);
  },

  json_repair: ({ text }, { core }) => ({ result: parse(core.callCore('repairJson', text)) }),

  format: (test, context) => {
    needAdapter(test.adapter);
    needSignature(test.signature);
    needPlainValue([test.inputs, test.demos]);
    return catching(({ adapter, signature, demos, inputs }, { core, strop }) => {
      const messages = withPredictor(
        core,
        { signature: coreSignature(signature), adapter: adapters.get(adapter), demos },
        (predictor) => [...parse(predictor.prefix()).messages, ...parse(predictor.render(stringify(inputs)))],
      );
      const text = typeof signature === 'string' ? signature : signatureText(signature);
      if (text && signature.instructions !== '' && survives([demos, inputs])) {
        const settings = { instructions: signature.instructions, demos: plain(demos), adapter: adapters.get(adapter) };
        const preview = new strop.Predict(text, settings).preview(plain(inputs)).messages;
        const at = difference(parse(stringify(preview)), messages);
        if (at) return { messages: preview, route: `Predict.preview, unlike the core, at ${at}` };
      }
      return { messages };
    })(test, context);
  },

  parse: async (test, context) => {
    needAdapter(test.adapter);
    needSignature(test.signature);
    needDefaults(test);
    const result = catching(({ adapter, signature, completion }, { core, compat }) => ({
      fields: withPredictor(
        core,
        { signature: coreSignature(signature), adapter: adapters.get(adapter), compat },
        (predictor) => parse(predictor.parse(completion)),
      ),
    }))(test, context);
    return byPredict(test, context, result);
  },

  response_format: (test, context) => {
    needSignature(test.signature);
    return withPredictor(context.core, { signature: coreSignature(test.signature), adapter: 'json' }, (predictor) => {
      const { json_schema: given } = JSON.parse(predictor.responseFormat());
      return { json: given ? JSON.stringify(given.schema) : null };
    });
  },

  module_signature: (test, context) => {
    needModule(test.module);
    return catching((spec, { strop }) => ({ predictors: predictorsOf(buildProgram(spec, strop)) }))(test, context);
  },

  save_state: ({ program: spec, edit = {} }, { core, strop }) => {
    needProgram(spec);
    if (Object.values(edit).some(({ lm }) => lm)) throw new Skip('settings of a model, to be saved');
    let program = buildProgram(spec, strop).mapPredictors((predictor, path) =>
      edit[path]?.instructions === undefined ? predictor : predictor.with({ instructions: edit[path].instructions }),
    );
    if (Object.keys(edit).length > 0) {
      const state = parse(program.toJSON());
      const flat = paths(program)[0] === 'self';
      for (const [path, { demos, descs = {} }] of Object.entries(edit)) {
        const own = flat ? state : state[path];
        if (demos) own.demos = demos;
        program
          .namedPredictors()
          .get(path)
          .fields.forEach(({ name }, k) => {
            if (name in descs) own.signature.fields[k].description = descs[name];
          });
      }
      program = program.load(stringify(state));
    }
    return { json: dspyState(program, core) };
  },

  load_state: (test, context) => {
    needProgram(test.program);
    return catching(({ program: spec, json }, { strop }) => {
      const program = buildProgram(spec, strop).load(json);
      const state = parse(program.toJSON());
      const own = (path) => (path === 'self' ? state : state[path]);
      return {
        predictors: predictorsOf(program).map((found) => ({
          ...found,
          demos: own(found.path).demos,
          has_lm: own(found.path).lm !== null,
        })),
      };
    })(test, context);
  },

  metric: ({ fn, args }, { core }) => ({ result: ask(core, 'textMetric', { fn, args }).result }),

  normalize_text: ({ text }, { core }) => ({ result: parse(core.callCore('normalizeText', text)).text }),

  evaluate: async ({ scores, args }, { strop }) => {
    const { failure_score: failureScore, ...unknown } = plain(args);
    if (Object.keys(unknown).length > 0) throw new Skip(`evaluation argument ${Object.keys(unknown)}`);
    const program = new strop.Predict('row: int -> seen: str', {
      lm: { model: 'echo', complete: async () => ({ text: '[[ ## seen ## ]]\nyes' }) },
    });
    const rows = scores.map((_, row) => ({ row }));
    const metric = ({ row }) => {
      if (scores[row] === 'raise') throw new Error('the metric fails on this row');
      return plain(scores[row]);
    };
    const result = await strop.evaluate(program, rows, metric, failureScore === undefined ? {} : { failureScore });
    return {
      error: null,
      score: new Float(percentage(result.score)),
      results: result.rows.map(({ score }) => new Float(score)),
    };
  },

  cache_key: ({ request, ignored }, { core }) => ({
    key: ask(core, 'requestKey', { request, ignored: ignored ?? [] }).key,
  }),

  compile_few_shot: (test, context) => {
    needOptimizer(test.optimizer);
    needProgram(test.program);
    return compileFewShot(test, context);
  },
};

/** The saved state as DSPy writes it, with its versions left open. */
export function dspyState(program, { CoreProgram }) {
  const text = program.toJSON();
  const state = parse(text);
  const core = new CoreProgram(`{"program":${stringify(state.metadata.strop.program)},"state":${text}}`);
  try {
    return core.state('{"format":"dspy","versions":{"python":"*","dspy":"*","cloudpickle":"*"}}');
  } finally {
    core.dispose();
  }
}
