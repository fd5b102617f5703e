import type { store as theStore } from '../state/store.svelte.ts';
import { hostOf } from '../state/store.svelte.ts';

/** Why no run can begin, or undefined if one can. */
export function runnable({ project, sets }: typeof theStore): string | undefined {
  if (!project.valid) return project.problem ? 'The signature has an error.' : 'Reading the signature.';
  if (project.rows.length === 0) return 'There are no rows yet.';
  if (sets.train.length === 0) return 'No train row has all its fields. Look at the columns under Data.';
  if (sets.val.length === 0) return 'No validation row has all its fields. Add rows or change the shares.';
  if (project.model.kind === 'endpoint' && hostOf(project.model.url) === '')
    return 'The address of the endpoint is not a URL.';
  if (project.model.kind === 'endpoint' && project.model.model === '') return 'The endpoint needs the name of a model.';
  return undefined;
}
