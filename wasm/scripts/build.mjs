// Builds dist: declarations by tsc, one bundle an entry by esbuild, with what they share in chunks.
// Needs the module: cmake --preset wasm-release && cmake --build build/wasm-release
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, transform } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const modules = process.env.STROP_MODULES ?? join(root, '../build/wasm-release/wasm/bindings');
/** The files of the package, and what was built for them. */
const parts = {
  predict: { file: 'predict.wasm', built: 'strop-predict' },
  full: { file: 'core.wasm', built: 'strop-full' },
};
const builtPath = (part, suffix) => join(modules, `${parts[part].built}.${suffix}`);
const src = (path) => join(root, 'src', path);

for (const file of Object.keys(parts).flatMap((part) => [builtPath(part, 'mjs'), builtPath(part, 'wasm')])) {
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

/** Emscripten's part, which is the same for both modules but for their name, which is not used. */
function readGlue() {
  const [predict, full] = Object.keys(parts).map((part) =>
    readFileSync(builtPath(part, 'mjs'), 'utf8').replaceAll(parts[part].built, 'strop'),
  );
  if (predict !== full) throw new Error('The glue of the two modules differs: the package has room for one only.');
  return predict;
}

const coreModules = {
  name: 'core',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^strop-core-(glue$|bytes\/)/ }, ({ path }) => ({ path, namespace: 'core' }));
    onResolve({ filter: /\.wasm(\?module)?$/ }, ({ path }) => ({ path, external: true }));
    onLoad({ filter: /glue$/, namespace: 'core' }, async () => ({
      contents: (await transform(readGlue(), { minify: true, format: 'esm' })).code,
    }));
    onLoad({ filter: /bytes\//, namespace: 'core' }, ({ path }) => ({
      contents: `export default ${JSON.stringify(readFileSync(builtPath(basename(path), 'wasm')).toString('base64'))};`,
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
  plugins: [coreModules],
});
for (const part of Object.keys(parts)) copyFileSync(builtPath(part, 'wasm'), join(fresh, parts[part].file));
chmodSync(fresh, 0o755);
const dist = join(root, 'dist');
rmSync(dist, { recursive: true, force: true });
renameSync(fresh, dist);
await import('./size.mjs');
if (typed.status !== 0) {
  console.error('The bundles are built, but there are type errors.');
  process.exitCode = 1;
}
