// Builds dist: declarations by tsc, one bundle an entry by esbuild, with what they share in chunks.
// Needs the module: cmake --preset wasm-release && cmake --build build/wasm-release
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, transform } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const core = process.env.STROP_CORE ?? join(root, '../build/wasm-release/wasm/bindings/strop-core');
const src = (path) => join(root, 'src', path);

for (const file of [`${core}.mjs`, `${core}.wasm`]) {
  if (existsSync(file)) continue;
  console.error(
    `${file} is missing. Build the core first:\n` +
      '  scripts/toolchain run cmake --preset wasm-release\n  scripts/toolchain run cmake --build build/wasm-release',
  );
  process.exit(1);
}

const entries = {
  inline: 'entries/inline.ts',
  web: 'entries/web.ts',
  workerd: 'entries/workerd.ts',
  edge: 'entries/edge.ts',
  slim: 'entries/slim.ts',
  optimize: 'optimize/index.ts',
  node: 'node/index.ts',
  internal: 'internal.ts',
  local: 'local/index.ts',
  cli: 'cli/main.ts',
};

const coreModule = {
  name: 'core',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^strop-core-(glue|bytes)$/ }, ({ path }) => ({ path, namespace: 'core' }));
    onResolve({ filter: /\.wasm(\?module)?$/ }, ({ path }) => ({ path, external: true }));
    onLoad({ filter: /glue$/, namespace: 'core' }, async () => {
      const glue = readFileSync(`${core}.mjs`, 'utf8');
      return { contents: (await transform(glue, { minify: true, format: 'esm' })).code };
    });
    onLoad({ filter: /bytes$/, namespace: 'core' }, () => ({
      contents: `export default ${JSON.stringify(readFileSync(`${core}.wasm`).toString('base64'))};`,
    }));
  },
};

// Built aside and moved into place, so that dist is never half there.
const fresh = mkdtempSync(join(root, 'dist-'));
process.on('exit', () => rmSync(fresh, { recursive: true, force: true }));
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
const typed = spawnSync(process.execPath, [tsc, '-p', root, '--outDir', join(fresh, 'types')], { stdio: 'inherit' });
await build({
  absWorkingDir: root,
  entryPoints: Object.fromEntries(
    Object.entries(entries)
      .map(([name, path]) => [name, src(path)])
      .filter(([, path]) => existsSync(path)),
  ),
  outdir: fresh,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'neutral',
  target: 'es2022',
  chunkNames: 'chunks/[name]-[hash]',
  external: ['node:*', 'node-llama-cpp'],
  minifySyntax: true,
  legalComments: 'none',
  plugins: [coreModule],
});
copyFileSync(`${core}.wasm`, join(fresh, 'core.wasm'));
chmodSync(fresh, 0o755);
const dist = join(root, 'dist');
rmSync(dist, { recursive: true, force: true });
renameSync(fresh, dist);
await import('./size.mjs');
if (typed.status !== 0) {
  console.error('The bundles are built, but there are type errors.');
  process.exitCode = 1;
}
