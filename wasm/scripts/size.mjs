// What the package weighs: raw, gzip and brotli, and what a user's bundle of it does. With --check it fails where the path
// has grown beyond the ceiling, which is to come down to the aim and never goes up.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { build, transform } from 'esbuild';

const aim = 110_000;
const ceiling = 145_000;

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
  const core = process.env.STROP_CORE ?? join(dist, '../../build/wasm-release/wasm/bindings/strop-core');
  if (!existsSync(`${core}.mjs`)) return undefined;
  const { code } = await transform(readFileSync(`${core}.mjs`, 'utf8'), { minify: true, format: 'esm' });
  return Buffer.from(code);
}

const wasm = readFileSync(join(dist, 'core.wasm'));
const predict = await bundle(`export { Predict, openai } from './web.js';`);
const all = await bundle(`export * from './web.js'; export * from './optimize.js';`);
const kB = (bytes) => (bytes / 1000).toFixed(1).padStart(8);
const rows = [
  ['core.wasm', wasm],
  ['predict and openai, bundled, with glue', predict],
  ['everything, bundled, with glue', all],
  ['the glue alone', await glue()],
].filter(([, bytes]) => bytes);
console.log(`${'kB'.padEnd(40)}     raw    gzip  brotli`);
for (const [name, bytes] of rows) {
  console.log(
    `${name.padEnd(40)}${kB(bytes.length)}${kB(gzipSync(bytes, { level: 9 }).length)}${kB(brotli(bytes).length)}`,
  );
}
const path = brotli(wasm).length + brotli(predict).length;
console.log(`${'core and predict path, brotli'.padEnd(40)}${kB(path)}, ceiling${kB(ceiling)}, aim${kB(aim)}`);
const files = readdirSync(dist, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
console.log(`${files.length} files in dist${existsSync(join(dist, 'cli.js')) ? '' : ', without the command line'}`);
if (path > ceiling && process.argv.includes('--check')) {
  console.error('Over the ceiling.');
  if (process.argv[1]?.endsWith('size.mjs')) process.exitCode = 1; // a build is not undone by it
}
