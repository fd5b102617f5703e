// Which Chromium the tests use, and how it is started.
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

export const system = '/usr/bin/chromium';

/** The one of an npm package, where the distribution has none but a snap: scripts/chromium.mjs puts it there. */
export const version = '153.0.0';
export const unpacked = join(
  process.env.XDG_CACHE_HOME || join(homedir(), '.cache'),
  `strop-chromium/${version}/chromium`,
);

export const executablePath = process.env.STROP_CHROMIUM ?? (existsSync(system) ? system : unpacked);

export const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
