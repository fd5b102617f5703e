import { type Evaluation, evaluate } from '../evaluate/evaluate.js';
import { type Comparison, compare, fromJSON, toCSV, toHTML, toJSON } from '../evaluate/index.js';
import { type Args, usageError } from './args.js';
import { clock, dollars, percent, type Terminal } from './display.js';
import { writeWhole } from './files.js';
import type { Interruption } from './interruption.js';
import { chooseModel } from './model.js';
import { readText } from './rows.js';
import { readTask, rowsFor } from './task.js';

const reports = {
  html: (evaluation: Evaluation, title: string, comparison?: Comparison) =>
    toHTML(evaluation, { title, ...(comparison ? { comparison } : {}) }),
  csv: (evaluation: Evaluation) => toCSV(evaluation),
  json: (evaluation: Evaluation) => toJSON(evaluation),
} as const;

/** `strop eval`. @returns the exit code */
export async function evalCommand(args: Args, terminal: Terminal, interruption: Interruption): Promise<number> {
  const task = readTask(args.files[0], args);
  const path = args.text('rows') ?? task.rows.test ?? task.rows.all;
  if (path === undefined) throw usageError('Which rows? Give --rows FILE.');
  const { metric } = task;
  if (!metric) throw usageError('How is it scored? Give --metric exact:FIELD, normalized:FIELD or f1:FIELD.');
  const rows = await rowsFor(path, task.program, metric);
  const concurrency = args.number('concurrency', 1);
  const show = args.number('show') ?? 5;
  const output = args.text('output');
  const ending = /\.(html|csv|json)$/i.exec(output ?? '.json')?.[1]?.toLowerCase() as keyof typeof reports | undefined;
  if (!ending) throw usageError(`--output ends in .html, .csv or .json, not "${output}".`);
  const other = args.text('compare');
  const before = other === undefined ? undefined : fromJSON(readText(other)); // what is wrong is told before any call
  const model = chooseModel(args);
  try {
    let done = 0;
    const result = await evaluate(task.program, rows, metric, {
      lm: model.lm,
      ...(task.config ? { config: task.config } : {}),
      ...(concurrency ? { concurrency } : {}),
      signal: interruption.signal,
      onEvent: (event) => {
        if (event.event === 'row' && terminal.live) terminal.error(`\r\u001b[2K ${++done} of ${rows.length} rows`);
      },
    });
    if (terminal.live) terminal.error('\r\u001b[2K');
    const comparison = before && (await compare(before, result));
    if (output !== undefined) {
      writeWhole(output, reports[ending](result, `${task.name}, ${metric.name} of ${metric.field}`, comparison));
    }
    if (args.flag('json')) {
      const told = { model: model.lm.model, simulated: model.simulated, ...result };
      terminal.out(`${JSON.stringify(comparison ? { ...told, comparison } : told)}\n`);
      return 0;
    }
    const { score, interval, n, missing, usage, seconds } = result;
    terminal.out(`model: ${model.label}\n`);
    terminal.out(
      `${terminal.bold(percent(score))} ${metric.name} on ${n} rows, 95 % interval ${interval.map(percent).join(' to ')}; ` +
        `${usage.calls} calls, ${usage.costUSD === undefined ? '' : `${dollars(usage.costUSD)}, `}${clock(seconds)}\n`,
    );
    if (missing > 0) terminal.out(`${missing} rows had no answer and are not counted\n`);
    if (comparison) terminal.out(`${compared(comparison)}\n`);
    const wrong = result.rows.filter((row) => row.score !== null && row.score < 1);
    for (const { example, prediction, error } of wrong.slice(0, show)) {
      const expected = JSON.stringify(example[metric.field]);
      const got = prediction ? JSON.stringify(prediction[metric.field]) : (error ?? 'no answer').split('\n').at(-1);
      terminal.out(terminal.dim(`  expected ${expected}, got ${got}\n    ${JSON.stringify(example)}\n`));
    }
    if (wrong.length > show)
      terminal.out(terminal.dim(`  and ${wrong.length - show} more; --show N shows more, --json all\n`));
    if (output !== undefined) terminal.out(`written: ${output}\n`);
    return 0;
  } finally {
    await model.dispose();
  }
}

function compared({ verdict, difference, fixed, broken, before }: Comparison): string {
  const points = (share: number) => `${share > 0 ? '+' : ''}${(100 * share).toFixed(1)}`;
  const [low, high] = difference.interval.map(points);
  return (
    `${verdict}: ${points(difference.mean)} points from ${percent(before.score)}, 95 % interval ${low} to ${high}, ` +
    `p = ${difference.p.toPrecision(2)}; ${fixed.length} rows fixed, ${broken.length} broken`
  );
}
