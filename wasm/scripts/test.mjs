// Tests the built package: its types by the compiler, its behavior by node:test, its manifest by publint.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const tests = join(root, '../tests/package');
if (!existsSync(join(root, 'dist/inline.js'))) {
  console.error('There is no dist. Build it first: npm run build -w strop');
  process.exit(1);
}
const require = createRequire(import.meta.url);
const run = (...args) => spawnSync(process.execPath, args, { stdio: 'inherit', cwd: root }).status === 0;

const files = readdirSync(tests).filter((name) => name.endsWith('.test.mjs'));
const results = [
  run(require.resolve('typescript/bin/tsc'), '-p', tests),
  run(require.resolve('typescript/bin/tsc'), '-p', join(tests, 'schemas')),
  run(join(root, '../node_modules/publint/src/cli.js'), '.', '--strict'),
  run('--test', '--expose-gc', ...files.map((name) => join(tests, name))),
];
process.exit(results.every(Boolean) ? 0 : 1);
