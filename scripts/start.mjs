// npm start: sets up what is missing, optimizes the two example tasks on a real model, and opens the playground.
//
//   npm start                        the local model, or the practice model where it cannot be had
//   npm start -- --model practice    another model, as in `strop optimize --help`
//   npm start -- --fresh             anew, instead of going on where it was
//   npm start -- --no-serve          without the playground
//   npm start -- --port 8080
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { model, setUp } from './setup.mjs';
import { isOn, root, runStep, StepFailed, seconds } from './steps.mjs';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Node 20.19 or newer is needed; this is ${process.version}.`);
  process.exit(1);
}
const { values: options } = parseArgs({
  options: {
    model: { type: 'string' },
    fresh: { type: 'boolean' },
    'no-serve': { type: 'boolean' },
    port: { type: 'string' },
  },
});
let interrupted = false;
process.on('SIGINT', () => {
  interrupted = true; // what runs in the foreground ends by itself, and writes its files first
});
process.on('SIGTERM', () => child?.kill('SIGTERM'));

let child;
const strop = (...args) =>
  new Promise((resolve, reject) => {
    child = spawn(process.execPath, [join(root, 'wasm/dist/cli.js'), ...args], { cwd: root, stdio: 'inherit' });
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 1)));
  });

/** The model to use: what was asked for, else the local one, else the practice model, which is then said. */
async function chooseModel() {
  if (options.model !== undefined && options.model !== 'local') return options.model;
  try {
    await runStep(model);
    return 'local';
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    if (options.model === 'local' || interrupted) throw error;
    console.log(
      '\nThe local model cannot be had here (see above). The practice model takes its place: rules, not a language model.',
    );
    return 'practice';
  }
}

async function main() {
  const started = performance.now();
  if (await setUp()) console.log(`  set up in ${seconds(started)}\n`);
  const chosen = await chooseModel();
  const tasks = ['extract', 'question-kind'].map((name) => `examples/${name}/task.json`);
  const code = await strop(
    'optimize',
    ...tasks,
    '--model',
    chosen,
    '--out',
    'out',
    ...(options.fresh ? ['--fresh'] : []),
  );
  if (code !== 0) return code;
  if (options['no-serve'] || isOn(process.env.CI) || !process.stdout.isTTY) return 0;
  const local = chosen === 'practice' ? ['--model', 'none'] : [];
  return await strop('serve', ...local, ...(options.port ? ['--port', options.port] : []));
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error) => {
    if (!(error instanceof StepFailed)) console.error(error.message);
    process.exitCode = interrupted ? 130 : 1;
  },
);
