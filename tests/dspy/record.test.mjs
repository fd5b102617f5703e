// The cases that this project recorded are what the DSPy that pip installs does.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { findDspy } from './find_dspy.mjs';

const { python, skip } = findDspy('recorded cases against DSPy');
const recordedWith = 'Python 3.11'; // others word some of it differently, such as the types of files by their names
const version = python && spawnSync(python, ['--version'], { encoding: 'utf8' }).stdout.trim();
const other = python && !version.startsWith(`${recordedWith}.`) && `recorded with ${recordedWith}, this is ${version}`;

test('the recorded cases are what would be recorded now', { skip: skip || other }, () => {
  const script = fileURLToPath(new URL('../conformance/record.py', import.meta.url));
  const { status, stderr } = spawnSync(python, [script, '--check'], { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
});
