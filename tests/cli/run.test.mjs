// Running, scoring and looking at programs; rows in all formats.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { folder, json, strop, task } from './help.mjs';

const at = folder();
const program = join(at, 'program.json');
const rowsFile = (name) => join(task('extract'), '..', name);
before(async () => {
  const { code, error } = await strop(['optimize', task('extract'), '--model', 'practice', '--out', at]);
  assert.equal(code, 0, error);
});

test('run: an input, lines of standard input, rows of a file', async () => {
  const practice = ['run', program, '--model', 'practice'];
  const one = await strop([...practice, '--input', 'message=My tent poles=broken']);
  assert.equal(typeof JSON.parse(one.out).product, 'string');
  const messages = ['Where is my kettle?', 'The lamp broke.'];
  const two = await strop(practice, { input: messages.map((message) => `${JSON.stringify({ message })}\n`).join('') });
  assert.equal(two.out.trimEnd().split('\n').length, 2);
  const file = join(at, 'two.json');
  writeFileSync(file, JSON.stringify(messages.map((message) => ({ message }))));
  assert.equal((await strop([...practice, '--rows', file])).out, two.out);
  const bad = await strop(practice, { input: '{"message": "a"}\n{message}\n' });
  assert.match(bad.error, /standard input:2:2: this is not JSON/);
  assert.equal(bad.code, 2);
});

test('run: a reply that cannot be read is told with the reply, and the others go on', async () => {
  const said = await strop(['run', '--signature', 'question -> kind: Literal["yes", "no"]', '--model', 'practice'], {
    input: Array.from({ length: 12 }, (_, i) => `{"question": "Is ${i} odd?"}\n`).join(''),
  });
  const answers = said.out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.equal(answers.length, 12);
  const unread = answers.filter(({ error }) => error);
  assert.equal(said.code, unread.length > 0 ? 1 : 0);
  for (const { reply, kind } of answers) assert.ok(typeof reply === 'string' || ['yes', 'no'].includes(kind));
  assert.ok(unread.length > 0, 'without demos the practice model misses the format now and then');
});

test('eval: score, interval, what was wrong', async () => {
  const args = [
    'eval',
    program,
    '--rows',
    rowsFile('val.jsonl'),
    '--metric',
    'normalized:product',
    '--model',
    'practice',
  ];
  const { out, code } = await strop([...args, '--show', '1']);
  assert.equal(code, 0);
  assert.match(out, /^\d+\.\d % normalized on 48 rows, 95 % interval \d+\.\d % to \d+\.\d %; 48 calls/m);
  assert.match(out, /expected ".*", got /);
  const { score, n, rows } = JSON.parse((await strop([...args, '--json'])).out);
  assert.equal(n, 48);
  assert.equal(rows.reduce((sum, row) => sum + row.score, 0) / 48, score);
});

test('the same rows as JSONL, JSON, CSV and TSV are the same', async () => {
  const rows = [
    { review: 'good, "really"', stars: 5 },
    { review: 'two\nlines; é', stars: 2 },
    { review: '', stars: 1 },
  ];
  const cell = (value) => `"${String(value).replaceAll('"', '""')}"`;
  const csv = (separator) =>
    `\ufeffreview${separator}stars\r\n${rows.map(({ review, stars }) => `${cell(review)}${separator}${stars}\r\n`).join('')}`;
  const files = {
    'r.jsonl': rows.map((row) => JSON.stringify(row)).join('\n'),
    'r.json': JSON.stringify(rows, null, 2),
    'r.csv': csv(','),
    'semicolon.csv': csv(';'),
    'r.tsv': csv('\t'),
  };
  const seen = [];
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(at, name), text);
    const { out, error } = await strop([
      'eval',
      '--signature',
      'review -> stars: int',
      '--metric',
      'exact:stars',
      '--rows',
      join(at, name),
      '--model',
      'practice',
      '--json',
    ]);
    assert.equal(error, '');
    seen.push(JSON.parse(out).rows.map(({ example }) => example));
  }
  for (const examples of seen) assert.deepEqual(examples, rows);
});

test('inspect: exactly what is sent, in both formats, and no model is asked', async () => {
  const { out } = await strop(['inspect', program, '--input', 'message=Where is my kettle?', '--json']);
  const [step] = JSON.parse(out);
  assert.equal(step.request.completion, true);
  assert.match(step.request.messages[0].content, /\n\nMessage: Where is my kettle\?\nProduct:$/);
  assert.equal(step.request.messages[0].content.match(/^Product: /gm).length, step.demos);
  const chat = await strop(['inspect', program, '--adapter', 'chat']);
  assert.match(chat.out, /── system ─.*\[\[ ## product ## \]\]/s);
  const wired = join(at, 'wired.json');
  writeFileSync(
    wired,
    JSON.stringify({
      modules: {
        query: { type: 'Predict', signature: 'question -> search_query' },
        answer: { type: 'ChainOfThought', signature: 'question, search_query -> answer' },
      },
    }),
  );
  const steps = JSON.parse((await strop(['inspect', wired, '--json'])).out);
  assert.deepEqual(
    steps.map(({ name }) => name),
    ['query', 'answer.predict'],
  );
});

test('eval: a report as a page, CSV and JSON, and a comparison with an earlier one', async () => {
  const args = [
    'eval',
    program,
    '--rows',
    rowsFile('val.jsonl'),
    '--metric',
    'normalized:product',
    '--model',
    'practice',
  ];
  const first = join(at, 'first.json');
  const before = await strop([...args, '--instructions', 'Say anything.', '--output', first]);
  assert.equal(before.code, 0, before.error);
  assert.match(before.out, /written: .*first\.json\n$/);
  const saved = json(first);
  assert.equal(saved.rows.length, 48);
  const page = join(at, 'report.html');
  const { out, error, code } = await strop([...args, '--output', page, '--compare', first]);
  assert.equal(code, 0, error);
  assert.match(
    out,
    /^(improved|worse|not distinguishable|no headroom): [+-]?\d+\.\d points from \d+\.\d %, 95 % interval .*; \d+ rows fixed, \d+ broken$/m,
  );
  assert.match(readFileSync(page, 'utf8'), /^<!doctype html>.*aria-label="Comparison".*<\/html>\n$/s);
  const csv = join(at, 'rows.csv');
  await strop([...args, '--output', csv]);
  assert.equal(readFileSync(csv, 'utf8').split('\r\n').length, 50);
  const { comparison, rows } = JSON.parse((await strop([...args, '--json', '--compare', first])).out);
  assert.equal(comparison.n, 48);
  assert.equal(rows.length, 48);
  // What `--json` prints is a saved evaluation too.
  writeFileSync(first, (await strop([...args, '--json'])).out);
  assert.match((await strop([...args, '--compare', first])).out, /^(not distinguishable|no headroom): 0\.0 points/m);
});

test('eval: what is wrong with --output and --compare is told before any call', async () => {
  const args = [
    'eval',
    program,
    '--rows',
    rowsFile('val.jsonl'),
    '--metric',
    'normalized:product',
    '--model',
    'practice',
  ];
  const other = await strop([...args, '--output', 'report.pdf']);
  assert.match(other.error, /--output ends in \.html, \.csv or \.json/);
  assert.equal(other.code, 2);
  const none = await strop([...args, '--compare', join(at, 'none.json')]);
  assert.match(none.error, /There is no file/);
  const wrong = await strop([...args, '--compare', program]);
  assert.match(wrong.error, /This is no saved evaluation/);
  assert.equal(wrong.code, 2);
});
