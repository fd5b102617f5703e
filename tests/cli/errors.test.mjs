// What is wrong is said in one line, with its place and what to do, and told by the exit code.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { folder, modelServer, strop, task } from './help.mjs';

const at = folder();
const file = (name, text) => {
  writeFileSync(join(at, name), text);
  return join(at, name);
};
const product = ['--signature', 'message -> product', '--metric', 'normalized:product', '--model', 'practice'];
const stars = [
  'eval',
  '--signature',
  'review -> stars: int',
  '--metric',
  'exact:stars',
  '--model',
  'practice',
  '--rows',
];

const wrong = [
  ['an unknown command', ['optimise'], 2, /no command "optimise".*optimize/],
  ['an unknown option', ['eval', '--colour'], 2, /Unknown option '--colour'.*strop eval --help/],
  ['nothing to run', ['eval', '--model', 'practice'], 2, /Give a task file/],
  ['no number', ['optimize', task('extract'), '--seed', 'x'], 2, /--seed must be a whole number from 0, not "x"/],
  ['a wrong signature', ['inspect', '--signature', 'question -> answer: Litral["a"]'], 2, /column 21.*Litral/s],
  ['no arrow', ['inspect', '--signature', 'question answer'], 2, /->/],
  ['a missing file', ['eval', ...product, '--rows', join(at, 'none.jsonl')], 2, /There is no file .*none\.jsonl/],
  [
    'a row that is no JSON',
    [
      'eval',
      ...product,
      '--rows',
      file('a.jsonl', '{"message": "a", "product": "b"}\n{"message": "a" "product": 1}\n'),
    ],
    2,
    /a\.jsonl:2:17: this is not JSON: not expected: /,
  ],
  [
    'a row cut off',
    ['eval', ...product, '--rows', file('b.jsonl', '{"message": "a", "pro')],
    2,
    /b\.jsonl:1:18: .*JSON/,
  ],
  ['a row that is a list', ['eval', ...product, '--rows', file('c.jsonl', '[1]\n')], 2, /c\.jsonl:1:1: .*object/],
  [
    'a row without a field',
    ['eval', ...product, '--rows', file('d.jsonl', '{"message":"a","product":"b"}\n\n{"message":"c"}\n')],
    2,
    /d\.jsonl:3:1: this row has no `product`; it has `message`/,
  ],
  [
    'a wrong place in a JSON list',
    ['eval', ...product, '--rows', file('e.json', '[\n  {"message": "a", "product": "b"},\n  {"message": nul}\n]\n')],
    2,
    /e\.json:3:15: this is not JSON/,
  ],
  [
    'a cell of a wrong type',
    [...stars, file('f.csv', 'review,stars\n"good, really",5\nbad,one\n')],
    2,
    /f\.csv:3:1: `stars` is no int.*one/,
  ],
  [
    'too few cells',
    [...stars, file('g.csv', 'review,stars\nbad\n')],
    2,
    /g\.csv:2:1: this row has 1 cells, but the header has 2/,
  ],
  [
    'an open quote',
    [...stars, file('h.csv', 'review,stars\ngood,4\n"bad,1\n')],
    2,
    /h\.csv:3:1: this quote is never closed/,
  ],
  ['no rows', ['eval', ...product, '--rows', file('i.jsonl', '\n')], 2, /i\.jsonl has no rows/],
  ['a task that is none', ['eval', file('t1.json', '{"signatur": "a -> b"}')], 2, /t1\.json is neither a task/],
  [
    'a task with an unknown key',
    ['eval', file('t2.json', '{"signature": "a -> b", "metrics": 1}')],
    2,
    /`metrics` is not known in `task`.*metric/,
  ],
  ['a wrong metric', ['eval', task('extract'), '--metric', 'precise:product'], 2, /exact:FIELD.*"precise:product"/],
  ['an unknown model', ['eval', task('extract'), '--model', 'gpt-5'], 2, /openai\/NAME/],
  ['a missing model file', ['eval', task('extract'), '--model', '/none.gguf'], 2, /no model file \/none\.gguf/],
  ['no key', ['eval', task('extract'), '--model', 'openai/gpt-5-mini'], 2, /OPENAI_API_KEY/],
  ['a port that is none', ['serve', '--port', '70000'], 2, /65535/],
  ['a folder without a playground', ['serve', '--dir', at], 2, /has no index\.html/],
];
for (const [what, args, code, message] of wrong) {
  test(what, async () => {
    const said = await strop(args);
    assert.match(said.error, message);
    assert.equal(said.error.trimEnd().split('\n').length, 1, said.error);
    assert.deepEqual({ code: said.code, out: said.out }, { code, out: '' });
  });
}

test('a model that was never fetched: how to come by it', async () => {
  const said = await strop(['eval', task('extract')], { env: { STROP_MODELS_DIR: at } });
  assert.match(said.error, /strop fetch-model/);
  assert.equal(said.code, 2);
});

test('a dead endpoint: exit 3, once, with the place', { timeout: 60_000 }, async () => {
  const { url, server } = await modelServer(() => ({}));
  server.close();
  const said = await strop(['eval', task('extract'), '--model', 'm', '--base-url', url, '--concurrency', '1']);
  assert.match(said.error, new RegExp(`^strop: .*m at ${new URL(url).host} cannot be reached.*\n$`));
  assert.equal(said.code, 3);
});

test('a wrong key: exit 3, and the key is not repeated', async () => {
  const { url } = await modelServer(() => ({ status: 401, error: 'Incorrect API key provided: secret-key-123456' }));
  const said = await strop(['eval', task('extract'), '--model', 'm', '--base-url', url], {
    env: { STROP_API_KEY: 'secret-key-123456' },
  });
  assert.match(said.error, /does not accept the key \(401\)/);
  assert.doesNotMatch(said.error, /secret-key/);
  assert.equal(said.code, 3);
});

test('every command has help with an example', async () => {
  const { out } = await strop(['--help']);
  const commands = [...out.matchAll(/^ {2}strop ([\w-]+) /gm)].map(([, name]) => name);
  assert.deepEqual(commands, ['optimize', 'eval', 'run', 'inspect', 'serve', 'fetch-model']);
  for (const command of commands) {
    const help = await strop([command, '--help']);
    assert.equal(help.code, 0);
    assert.match(help.out, new RegExp(`^strop ${command}`));
    assert.match(help.out, new RegExp(`^  (cat .* \\| )?strop ${command}`, 'm'));
  }
});
