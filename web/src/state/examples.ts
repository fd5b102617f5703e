import type { Split } from 'strop/slim';
import extractTask from '../../../examples/extract/task.json';
import kindTask from '../../../examples/question-kind/task.json';
import type { LmSettings, MetricName, MetricSpec, OptimizerName, OptimizerSpec } from '../core/protocol.ts';
import { parseRows, type Row, type Table } from '../data/parse.ts';

/** A task that comes with the project: what is asked, how it is scored and searched, and rows of which the last file is locked. */
export interface Example {
  id: string;
  name: string;
  signature: string;
  instructions: string;
  metric: MetricSpec;
  optimizer: Partial<OptimizerSpec>;
  config: LmSettings;
  files(): Promise<Record<'train' | 'val' | 'test', string>>;
}

const text = (module: { default: string }): string => module.default;

function fromTask(name: string, task: typeof extractTask, files: Example['files']): Example {
  const { metric, optimizer, seed } = task;
  return {
    id: task.name,
    name,
    signature: task.signature,
    instructions: task.instructions,
    metric: { name: metric.name as MetricName, field: metric.field },
    optimizer: { ...optimizer, name: optimizer.name as OptimizerName, seed },
    config: task.config,
    files,
  };
}

export const examples: readonly Example[] = [
  fromTask('Kinds of question', kindTask, async () => {
    const [train, val, test] = await Promise.all([
      import('../../../examples/question-kind/train.jsonl?raw'),
      import('../../../examples/question-kind/val.jsonl?raw'),
      import('../../../examples/question-kind/test.jsonl?raw'),
    ]);
    return { train: text(train), val: text(val), test: text(test) };
  }),
  fromTask('Product names', extractTask, async () => {
    const [train, val, test] = await Promise.all([
      import('../../../examples/extract/train.jsonl?raw'),
      import('../../../examples/extract/val.jsonl?raw'),
      import('../../../examples/extract/test.jsonl?raw'),
    ]);
    return { train: text(train), val: text(val), test: text(test) };
  }),
];

/** The example's rows as one table, and which of them belong where. */
export async function loadExample(example: Example): Promise<{ table: Table; split: Split<number> }> {
  const files = await example.files();
  const rows: Row[] = [];
  const columns = new Set<string>();
  const split: Split<number> = { train: [], val: [], test: [] };
  for (const set of ['train', 'val', 'test'] as const) {
    const table = parseRows(files[set], `${set}.jsonl`);
    for (const name of table.columns) columns.add(name);
    for (const row of table.rows) split[set].push(rows.push(row) - 1);
  }
  return { table: { format: 'JSONL', columns: [...columns], rows }, split };
}
