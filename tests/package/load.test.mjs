import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';

const root = dirname(createRequire(import.meta.url).resolve('strop/package.json'));
const dist = join(root, 'dist');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const scripts = readdirSync(dist, { recursive: true }).filter((name) => name.endsWith('.js'));

/** Runs a script in a process of its own, that knows nothing of other tests; gives what it prints. */
const run = (code, ...flags) =>
  execFileSync(process.execPath, ['--input-type=module', ...flags, '-e', code], { cwd: root, encoding: 'utf8' }).trim();
const at = (name) => JSON.stringify(pathToFileURL(join(dist, name)).href);
const smoke = `
  const lm = { model: 'x', complete: async () => ({ text: '[[ ## b ## ]]\\nyes\\n' }) };
  const use = async (strop) => (await new strop.Predict('a -> b', { lm }).run({ a: '1' })).b;
`;

describe('the package', () => {
  it('has every file that it exports', () => {
    const files = (entry) => (typeof entry === 'string' ? [entry] : Object.values(entry));
    for (const file of Object.values(manifest.exports).flatMap(files)) readFileSync(join(root, file));
  });

  it('imports nothing by bare name but Node’s own modules and the optional peers', () => {
    for (const name of scripts) {
      const text = readFileSync(join(dist, name), 'utf8');
      for (const [, path] of text.matchAll(/^(?:import|export)\b[^;]*?from\s*"([^"]+)"|^import\s*"([^"]+)"/gm)) {
        const peer = name === 'otel.js' && path === '@opentelemetry/api'; // which only this entry is for
        if (path && !peer) assert.match(path, /^(\.\.?\/|node:)/, `${name} imports ${path}`);
      }
      assert.doesNotMatch(text, /\bnew Function\(|\beval\(/, name);
    }
  });

  it('loads without top-level await, as CommonJS wants it', { skip: !process.features.require_module }, () => {
    const code = `import { createRequire } from 'node:module'; const { Predict } = createRequire(${at('x.js')})('strop'); console.log(typeof Predict)`;
    assert.equal(run(code, '--no-warnings'), 'function');
  });

  it('keeps Node’s modules out of the entries for browsers', () => {
    const reached = new Set();
    const visit = (name) => {
      if (reached.has(name)) return;
      reached.add(name);
      const text = readFileSync(join(dist, name), 'utf8');
      assert.doesNotMatch(text, /from "node:|import\("node:/, name);
      for (const [, path] of text.matchAll(/(?:from|import)\s*\(?\s*"(\.\.?\/[^"]+\.js)"/g))
        visit(join(dirname(name), path));
    };
    for (const entry of [
      'web.js',
      'workerd.js',
      'edge.js',
      'slim.js',
      'inline.js',
      'optimize.js',
      'models.js',
      'otel.js',
    ])
      visit(entry);
    assert.ok(reached.size > 6);
  });

  it('works synchronously where the bytes are inline', () => {
    assert.equal(
      run(
        `${smoke} import * as strop from ${at('inline.js')}; new strop.Predict('a -> b').preview({ a: '1' }); console.log(await use(strop))`,
      ),
      'yes',
    );
  });

  it('needs initSync in slim, and says so', () => {
    const code = `${smoke} import * as strop from ${at('slim.js')}; import { readFileSync } from 'node:fs';
      await use(strop).catch((error) => console.log(error.code));
      strop.initSync(new WebAssembly.Module(readFileSync(${JSON.stringify(join(dist, 'predict.wasm'))})));
      console.log(await use(strop));`;
    assert.equal(run(code), 'core_not_ready\nyes');
  });

  it('fetches its module in browsers, streaming', () => {
    const code = `${smoke} import { readFileSync } from 'node:fs';
      let asked; globalThis.fetch = async (url) => { asked = String(url); return new Response(readFileSync(${JSON.stringify(join(dist, 'predict.wasm'))}), { headers: { 'content-type': 'application/wasm' } }); };
      const strop = await import(${at('web.js')});
      try { new strop.Predict('a -> b').preview({ a: '1' }); } catch (error) { console.log(error.code); }
      await strop.ready();
      new strop.Predict('a -> b').preview({ a: '1' });
      console.log(await use(strop), asked.endsWith('/dist/predict.wasm'));`;
    assert.equal(run(code), 'core_not_ready\nyes true');
  });

  it('falls back to the inline bytes where a development server answers with a page', () => {
    for (const answer of [
      `new Response('<!doctype html>', { headers: { 'content-type': 'text/html' } })`,
      `new Response('', { status: 404 })`,
      `Promise.reject(new TypeError('fetch failed'))`,
    ]) {
      const code = `${smoke} globalThis.fetch = async () => ${answer}; console.log(await use(await import(${at('web.js')})));`;
      assert.equal(run(code), 'yes');
    }
  });

  it('tries to load again after a failure', () => {
    const code = `${smoke} import { readFileSync } from 'node:fs';
      let bad = true; const bytes = readFileSync(${JSON.stringify(join(dist, 'predict.wasm'))});
      globalThis.fetch = async () => new Response(bad ? new Uint8Array([0, 97, 115, 109, 9, 9]) : bytes, { headers: { 'content-type': 'application/wasm' } });
      const strop = await import(${at('web.js')});
      await strop.ready().catch((error) => console.log(error.name));
      bad = false;
      console.log(await use(strop));`;
    assert.equal(run(code), 'CompileError\nyes');
  });

  it('starts afresh after a crash, and says what is lost', () => {
    const code = `${smoke}
      const start = WebAssembly.Instance; const memories = [];
      WebAssembly.Instance = class extends start { constructor(...args) { super(...args); memories.push(Object.values(this.exports).find((x) => x instanceof WebAssembly.Memory)); } };
      const strop = await import(${at('inline.js')});
      const p = new strop.Predict('a -> b', { lm });
      await p.run({ a: '1' });
      new Uint32Array(memories[0].buffer).fill(0xffffffff);
      await p.run({ a: '1' }).catch((error) => console.log(error.name, error.code, /fresh/.test(error.message)));
      console.log((await p.run({ a: '1' })).b, memories.length);`;
    assert.equal(run(code), 'CoreError core_crashed true\nyes 2');
  });

  it('stays flat over many predictors, disposed of or forgotten', () => {
    const code = `${smoke}
      const start = WebAssembly.Instance; let memory;
      WebAssembly.Instance = class extends start { constructor(...args) { super(...args); memory = Object.values(this.exports).find((x) => x instanceof WebAssembly.Memory); } };
      const strop = await import(${at('inline.js')});
      const demos = Array.from({ length: 50 }, (_, i) => ({ a: 'x'.repeat(400), b: String(i) }));
      const make = (dispose) => { const p = new strop.Predict('a -> b', { demos }); p.preview({ a: '1' }); if (dispose) p[Symbol.dispose](); };
      const settle = async () => { for (let i = 0; i < 3; ++i) { gc(); await new Promise((resolve) => setTimeout(resolve, 5)); } };
      const round = async (dispose) => { for (let i = 0; i < 2000; ++i) { make(dispose); if (!dispose && i % 200 === 0) await settle(); } };
      await round(true); const first = memory.buffer.byteLength;
      await round(true); await round(true); const disposed = memory.buffer.byteLength;
      await round(false); const one = memory.buffer.byteLength;
      await round(false); await round(false);
      console.log(disposed === first, memory.buffer.byteLength - one < 8 * 2 ** 20);`;
    assert.equal(run(code, '--expose-gc'), 'true true');
  });
});
