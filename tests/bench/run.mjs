// `npm run bench`: Strop beside what else there is, in one run on one machine, so that the ratios mean something where the
// times do not. Contenders take turns in short batches; the best batch of each counts.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values: options } = parseArgs({
  allowNegative: true,
  options: { json: { type: 'boolean' }, quick: { type: 'boolean' }, dspy: { type: 'boolean' } },
});
const here = fileURLToPath(new URL('.', import.meta.url));
if (!existsSync(`${here}node_modules/@langchain/openai`)) {
  console.error('Installing what Strop is measured against …');
  execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock'], {
    cwd: here,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

const { crossings, evaluate, exact, openai, Predict, ready } = await import('strop');
const { BootstrapFewShotWithRandomSearch } = await import('strop/optimize');
const { ax, AxAIOpenAI, AxMockAIService } = await import('@ax-llm/ax');
const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible');
const { ChatOpenAI } = await import('@langchain/openai');
const { generateText, Output } = await import('ai');
const { MockLanguageModelV3 } = await import('ai/test');
const { z } = await import('zod');
const { CorePredictor } = await import('strop/internal');
const { format, parse, parseJson, plainPredict } = await import('./plain.mjs');
const { growths, print } = await import('./linear.mjs');
await ready({ all: true });

const signature = "ticket -> category: Literal['billing', 'bug', 'other'], urgent: bool";
const plainSignature = {
  inputs: [{ name: 'ticket', type: 'str', role: 'input' }],
  outputs: [
    {
      name: 'category',
      type: "Literal['billing', 'bug', 'other']",
      options: ['billing', 'bug', 'other'],
      role: 'output',
    },
    { name: 'urgent', type: 'bool', role: 'output' },
  ],
  instructions: 'Given the fields `ticket`, produce the fields `category`, `urgent`.',
};
const reply = '[[ ## category ## ]]\nbilling\n\n[[ ## urgent ## ]]\nTrue\n\n[[ ## completed ## ]]\n';
const ticket = 'I was charged twice for the same month and nobody answers my mails. Please look into it today.';
const demos = (count) =>
  Array.from({ length: count }, (_, i) => ({
    ticket: `Ticket ${i}: the export of my report stops at page ${i + 3} and says that something went wrong.`,
    category: ['billing', 'bug', 'other'][i % 3],
    urgent: i % 2 === 0,
  }));

/** What is read: a reply of four typed outputs, in two formats. */
const typed = {
  signature: "ticket -> category: Literal['billing', 'bug', 'other'], urgent: bool, confidence: float, tags: list[str]",
  outputs: { category: 'billing', urgent: true, confidence: 0.85, tags: ['charge', 'mail', 'twice'] },
  plain: {
    outputs: [
      { name: 'category', type: 'str', options: ['billing', 'bug', 'other'] },
      { name: 'urgent', type: 'bool' },
      { name: 'confidence', type: 'float' },
      { name: 'tags', type: 'list[str]' },
    ],
  },
};
typed.replies = {
  chat: '[[ ## category ## ]]\nbilling\n\n[[ ## urgent ## ]]\nTrue\n\n[[ ## confidence ## ]]\n0.85\n\n[[ ## tags ## ]]\n["charge", "mail", "twice"]\n\n[[ ## completed ## ]]\n',
  json: JSON.stringify(typed.outputs, null, 1),
};

/** Answers at once, but writes the request as JSON, as whatever sends it does. */
const instant = {
  model: 'instant',
  complete: async ({ messages }) => ({
    text: reply,
    usage: { inputTokens: JSON.stringify(messages).length, outputTokens: 1 },
  }),
};
const strop = (count) => new Predict(signature, { lm: instant, demos: demos(count), cache: false });
for (const count of [0, 16]) {
  const ours = JSON.stringify(strop(count).preview({ ticket }).messages);
  if (ours !== JSON.stringify(format(plainSignature, demos(count), { ticket })))
    throw new Error(`with ${count} demos the two prompts are not the same bytes`);
}

const axService = new AxMockAIService({
  features: { functions: false, streaming: false },
  chatResponse: {
    results: [{ index: 0, content: 'Category: billing\nUrgent: true', finishReason: 'stop' }],
    modelUsage: { ai: 'mock', model: 'mock', tokens: { promptTokens: 1, completionTokens: 1, totalTokens: 2 } },
  },
});
const axProgram = ax('ticket:string -> category:class "billing, bug, other", urgent:boolean');
const aiModel = new MockLanguageModelV3({
  doGenerate: async () => ({
    content: [{ type: 'text', text: '{"category":"billing","urgent":true}' }],
    finishReason: { unified: 'stop', raw: 'stop' },
    usage: {
      inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 },
      outputTokens: { total: 1, text: 1, reasoning: 0 },
    },
    warnings: [],
  }),
});
const aiSchema = z.object({ category: z.enum(['billing', 'bug', 'other']), urgent: z.boolean() });

/** µs a call of each contender: the best of several batches, in turns. */
async function race(contenders, { batches = options.quick ? 6 : 25, ms = options.quick ? 20 : 40 } = {}) {
  const best = new Map();
  for (const [name, call] of contenders) {
    for (let i = 0; i < 300; ++i) await call();
    best.set(name, Infinity);
  }
  for (let batch = 0; batch < batches; ++batch) {
    for (const [name, call] of contenders) {
      let calls = 0;
      const start = performance.now();
      let now = start;
      while (now - start < ms) {
        for (let i = 0; i < 20; ++i) await call();
        calls += 20;
        now = performance.now();
      }
      best.set(name, Math.min(best.get(name), ((now - start) * 1e3) / calls));
      if (name.startsWith('ax')) axProgram.resetUsage?.(); // it keeps one record a call
    }
  }
  return best;
}

const tables = [];
function table(title, best, base) {
  const rows = [...best].map(([name, us]) => ({ name, us, ratio: us / best.get(base) }));
  tables.push({ title, base, rows });
  if (options.json) return;
  console.log(`\n${title}`);
  for (const { name, us, ratio } of rows)
    console.log(`  ${name.padEnd(34)} ${us.toFixed(2).padStart(9)} µs   ${ratio.toFixed(2).padStart(7)} ×`);
}

const rows = (count) =>
  Array.from({ length: count }, (_, i) => ({ ticket: `Ticket ${i}: where is it?`, category: 'billing', urgent: true }));

/** DSPy's own times for the same, unless it is left out. */
const dspy =
  options.quick || options.dspy === false
    ? undefined
    : JSON.parse(
        execFileSync(
          execFileSync(`${here}../conformance/dspy-env`, { encoding: 'utf8' }).trim(),
          [`${here}dspy_times.py`],
          {
            encoding: 'utf8',
            stdio: ['pipe', 'pipe', 'inherit'],
            input: JSON.stringify({
              signature,
              reply,
              demos: [0, 4, 16].map(demos),
              inputs: { ticket },
              messages: [0, 4, 16].map((count) => strop(count).preview({ ticket }).messages),
              parse: { signature: typed.signature, replies: typed.replies, outputs: typed.outputs },
              rows: rows(1000),
            }),
          },
        ),
      );
const withDspy = (best, us) => (dspy ? new Map([...best, [`DSPy ${dspy.version}`, us(dspy)]]) : best);

for (const count of [0, 4, 16]) {
  const program = strop(count);
  const shots = demos(count);
  // DSPy and the plain code are given the demos with each call; Strop keeps a predictor's, and here is shown both ways.
  const anew = () => {
    const other = program.with({ demos: shots });
    const { messages } = other.preview({ ticket });
    other[Symbol.dispose]();
    return messages;
  };
  table(
    `Format a request, its messages as objects, ${count} demos`,
    withDspy(
      await race([
        ['strop', () => program.preview({ ticket }).messages],
        ['strop, a new predictor each time', anew],
        ['plain TypeScript', () => format(plainSignature, shots, { ticket })],
      ]),
      (measured) => measured.format[count],
    ),
    'strop',
  );
  table(
    `Format a request, its messages as JSON text, ${count} demos`,
    withDspy(
      await race([
        ['strop', () => JSON.stringify(program.preview({ ticket }).messages)],
        ['strop, a new predictor each time', () => JSON.stringify(anew())],
        ['plain TypeScript', () => JSON.stringify(format(plainSignature, shots, { ticket }))],
      ]),
      (measured) => measured.format_json[count],
    ),
    'strop',
  );
}
for (const [adapter, plainParse] of [
  ['chat', parse],
  ['json', parseJson],
]) {
  const text = typed.replies[adapter];
  const reading = (compat) => {
    const core = new CorePredictor(JSON.stringify({ signature: typed.signature, adapter, compat }), true);
    return () => JSON.parse(core.parse(text));
  };
  const contenders = [
    ['strop', reading('')],
    ["strop, compat: 'dspy'", reading('dspy')],
    ['plain TypeScript', () => plainParse(typed.plain, text)],
  ];
  if (adapter === 'json') {
    const output = Output.object({
      schema: z.object({
        category: z.enum(['billing', 'bug', 'other']),
        urgent: z.boolean(),
        confidence: z.number(),
        tags: z.array(z.string()),
      }),
    });
    contenders.push(['AI SDK 6 with zod', () => output.parseCompleteOutput({ text }, {})]);
  }
  for (const [name, call] of contenders)
    if (JSON.stringify(await call()) !== JSON.stringify(typed.outputs)) throw new Error(`${name} reads something else`);
  table(
    `Parse a reply of 4 typed outputs, ${adapter} format`,
    withDspy(await race(contenders), (measured) => measured.parse[adapter]),
    'strop',
  );
}
for (const count of [0, 4, 16]) {
  const program = strop(count);
  const plain = plainPredict(plainSignature, demos(count), async (messages) => JSON.stringify(messages) && reply);
  const contenders = [
    ['strop', () => program.run({ ticket })],
    ['plain TypeScript, format and parse', () => plain({ ticket })],
  ];
  if (count === 0) {
    contenders.push(['ax 24', () => axProgram.forward(axService, { ticket }, { stream: false })]);
    contenders.push([
      'AI SDK 6',
      () => generateText({ model: aiModel, output: Output.object({ schema: aiSchema }), prompt: ticket }),
    ]);
  }
  table(
    `Predict with an instant model, ${count} demos`,
    withDspy(await race(contenders), (measured) => measured.predict[count]),
    'strop',
  );
}

/** Each asks chat completions by its own transport, of a `fetch` that answers at once. */
{
  const baseURL = 'http://127.0.0.1:1/v1';
  const fetching = (content) => {
    const message = { role: 'assistant', content };
    const usage = { prompt_tokens: 40, completion_tokens: 8, total_tokens: 48 };
    const text = JSON.stringify({
      id: '1',
      model: 'm',
      choices: [{ index: 0, message, finish_reason: 'stop' }],
      usage,
    });
    return async () => new Response(text, { headers: { 'content-type': 'application/json' } });
  };
  const json = '{"category":"billing","urgent":true}';
  const lm = openai({ model: 'gpt-4o-mini', baseURL, apiKey: 'k', fetch: fetching(reply) });
  const program = new Predict(signature, { lm, cache: false });
  const service = new AxAIOpenAI({
    apiKey: 'k',
    apiURL: baseURL,
    config: { model: 'gpt-4o-mini', stream: false },
    options: { fetch: fetching('Category: billing\nUrgent: true') },
  });
  const compatible = createOpenAICompatible({
    name: 'x',
    baseURL,
    apiKey: 'k',
    fetch: fetching(json),
    supportsStructuredOutputs: true,
  });
  const model = compatible('gpt-4o-mini');
  const chain = new ChatOpenAI({
    model: 'gpt-4o-mini',
    apiKey: 'k',
    configuration: { baseURL, fetch: fetching(json) },
  });
  const structured = chain.withStructuredOutput(aiSchema, { method: 'jsonSchema' });
  table(
    'Predict with an instant fetch',
    await race([
      ['strop', () => program.run({ ticket })],
      ['ax 24', () => axProgram.forward(service, { ticket }, { stream: false })],
      ['AI SDK 6', () => generateText({ model, output: Output.object({ schema: aiSchema }), prompt: ticket })],
      ['LangChain 1', () => structured.invoke(ticket)],
    ]),
    'strop',
  );
}

{
  const program = new Predict(signature, { lm: instant });
  const times = [];
  for (let round = 0; round < (options.quick ? 2 : 7); ++round) {
    const { seconds } = await evaluate(program, rows(1000), exact('category'), { cache: false });
    times.push((seconds * 1e6) / 1000);
  }
  const best = new Map([['strop', Math.min(...times)]]);
  table(
    'Evaluate 1,000 rows with an instant model, for each row',
    withDspy(best, (measured) => measured.evaluate),
    'strop',
  );
}

{
  const program = strop(16);
  await program.run({ ticket }); // makes the predictor in the core
  const counted = async (call) => {
    const before = crossings();
    await call();
    return crossings() - before;
  };
  const counts = [
    ['format a request', await counted(() => program.preview({ ticket }))],
    ['… of a new predictor', await counted(() => program.with({ demos: demos(16) }).preview({ ticket }))],
    ['one Predict', await counted(() => program.run({ ticket }))],
    ['evaluate 1,000 rows', await counted(() => evaluate(program, rows(1000), exact('category'), { cache: false }))],
  ].map(([name, crossings]) => ({ name, crossings }));
  tables.push({ title: 'Calls into WebAssembly', rows: counts });
  if (!options.json) {
    console.log('\nCalls into WebAssembly');
    for (const { name, crossings } of counts) console.log(`  ${name.padEnd(34)} ${String(crossings).padStart(9)}`);
  }
}

/** An optimizer's own time for each run of the program, with a model that takes none. */
{
  const sets = { trainset: rows(200), valset: rows(200) };
  const optimizer = new BootstrapFewShotWithRandomSearch({ metric: exact('category'), candidates: 4 });
  const times = [];
  for (let round = 0; round < (options.quick ? 2 : 7); ++round) {
    const program = new Predict(signature, { lm: instant });
    const { report } = await optimizer.compile(program, { ...sets, cache: false });
    times.push((report.seconds * 1e6) / report.spent.runs);
  }
  table(
    'A random search over 200 rows, for each run of the program',
    new Map([['strop', Math.min(...times)]]),
    'strop',
  );
}

/** Microseconds that a script takes in a fresh process, once Node runs it: the median. */
function coldStart(scripts, rounds = options.quick ? 5 : 21) {
  const folder = mkdtempSync(`${here}node_modules/.cold-`); // where the other packages are found
  try {
    for (const part of ['package.json', 'dist']) // as it is installed, not by a link from far away
      cpSync(`${here}../../wasm/${part}`, `${folder}/node_modules/strop/${part}`, { recursive: true });
    const times = new Map();
    for (const [name, source] of Object.entries(scripts)) {
      const code = `const start = performance.now();\n${source}\nconst took = performance.now() - start; // before there is a stdout, which takes 2 ms\nprocess.stdout.write(String(took));`;
      writeFileSync(`${folder}/${times.size}.mjs`, code);
      times.set(name, []);
    }
    for (let round = 0; round < rounds; ++round) {
      for (const [i, [name, list]] of [...times].entries()) {
        const { stdout, status, stderr } = spawnSync(process.execPath, [`${folder}/${i}.mjs`], { encoding: 'utf8' });
        if (status !== 0) throw new Error(`${name}: ${stderr}`);
        list.push(Number(stdout));
      }
    }
    return new Map([...times].map(([name, list]) => [name, list.sort((a, b) => a - b)[list.length >> 1] * 1e3]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
const imported = {
  strop: `const { Predict, ready } = await import('strop');`,
  ax: `const { ax } = await import('@ax-llm/ax');`,
};
table(
  'Cold start: imported and ready, fresh Node process',
  coldStart({
    strop: `${imported.strop} await ready();`,
    'ax 24': imported.ax,
    'AI SDK 6': `await import('ai');`,
  }),
  'strop',
);
table(
  'Cold start: a first program with its first prompt, fresh Node process',
  coldStart({
    strop: `${imported.strop}
      new Predict(${JSON.stringify(signature)}, { lm: { model: 'm', complete: async () => ({ text: '' }) } }).preview({ ticket: 'x' });`,
    'ax 24, the program only': `${imported.ax} ax('ticket:string -> category:class "billing, bug, other", urgent:boolean');`,
    'AI SDK 6 with zod, the schema only': `await import('ai'); const { z } = await import('zod');
      z.object({ category: z.enum(['billing', 'bug', 'other']), urgent: z.boolean() });`,
  }),
  'strop',
);

const linear = growths(options);
if (!options.json) print(linear);

if (options.json) console.log(JSON.stringify({ node: process.version, tables, linear }, null, 2));
