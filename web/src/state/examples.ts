import type { MetricSpec } from '../core/protocol.ts';
import { parseRows, type Row, type Table } from '../data/parse.ts';
import type { Split } from '../data/split.ts';

/** A task that comes with the project: rows in three files, of which the last is locked. */
export interface Example {
  id: string;
  name: string;
  /** What it is good for, in a line. */
  says: string;
  signature: string;
  metric: MetricSpec;
  files(): Promise<Record<'train' | 'val' | 'test', string>>;
}

const text = (module: { default: string }): string => module.default;

export const examples: readonly Example[] = [
  {
    id: 'question-kind',
    name: 'Kinds of question',
    says: 'What kind of answer does a question want?',
    signature: 'question: str -> kind: Literal["date", "definition", "number", "person", "place", "reason"]',
    metric: { name: 'exact', field: 'kind' },
    async files() {
      const [train, val, test] = await Promise.all([
        import('../../../examples/question-kind/train.jsonl?raw'),
        import('../../../examples/question-kind/val.jsonl?raw'),
        import('../../../examples/question-kind/test.jsonl?raw'),
      ]);
      return { train: text(train), val: text(val), test: text(test) };
    },
  },
  {
    id: 'extract',
    name: 'Product names',
    says: 'Which product is a message about?',
    signature: 'message: str -> product: str',
    metric: { name: 'exact', field: 'product' },
    async files() {
      const [train, val, test] = await Promise.all([
        import('../../../examples/extract/train.jsonl?raw'),
        import('../../../examples/extract/val.jsonl?raw'),
        import('../../../examples/extract/test.jsonl?raw'),
      ]);
      return { train: text(train), val: text(val), test: text(test) };
    },
  },
];

/** The example's rows as one table, and which of them belong where. */
export async function loadExample(example: Example): Promise<{ table: Table; split: Split }> {
  const files = await example.files();
  const rows: Row[] = [];
  const columns = new Set<string>();
  const split: Split = { train: [], val: [], test: [] };
  for (const set of ['train', 'val', 'test'] as const) {
    const table = parseRows(files[set], `${set}.jsonl`);
    for (const name of table.columns) columns.add(name);
    for (const row of table.rows) split[set].push(rows.push(row) - 1);
  }
  return { table: { format: 'JSONL', columns: [...columns], rows }, split };
}
