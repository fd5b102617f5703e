// What the core itself takes, below the package: node tests/bench/core.mjs [MODULE…], each the path of a full module without
// its suffix. Several take turns, so that builds can be compared on a machine that does other things too. Best of many.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const paths = process.argv.slice(2);
if (paths.length === 0)
  paths.push(fileURLToPath(new URL('../../build/wasm-release/wasm/bindings/strop-full', import.meta.url)));

const text = { encoder: new TextEncoder(), decoder: new TextDecoder() };

async function load(path) {
  const { default: create } = await import(pathToFileURL(resolve(`${path}.mjs`)).href);
  const compiled = await WebAssembly.compile(readFileSync(`${path}.wasm`));
  let memory;
  const module = await create({
    instantiateWasm(imports, done) {
      const instance = new WebAssembly.Instance(compiled, imports);
      memory = Object.values(instance.exports).find((each) => each instanceof WebAssembly.Memory);
      done(instance, compiled);
      return instance.exports;
    },
  });
  const core = {
    module,
    write(input) {
      const room = 3 * input.length;
      const at = module.reserve(room);
      return text.encoder.encodeInto(input, new Uint8Array(memory.buffer, at, room)).written;
    },
    read(n) {
      const output = text.decoder.decode(new Uint8Array(memory.buffer, module.reserve(0), Math.abs(n)));
      if (n < 0) throw new Error(output);
      return output;
    },
    call: (f, input) => core.read(f(core.write(typeof input === 'string' ? input : JSON.stringify(input)))),
    /** An object: `object.method(bytes)` gives what the method left in the buffer. */
    make(name, input) {
      const handle = module[name](core.write(JSON.stringify(input)));
      if (handle < 0) core.read(handle);
      const methods = Object.keys(module).filter((entry) => entry.startsWith(`${name}.`));
      const object = methods.map((entry) => [
        entry.slice(name.length + 1),
        (bytes = 0) => module[entry](handle, bytes),
      ]);
      return { ...Object.fromEntries(object), delete: () => module.release(handle) };
    },
  };
  return core;
}

const signature = "ticket -> category: Literal['billing', 'bug', 'other'], urgent: bool";
const ticket = 'I was charged twice for the same month and nobody answers my mails. Please look into it today.';
const reply = '[[ ## category ## ]]\nbilling\n\n[[ ## urgent ## ]]\nTrue\n\n[[ ## completed ## ]]\n';
const demos = Array.from({ length: 16 }, (_, i) => ({
  ticket: `Ticket ${i}: the export of my report stops at page ${i + 3} and says that something went wrong.`,
  category: ['billing', 'bug', 'other'][i % 3],
  urgent: i % 2 === 0,
}));
const rows = Array.from({ length: 1000 }, (_, i) => ({ ...demos[i % 16], ticket: `${i}: ${ticket}` }));
const value = {
  type: 'dict[str, list[float]]',
  value: Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`key ${i}`, [i, i / 7, -1e-7 * i, 1e300]])),
};

/** An evaluation of 1,000 rows whose model answers at once: µs an effect. */
function evaluation(core) {
  const program = { module: 'Predict', signature };
  const session = core.make('Session', {
    task: 'evaluate',
    program,
    adapter: 'chat',
    metric: { name: 'exact', field: 'category' },
    rows,
  });
  const answer = JSON.stringify(reply);
  let effects = 0;
  let input = 't 32\n';
  for (;;) {
    const ids = [];
    let state = '';
    for (const line of core.call((n) => session.step(n), input).split('\n')) {
      if (line.startsWith('e ')) ids.push(line.slice(2, line.indexOf(' ', 2)));
      else if (line.startsWith('state ')) state = line.slice(6);
    }
    if (state !== 'running') break;
    effects += ids.length;
    input = `${ids.map((id) => `a ${id} 1 30 0 ${answer}\n`).join('')}t 32\n`;
  }
  if (effects !== rows.length) throw new Error(`${effects} effects for ${rows.length} rows`);
  session.delete();
  return effects;
}

const cases = (core) => {
  const predictor = core.make('Predictor', { signature, demos });
  const inputs = JSON.stringify({ ticket });
  return {
    'Predictor with 16 demos, its prefix': () => {
      const made = core.make('Predictor', { signature, demos });
      core.read(made.prefix());
      made.delete();
    },
    'Predictor.render': () => core.call((n) => predictor.render(n), inputs),
    'Predictor.parse': () => core.call((n) => predictor.parse(n), reply),
    'parseValue, 80 floats': () => core.call(core.module.parseValue, value),
    'an effect of an evaluation': () => evaluation(core),
  };
};

const builds = await Promise.all(paths.map(async (path) => ({ path, best: {}, cases: cases(await load(path)) })));
for (let turn = 0; turn < 30; ++turn) {
  for (const { best, cases } of builds) {
    for (const [name, run] of Object.entries(cases)) {
      let calls = 0;
      const start = performance.now();
      let spent = 0;
      while (spent < 20) {
        const counted = run();
        calls += typeof counted === 'number' ? counted : 1;
        spent = performance.now() - start;
      }
      best[name] = Math.min(best[name] ?? Infinity, (1e3 * spent) / calls);
    }
  }
}
for (const name of Object.keys(builds[0].best))
  console.log(name.padEnd(40), ...builds.map(({ best }) => `${best[name].toFixed(2).padStart(9)} µs`));
for (const { path } of builds) console.log(path);
