import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/**
 * The Python that has DSPy, as {python, skip: false}; where it cannot be installed, as without a network, {skip: why}, and
 * says loudly of what.
 */
export function findDspy(what) {
  const script = fileURLToPath(new URL('../conformance/dspy-env', import.meta.url));
  const { status, error, stdout, stderr } = spawnSync(script, { encoding: 'utf8' });
  if (status === 0) return { python: stdout.trim(), skip: false };
  const why = `DSPy cannot be installed: ${error?.message ?? stderr.trim().split('\n').slice(-5).join(' | ')}`;
  console.error(`SKIPPED: ${what}\n  ${why}`);
  return { skip: `SKIPPED: ${why}` };
}
