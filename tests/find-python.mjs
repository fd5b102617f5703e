import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/**
 * The Python that has what tests/FOLDER/requirements.txt names, as {python, skip: false}; where that cannot be installed, as
 * without a network, {skip: why}, and says loudly of what.
 */
export function findPython(folder, name, what) {
  const here = fileURLToPath(new URL('.', import.meta.url));
  const { status, error, stdout, stderr } = spawnSync(`${here}python-env`, [`${here}${folder}`], { encoding: 'utf8' });
  if (status === 0) return { python: stdout.trim(), skip: false };
  const why = `${name} cannot be installed: ${error?.message ?? stderr.trim().split('\n').slice(-5).join(' | ')}`;
  console.error(`SKIPPED: ${what}\n  ${why}`);
  return { skip: `SKIPPED: ${why}` };
}
