// What `npm start` and `npm test` need, made from the sources. By itself: node scripts/setup.mjs
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { root, runStep } from './steps.mjs';

const node = process.execPath;
export const npm = process.env.npm_execpath?.endsWith('.js') ? [node, process.env.npm_execpath] : ['npm'];

/** Packages of the distribution, where a command is missing. Says what to type where it may not install. */
export function ensurePackages(missing, ...packages) {
  if (!missing()) return;
  const { status } = spawnSync(join(root, 'scripts/toolchain'), ['install', ...packages], { stdio: 'inherit' });
  if (status !== 0 || missing()) throw new Error(`${packages.join(' ')} could not be installed`);
}

/** Whether a command is not there. */
export const lacks = (command, ...args) => spawnSync(command, args.length > 0 ? args : ['--version']).status !== 0;

export const packages = {
  name: 'npm packages',
  inputs: ['package.json', 'package-lock.json', 'wasm/package.json', 'web/package.json'],
  outputs: ['node_modules/.package-lock.json'],
  // Not `npm ci`: it gives up where a registry lacks a package for another platform, which nobody here needs.
  commands: [[...npm, 'install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error']],
};

export const core = {
  name: 'core to WebAssembly',
  inputs: ['CMakeLists.txt', 'CMakePresets.json', 'cmake', 'core', 'wasm/bindings', 'scripts/toolchain'],
  outputs: ['predict', 'full'].flatMap((part) =>
    ['wasm', 'mjs'].map((suffix) => `build/wasm-release/wasm/bindings/strop-${part}.${suffix}`),
  ),
  commands: [
    ['scripts/toolchain', 'run', 'cmake', '--preset', 'wasm-release'],
    ['scripts/toolchain', 'run', 'cmake', '--build', '--preset', 'wasm-release'],
  ],
};

export const library = {
  name: 'package strop',
  after: [packages, core],
  inputs: ['wasm/src', 'wasm/scripts', 'wasm/package.json', 'wasm/tsconfig.json', 'LICENSE', 'NOTICE'],
  outputs: ['wasm/dist/cli.js', 'wasm/dist/inline.js', 'wasm/dist/predict.wasm', 'wasm/dist/core.wasm'],
  commands: [[...npm, 'run', 'build', '-w', 'wasm']],
};

export const playground = {
  name: 'playground',
  after: [library],
  inputs: ['web', 'examples'],
  outputs: ['web/dist/index.html'],
  commands: [[...npm, 'run', 'build', '-w', 'web']],
};

/** The local model, which is tried once: a file may be right and a machine too old. */
export const model = {
  name: 'local model',
  inputs: ['wasm/src/local'],
  commands: [
    [node, 'wasm/dist/cli.js', 'fetch-model'],
    [
      node,
      'wasm/dist/cli.js',
      'run',
      '--signature',
      'message -> product',
      '--input',
      'message=Is my kettle ready?',
      '--model',
      'local',
    ],
  ],
  isThere: async () => (await import(pathToFileURL(join(root, 'wasm/dist/local.js')).href)).hasModel(),
  prepare: () => ensurePackages(() => lacks('python3', '-m', 'pip', '--version'), 'python3', 'python3-pip'),
};

export async function setUp(steps = [packages, core, library, playground]) {
  let worked = false;
  for (const step of steps) worked = (await runStep(step)) || worked;
  return worked;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await setUp().catch(() => {
    process.exitCode = 1;
  });
}
