// What docs/models.md shows is typed, and runs with a `fetch` that answers as each provider does; what it says of keys is so.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const page = readFileSync(join(root, 'docs/models.md'), 'utf8');
mkdirSync(join(root, 'build'), { recursive: true });
const folder = mkdtempSync(join(root, 'build/models-')); // where the compiler finds the package
after(() => rmSync(folder, { recursive: true }));
const require = createRequire(join(root, 'wasm/package.json'));

const blocks = [...page.matchAll(/^## (.*)\n[\s\S]*?```ts\n([\s\S]*?)```/gm)].map(([, name, code]) => ({ name, code }));

/** Answers each API in its form, and says who was asked, with which header for the key. */
const stand = `
const said = '[[ ## answer ## ]]\\nBecause.\\n\\n[[ ## completed ## ]]';
const answers = [
  [/\\/chat\\/completions/, { choices: [{ message: { content: said } }] }],
  [/\\/responses$/, { status: 'completed', output: [{ type: 'message', content: [{ type: 'output_text', text: said }] }] }],
  [/\\/messages$/, { content: [{ type: 'text', text: '{"answer": "Because."}' }] }],
  [/:generateContent$/, { candidates: [{ content: { parts: [{ text: '{"answer": "Because."}' }] } }] }],
  [/\\/api\\/chat$/, { message: { content: said }, done: true }],
  [/\\/embeddings$/, { data: [{ embedding: [1] }, { embedding: [2] }], usage: { prompt_tokens: 4 } }],
] as const;
globalThis.fetch = async (url, init) => {
  const names = Object.entries(init?.headers ?? {}).filter(([, value]) => String(value).includes('key-of-'));
  process.stdout.write(String(url) + ' ' + names.map(([name, value]) => name + '=' + value).join() + '\\n');
  const found = answers.find(([path]) => path.test(String(url)));
  return Response.json(found?.[1]);
};
`;
const keys = {
  OPENAI_API_KEY: 'key-of-openai',
  ANTHROPIC_API_KEY: 'key-of-anthropic',
  GEMINI_API_KEY: 'key-of-gemini',
  AZURE_OPENAI_API_KEY: 'key-of-azure',
};

it('docs/models.md: the examples are typed and run', () => {
  const files = blocks.map(({ code }, i) => {
    const answered = code.includes('{ answer }') ? 'const typed: string = answer; process.stdout.write(typed);' : '';
    writeFileSync(join(folder, `${i}.ts`), `${stand}${code}\n${answered}\nexport {};\n`);
    return `${i}.ts`;
  });
  const options = JSON.parse(readFileSync(join(root, 'tests/package/tsconfig.json'), 'utf8')).compilerOptions;
  const compilerOptions = { ...options, noEmit: false, outDir: '.', types: ['node'], skipLibCheck: true };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  execFileSync(process.execPath, [require.resolve('typescript/bin/tsc'), '-p', folder], { stdio: 'inherit' });
  const env = { ...process.env, ...keys };
  const run = (i) => execFileSync(process.execPath, [join(folder, `${i}.js`)], { env, encoding: 'utf8' });
  const openai = 'authorization=Bearer key-of-openai';
  assert.deepEqual(
    blocks.map(({ name }, i) => [name, run(i)]),
    [
      ['OpenAI, and who speaks as it does', `https://api.openai.com/v1/chat/completions ${openai}\nBecause.`],
      ["OpenAI's responses", `https://api.openai.com/v1/responses ${openai}\nBecause.`],
      ['Anthropic', 'https://api.anthropic.com/v1/messages x-api-key=key-of-anthropic\nBecause.'],
      [
        'Gemini',
        'https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash:generateContent x-goog-api-key=key-of-gemini\nBecause.',
      ],
      [
        'Azure OpenAI',
        'https://my-resource.openai.azure.com/openai/v1/chat/completions api-key=key-of-azure\nBecause.',
      ],
      ['Ollama', 'http://localhost:11434/api/chat \nBecause.'],
      ['Embeddings', `https://api.openai.com/v1/embeddings ${openai}\n2 4\n`],
    ],
  );
});

it('names every function that makes a model, its keys and its address', () => {
  const sources = readdirSync(join(root, 'wasm/src/lm')).map((name) =>
    readFileSync(join(root, 'wasm/src/lm', name), 'utf8'),
  );
  const index = readFileSync(join(root, 'wasm/src/index.ts'), 'utf8');
  for (const source of sources) {
    for (const [, list] of source.matchAll(/\bkeys: \[([^\]]*)\]/g))
      for (const [, name] of list.matchAll(/'(\w+)'/g)) assert.ok(page.includes(`\`${name}\``), name);
    for (const [, url] of source.matchAll(/^ +baseURL: '(\S+)',$/gm)) assert.ok(page.includes(`\`${url}\``), url);
    for (const [, name] of source.matchAll(/^export function (\w+)\(options: \w+(?: = \{\})?\): (?:LM|Embedder) /gm)) {
      assert.match(index, new RegExp(`\\b${name}\\b`));
      assert.ok(page.includes(`\`${name}\``), name);
    }
  }
});

it('a bundle has the transports that it uses, and no others', async () => {
  const { build } = require('esbuild');
  const bundle = async (name) => {
    const { outputFiles } = await build({
      stdin: { contents: `export { ${name} } from './web.js';`, resolveDir: join(root, 'wasm/dist') },
      bundle: true,
      format: 'esm',
      splitting: true,
      outdir: '/bundle',
      write: false,
      platform: 'browser',
      external: ['*.wasm'],
      logLevel: 'error',
    });
    return outputFiles.map(({ text }) => text).join('');
  };
  const marks = {
    openai: '/chat/completions',
    openaiResponses: 'function_call_output',
    anthropic: 'anthropic-version',
    gemini: 'x-goog-api-key',
    azure: 'AZURE_OPENAI_ENDPOINT',
    ollama: '/api/chat',
    openaiEmbeddings: 'encoding_format',
  };
  for (const name of Object.keys(marks)) {
    const text = await bundle(name);
    const found = Object.keys(marks).filter((each) => text.includes(marks[each]));
    assert.deepEqual(found, name === 'azure' ? ['openai', 'azure'] : [name]);
  }
});
