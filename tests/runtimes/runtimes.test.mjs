// Packs the package, installs the tarball in an empty project, as a user would, and runs one program in every runtime. All of
// them must give the same bytes.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { args, executablePath } from '../chromium.mjs';
import { bin, installTools, tools } from './tools.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const root = join(here, '../..');

let project;
let expected;

const run = (command, args, cwd = project, env = {}) =>
  execFileSync(command, args, {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  }).trim();

function same(output) {
  const seen = JSON.parse(output);
  expected ??= output;
  assert.deepEqual(seen, JSON.parse(expected));
  assert.equal(output, expected);
}

before(() => {
  installTools();
  project = mkdtempSync(join(tmpdir(), 'strop-runtimes-'));
  const [packed] = JSON.parse(
    run('npm', ['pack', '-w', 'wasm', '--json', '--ignore-scripts', '--pack-destination', project], root),
  );
  cpSync(join(here, 'app'), project, { recursive: true });
  writeFileSync(join(project, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  run('npm', [
    'install',
    '--no-audit',
    '--no-fund',
    '--omit=optional',
    '--ignore-scripts',
    join(project, packed.filename),
  ]);
});
after(() => rmSync(project, { recursive: true, force: true }));

test('the tarball holds what it should and nothing else', () => {
  const files = readdirSync(join(project, 'node_modules/strop'), { recursive: true }).map(String);
  for (const name of ['dist/predict.wasm', 'dist/core.wasm', 'dist/LICENSE', 'dist/NOTICE', 'README.md'])
    assert(files.includes(name), name);
  assert.deepEqual(
    files.filter((file) => /\.(cpp|hpp|test\..*|gguf)$/.test(file)),
    [],
  );
  assert.equal(
    JSON.parse(readFileSync(join(project, 'node_modules/strop/package.json'), 'utf8')).dependencies,
    undefined,
  );
});

test(`Node ${process.version}`, () => {
  same(run(process.execPath, ['main.mjs']));
  const seen = JSON.parse(expected);
  assert.deepEqual(seen.answer, { answer: 42 });
  assert.deepEqual(seen.error, [true, 'adapter_parse', true]);
  assert(seen.events > 50);
});
test('Node, require()', () => {
  assert.equal(run(process.execPath, ['-e', "console.log(typeof require('strop').Predict)"]), 'function');
});
for (const version of ['node22', 'node24'])
  test(version, () => same(run(join(tools, version, 'bin/node'), ['main.mjs'])));
test('Deno, with no permission', () =>
  same(run(bin('deno'), ['run', '--quiet', '--no-prompt', 'main.mjs'], project, { DENO_NO_UPDATE_CHECK: '1' })));
test('Bun', () => same(run(bin('bun'), ['main.mjs'])));

test('Node, from one file that esbuild has bundled for a server', async () => {
  const { build } = await import('esbuild');
  const outfile = join(project, 'server/main.mjs');
  await build({
    entryPoints: [join(project, 'main.mjs')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'warning',
  });
  const elsewhere = mkdtempSync(join(tmpdir(), 'strop-server-')); // where there are no packages
  try {
    cpSync(outfile, join(elsewhere, 'main.mjs'));
    same(run(process.execPath, ['main.mjs'], elsewhere));
  } finally {
    rmSync(elsewhere, { recursive: true });
  }
});

/** What these bundlers leave to the user: the modules beside the bundle. */
function copyModules(folder) {
  for (const name of ['predict.wasm', 'core.wasm'])
    cpSync(join(project, 'node_modules/strop/dist', name), join(folder, name));
}

test('workerd', async () => {
  const { Miniflare } = await import('miniflare');
  const { build } = await import('esbuild');
  await build({
    entryPoints: [join(project, 'worker.mjs')],
    outdir: join(project, 'worker'),
    bundle: true,
    format: 'esm',
    conditions: ['workerd', 'worker', 'browser'],
    external: ['*.wasm'],
    outExtension: { '.js': '.mjs' },
    logLevel: 'warning',
  });
  copyModules(join(project, 'worker'));
  const worker = new Miniflare({
    modules: true,
    modulesRoot: join(project, 'worker'),
    scriptPath: join(project, 'worker/worker.mjs'),
    modulesRules: [
      { type: 'CompiledWasm', include: ['**/*.wasm'] },
      { type: 'ESModule', include: ['**/*.mjs'] },
    ],
    compatibilityDate: '2026-01-01',
  });
  try {
    const response = await worker.dispatchFetch('http://localhost/');
    const text = await response.text();
    assert.equal(response.status, 200, text);
    same(text);
  } finally {
    await worker.dispose();
  }
});

/** Serves a folder with the content security policy that the package promises to run under. */
async function serve(folder) {
  const types = {
    '.html': 'text/html',
    '.js': 'text/javascript',
    '.mjs': 'text/javascript',
    '.wasm': 'application/wasm',
  };
  const server = createServer((request, response) => {
    const path = join(folder, new URL(request.url, 'http://x').pathname);
    if (request.url === '/favicon.ico') return response.writeHead(204).end();
    if (!existsSync(path) || !extname(path)) return response.writeHead(404).end('<!DOCTYPE html>not here');
    response.writeHead(200, {
      'content-type': types[extname(path)] ?? 'application/octet-stream',
      'content-security-policy': "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'",
    });
    response.end(readFileSync(path));
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  return server;
}

async function inChromium(folder, page) {
  const { chromium: playwright } = await import('playwright-core');
  const server = await serve(folder);
  const browser = await playwright.launch({ executablePath, args });
  try {
    const tab = await browser.newPage();
    const complaints = [];
    tab.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    tab.on('pageerror', (error) => complaints.push(String(error)));
    await tab.goto(`http://127.0.0.1:${server.address().port}/${page}`);
    await tab
      .waitForFunction(() => document.title === 'done', null, { timeout: 30_000 })
      .catch((error) => complaints.push(error.message));
    const output = await tab.textContent('#output');
    assert.deepEqual(complaints, []);
    return output;
  } finally {
    await browser.close();
    server.close();
  }
}

const html = (script, map = '') =>
  `<!DOCTYPE html><meta charset="utf-8"><title>…</title>${map}<pre id="output"></pre><script type="module" src="${script}"></script>`;

test('Chromium, bundled by esbuild, under a strict content security policy', async () => {
  const { build } = await import('esbuild');
  const folder = join(project, 'bundled');
  await build({
    entryPoints: [join(project, 'page.mjs')],
    outdir: folder,
    bundle: true,
    splitting: true,
    format: 'esm',
    logLevel: 'error',
  });
  copyModules(folder);
  writeFileSync(join(folder, 'index.html'), html('./page.js'));
  same(await inChromium(folder, 'index.html'));
});

test('Chromium, the files of the package as they are, in a worker of a plain page', async () => {
  const folder = join(project, 'plain');
  mkdirSync(folder);
  cpSync(join(project, 'node_modules/strop/dist'), join(folder, 'strop'), { recursive: true });
  const smoke = readFileSync(join(here, 'app/smoke.mjs'), 'utf8')
    .replaceAll("'strop'", "'./strop/web.js'")
    .replaceAll("'strop/optimize'", "'./strop/optimize.js'");
  writeFileSync(join(folder, 'smoke.mjs'), smoke);
  writeFileSync(
    join(folder, 'worker.mjs'),
    "import { smoke } from './smoke.mjs';\nsmoke().then((seen) => postMessage(JSON.stringify(seen)), (error) => postMessage(`failed: ${error.stack}`));\n",
  );
  writeFileSync(
    join(folder, 'page.mjs'),
    "new Worker('./worker.mjs', { type: 'module' }).onmessage = ({ data }) => {\n  document.getElementById('output').textContent = data;\n  document.title = 'done';\n};\n",
  );
  writeFileSync(join(folder, 'index.html'), html('./page.mjs'));
  same(await inChromium(folder, 'index.html'));
});
