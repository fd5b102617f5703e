#!/usr/bin/env node
// Runs recorded cases through the package: node tests/conformance/run.mjs [options] FILE…
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { difference, parse, stringify } from './json.mjs';
import { kinds } from './kinds.mjs';
import { nativeModule } from './native.mjs';
import { compareScenario, inOrder, scenariosIn } from './optimizers.mjs';
import { needComputable, Skip } from './scope.mjs';
import { sorted, unmarked } from './types.mjs';

const usage = `node tests/conformance/run.mjs [options] FILE…

FILE is a list of cases (.jsonl) or a file of optimizer scenarios (.json); see tests/conformance/README.md.

  --native PATH  run the native core (the program strop-native) instead of the WebAssembly module
  --compat       read replies as DSPy does; so it is unless --default is given, as the cases were recorded from DSPy
  --default      read replies as a careful person would: what DSPy accepts must be the same, but for what
                 tolerant.json lists, and what it rejects may be accepted
  --kind NAME    only cases of this kind; may be repeated
  --test TEXT    only cases whose id contains this
  --verbose      print every case, and failures whole
`;

/** The package, and the core that it stands on. */
export async function openPackage(native) {
  const [strop, optimizers, judges, core] = await Promise.all([
    import('strop'),
    import('strop/optimize'),
    import('strop/evaluate'),
    import('strop/internal'),
  ]);
  if (!native) {
    await strop.ready({ all: true });
    return { strop, optimizers, judges, core, close() {} };
  }
  const started = nativeModule(native);
  core.useModule(started);
  return { strop, optimizers, judges, core, close: started.close };
}

/** The cases of a file: [{kind, test, …}]. */
function casesIn(file) {
  const text = readFileSync(file, 'utf8');
  if (file.endsWith('.json')) return scenariosIn(JSON.parse(text), basename(file, '.json'));
  return text
    .split('\n')
    .map((line, k) => [line, k])
    .filter(([line]) => line.trim() !== '')
    .map(([line, k]) => {
      try {
        return { line: k + 1, ...parse(line) };
      } catch (error) {
        throw new SyntaxError(`${file}:${k + 1}: ${error.message}`);
      }
    });
}

/** Says where a case's result is not what was recorded, as {at, ours, theirs}, or nothing. Throws Skip. */
async function check(test, context) {
  if (test.kind.startsWith('scenario ')) {
    if (!test.run) throw new Skip(test.kind);
    const [ours, theirs] = (await compareScenario(test, context)).map((value) => parse(JSON.stringify(value)));
    const at = difference(ours, theirs);
    return at && { at, ours, theirs };
  }
  const compute = kinds[test.kind];
  if (!compute) throw new Skip(`kind ${test.kind}`);
  needComputable(test);
  const { thrown, route, ...ours } = await compute(test, context);
  if (route) return { at: route, ours, theirs: test };
  if ('error' in test) {
    const theirs = test.error === null || test.error === 'AdapterParseError' ? test.error : 'rejected';
    if (ours.error !== theirs)
      return {
        at: '.error',
        ours: { error: ours.error, ...(thrown ? { message: thrown } : ours) },
        theirs: { error: test.error, ...outputs(ours, test) },
      };
    if (theirs !== null) return undefined;
  }
  const theirs = inOrder(outputs(ours, test));
  const values = test.kind === 'parse' || test.kind === 'parse_value';
  const sets = values && /set\b|uniqueItems/.test(stringify([test.type, test.types, test.signature]));
  for (const key of Object.keys(theirs)) {
    if (values) theirs[key] = unmarked(theirs[key]);
    // 5 and 5.0 are different texts.
    const exact = test.type === 'str';
    let at = difference(ours[key], theirs[key], exact);
    if (at && sets) at = difference(sorted(ours[key]), sorted(theirs[key]), exact);
    if (at) return { at: `.${key}${at}`, ours: ours[key], theirs: theirs[key] };
  }
  return undefined;
}

/** The kinds where DSPy's reading and the default one may differ. */
const readings = ['parse', 'parse_value'];

/** Where the default reading is meant to differ from what DSPy accepts, by the case's name: see README.md. */
const exceptions = JSON.parse(readFileSync(new URL('tolerant.json', import.meta.url), 'utf8'));

/** In the default reading what DSPy rejects may be accepted; what is listed as different must be different. */
function judgeTolerant(wrong, test) {
  if (test.error !== null) return wrong?.at === '.error' ? undefined : wrong;
  const excepted = exceptions.some(({ cases }) => cases.includes(test.test));
  if (excepted && !wrong) return { at: 'tolerant.json lists this case, but it is the same' };
  return excepted ? undefined : wrong;
}

/** What was recorded of the keys that were computed. */
function outputs(ours, test) {
  return Object.fromEntries(
    Object.keys(ours)
      .filter((key) => key !== 'error')
      .map((key) => [key, folded(test[key] ?? null)]),
  );
}

/** An output that is an error in itself stands for itself, whatever its name: {$error}. */
const folded = (value) =>
  typeof value === 'object' && value !== null && '$error' in value ? { $error: 'rejected' } : value;

/** Runs the files; gives {passed, failed, skipped, byKind, reasons, failures}. */
export async function runFiles(files, { native, tolerant = false, only, match, onCase = () => {} } = {}) {
  const context = { ...(await openPackage(native)), compat: tolerant ? undefined : 'dspy' };
  const result = { passed: 0, failed: 0, skipped: 0, byKind: {}, reasons: {}, failures: [] };
  try {
    for (const file of files) {
      for (const test of casesIn(file)) {
        if (only && !only.includes(test.kind)) continue;
        if (match && !String(test.test).includes(match)) continue;
        result.byKind[test.kind] ??= { passed: 0, failed: 0, skipped: 0 };
        const count = result.byKind[test.kind];
        let outcome = 'passed';
        try {
          let wrong = await check(test, context);
          if (tolerant && readings.includes(test.kind)) wrong = judgeTolerant(wrong, test);
          if (wrong) {
            outcome = 'failed';
            result.failures.push({ file, test, ...wrong });
          }
        } catch (error) {
          outcome = error instanceof Skip ? 'skipped' : 'failed';
          if (error instanceof Skip) result.reasons[error.message] = (result.reasons[error.message] ?? 0) + 1;
          else result.failures.push({ file, test, at: `${error}`, stack: error.stack });
        }
        ++count[outcome];
        ++result[outcome];
        onCase(outcome, test);
      }
    }
  } finally {
    context.close();
  }
  return result;
}

const inputsOf = ({ test }) =>
  Object.fromEntries(
    Object.entries(test).filter(([key]) => !['kind', 'test', 'line', 'scenario', 'run'].includes(key)),
  );

export function describeFailure(failure, whole = false) {
  const short = (value, most = whole ? Infinity : 600) => {
    const text = value === undefined ? '(nothing)' : stringify(value);
    return text.length > most ? `${text.slice(0, most)}… (${text.length} characters)` : text;
  };
  const { file, test, at } = failure;
  const lines = [
    `FAILED ${basename(file)}${test.line ? `:${test.line}` : ''} ${test.kind} ${test.test}`,
    `  at       ${at}`,
  ];
  if ('ours' in failure) {
    const [ours, theirs] = atFirstDifference(failure, whole);
    lines.push(`  ours     ${short(ours)}`, `  recorded ${short(theirs)}`);
  }
  if (whole && failure.stack) lines.push(failure.stack);
  if (!test.scenario) lines.push(`  case     ${short(inputsOf(failure))}`);
  return lines.join('\n');
}

/** Long texts from a little before they part. */
function atFirstDifference({ at, ours, theirs }, whole) {
  const steps = String(at)
    .split('.')
    .filter((step) => step && !step.includes(' '));
  const follow = (value) => {
    let found = value;
    for (const step of steps) if (typeof found === 'object' && found !== null && step in found) found = found[step];
    return found;
  };
  const [a, b] = [follow(ours), follow(theirs)];
  if (whole || typeof a !== 'string' || typeof b !== 'string' || a.length + b.length < 400) return [a, b];
  let same = 0;
  while (a[same] === b[same]) ++same;
  const from = Math.max(0, same - 60);
  return [`…${a.slice(from, same + 200)}`, `…${b.slice(from, same + 200)}`];
}

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      native: { type: 'string' },
      compat: { type: 'boolean' },
      default: { type: 'boolean' },
      kind: { type: 'string', multiple: true },
      test: { type: 'string' },
      verbose: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values.help || positionals.length === 0 || (values.compat && values.default)) {
    console.log(usage);
    return values.help ? 0 : 2;
  }
  const { passed, failed, skipped, byKind, reasons, failures } = await runFiles(positionals, {
    native: values.native,
    tolerant: values.default,
    only: values.kind,
    match: values.test,
    onCase: values.verbose ? (outcome, { kind, test }) => console.log(`${outcome} ${kind} ${test}`) : undefined,
  });
  for (const failure of failures) console.log(`${describeFailure(failure, values.verbose)}\n`);
  for (const [kind, count] of Object.entries(byKind))
    console.log(`${kind}: ${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
  for (const [reason, n] of Object.entries(reasons).sort(([, a], [, b]) => b - a))
    console.log(`skipped ${n}: ${reason}`);
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
  return failed > 0 ? 1 : 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.exitCode = await main().catch((error) => {
    console.error(
      error.code === 'ERR_MODULE_NOT_FOUND'
        ? `${error.message}\nBuild the package first: npm run build`
        : error.message,
    );
    return 2;
  });
}
