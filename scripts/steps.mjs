// Steps of set-up and of tests: each runs commands, keeps their output in build/log, and is skipped while what it is made
// from has not changed.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));
const at = (path) => join(root, path);

/** A step has failed; what it said has been shown. */
export class StepFailed extends Error {}

/**
 * @typedef {object} Step
 * @property {string} name
 * @property {string[][]} commands one after another, in the root
 * @property {string[]} [inputs] files and folders that it is made from; without them it always runs
 * @property {string[]} [outputs] what must be there afterwards
 * @property {Step[]} [after] steps whose results it is made from
 * @property {Record<string, string | undefined>} [env]
 * @property {() => void | Promise<void>} [prepare] run before the commands
 * @property {() => Promise<boolean>} [isThere] whether what it makes outside of the root is there
 */

const line = (text) => process.stdout.write(`${text}\n`);
export const seconds = (from) => `${((performance.now() - from) / 1000).toFixed(1)} s`;

/** The SHA-256 of what a step is made from: names and contents, not times. */
function inputHash(step) {
  const hash = createHash('sha256').update(`${process.version} ${process.platform} ${JSON.stringify(step.commands)}\n`);
  for (const before of step.after ?? []) hash.update(inputHash(before));
  for (const path of step.inputs ?? []) addTo(hash, path);
  return hash.digest('hex');
}

const notSources = new Set(['node_modules', 'dist', 'build', 'out']);

function addTo(hash, path) {
  if (!existsSync(at(path))) return;
  if (statSync(at(path)).isDirectory()) {
    const names = readdirSync(at(path)).filter((name) => !notSources.has(name) && !/^dist-/.test(name));
    for (const name of names.sort()) addTo(hash, join(path, name));
  } else {
    hash
      .update(`${path}\n`)
      .update(readFileSync(at(path)))
      .update('\n');
  }
}

const stampOf = ({ name }) => at(`build/stamps/${name.replace(/[^\w-]+/g, '-')}`);

/** Whether a step's result is there and made from what is there now. */
async function isDone(step) {
  if (!step.inputs || !(step.outputs ?? []).every((path) => existsSync(at(path)))) return false;
  const stamp = stampOf(step);
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== inputHash(step)) return false;
  return (await step.isThere?.()) ?? true;
}

/**
 * Runs a step unless it is done.
 * @param {Step} step
 * @returns whether there was anything to do
 * @throws {StepFailed}
 */
export async function runStep(step) {
  if (await isDone(step)) return false;
  const started = performance.now();
  const log = at(`build/log/${step.name.replace(/[^\w-]+/g, '-')}.log`);
  mkdirSync(dirname(log), { recursive: true });
  rmSync(stampOf(step), { force: true });
  const tty = process.stdout.isTTY && !process.env.CI;
  if (tty) process.stdout.write(`  ${step.name} …`);
  const output = createWriteStream(log);
  try {
    await step.prepare?.();
    const hash = step.inputs && inputHash(step);
    for (const command of step.commands) await runCommand(command, step.env, output);
    const missing = (step.outputs ?? []).find((path) => !existsSync(at(path)));
    if (missing) throw new Error(`it should have made ${missing}`);
    if (hash) {
      mkdirSync(dirname(stampOf(step)), { recursive: true });
      writeFileSync(stampOf(step), hash);
    }
  } catch (error) {
    await new Promise((resolve) => output.end(resolve));
    const said = readFileSync(log, 'utf8').trimEnd().split('\n');
    const text = (said.length > 80 ? [...said.slice(0, 20), '…', ...said.slice(-60)] : said).join('\n');
    line(
      `${tty ? '\r\u001b[2K' : ''}  ${step.name}: failed after ${seconds(started)}\n${text}\n${error.message}. All of it: ${log}`,
    );
    throw new StepFailed(step.name);
  }
  await new Promise((resolve) => output.end(resolve));
  line(`${tty ? '\r\u001b[2K' : ''}  ${step.name}: ${seconds(started)}`);
  return true;
}

function runCommand([command, ...args], env, output) {
  output.write(`$ ${[command, ...args].join(' ')}\n`);
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.pipe(output, { end: false });
    child.stderr.pipe(output, { end: false });
    child.on('error', (error) => reject(new Error(`${command} cannot be started (${error.message})`)));
    child.on('close', (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(`${[command, ...args].join(' ')} ended with ${signal ?? code}`));
    });
  });
}

/** Whether an environment variable says yes. */
export const isOn = (value) => value !== undefined && !['', '0', 'false'].includes(value);
