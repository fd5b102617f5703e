import { availableParallelism, cpus } from 'node:os';

/** More threads than this hardly help a small model. */
const most = 8;

/**
 * How many threads a local model shall take: as many as there are idle cores, at most half of them where there are many
 * (the other half are usually not cores of their own). One in CI and on a busy machine: threads that wait for each
 * other make a small model several times slower there, not faster.
 */
export async function chooseThreads(): Promise<number> {
  const cores = availableParallelism();
  if (isSet(process.env.CI) || cores === 1) return 1;
  const limit = Math.min(most, cores <= 4 ? cores : Math.ceil(cores / 2));
  return Math.max(1, Math.min(limit, Math.round(await idleCores(cores, 200))));
}

/** How many cores had nothing to do, in so many milliseconds. */
async function idleCores(cores: number, milliseconds: number): Promise<number> {
  const before = cpuTimes();
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
  const after = cpuTimes();
  const total = after.total - before.total;
  return total > 0 ? (cores * (after.idle - before.idle)) / total : cores; // where nothing is counted, assume quiet
}

function cpuTimes(): { idle: number; total: number } {
  let idle = 0;
  let total = 0;
  for (const { times } of cpus()) {
    idle += times.idle;
    total += times.idle + times.user + times.sys + times.nice + times.irq;
  }
  return { idle, total };
}

/** Whether an environment variable says yes. */
function isSet(value: string | undefined): boolean {
  return value !== undefined && !['', '0', 'false'].includes(value);
}
