// What the project has, and so which cases must pass. A case is skipped only for a reason that is named here: something that
// the project does not have, or that the case does not tell.

/** DSPy's adapters, and what the project calls them. */
export const adapters = new Map([
  ['ChatAdapter', 'chat'],
  ['JSONAdapter', 'json'],
  ['XMLAdapter', 'xml'],
  ['BAMLAdapter', 'baml'],
  ['TwoStepAdapter', 'two_step'],
]);
const modules = new Set([
  'Predict',
  'ChainOfThought',
  'MultiChainComparison',
  'ReAct',
  'ReActV2',
  'ProgramOfThought',
  'CodeAct',
]);
const optimizers = new Set(['LabeledFewShot', 'BootstrapFewShot', 'BootstrapFewShotWithRandomSearch']);

export class Skip extends Error {}

/** Cases that cannot be computed from what they say: the kind, a part of the id, and why. */
const exceptions = [
  [
    'parse',
    'test_xml_adapter_uses_pydantic_field_names_as_xml_tags',
    "the tags are names of a model's fields, of which the case gives the aliases only",
  ],
];

/** Skips a case that is an exception. */
export function needComputable({ kind: own, test }) {
  for (const [kind, id, reason] of exceptions) if (kind === own && String(test).includes(id)) throw new Skip(reason);
}

/**
 * A field that the reply leaves out needs its default, and not every case says what it was. Where the reply leaves out a
 * field that has none and cannot be None, it is refused whatever the others' are.
 */
export function needDefaults({ signature, completion }) {
  const missing = (signature.outputs ?? []).filter(({ name }) => !completion.includes(name));
  if (missing.some(({ required, type }) => required !== false && !/\bNone/.test(type))) return;
  for (const { required, ...field } of missing) {
    if (required === false && !('default' in field)) {
      throw new Skip('a default that the case does not give');
    }
  }
}

/** Two models answer the two_step adapter, and not every case says what the second did. */
export function needExtraction({ adapter, extraction }) {
  if (adapter === 'TwoStepAdapter' && extraction === undefined) {
    throw new Skip('an extraction that the case does not give');
  }
}

const need = (known, what) => (name) => {
  if (!known.has(name)) throw new Skip(`${what} ${name}`);
};
export const needAdapter = need(adapters, 'adapter');
export const needModule = need(modules, 'module');
export const needOptimizer = need(optimizers, 'optimizer');

/** A program of cases: one module, or modules in attributes, lists and dicts. */
export function needProgram(spec) {
  if (typeof spec.module === 'string') return needModule(spec.module);
  for (const part of Object.values(spec)) needProgram(part);
}
