// What the READMEs and docs/ show is run as it stands there, with the practice model in OpenAI's place. What needs a browser or a
// server, and says so by `no-run`, is compiled only.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const readme = readFileSync(join(root, 'README.md'), 'utf8');
mkdirSync(join(root, 'build'), { recursive: true });
const folder = mkdtempSync(join(root, 'build/readme-')); // where Node and the compiler find the package
const cli = join(root, 'wasm/dist/cli.js');
const env = { ...process.env, OPENAI_API_KEY: 'sk-test', CI: '1' };
const stand = pathToFileURL(join(root, 'tests/package/practice-openai.mjs')).href;
const node = (...args) =>
  execFileSync(process.execPath, ['--import', stand, ...args], { cwd: folder, env, encoding: 'utf8' });

after(() => rmSync(folder, { recursive: true }));

/** Compiles and runs some blocks of a README, the first unless said; gives what they said, line by line. */
function run(name, text, rows, from = 0, to = from + 1) {
  const blocks = [...text.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, block]) => block);
  const code = blocks.slice(from, to).join('\n');
  writeFileSync(join(folder, `${name}.ts`), `${rows}\n${code}\nexport {};\n`);
  compile(`${name}.ts`);
  return node(join(folder, `${name}.js`))
    .trim()
    .split('\n');
}

function compile(...files) {
  const options = JSON.parse(readFileSync(join(root, 'tests/package/tsconfig.json'), 'utf8')).compilerOptions;
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      compilerOptions: { ...options, noEmit: false, outDir: '.', types: ['node'], skipLibCheck: true },
      files,
    }),
  );
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  const tsc = createRequire(join(root, 'wasm/package.json')).resolve('typescript/bin/tsc');
  execFileSync(process.execPath, [tsc, '-p', folder], { stdio: 'inherit' });
}

const texts = ['I was charged twice', 'The app crashes', 'Do you have a shop in Rome?'];
const endings = ['', ' again', ' today', ' since Monday', ' and my boss is angry'];

it('the ten lines run, and are typed', () => {
  const rows = texts.flatMap((text, kind) =>
    endings.map((more) => ({
      ticket: `${text}${more}.`,
      label: ['billing', 'bug', 'other'][kind],
      urgent: more.includes('angry'),
    })),
  );
  const said = run(
    'ten-lines',
    readme,
    `type Ticket = { ticket: string; label: 'billing' | 'bug' | 'other'; urgent: boolean };
const trainset: Ticket[] = ${JSON.stringify(rows)}, valset = trainset.slice(0, 9), testset = trainset.slice(9);
const ticket = 'Please send me the invoice again.'; // one of those that the practice model answers in the format, without demos
// @ts-expect-error: the label is one of three
const typed = (): 'nonsense' => label;
void typed;`,
  );
  assert.equal(said[0], 'start');
  assert.equal(said.at(-1), 'report');
  const state = JSON.parse(readFileSync(join(folder, 'triage.json'), 'utf8'));
  assert.ok(state.predict.demos.length > 0);
});

it('the package shows what runs too', () => {
  const rows = texts.flatMap((text, kind) =>
    endings.map((more) => ({ review: `${text}${more}.`, mood: ['good', 'bad', 'mixed'][kind] })),
  );
  const [said, ...streamed] = run(
    'package',
    readFileSync(join(root, 'wasm/README.md'), 'utf8'),
    `const rows: { review: string; mood: string }[] = ${JSON.stringify(rows)};`,
    0,
    2,
  );
  assert.match(said, /^(good|bad|mixed) (improved|not distinguishable|worse) [\d.]+ [\d.]+$/);
  assert.match(streamed.join('\n'), /^reasons .*\nmood (good|bad|mixed)$/s);
});

it('its signatures run', () => {
  const said = run('signatures', readFileSync(join(root, 'wasm/README.md'), 'utf8'), '', 2);
  assert.deepEqual(said, ['question, passages: list[str] -> answer, confidence: float 4', '2']);
});

it('the command line runs', () => {
  const [, command] = /`strop (optimize [^`]*)`/.exec(readme);
  const args = command.match(/'[^']*'|\S+/g).map((word) => word.replaceAll("'", ''));
  const file = args[args.indexOf('--rows') + 1];
  writeFileSync(
    join(folder, file),
    `review,stars\n${Array.from({ length: 24 }, (_, k) => `"${['awful', 'fine', 'great'][k % 3]}, number ${k}",${1 + 2 * (k % 3)}`).join('\n')}\n`,
  );
  const said = node(cli, ...args);
  assert.match(said, /on held-out rows/);
  assert.match(said, /written: .*report\.json/);
});

const docs = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'));
it(`docs/ is typed, and runs: ${docs.join(', ')}`, () => {
  const blocks = docs.flatMap((name) => {
    const text = readFileSync(join(root, 'docs', name), 'utf8');
    return [...text.matchAll(/```ts( no-run)?\n([\s\S]*?)```/g)].map(([, apart, code], i) => ({
      file: `${name.replace('.md', '')}-${i}`,
      runs: !apart,
      code,
    }));
  });
  for (const { file, code } of blocks) writeFileSync(join(folder, `${file}.ts`), `${code}\nexport {};\n`);
  compile(...blocks.map(({ file }) => `${file}.ts`));
  const run = blocks.filter(({ runs }) => runs);
  for (const { file } of run) node(join(folder, `${file}.js`));
  assert.ok(run.length > 0);
});
