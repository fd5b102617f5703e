// Builds dist: declarations by tsc, scripts by esbuild. All that predictions need, and that runs anywhere, is in one file,
// library.js, as a file more costs a fresh process 0.4 ms; what evaluation and optimization need besides is in runs.js. The
// entries beside them are thin.
// Needs the module: cmake --preset wasm-release && cmake --build build/wasm-release
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
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

/** By the file they become: entries that run anywhere, and `inline-…`, the modules in scripts; those of Node. */
const entries = {
  inline: 'entries/inline.ts',
  web: 'entries/web.ts',
  workerd: 'entries/workerd.ts',
  edge: 'entries/edge.ts',
  slim: 'entries/slim.ts',
  'inline-predict': 'entries/inline-predict.ts',
  'inline-full': 'entries/inline-full.ts',
  optimize: 'optimize/index.ts',
  models: 'models/index.ts',
  otel: 'otel/index.ts',
  stores: 'stores/index.ts',
  internal: 'internal.ts',
};
const nodeEntries = {
  node: 'node/index.ts',
  local: 'local/index.ts',
  cli: 'cli/main.ts',
};
const entryOf = new Map(
  Object.entries({ ...entries, ...nodeEntries }).map(([name, path]) => [src(path), `./${name}.js`]),
);
/** What several entries share: folders, or files without their suffix. What is not in one of these is an entry's own. */
const shared = {
  'runs.js': ['run', 'optimize', 'evaluate/evaluate-rows'],
  'library.js': [
    'config',
    'core',
    'errors',
    'evaluate',
    'lm',
    'observe',
    'program',
    'stores/memory-journal',
    'stores/lines',
  ],
};
const sharedFile = (path) =>
  entryOf.has(path)
    ? undefined
    : Object.keys(shared).find((file) =>
        shared[file].some((part) => path === src(`${part}.ts`) || path.startsWith(src(`${part}/`))),
      );

/** Emscripten's part, which is the same for both modules but for their name, which is not used. */
function readGlue() {
  const [predict, full] = Object.keys(parts).map((part) =>
    readFileSync(builtPath(part, 'mjs'), 'utf8').replaceAll(parts[part].built, 'strop'),
  );
  if (predict !== full) throw new Error('The glue of the two modules differs: the package has room for one only.');
  return predict;
}

/** The glue made small, and marked as something that can be left out where nobody uses it. */
async function smallGlue() {
  const { code } = await transform(readGlue(), { minify: true, format: 'esm' });
  const marked = code.replace(/^var (\w+)=\(\(\)=>\{/, 'var $1=/* @__PURE__ */(()=>{');
  if (marked === code) throw new Error('The glue does not begin as it used to.');
  return marked;
}

const coreModules = {
  name: 'core',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^strop-core-(glue$|bytes\/)/ }, ({ path }) => ({ path, namespace: 'core' }));
    onResolve({ filter: /\.wasm(\?module)?$/ }, ({ path }) => ({ path, external: true }));
    onLoad({ filter: /glue$/, namespace: 'core' }, async () => ({
      contents: await smallGlue(),
    }));
    onLoad({ filter: /bytes\//, namespace: 'core' }, ({ path }) => ({
      contents: `export default ${JSON.stringify(readFileSync(builtPath(basename(path), 'wasm')).toString('base64'))};`,
    }));
  },
};

/** Leaves what is shared, and other entries, to their own files. */
const apart = (own) => ({
  name: 'apart',
  setup({ onResolve }) {
    onResolve({ filter: /^\./ }, ({ path, resolveDir, kind }) => {
      if (kind === 'entry-point') return undefined;
      const file = join(resolveDir, path).replace(/\.js$/, '.ts');
      const where = sharedFile(file);
      if (where !== undefined) return where === own ? undefined : { path: `./${where}`, external: true };
      return entryOf.has(file) ? { path: entryOf.get(file), external: true } : undefined;
    });
  },
});

// Built aside and moved into place, so that dist is never half there.
const fresh = mkdtempSync(join(root, 'dist-'));
process.on('exit', () => rmSync(fresh, { recursive: true, force: true }));
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
const typed = spawnSync(process.execPath, [tsc, '-p', root, '--outDir', join(fresh, 'types')], { stdio: 'inherit' });
const options = {
  absWorkingDir: root,
  outdir: fresh,
  bundle: true,
  format: 'esm',
  platform: 'neutral',
  target: 'es2022',
  external: ['node:*', 'node-llama-cpp', '@opentelemetry/api'],
  minifySyntax: true,
  legalComments: 'none',
};
const sources = readdirSync(src('.'), { recursive: true })
  .map((path) => src(path))
  .filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts'))
  .sort();
/** What two modules call the same, `export *` gives from neither, without a word. */
async function demandDistinctNames(paths) {
  const { metafile } = await build({ entryPoints: paths, outdir: fresh, write: false, metafile: true, format: 'esm' });
  const from = new Map();
  for (const { exports, entryPoint } of Object.values(metafile.outputs)) {
    for (const name of exports) {
      if (from.has(name)) throw new Error(`${name} is exported by ${from.get(name)} and by ${entryPoint}.`);
      from.set(name, entryPoint);
    }
  }
}
for (const file of Object.keys(shared)) {
  const own = sources.filter((path) => sharedFile(path) === file);
  await demandDistinctNames(own);
  await build({
    ...options,
    outdir: undefined,
    outfile: join(fresh, file),
    stdin: {
      contents: own.map((path) => `export * from ${JSON.stringify(path)};`).join('\n'),
      resolveDir: root,
      sourcefile: file.replace('.js', '.ts'),
    },
    plugins: [apart(file), coreModules],
  });
}
for (const [group, splitting] of [
  [entries, false], // what they have in common is a list of names
  [nodeEntries, true],
]) {
  await build({
    ...options,
    entryPoints: Object.fromEntries(Object.entries(group).map(([name, path]) => [name, src(path)])),
    splitting,
    chunkNames: 'node-[hash]',
    plugins: [apart(), coreModules],
  });
}
for (const part of Object.keys(parts)) copyFileSync(builtPath(part, 'wasm'), join(fresh, parts[part].file));
for (const name of ['LICENSE', 'NOTICE']) copyFileSync(join(root, '..', name), join(fresh, name));
chmodSync(fresh, 0o755);
const dist = join(root, 'dist');
rmSync(dist, { recursive: true, force: true });
renameSync(fresh, dist);
await import('./size.mjs');
if (typed.status !== 0) {
  console.error('The bundles are built, but there are type errors.');
  process.exitCode = 1;
}
