// Programs of cases, as a user of the package would build them.
import { plain } from './json.mjs';

/**
 * One module is a Predict or a ChainOfThought; modules in attributes, lists and dicts are a Module that runs them one
 * after another, each on what is known so far.
 */
export function buildProgram(spec, strop, settings = {}) {
  if (typeof spec.module === 'string') return one(spec, strop, settings);
  class Chain extends strop.Module {
    constructor() {
      super();
      for (const [name, part] of Object.entries(spec)) this[name] = parts(part, strop, settings);
    }
    async forward(inputs) {
      let known = { ...inputs };
      let outputs = {};
      for (const [, predictor] of this.namedPredictors()) {
        const wanted = predictor.fields.filter(({ role, name }) => role === 'input' && name in known);
        outputs = await predictor.run(Object.fromEntries(wanted.map(({ name }) => [name, known[name]])));
        known = { ...known, ...outputs };
      }
      return outputs;
    }
  }
  return new Chain();
}

function parts(part, strop, settings) {
  if (Array.isArray(part)) return part.map((item) => one(item, strop, settings));
  if (typeof part.module === 'string') return one(part, strop, settings);
  return Object.fromEntries(Object.entries(part).map(([key, item]) => [key, one(item, strop, settings)]));
}

/** The tool of a CodeAct in cases, whose prompt shows it. */
const lookupTide = { name: 'lookup_tide', desc: 'Return the tide for a port.', args: { port: { type: 'string' } } };

function one({ module, signature, instructions, tools, args }, strop, settings) {
  const told = typeof instructions === 'string' ? { instructions } : {};
  if (module in strop) return new strop[module](signature, { ...settings, ...told });
  const shown = tools ?? (module === 'CodeAct' ? [lookupTide] : undefined);
  const more = plain({ ...(shown ? { tools: shown } : {}), ...(args ? { args } : {}) });
  return new strop.Program({ module, signature, ...told, ...more }, settings);
}

/** The same as a declarative program, which the core runs; only attributes can be said so. */
export function declare(spec, strop, settings = {}) {
  if (typeof spec.module === 'string') return one(spec, strop, settings);
  const modules = Object.entries(spec).map(([name, { module: type, ...rest }]) => [name, { type, ...rest }]);
  return new strop.Program({ modules: Object.fromEntries(modules) }, settings);
}

export const paths = (program) => [...program.namedPredictors().keys()];
