// What a first visit loads, by brotli, against the budget: the page's scripts and styles, and the rows of the example
// that opens. The core with the package around it loads in a worker beside it and has a budget of its own.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';

const budget = 90_000;
const dist = fileURLToPath(new URL('../dist/', import.meta.url));
const page = readFileSync(`${dist}index.html`, 'utf8');
const assets = readdirSync(`${dist}assets`);
const size = (path) => brotliCompressSync(readFileSync(dist + path)).length;

const linked = [...page.matchAll(/(?:src|href)="\.\/([^"]+\.(?:js|css))"/g)].map(([, path]) => path);
const rows = assets.filter((name) => /^(train|val|test)-.*\.js$/.test(name)).map((name) => `assets/${name}`);
// Both examples are counted, though only one opens: their chunks have the same names.
const first = [...linked, ...rows];
const core = assets.filter((name) => /^worker-.*\.js$|\.wasm$/.test(name)).map((name) => `assets/${name}`);

const table = (paths) => paths.map((path) => ({ path, bytes: size(path) }));
const sum = (list) => list.reduce((total, { bytes }) => total + bytes, 0);
const show = (list) => list.map(({ path, bytes }) => `  ${String(bytes).padStart(8)}  ${path}`).join('\n');
const [loaded, beside] = [table(first), table(core)];
console.log(`first load, brotli: ${sum(loaded)} bytes of ${budget}\n${show(loaded)}`);
console.log(`in the worker, beside it: ${sum(beside)} bytes\n${show(beside)}`);
if (sum(loaded) > budget) {
  console.error(`The first load is ${sum(loaded) - budget} bytes over its budget.`);
  process.exit(1);
}
