import { evaluate } from '../evaluate/evaluate.js';
import { type Args, usageError } from './args.js';
import { clock, percent, type Terminal } from './display.js';
import type { Interruption } from './interruption.js';
import { chooseModel } from './model.js';
import { readTask, rowsFor } from './task.js';

/** `strop eval`. @returns the exit code */
export async function evalCommand(args: Args, terminal: Terminal, interruption: Interruption): Promise<number> {
  const task = readTask(args.files[0], args);
  const path = args.text('rows') ?? task.rows.test ?? task.rows.all;
  if (path === undefined) throw usageError('Which rows? Give --rows FILE.');
  const { metric } = task;
  if (!metric) throw usageError('How is it scored? Give --metric exact:FIELD, normalized:FIELD or f1:FIELD.');
  const rows = rowsFor(path, task.program, metric);
  const concurrency = args.number('concurrency', 1);
  const show = args.number('show') ?? 5;
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
    if (args.flag('json')) {
      terminal.out(`${JSON.stringify({ model: model.lm.model, simulated: model.simulated, ...result })}\n`);
      return 0;
    }
    const { score, interval, n, missing, usage, seconds } = result;
    terminal.out(`model: ${model.label}\n`);
    terminal.out(
      `${terminal.bold(percent(score))} ${metric.name} on ${n} rows, 95 % interval ${interval.map(percent).join(' to ')}; ` +
        `${usage.calls} calls, ${clock(seconds)}\n`,
    );
    if (missing > 0) terminal.out(`${missing} rows had no answer and are not counted\n`);
    const wrong = result.rows.filter((row) => row.score !== null && row.score < 1);
    for (const { example, prediction, error } of wrong.slice(0, show)) {
      const expected = JSON.stringify(example[metric.field]);
      const got = prediction ? JSON.stringify(prediction[metric.field]) : (error ?? 'no answer').split('\n').at(-1);
      terminal.out(terminal.dim(`  expected ${expected}, got ${got}\n    ${JSON.stringify(example)}\n`));
    }
    if (wrong.length > show)
      terminal.out(terminal.dim(`  and ${wrong.length - show} more; --show N shows more, --json all\n`));
    return 0;
  } finally {
    await model.dispose();
  }
}
