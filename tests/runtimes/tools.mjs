// The runtimes, installed where they lack. By itself: node tests/runtimes/tools.mjs
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
export const tools = join(here, 'node_modules');
export const bin = (name) => join(tools, '.bin', name);

export function installTools() {
  if (existsSync(bin('deno'))) return;
  const run = (command, args, cwd) => execFileSync(command, args, { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
  run('npm', ['install', '--no-audit', '--no-fund', '--no-package-lock', '--ignore-scripts'], here);
  run(process.execPath, ['install.js'], join(tools, 'bun')); // puts the binary, which is there, into its place
}

if (process.argv[1] === fileURLToPath(import.meta.url)) installTools();
