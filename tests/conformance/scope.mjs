// What the project has, and so which cases must pass. A case is skipped only for a reason that is named here.

const types = new Set([
  'str',
  'int',
  'float',
  'bool',
  'Any',
  'None',
  'NoneType',
  'list',
  'dict',
  'List',
  'Dict',
  'Optional',
  'Union',
  'Literal',
  'typing',
]);
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
const values = new Set(['str', 'int', 'float', 'bool', 'NoneType', 'list', 'dict']);
const optimizers = new Set(['LabeledFewShot', 'BootstrapFewShot', 'BootstrapFewShotWithRandomSearch']);

export class Skip extends Error {}

const texts = /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/g;

/** Skips what names a type that the project does not have. `null` and the like never skip. */
export function needType(type) {
  for (const [name] of type.replace(texts, '').matchAll(/[\p{L}_][\p{L}\p{N}_]*/gu)) {
    if (!types.has(name) && !/^(True|False)$/.test(name)) throw new Skip(`type ${name}`);
  }
}

/** `Reasoning` is shown as `str`. */
export function needFields(fields) {
  for (const { type, schema } of fields) {
    if (schema?.title === 'Reasoning') throw new Skip('type Reasoning');
    needType(type);
  }
}

export function needSignature(signature) {
  if (typeof signature !== 'string') needFields([...signature.inputs, ...signature.outputs]);
}

/** A field that the reply leaves out needs its default, and not every case says what it was. */
export function needDefaults({ signature, completion }) {
  for (const { name, required, ...field } of signature.outputs ?? []) {
    if (required === false && !('default' in field) && !completion.includes(name)) {
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

/** Media stand in cases as marked texts, instances of named classes as `$value`. */
export function needPlainValue(value) {
  if (typeof value === 'string' && value.includes('<<CUSTOM-TYPE-START')) throw new Skip('value of a media type');
  if (typeof value !== 'object' || value === null) return;
  if ('$value' in value) throw new Skip('value of a named class');
  for (const item of Object.values(value)) needPlainValue(item);
}

const need = (known, what) => (name) => {
  if (!known.has(name)) throw new Skip(`${what} ${name}`);
};
export const needAdapter = need(adapters, 'adapter');
export const needModule = need(modules, 'module');
export const needValue = need(values, 'value of type');
export const needOptimizer = need(optimizers, 'optimizer');

/** A program of cases: one module, or modules in attributes, lists and dicts. */
export function needProgram(spec) {
  if (typeof spec.module === 'string') return needModule(spec.module);
  for (const part of Object.values(spec)) needProgram(part);
}
