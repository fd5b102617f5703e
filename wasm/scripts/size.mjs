// What the package weighs: raw, gzip and brotli, and what a user's bundle of it does. With --check it fails where something
// is over its ceiling.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { build, transform } from 'esbuild';

const dist = fileURLToPath(new URL('../dist', import.meta.url));
const brotli = (bytes) =>
  brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 22 } });

/** What a bundler makes of a program that uses the package in a browser. */
async function bundle(code) {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: dist },
    bundle: true,
    minify: true,
    format: 'esm',
    splitting: true,
    outdir: '/bundle',
    write: false,
    platform: 'browser',
    external: ['*.wasm'],
    legalComments: 'none',
    logLevel: 'error',
  });
  // What is loaded at once; the rest waits behind a dynamic import that only some development servers need.
  const named = new Map(outputFiles.map((file) => [file.path.split('/').at(-1), file]));
  const parts = [];
  const add = (name) => {
    const file = named.get(name);
    named.delete(name);
    if (!file) return;
    parts.push(file.contents);
    for (const [, path] of file.text.matchAll(/(?:from|import)\s*"\.\/([^"]+)"/g)) add(path);
  };
  add('stdin.js');
  return Buffer.concat(parts);
}

/** Emscripten's part of the bundles; nothing where only dist is there, without the build that it was made from. */
async function glue() {
  const folder = process.env.STROP_MODULES ?? join(dist, '../../build/wasm-release/wasm/bindings');
  const file = join(folder, 'strop-full.mjs');
  if (!existsSync(file)) return undefined;
  const { code } = await transform(readFileSync(file, 'utf8'), { minify: true, format: 'esm' });
  return Buffer.from(code);
}

const [predict, full] = ['predict.wasm', 'core.wasm'].map((name) => readFileSync(join(dist, name)));
const predictScript = await bundle(`export { Predict, openai } from './web.js';`);
const allScript = await bundle(`export * from './web.js'; export * from './optimize.js';`);
const glueScript = await glue();
const kB = (bytes) => (bytes / 1000).toFixed(1).padStart(8);
const rows = [
  ['predict.wasm', predict],
  ['core.wasm', full],
  ['the glue of either', glueScript],
  ['Predict and openai, bundled, with glue', predictScript],
  ['everything, bundled, with glue', allScript],
].filter(([, bytes]) => bytes);
console.log(`${'kB'.padEnd(40)}     raw    gzip  brotli`);
for (const [name, bytes] of rows) {
  console.log(
    `${name.padEnd(40)}${kB(bytes.length)}${kB(gzipSync(bytes, { level: 9 }).length)}${kB(brotli(bytes).length)}`,
  );
}
const together = (...parts) => parts.reduce((sum, bytes) => sum + brotli(bytes).length, 0);
const ceilings = [
  ['a first prediction, all of it', together(predict, predictScript), 110_000],
  ...(glueScript
    ? [
        ['predict.wasm and glue', together(predict, glueScript), 100_000],
        ['core.wasm and glue', together(full, glueScript), 225_000],
      ]
    : []),
];
for (const [name, bytes, ceiling] of ceilings) {
  console.log(`${`${name}, brotli`.padEnd(40)}${kB(bytes)}  of at most${kB(ceiling)}`);
}
const files = readdirSync(dist, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
console.log(`${files.length} files in dist${existsSync(join(dist, 'cli.js')) ? '' : ', without the command line'}`);
if (process.argv.includes('--check') && ceilings.some(([, bytes, ceiling]) => bytes > ceiling)) {
  console.error('Over the ceiling.');
  if (process.argv[1]?.endsWith('size.mjs')) process.exitCode = 1; // a build is not undone by it
}
