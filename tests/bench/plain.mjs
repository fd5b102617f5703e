// The same job in plain TypeScript-style code: a formatter and parser for the chat format that takes any signature of strings,
// booleans, numbers, Literals and lists, written as one would write it by hand, without caching.

/** Python's rendering of a value in a prompt. */
function pythonJson(value) {
  if (value === null) return 'null';
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(', ')}]`;
  if (typeof value === 'object')
    return `{${Object.entries(value)
      .map(([key, each]) => `${JSON.stringify(key)}: ${pythonJson(each)}`)
      .join(', ')}}`;
  return JSON.stringify(value);
}
function render(value) {
  if (typeof value === 'string') return value;
  if (value === true) return 'True';
  if (value === false) return 'False';
  if (value === null) return 'None';
  return typeof value === 'number' ? String(value) : pythonJson(value);
}

function placeholder({ name, type, options, role }) {
  const rule = options
    ? `must exactly match (no extra characters) one of: ${options.join('; ')}`
    : type === 'bool'
      ? 'must be True or False'
      : type === 'str'
        ? ''
        : `must be a single ${type} value`;
  return role === 'input' || rule === '' ? `{${name}}` : `{${name}}        # note: the value you produce ${rule}`;
}
const list = (fields) =>
  fields
    .map(({ name, type, desc }, index) => `${index + 1}. \`${name}\` (${type}): ${desc ?? ''}`)
    .join('\n')
    .trim();
const section = (name, value) => `[[ ## ${name} ## ]]\n${value}`;

function systemMessage({ inputs, outputs, instructions }) {
  const structure = [...inputs, ...outputs].map((field) => section(field.name, placeholder(field)));
  return [
    `Your input fields are:\n${list(inputs)}\nYour output fields are:\n${list(outputs)}`,
    [
      'All interactions will be structured in the following way, with the appropriate values filled in.',
      ...structure,
      '[[ ## completed ## ]]',
    ].join('\n\n'),
    `In adhering to this structure, your objective is: ${instructions
      .split('\n')
      .map((line) => `\n        ${line}`)
      .join('')}`,
  ].join('\n');
}
function userMessage({ inputs, outputs }, values, request) {
  const parts = inputs.filter(({ name }) => name in values).map(({ name }) => section(name, render(values[name])));
  if (request) {
    const wanted = outputs
      .map(
        ({ name, type }) =>
          `\`[[ ## ${name} ## ]]\`${type === 'str' ? '' : ` (must be formatted as a valid Python ${type})`}`,
      )
      .join(', then ');
    parts.push(
      `Respond with the corresponding output fields, starting with the field ${wanted}, and then ending with the marker for \`[[ ## completed ## ]]\`.`,
    );
  }
  return parts.join('\n\n').trim();
}
function assistantMessage({ outputs }, values) {
  return `${outputs
    .map(({ name }) => section(name, render(values[name])))
    .join('\n\n')
    .trim()}\n\n[[ ## completed ## ]]\n`;
}

/** The messages of one call. */
export function format(signature, demos, inputs) {
  const messages = [{ role: 'system', content: systemMessage(signature) }];
  const whole = (demo) =>
    [...signature.inputs, ...signature.outputs].every(({ name }) => demo[name] !== undefined && demo[name] !== null);
  for (const demo of demos.filter(whole)) {
    messages.push({ role: 'user', content: userMessage(signature, demo, false) });
    messages.push({ role: 'assistant', content: assistantMessage(signature, demo) });
  }
  messages.push({ role: 'user', content: userMessage(signature, inputs, true) });
  return messages;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these end lines in Python
const lineEnds = /\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/;

/** The value of an output that a text means. */
function readText({ name, type, options }, text) {
  if (text === undefined) throw new Error(`no ${name}`);
  if (options && !options.includes(text)) throw new Error(`${name} is not one of ${options}`);
  if (type === 'str' || options) return text;
  if (type !== 'bool') return checked({ name, type }, JSON.parse(text));
  if (text !== 'True' && text !== 'False') throw new Error(`${name} is no bool`);
  return text === 'True';
}
function checked({ name, type, options }, value) {
  const fits = options
    ? options.includes(value)
    : type === 'list[str]'
      ? Array.isArray(value) && value.every((each) => typeof each === 'string')
      : typeof value === { str: 'string', bool: 'boolean', float: 'number', int: 'number' }[type];
  if (!fits) throw new Error(`${name} is no ${type}`);
  return value;
}

/** The outputs in a reply that is one JSON object, perhaps in a fence. */
export function parseJson({ outputs }, reply) {
  const found = JSON.parse(reply.slice(reply.indexOf('{'), reply.lastIndexOf('}') + 1));
  return Object.fromEntries(outputs.map((field) => [field.name, checked(field, found[field.name])]));
}

/** The outputs in a reply. */
export function parse({ outputs }, reply) {
  const found = {};
  let lines;
  for (const line of reply.split(lineEnds)) {
    const header = /^\[\[ ## (\w+) ## \]\]/.exec(line.trim());
    if (header) {
      lines = [];
      found[header[1]] ??= lines;
      const rest = line.slice(header[0].length).trim();
      if (rest) lines.push(rest);
    } else lines?.push(line);
  }
  return Object.fromEntries(
    outputs.map((field) => [field.name, readText(field, found[field.name]?.join('\n').trim())]),
  );
}

export const plainPredict = (signature, demos, complete) => async (inputs) =>
  parse(signature, await complete(format(signature, demos, inputs)));
