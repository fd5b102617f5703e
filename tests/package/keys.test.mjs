// A key is in the request's header and nowhere else, whatever happens and wherever it is written.
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import { inspect } from 'node:util';
import {
  callHistory,
  configure,
  evaluate,
  exact,
  inspectHistory,
  Module,
  openai,
  Predict,
  traceOf,
  usageOf,
} from 'strop';
import { compare, toCSV, toHTML, toJSON } from 'strop/evaluate';
import { fileCache, fileJournal } from 'strop/node';
import { BootstrapFewShot } from 'strop/optimize';
import { questions } from '../faults/rows.mjs';
import { faultServer } from '../faults/server.mjs';

const key = 'sk-test-0123456789abcdef';
const directory = mkdtempSync(join(tmpdir(), 'strop-keys-'));
let server;
before(async () => {
  server = await faultServer();
});
after(async () => {
  await server.close();
  configure({ history: undefined, observer: undefined, onWarning: undefined });
  rmSync(directory, { recursive: true });
});

class Twice extends Module {
  first = new Predict('question -> answer');
  second = new Predict('question -> answer');
  async forward({ question }) {
    await this.first.run({ question });
    return this.second.run({ question });
  }
}

it('is in no file, event, error, trace, history, report or saved program', async () => {
  const told = [];
  const tell = (what) => told.push(inspect(what, { depth: 12, showHidden: true, maxStringLength: null }));
  configure({
    history: 1000,
    observer: { callStart: tell, callEnd: (call, outcome) => tell([call, outcome]) },
    onWarning: tell,
  });
  const options = { baseURL: server.baseURL, apiKey: key, retries: 0 };
  const lm = openai({ model: 'ok', ...options });
  const stores = () => ({
    lm,
    cache: fileCache(join(directory, 'cache')),
    journal: fileJournal(join(directory, `${told.length}.jsonl`)),
  });
  const metric = exact('answer');
  const found = [];
  for (const program of [new Predict('question -> answer'), new Twice()]) {
    found.push(await evaluate(program, questions(20), metric, { ...stores(), onEvent: tell }));
    const run = new BootstrapFewShot({ metric }).compile(program, { trainset: questions(12), ...stores() });
    for await (const event of run) tell(event);
    const { program: best, report } = await run;
    const stream = best.stream({ question: 'What is 7?' }, { lm });
    for await (const event of stream) tell(event);
    const prediction = await stream.prediction;
    tell([best, best.toJSON(), report, traceOf(prediction), usageOf(prediction)]);
  }
  told.push(found.map((each) => toCSV(each) + toHTML(each) + toJSON(each)).join(), inspect(await compare(...found)));

  for (const model of ['drop', 'stalled', 'truncated', 'html', 'shortBody', 'errorInStream', 'longBody']) {
    const broken = openai({ model, timeout: 100, ...options });
    for (const call of [{}, { onPart: tell }]) {
      const failing = new Predict('question -> answer', { lm: broken }).run({ question: `What is ${model}?` }, call);
      tell(await failing.catch((error) => [error, error.stack, error.cause]));
    }
    tell(await evaluate(new Twice().with({ lm: broken }), questions(3), metric).catch((error) => error));
  }
  tell(callHistory());
  inspectHistory({ n: 1000, print: (text) => told.push(text) });

  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  assert.ok(files.length > 20, `${files.length} files`);
  for (const { parentPath, name } of files) told.push(readFileSync(join(parentPath, name), 'utf8'));
  assert.ok(server.seen.length > 50 && server.seen.every(({ headers }) => headers.authorization === `Bearer ${key}`));
  assert.ok(told.join('').length > 100_000);
  for (const text of told) assert.ok(!text.includes(key.slice(3)), text.slice(0, 2000));
});
