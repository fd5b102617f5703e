// An optimization from the command line: its files, its report, and what becomes of it when it is killed.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { folder, json, lines, modelServer, strop, task } from './help.mjs';

const files = ['program.json', 'report.json', 'journal.jsonl', 'question-kind/program.json'];
const read = (out) =>
  Object.fromEntries(files.map((name) => [name, readFileSync(join(out, name), 'utf8').replaceAll(out, 'OUT')]));
const both = (out) => ['optimize', task('extract'), task('question-kind'), '--model', 'practice', '--out', out];

const undisturbed = folder();
test('the practice model: all files, and a report that says that it is none', async () => {
  const { code, out, error } = await strop(both(undisturbed));
  assert.equal(code, 0, error);
  assert.match(out, /^model: practice \(simulated/);
  assert.match(out, /these numbers say nothing about any model/);
  const report = json(join(undisturbed, 'report.json'));
  assert.equal(report.task, 'extract');
  assert.equal(report.simulated, true);
  assert.equal(report.seconds, null);
  assert.deepEqual(Object.keys(report.seed), ['score', 'n']);
  assert.equal(report.optimized.n, 84);
  const [low, high] = report.optimized.interval;
  assert.ok(0 <= low && low <= report.optimized.score && report.optimized.score <= high && high <= 1);
  assert.ok(report.optimized.score - report.seed.score > 0.3, 'demos help the practice model');
  assert.deepEqual(
    report.tasks.map(({ task, calls, state }) => ({ task, counted: calls > 400, state })),
    ['extract', 'question-kind'].map((name) => ({ task: name, counted: true, state: 'done' })),
  );
  const program = json(join(undisturbed, 'program.json'));
  assert.ok(program.demos.length > 0);
  assert.equal(program.signature.instructions, 'Name the product the customer writes about.');
});

test('killed at any point and started again: the same files, and no answer twice', async () => {
  const out = folder();
  const journal = join(out, 'journal.jsonl');
  let kills = 0;
  for (const until of [1, 40, 150, 300]) {
    await strop(both(out), {
      during: async (child) => {
        while (child.exitCode === null && !(existsSync(journal) && lines(journal).length >= until)) {
          await new Promise((resolve) => setTimeout(resolve, 1));
        }
        if (child.kill('SIGKILL')) ++kills;
      },
    });
  }
  assert.ok(kills >= 3, 'the process was killed while it ran');
  const { code, out: said, error } = await strop(both(out));
  assert.equal(code, 0, error);
  assert.match(said, /continuing after \d+ recorded answers/);
  assert.deepEqual(read(out), read(undisturbed));
  const paths = lines(journal)
    .map((line) => JSON.parse(line))
    .map((record) => JSON.stringify(record.path ?? record[0]));
  assert.equal(new Set(paths).size, paths.length);
});

test('started again when it is done: at once, and the same report', async () => {
  const before = read(undisturbed);
  const { code } = await strop(both(undisturbed));
  assert.equal(code, 0);
  assert.deepEqual(read(undisturbed), before);
});

test('with other options the journal is set aside, not lost and not used', async () => {
  const before = readFileSync(join(undisturbed, 'journal.jsonl'), 'utf8');
  const { code, out } = await strop([...both(undisturbed), '--seed', '7']);
  assert.equal(code, 0);
  assert.match(out, /is of another run .*journal\.1\.jsonl/);
  assert.equal(readFileSync(join(undisturbed, 'journal.1.jsonl'), 'utf8'), before);
  assert.equal(json(join(undisturbed, 'report.json')).optimizer.seed, 7);
});

/** Knows the product only if demos are shown, and takes its time. */
const shy = (messages) => {
  const demos = messages.length > 2;
  return new Promise((resolve) => {
    const product = demos ? /my (\w+)/.exec(messages.at(-1).content)?.[1] : 'nothing';
    setTimeout(() => resolve({ text: `[[ ## product ## ]]\n${product}\n\n[[ ## completed ## ]]` }), 4);
  });
};
const things =
  'lamp kettle tent drum chair spoon clock towel radio violin basket ladder pillow candle mirror wagon anchor helmet'.split(
    ' ',
  );
const own = (out, url) => {
  const rows = join(out, 'rows.jsonl');
  if (!existsSync(rows))
    writeFileSync(
      rows,
      things
        .flatMap((thing) =>
          [`Where is my ${thing}?`, `I broke my ${thing}, sorry.`].map(
            (message) => `${JSON.stringify({ message, product: thing })}\n`,
          ),
        )
        .join(''),
    );
  const options = [
    '--signature',
    'message -> product',
    '--metric',
    'exact:product',
    '--rows',
    rows,
    '--candidates',
    '1',
  ];
  return ['optimize', ...options, '--model', 'shy', '--base-url', url, '--out', out];
};

test('Ctrl-C: the best so far is kept, exit 130, and the rest follows later without a repeated call', async () => {
  const out = folder();
  const { url, prompts } = await modelServer(shy);
  const first = await strop([...own(out, url), '--concurrency', '2'], {
    during: async (child) => {
      while (prompts.length < 25) await new Promise((resolve) => setTimeout(resolve, 1));
      child.kill('SIGINT');
    },
  });
  assert.equal(first.code, 130, first.error);
  assert.equal(json(join(out, 'report.json')).state, 'stopped');
  assert.match(first.out, /ended early: interrupted/);
  assert.ok(existsSync(join(out, 'program.json')));
  const made = prompts.length;
  assert.ok(made < 60, `${made} calls: it did not stop`);

  const second = await strop(own(out, url));
  assert.equal(second.code, 0, second.error);
  const report = json(join(out, 'report.json'));
  assert.equal(report.state, 'done');
  assert.ok(report.optimized.score > report.seed.score);
  assert.ok(report.seconds > 0);

  const whole = folder();
  const other = await modelServer(shy);
  await strop(own(whole, other.url));
  assert.equal(prompts.length, other.prompts.length, 'as many calls as without the interruption');
  assert.deepEqual([...prompts].sort(), [...other.prompts].sort());
  assert.deepEqual(json(join(out, 'program.json')), json(join(whole, 'program.json')));
});

test('a model that dies on the way: exit 3, the best so far is kept, and it goes on from there', {
  timeout: 120_000,
}, async () => {
  const out = folder();
  let alive = true;
  const { url, prompts } = await modelServer((messages, n) => {
    if (n > 40 && alive) return { status: 400, error: 'out of order' };
    return shy(messages);
  });
  const first = await strop([...own(out, url), '--concurrency', '1']);
  assert.equal(first.code, 3, first.error);
  assert.match(first.error, /^strop: .*out of order/);
  assert.equal(first.error.trimEnd().split('\n').length, 1);
  assert.ok(existsSync(join(out, 'program.json')));
  assert.equal(json(join(out, 'report.json')).state, 'failed');
  alive = false;
  const answered = 40;
  const refused = prompts.length - answered;
  const second = await strop([...own(out, url), '--concurrency', '1']);
  assert.equal(second.code, 0, second.error);
  assert.equal(json(join(out, 'report.json')).calls, prompts.length - refused);
});

test('a budget ends the search, not the honest comparison', async () => {
  const out = folder();
  const { code, error } = await strop([
    'optimize',
    task('extract'),
    '--model',
    'practice',
    '--max-calls',
    '300',
    '--out',
    out,
  ]);
  assert.equal(code, 0, error);
  const report = json(join(out, 'report.json'));
  assert.ok(report.calls <= 300, `${report.calls}`);
  assert.equal(report.optimized.n, 84);
});

test('--json: events and the report as lines of JSON, nothing else', async () => {
  const { out, code } = await strop([
    'optimize',
    task('extract'),
    '--optimizer',
    'labeled',
    '--demos',
    '4',
    '--model',
    'practice',
    '--out',
    folder(),
    '--json',
  ]);
  assert.equal(code, 0);
  const told = out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.equal(told[0].event, 'start');
  assert.equal(told.filter(({ event }) => event === 'row').length > 200, true);
  assert.equal(told.at(-1).report.optimizer.name, 'LabeledFewShot');
});

test('a full disk: exit 4, and where', async (t) => {
  const out = folder();
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=24k', 'tmpfs', out]).status !== 0) {
    t.skip('needs the right to mount a small disk');
    return;
  }
  try {
    const { code, error } = await strop(both(out));
    assert.equal(code, 4, error);
    assert.match(error, /the disk is full\. Make room/);
    assert.equal(error.trimEnd().split('\n').length, 1, error);
  } finally {
    execFileSync('umount', [out]);
  }
});

test('a model by its name: its price is known, told, and a budget', async () => {
  const out = folder();
  const { url, prompts } = await modelServer(shy);
  const named = (directory, ...more) => [
    ...own(directory, url).map((word, i, all) => (all[i - 1] === '--model' ? 'openai/gpt-4o-mini' : word)),
    ...more,
  ];
  const args = (directory, ...more) => {
    const words = named(directory, ...more);
    const at = words.indexOf('--base-url');
    return [...words.slice(0, at), ...words.slice(at + 2)];
  };
  const env = { OPENAI_API_KEY: 'secret-key-123456', OPENAI_BASE_URL: url };
  const { code, out: said, error } = await strop(args(out), { env });
  assert.equal(code, 0, error);
  const report = json(join(out, 'report.json'));
  const each = (10 * 0.15 + 2 * 0.6) / 1e6; // 10 and 2 tokens a call, in dollars
  assert.ok(Math.abs(report.usd - report.calls * each) < 1e-9, `${report.usd} for ${report.calls} calls`);
  assert.match(said, /calls +cost +seconds/);
  assert.ok(!`${said}${error}${readFileSync(join(out, 'journal.jsonl'), 'utf8')}`.includes('secret-key'));

  const poor = folder();
  prompts.length = 0;
  // a call may take the whole length of an answer, which this does not reach
  const limited = await strop(args(poor, '--max-usd', '0.0001', '--max-seconds', '60'), { env });
  assert.match(limited.out, /ended early/);
  assert.equal(prompts.length, 0);
  assert.equal((await strop(args(poor, '--max-usd', 'much'), { env })).code, 2);
});
