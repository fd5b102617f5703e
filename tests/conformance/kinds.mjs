// How each kind of case is computed: from the case to an object with its output keys. See README.md for the kinds.
import { isDeepStrictEqual } from 'node:util';
import { difference, Float, parse, plain, stringify, survives } from './json.mjs';
import { compileFewShot } from './optimizers.mjs';
import { buildProgram, paths } from './programs.mjs';
import {
  adapters,
  needAdapter,
  needDefaults,
  needExtraction,
  needModule,
  needOptimizer,
  needProgram,
  Skip,
} from './scope.mjs';
import { definedElsewhere, definitionsIn, isPlain, typeOf } from './types.mjs';

/** Whether media stand in the values as marked texts. */
const hasMarks = (values) => stringify(values).includes('<<CUSTOM-TYPE-START');

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

/** As DSPy prints them. */
function constraintsText(constraints) {
  const words = Object.fromEntries(Object.entries(constraintNames).map(([text, name]) => [name, text]));
  return Object.entries(constraints)
    .map(([name, value]) => `${words[name]}: ${value}`)
    .join(', ');
}

/** A case's fields as the package takes them. */
function fieldsByName(fields) {
  return Object.fromEntries(
    fields.map(({ name, constraint_args: constraints, ...more }) => [
      name,
      plain({ ...more, ...(constraints ? { constraints } : {}) }),
    ]),
  );
}

/** A signature after an edit as cases have it, by the package's own methods. */
function edited(signature, { op, name, index, role, field, instructions }) {
  const { constraint_args: constraints, ...more } = field ?? {};
  const description = constraints ? { ...more, constraints } : more;
  switch (op) {
    case 'with_instructions':
      return signature.withInstructions(instructions);
    case 'append_instructions':
      return signature.appendInstructions(instructions);
    case 'with_updated_fields':
      return signature.withUpdatedFields(name, description);
    case 'delete':
      return signature.delete(name);
    case 'insert':
      return signature.insert(index, { name, role, ...description });
    default:
      return signature[op]({ name, role, ...description });
  }
}

/** A case's signature as the core takes it. */
function coreSignature(signature, types) {
  if (typeof signature === 'string') return { text: signature, types };
  const field = (dir) => (given) => ({
    name: given.name,
    type: typeOf(given),
    dir,
    desc: given.desc,
    constraints: constraintsOf(given),
    ...('default' in given ? { default: given.default } : {}),
  });
  return {
    instructions: signature.instructions,
    fields: [...signature.inputs.map(field('input')), ...signature.outputs.map(field('output'))],
    types: definitionsIn([...signature.inputs, ...signature.outputs], types),
  };
}

/** The signature string that says the same, if one can. */
function signatureText({ inputs, outputs }) {
  const side = (fields) => fields.map((field) => `${field.name}: ${typeOf(field)}`).join(', ');
  const sayable = [...inputs, ...outputs].every(
    (field) =>
      isPlain(field.type) &&
      field.desc === `\${${field.name}}` &&
      !field.constraints &&
      !('default' in field) &&
      !/Literal/.test(field.type), // its texts are shown unescaped
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

/** What an extraction model answers, one after another; the last answer again and again. */
function answersOf(extraction) {
  const answers = [extraction].flat();
  let asked = 0;
  return () => answers[Math.min(asked++, answers.length - 1)];
}

/** The outputs in a reply: read from it, or extracted from it in a second call, in JSON if that one cannot be read. */
function fieldsIn({ adapter, completion, extraction }, spec, core) {
  if (adapter !== 'TwoStepAdapter') {
    return withPredictor(core, { ...spec, adapter: adapters.get(adapter) }, (made) => parse(made.parse(completion)));
  }
  const next = answersOf(extraction);
  const extracted = (by) =>
    withPredictor(core, { ...spec, adapter: by, extraction: true }, (predictor) => {
      parse(predictor.prefix());
      parse(predictor.render(stringify({ text: completion })));
      return parse(predictor.parse(next()));
    });
  try {
    return extracted('chat');
  } catch (error) {
    if (spec.compat !== 'dspy') throw error; // which asks once more
    return extracted('json');
  }
}

/** A reply that `Predict` is given by a model must become the same, as far as JavaScript's numbers go. */
async function byPredict({ adapter, signature, completion, extraction }, { strop, compat }, result) {
  const text = typeof signature === 'string' ? signature : signatureText(signature);
  if (!text) return result;
  const next = answersOf(extraction);
  const extractionLM = { model: 'extracting', complete: async () => ({ text: next() }) };
  let calls = 0;
  // Recorded is what one adapter reads: a second call, in another format, is to be of no use.
  const lm = { model: 'recorded', complete: async () => ({ text: calls++ === 0 ? completion : '' }) };
  let outputs = null;
  let error = null;
  try {
    outputs = await new strop.Predict(text, { lm, extractionLM, adapter: adapters.get(adapter), compat }).run({});
  } catch (thrown) {
    error = errorName(thrown, strop);
  }
  const same = error === result.error && isDeepStrictEqual(outputs, error ? null : plain(result.fields));
  return same
    ? result
    : { ...result, route: `Predict.run, unlike the core, gives ${error ?? JSON.stringify(outputs)}` };
}

/** Not every case says the field's type, but from a chunk that says nothing only one of thoughts gives something. */
function isReasoning({ field_type: type, chunks }) {
  return type === undefined ? chunks.some(({ content, out }) => content === null && out) : type === 'Reasoning';
}

export const kinds = {
  infer_prefix: ({ name }, { core }) => ({ result: parse(core.callCore('inferPrefix', name)).prefix }),

  signature_string: (test, context) => {
    return catching(({ text, types = definedElsewhere(test.fields ?? []) }, { core }) => {
      const { fields, instructions } = ask(core, 'signature', { text, types });
      return {
        fields: fields.map(({ name, type, dir }) => ({ name, type: type.replace(/\bReasoning\b/g, 'str'), dir })),
        ...(test.instructions === undefined ? {} : { instructions }),
      };
    })(test, context);
  },

  edit_signature: (test, context) => {
    return catching(({ signature, edits }, { strop }) => {
      const before =
        typeof signature === 'string'
          ? new strop.Signature(signature)
          : new strop.Signature({
              inputs: fieldsByName(signature.inputs),
              outputs: fieldsByName(signature.outputs),
              ...(signature.instructions === null ? {} : { instructions: signature.instructions }),
            });
      const after = edits.reduce((made, each) => edited(made, plain(each)), before);
      const shown = ({ name, type, desc, prefix, constraints, ...more }) => ({
        name,
        type,
        desc,
        prefix,
        constraints: constraints ? constraintsText(constraints) : null,
        ...('default' in more ? { default: more.default } : {}),
      });
      return {
        instructions: after.instructions,
        inputs: after.inputs.map(shown),
        outputs: after.outputs.map(shown),
        equal: test.equal === null ? null : after.equals(before),
      };
    })(test, context);
  },

  translate: (test, { core }) => {
    const { name, dir } = test;
    return {
      result: ask(core, 'translate', { name, type: typeOf(test), types: definitionsIn([test], test.types), dir })
        .placeholder,
    };
  },

  format_value: ({ value, ann_is_str: plainText }, { core }) => {
    return { result: ask(core, 'formatValue', { value, plain: plainText }).text };
  },

  parse_value: (test, context) => {
    return catching(({ value, types }, { core, compat }) => ({
      result: ask(core, 'parseValue', { value, type: typeOf(test), types: definitionsIn([test], types), compat }).value,
    }))(test, context);
  },

  json_repair: ({ text }, { core }) => ({ result: parse(core.callCore('repairJson', text)) }),

  format: (test, context) => {
    needAdapter(test.adapter);
    return catching(({ adapter, signature, demos, inputs, native_fc: nativeTools }, { core, strop }) => {
      const messages = withPredictor(
        core,
        {
          signature: coreSignature(signature, test.types),
          adapter: adapters.get(adapter),
          demos,
          nativeTools,
          compat: 'dspy',
        },
        (predictor) => [...parse(predictor.prefix()).messages, ...parse(predictor.render(stringify(inputs)))],
      );
      const text = typeof signature === 'string' ? signature : signatureText(signature);
      if (
        text &&
        !nativeTools &&
        !hasMarks([demos, inputs]) &&
        signature.instructions !== '' &&
        survives([demos, inputs])
      ) {
        const settings = {
          instructions: signature.instructions,
          demos: plain(demos),
          adapter: adapters.get(adapter),
          compat: 'dspy',
        };
        const preview = new strop.Predict(text, settings).preview(plain(inputs)).messages;
        const at = difference(parse(stringify(preview)), messages);
        if (at) return { messages: preview, route: `Predict.preview, unlike the core, at ${at}` };
      }
      return { messages };
    })(test, context);
  },

  parse: async (test, context) => {
    needAdapter(test.adapter);
    needExtraction(test);
    needDefaults(test);
    const result = catching((given, { core, compat }) => ({
      fields: fieldsIn(given, { signature: coreSignature(given.signature, test.types), compat }, core),
    }))(test, context);
    return byPredict(test, context, result);
  },

  stream: (test, context) => {
    const listen = ({ adapter, field, allow_reuse: allowReuse, chunks }, { core }) => {
      const listener = new core.CoreStreamListener(
        stringify({ adapter: adapters.get(adapter) ?? adapter, field, allowReuse, reasoning: isReasoning(test) }),
      );
      try {
        const heard = chunks.map((chunk) => ({
          ...chunk,
          out: parse(listener.push(stringify({ content: chunk.content, reasoning: chunk.reasoning }))),
        }));
        return { chunks: heard, final: parse(listener.finish()) };
      } finally {
        listener.dispose();
      }
    };
    return 'error' in test ? catching(listen)(test, context) : listen(test, context);
  },

  response_format: (test, context) => {
    return withPredictor(
      context.core,
      { signature: coreSignature(test.signature, test.types), adapter: 'json' },
      (predictor) => {
        const { json_schema: given } = JSON.parse(predictor.responseFormat());
        return { json: given ? JSON.stringify(given.schema) : null };
      },
    );
  },

  module_signature: (test, context) => {
    needModule(test.module);
    return catching((spec, { strop }) => ({ predictors: predictorsOf(buildProgram(spec, strop)) }))(test, context);
  },

  save_state: ({ program: spec, edit = {} }, { core, strop }) => {
    needProgram(spec);
    let program = buildProgram(spec, strop).mapPredictors((predictor, path) =>
      edit[path]?.instructions === undefined ? predictor : predictor.with({ instructions: edit[path].instructions }),
    );
    if (Object.keys(edit).length > 0) {
      const state = parse(program.toJSON());
      const flat = paths(program)[0] === 'self';
      for (const [path, { demos, descs = {}, lm }] of Object.entries(edit)) {
        const own = flat ? state : state[path];
        if (demos) own.demos = demos;
        if (lm) own.lm = lm;
        program
          .namedPredictors()
          .get(path)
          .fields.forEach(({ name }, k) => {
            if (name in descs) own.signature.fields[k].description = descs[name];
          });
      }
      program = program.load(stringify(state), { allowUnsafeLM: true });
    }
    return { json: dspyState(program, core) };
  },

  load_state: (test, context) => {
    needProgram(test.program);
    return catching(({ program: spec, json }, { strop }) => {
      const program = buildProgram(spec, strop).load(json, { fields: 'byPosition', onWarning: () => {} });
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

  majority: ({ completions, field, normalize }, { strop }) => {
    const options = { ...(field ? { field } : {}), ...(normalize === 'none' ? { normalize: null } : {}) };
    const found = strop.majority(plain(completions), options);
    return { result: completions[plain(completions).findIndex((each) => isDeepStrictEqual(each, found))] };
  },

  judge: async ({ judge, args, example, pred, for_demos: forDemos, said }, { judges, compat }) => {
    const asked = [];
    const left = [...said];
    const complete = async ({ messages }) => {
      const { content } = messages.at(-1);
      const outputs = [...content.matchAll(/`\[\[ ## (\w+) ## \]\]`/g)].map(([, name]) => name).slice(0, -1);
      const inputs = content.matchAll(/^\[\[ ## (\w+) ## \]\]\n(.*?)(?=\n\n\[\[|\n\nRespond)/gms);
      asked.push({ inputs: Object.fromEntries([...inputs].map(([, name, value]) => [name, value])), outputs });
      const shares = ['recall', 'precision', 'completeness', 'groundedness'];
      const reply = outputs.map((name) => `[[ ## ${name} ## ]]\n${shares.includes(name) ? left.shift() : name}\n\n`);
      return { text: `${reply.join('')}[[ ## completed ## ]]` };
    };
    const lm = { model: 'judge', complete };
    const metric = judges[judge[0].toLowerCase() + judge.slice(1)](plain(args));
    const run = (program, inputs) => program.run(inputs, { lm, adapter: 'chat', ...(compat ? { compat } : {}) });
    const { score } = await metric(plain(example), plain(pred), forDemos ? [] : undefined, run);
    return { score: typeof score === 'boolean' ? score : new Float(score), asked };
  },

  tool_call: (test, context) =>
    catching(({ args_schema: schemas, call, others = true }, { core }) => ({
      received: ask(core, 'checkArguments', { arguments: call, schemas, others }).arguments,
    }))(test, context),

  tool_calls_parse: (test, context) =>
    catching(({ value }, { core }) => ({ result: ask(core, 'toolCalls', value).calls }))(test, context),

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

  openai_chat_wire: catching(({ request }, { core }) => {
    const { request: lm15, chat, responses } = ask(core, 'chatWire', request);
    return { lm15, chat_body: chat ?? { $error: 'rejected' }, responses_body: responses };
  }),

  chat_to_responses: catching(({ request }, { core }) => ({ result: ask(core, 'responsesCall', request) })),

  usage: ({ data }, { core }) => ({ result: ask(core, 'totalUsage', data) }),

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
  const core = new CoreProgram(
    `{"program":${stringify(state.metadata.strop.program)},"state":${text},"load":{"byPosition":true,"unsafeLm":true}}`,
  );
  try {
    return core.state('{"format":"dspy","versions":{"python":"*","dspy":"*","cloudpickle":"*"}}');
  } finally {
    core.dispose();
  }
}
