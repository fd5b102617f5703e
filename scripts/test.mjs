// npm test: everything, from nothing. One step after another, as each takes all cores; all are run, then the failures listed.
//
//   npm test                 all
//   npm test -- core web     the steps with these words in their names, and what they need
//   npm test -- --list       their names
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ensureChromium } from './chromium.mjs';
import { core, ensurePackages, lacks, library, model, npm, packages, playground } from './setup.mjs';
import { root, runStep, StepFailed, seconds } from './steps.mjs';

const node = process.execPath;
const toolchain = (...command) => ['scripts/toolchain', 'run', ...command];
const cmake = (preset) => [
  toolchain('cmake', '--preset', preset),
  toolchain('cmake', '--build', '--preset', preset),
  toolchain('ctest', '--preset', preset),
];
const runtime = '/usr/lib/llvm-19/lib/clang/19/lib/linux';
const clang = () =>
  ensurePackages(
    () => lacks('clang++-19') || !existsSync(runtime) || !readdirSync(runtime).some((name) => name.includes('asan')),
    'clang-19',
    'libclang-rt-19-dev',
  );
const testFiles = (folder, pattern = /\.test\.m?js$/) =>
  readdirSync(join(root, folder))
    .filter((name) => pattern.test(name))
    .map((name) => join(folder, name));

const native = { name: 'core, native, sanitized', prepare: clang, commands: cmake('native-debug') };

/** @type {(import('./steps.mjs').Step & { needs?: object[] })[]} */
const steps = [
  packages,
  { name: 'lint', needs: [packages], commands: [[...npm, 'run', 'lint']] },
  {
    name: 'formatting of C++',
    prepare: () => ensurePackages(() => lacks('clang-format-19'), 'clang-format-19'),
    commands: [['sh', '-c', "git ls-files '*.cpp' '*.hpp' | xargs clang-format-19 --dry-run -Werror"]],
  },
  { name: 'rows of the examples', commands: [[node, '--test', ...testFiles('examples')]] },
  native,
  {
    name: 'likely mistakes in C++',
    needs: [native], // which says how each file is compiled
    inputs: ['core', 'wasm/bindings', 'cmake', 'CMakeLists.txt', '.clang-tidy'],
    prepare: () => ensurePackages(() => lacks('clang-tidy-19'), 'clang-tidy-19'),
    commands: [['run-clang-tidy-19', '-quiet', '-p', 'build/native-debug', '^(?!.*/tests/).*/(core|wasm)/.*\\.cpp$']],
  },
  { name: 'core as WebAssembly', commands: cmake('wasm-debug') },
  { name: 'parsers, fuzzed', prepare: clang, commands: cmake('fuzz') },
  core,
  { ...library, needs: [packages, core] },
  { name: 'size', needs: [library], commands: [[...npm, 'run', 'size', '-w', 'wasm']] },
  { name: 'conformance', needs: [native, library], commands: [[node, '--test', ...testFiles('tests/conformance')]] },
  {
    name: 'DSPy, both ways',
    needs: [library],
    prepare: () => ensurePackages(() => lacks('python3', '-m', 'ensurepip', '--version'), 'python3-venv'),
    commands: [[node, '--test', ...testFiles('tests/dspy')]],
  },
  {
    name: 'package',
    needs: [library],
    prepare: () => ensurePackages(() => lacks('redis-server'), 'redis-server'),
    commands: [[...npm, 'test', '-w', 'wasm']],
  },
  { name: 'endpoint that fails', needs: [library], commands: [[node, '--test', ...testFiles('tests/faults')]] },
  { name: 'command line', needs: [library], commands: [[node, '--test', ...testFiles('tests/cli')]] },
  { ...model, needs: [library] },
  { name: 'command line, local model', needs: [model], commands: [[node, '--test', ...testFiles('tests/cli/local')]] },
  { ...playground, needs: [library] },
  {
    name: 'playground in a browser',
    needs: [playground],
    prepare: ensureChromium,
    commands: [[...npm, 'test', '-w', 'web']],
  },
  {
    name: 'runtimes',
    needs: [library],
    prepare: ensureChromium,
    commands: [
      [node, 'tests/runtimes/tools.mjs'], // before the files of tests, which run at once
      [node, '--test', ...testFiles('tests/runtimes')],
    ],
  },
];

const words = process.argv.slice(2);
if (words.includes('--list')) {
  for (const { name } of steps) console.log(name);
  process.exit(0);
}
const asked = steps.filter(
  ({ name }) => words.length === 0 || words.some((word) => new RegExp(`\\b${word}`).test(name)),
);
if (asked.length === 0) {
  console.error(`No step has ${words.join(' or ')} in its name; npm test -- --list names them.`);
  process.exit(2);
}
const named = (step) => steps.find(({ name }) => name === step.name);
const wanted = new Set();
const want = (step) => {
  for (const needed of step.needs ?? []) want(named(needed));
  wanted.add(step.name);
};
for (const step of asked) want(step);

let interrupted = false;
process.on('SIGINT', () => {
  interrupted = true;
});
const started = performance.now();
const failed = [];
let passed = 0;
for (const step of steps) {
  if (!wanted.has(step.name) || interrupted) continue;
  const missing = (step.needs ?? []).find(({ name }) => failed.includes(name));
  if (missing) {
    console.log(`  ${step.name}: not run, as it needs: ${missing.name}`);
    failed.push(step.name);
    continue;
  }
  try {
    if (!(await runStep(step))) console.log(`  ${step.name}: up to date`);
    ++passed;
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    failed.push(step.name);
  }
}
console.log(`\n${passed} passed, ${failed.length} failed, in ${seconds(started)}${interrupted ? ', interrupted' : ''}`);
for (const name of failed) console.log(`  failed: ${name}`);
process.exitCode = interrupted ? 130 : failed.length > 0 ? 1 : 0;
