import { type Split, splitRows } from 'strop/slim';
import type {
  Described,
  LmSettings,
  MetricSpec,
  ModelChoice,
  ModuleKind,
  OptimizerSpec,
  Problem,
  ProgramSpec,
} from '../core/protocol.ts';
import { cellText, factsOf, guessMapping, type Mapping, mapRows } from '../data/columns.ts';
import type { Row, Table } from '../data/parse.ts';
import type { Example } from './examples.ts';

/** What a person did, or the core found out about it. The project is a fold over these. */
export type ProjectEvent =
  | { event: 'opened'; example: Example; table: Table; split: Split<number> }
  | { event: 'signature'; text: string }
  /** A signature that was proposed for the rows; what was said to the model belonged to another. */
  | { event: 'adopted'; text: string }
  | { event: 'described'; text: string; module: ModuleKind; described: Described }
  | { event: 'refused'; text: string; problem: Problem }
  | { event: 'module'; module: ModuleKind }
  | { event: 'instructions'; text: string | undefined }
  | { event: 'rows'; table: Table; source: string }
  | { event: 'mapped'; column: string; field: string | undefined }
  | { event: 'shares'; shares: Shares; seed: number }
  | { event: 'dropped'; rows: readonly number[] }
  | { event: 'metric'; metric: MetricSpec }
  | { event: 'model'; model: ModelChoice }
  | { event: 'optimizer'; optimizer: Partial<OptimizerSpec> };

export type Shares = readonly [number, number, number];
export type SetName = 'train' | 'val' | 'test';

export const setNames: Readonly<Record<SetName, string>> = { train: 'train', val: 'validation', test: 'test, locked' };

export interface Project {
  name: string;
  /** Whether this is the example that was loaded, with the split that it comes with. */
  loaded: boolean;
  source: string;
  /** As typed. */
  signature: string;
  module: ModuleKind;
  instructions: string | undefined;
  /** The last one that the core could read: what the prompt shows. */
  valid: { text: string; described: Described } | undefined;
  problem: Problem | undefined;
  table: Table;
  mapping: Mapping;
  /** Rows under the fields' names. */
  rows: readonly Row[];
  dropped: ReadonlySet<number>;
  shares: Shares;
  splitSeed: number;
  split: Split<number>;
  metric: MetricSpec;
  model: ModelChoice;
  optimizer: OptimizerSpec;
  config: LmSettings;
}

export const emptyProject: Project = {
  name: '',
  loaded: false,
  source: '',
  signature: '',
  module: 'Predict',
  instructions: undefined,
  valid: undefined,
  problem: undefined,
  table: { format: 'JSONL', columns: [], rows: [] },
  mapping: {},
  rows: [],
  dropped: new Set(),
  shares: [1, 1, 1],
  splitSeed: 7,
  split: { train: [], val: [], test: [] },
  metric: { name: 'exact', field: '' },
  model: { kind: 'practice' },
  optimizer: {
    name: 'BootstrapFewShotWithRandomSearch',
    candidates: 6,
    maxBootstrappedDemos: 4,
    maxLabeledDemos: 8,
    seed: 7,
    calls: 0,
  },
  config: {},
};

/** The project after an event. Neither argument is changed. */
export function reduce(project: Project, event: ProjectEvent): Project {
  switch (event.event) {
    case 'opened':
      return {
        ...project,
        name: event.example.name,
        loaded: true,
        source: event.example.id,
        signature: event.example.signature,
        module: 'Predict',
        instructions: event.example.instructions,
        config: event.example.config,
        optimizer: { ...project.optimizer, ...event.example.optimizer },
        valid: undefined,
        problem: undefined,
        table: event.table,
        mapping: {},
        rows: [],
        dropped: new Set(),
        split: event.split,
        metric: event.example.metric,
      };
    case 'signature':
      return { ...project, signature: event.text };
    case 'adopted':
      return { ...project, signature: event.text, instructions: undefined };
    case 'described': {
      if (event.text !== project.signature || event.module !== project.module) return project; // an answer to an older text
      const valid = { text: event.text, described: event.described };
      return remapped({ ...project, valid, problem: undefined, metric: metricFor(project.metric, event.described) });
    }
    case 'refused':
      return event.text === project.signature ? { ...project, problem: event.problem } : project;
    case 'module':
      return { ...project, module: event.module };
    case 'instructions':
      return { ...project, instructions: event.text };
    case 'rows':
      return remapped({
        ...project,
        table: event.table,
        config: { temperature: 0 },
        source: event.source,
        name: event.source.replace(/\.\w+$/, '') || 'Your rows',
        loaded: false,
        mapping: {},
        dropped: new Set(),
        split: deal(event.table, project.splitSeed, project.shares),
      });
    case 'mapped': {
      const mapping = { ...project.mapping };
      for (const column of Object.keys(mapping))
        if (event.field !== undefined && mapping[column] === event.field) mapping[column] = undefined;
      mapping[event.column] = event.field;
      return withRows({ ...project, mapping });
    }
    case 'shares':
      return {
        ...project,
        shares: event.shares,
        splitSeed: event.seed,
        split: deal(project.table, event.seed, event.shares),
        loaded: false,
      };
    case 'dropped':
      return { ...project, dropped: new Set([...project.dropped, ...event.rows]) };
    case 'metric':
      return { ...project, metric: event.metric };
    case 'model':
      return { ...project, model: event.model };
    case 'optimizer':
      return { ...project, optimizer: { ...project.optimizer, ...event.optimizer } };
  }
}

/** A mapping for the fields there are now: what a person chose stays where its field does. */
function remapped(project: Project): Project {
  const fields = rowFields(project);
  const kept = Object.fromEntries(
    Object.entries(project.mapping).filter(([, field]) => fields.some((f) => f.name === field)),
  );
  const complete = fields.every((f) => Object.values(kept).includes(f.name));
  const mapping = complete ? project.mapping : { ...guessMapping(factsOf(project.table), fields), ...kept };
  return withRows({ ...project, mapping });
}

function withRows(project: Project): Project {
  return { ...project, rows: mapRows(project.table.rows, project.mapping, rowFields(project)) };
}

/** The fields that rows are to fill: reasoning is the model's own. */
export function rowFields({ valid, module }: Project) {
  const fields = valid?.described.fields ?? [];
  return module === 'ChainOfThought' ? fields.filter((f) => f.name !== 'reasoning') : fields;
}

function metricFor(metric: MetricSpec, { fields }: Described): MetricSpec {
  const outputs = fields.filter((f) => f.dir === 'output' && f.name !== 'reasoning');
  return outputs.some((f) => f.name === metric.field) ? metric : { ...metric, field: outputs.at(-1)?.name ?? '' };
}

export const programOf = ({ valid, module, instructions }: Project): ProgramSpec => ({
  module,
  signature: valid?.text ?? '',
  ...(instructions === undefined ? {} : { instructions }),
});

/** Numbers of the rows that can be used: all fields there, not dropped. */
export function usable(project: Project): number[] {
  const names = rowFields(project).map((f) => f.name);
  const result: number[] = [];
  project.rows.forEach((row, k) => {
    if (!project.dropped.has(k) && names.every((name) => cellText(row[name]).trim() !== '')) result.push(k);
  });
  return result;
}

/** The rows' numbers of each set, without those that cannot be used. */
/** Row numbers by purpose. */
const deal = ({ rows }: Table, seed: number, [train, val, test]: Shares): Split<number> =>
  splitRows([...rows.keys()], { seed, train, val, test });

export function setsOf(project: Project): Record<SetName, number[]> {
  const good = new Set(usable(project));
  const { split } = project;
  const keep = (rows: readonly number[]) => rows.filter((k) => good.has(k));
  return { train: keep(split.train), val: keep(split.val), test: keep(split.test) };
}

/** Groups of equal inputs that lie in more than one set: they make scores look better than they are. */
export function leaks(project: Project, groups: readonly (readonly number[])[]): number[][] {
  const sets = setsOf(project);
  const setOf = new Map<number, SetName>();
  for (const name of ['train', 'val', 'test'] as const) for (const k of sets[name]) setOf.set(k, name);
  return groups
    .map((group) => group.filter((k) => setOf.has(k)))
    .filter((group) => new Set(group.map((k) => setOf.get(k))).size > 1);
}

export const adapterOf = (model: ModelChoice): 'chat' | 'compact' => (model.kind === 'local' ? 'compact' : 'chat');

export const modelName = (model: ModelChoice): string =>
  model.kind === 'practice' ? 'Practice model' : model.kind === 'local' ? model.model : model.model || 'Your endpoint';
