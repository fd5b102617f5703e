// The recorded cases, through the package: on the WebAssembly module, and on the native core in its place.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { kinds } from './kinds.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const root = join(here, '../..');
const cases = readdirSync(join(here, 'cases')).map((name) => join(here, 'cases', name));
const more = (process.env.STROP_CASES ?? '').split(delimiter).filter((path) => path !== '');

/** Each run is a process of its own, as a core once taken stays. */
function run(...args) {
  try {
    return execFileSync(process.execPath, [join(here, 'run.mjs'), ...args], { encoding: 'utf8', maxBuffer: 1 << 28 });
  } catch (error) {
    if (typeof error.stdout !== 'string') throw error;
    return `${error.stdout}${error.stderr}`;
  }
}

function passes(output, { skips }) {
  const [, passed, failed, skipped] =
    output.match(/(\d+) passed, (\d+) failed, (\d+) skipped\n$/) ?? assert.fail(output);
  assert.equal(failed, '0', output);
  assert.notEqual(passed, '0', 'not one case was run');
  if (!skips) assert.equal(skipped, '0', output);
}

const native = process.env.STROP_NATIVE
  ? [process.env.STROP_NATIVE]
  : ['native-debug', 'native-release']
      .map((preset) => join(root, 'build', preset, 'wasm/bindings/strop-native'))
      .filter(existsSync);

test('there are cases of every kind that is known', () => {
  const names = cases.map((path) => path.replace(/.*\/|\.jsonl$/g, ''));
  for (const kind of Object.keys(kinds)) if (kind !== 'json_repair') assert.ok(names.includes(kind), kind);
});

test('our cases, WebAssembly', () => passes(run(...cases), { skips: false }));

test('our cases, native', () => {
  assert.ok(native.length > 0, 'build strop-native by the preset native-debug, or say where it is in STROP_NATIVE');
  passes(run('--native', native[0], ...cases), { skips: false });
});

test('what DSPy accepts is the same in the default reading', () =>
  passes(run('--default', '--kind', 'parse', '--kind', 'parse_value', ...cases), { skips: false }));

for (const file of more) {
  test(`${file}, WebAssembly`, () => passes(run(file), { skips: true }));
  test(`${file}, default reading`, () => passes(run('--default', file), { skips: true }));
  test(`${file}, native`, () => passes(run('--native', native[0], file), { skips: true }));
}

test('a case that is wrong fails', () => {
  const output = run(join(here, 'wrong.jsonl'));
  assert.match(output, /FAILED wrong\.jsonl:1 infer_prefix/);
  assert.match(output, /0 passed, 7 failed, 1 skipped\n$/);
});
