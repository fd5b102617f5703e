import type { ModelChoice, ProgramSpec } from '../core/protocol.ts';

export interface Snippet {
  file: string;
  language: 'typescript' | 'python';
  code: string;
}

export interface SnippetInput {
  program: ProgramSpec;
  /** Names of fields. */
  inputs: readonly string[];
  outputs: readonly string[];
  example: Readonly<Record<string, unknown>>;
  model: ModelChoice;
  stateFile: string;
  /** Where the page's own server answers for a model. */
  localURL: string;
}

/** TypeScript that loads the saved state and asks. */
export function typescriptSnippet({ program, outputs, example, model, stateFile, localURL }: SnippetInput): Snippet {
  const { module } = program;
  const lm = typescriptModel(model, localURL);
  return {
    file: `${base(stateFile)}.ts`,
    language: 'typescript',
    code: `import { readFile } from 'node:fs/promises';
import { ${[module, lm.imports].sort().join(', ')} } from 'strop';

const lm = ${lm.code};
const state = await readFile(new URL('./${stateFile}', import.meta.url), 'utf8');
const program = ${module}.fromJSON(${quoted(program.signature)}, state, { lm });

const { ${outputs.join(', ')} } = await program.run(${object(example)});
console.log(${outputs.join(', ')});
`,
  };
}

/** Python that loads the same state into DSPy. */
export function pythonSnippet({
  program,
  inputs,
  outputs,
  example,
  model,
  stateFile,
  localURL,
}: SnippetInput): Snippet {
  const values = inputs.map((name) => `${name}=${pythonValue(example[name])}`).join(', ');
  return {
    file: `${base(stateFile)}.py`,
    language: 'python',
    code: `import dspy

dspy.configure(lm=${pythonModel(model, localURL)})
program = dspy.${program.module}(${pythonText(program.signature)})
program.load(${pythonText(stateFile)})

answer = program(${values})
print(${outputs.map((name) => `answer.${name}`).join(', ')})
`,
  };
}

const base = (file: string) => file.replace(/\.json$/, '');

function typescriptModel(model: ModelChoice, localURL: string): { imports: string; code: string } {
  if (model.kind === 'practice')
    return {
      imports: 'practiceModel',
      code: 'practiceModel(); // no language model: put yours here, such as openai({ model: "gpt-5-mini" })',
    };
  if (model.kind === 'local')
    return {
      imports: 'openai',
      code: `openai({ model: ${quoted(model.model)}, baseURL: ${quoted(localURL)}, completions: true, adapter: 'compact' })`,
    };
  const own = model.url.replace(/\/+$/, '') === 'https://api.openai.com/v1';
  return {
    imports: 'openai',
    code: own
      ? `openai({ model: ${quoted(model.model)} }); // reads OPENAI_API_KEY`
      : `openai({ model: ${quoted(model.model)}, baseURL: ${quoted(model.url)}, apiKey: process.env.API_KEY ?? '' })`,
  };
}

function pythonModel(model: ModelChoice, localURL: string): string {
  if (model.kind === 'practice') return 'dspy.LM("openai/gpt-5-mini")';
  if (model.kind === 'local')
    return `dspy.LM(${pythonText(`openai/${model.model}`)}, api_base=${pythonText(localURL)}, api_key="none")`;
  const own = model.url.replace(/\/+$/, '') === 'https://api.openai.com/v1';
  return own
    ? `dspy.LM(${pythonText(`openai/${model.model}`)})`
    : `dspy.LM(${pythonText(`openai/${model.model}`)}, api_base=${pythonText(model.url)})`;
}

/** A text as JavaScript writes it, in the quotes that need fewer escapes. */
export function quoted(text: string): string {
  const double = JSON.stringify(text).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
  if (text.includes("'") && !text.includes('"')) return double;
  return `'${double.slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

function object(values: Readonly<Record<string, unknown>>): string {
  const parts = Object.entries(values).map(
    ([name, value]) => `${name}: ${typeof value === 'string' ? quoted(value) : JSON.stringify(value)}`,
  );
  return `{ ${parts.join(', ')} }`;
}

/** A text as Python writes it. JSON's escapes are Python's, but for the halves of a surrogate pair. */
export const pythonText = (text: string): string =>
  JSON.stringify(text).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029').replaceAll('\x7f', '\\x7f');

function pythonValue(value: unknown): string {
  if (typeof value === 'string') return pythonText(value);
  if (value === true) return 'True';
  if (value === false) return 'False';
  if (value === null || value === undefined) return 'None';
  if (Array.isArray(value)) return `[${value.map(pythonValue).join(', ')}]`;
  if (typeof value === 'object')
    return `{${Object.entries(value)
      .map(([k, v]) => `${pythonText(k)}: ${pythonValue(v)}`)
      .join(', ')}}`;
  return String(value);
}

/** Code in colored pieces. Their texts joined are the code. */
export function codePieces(code: string): { kind: 'plain' | 'comment' | 'text' | 'word' | 'number'; text: string }[] {
  const words =
    /(?<comment>\/\/[^\n]*|#[^\n]*)|(?<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|(?<word>\b(?:import|from|export|const|await|async|return|new|as|print|def|class)\b)|(?<number>\b\d+(?:\.\d+)?\b)/g;
  const pieces: ReturnType<typeof codePieces> = [];
  let from = 0;
  for (const match of code.matchAll(words)) {
    if (match.index > from) pieces.push({ kind: 'plain', text: code.slice(from, match.index) });
    const kind = (['comment', 'text', 'word', 'number'] as const).find((k) => match.groups?.[k] !== undefined)!;
    pieces.push({ kind, text: match[0] });
    from = match.index + match[0].length;
  }
  if (from < code.length) pieces.push({ kind: 'plain', text: code.slice(from) });
  return pieces;
}
