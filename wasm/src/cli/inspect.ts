import type { LMRequest } from '../lm/types.js';
import { ChainOfThought } from '../program/module.js';
import { type Args, adapterNames } from './args.js';
import type { Terminal } from './display.js';
import { readTask, rowsFor } from './task.js';

/** `strop inspect`. @returns the exit code */
export async function inspectCommand(args: Args, terminal: Terminal): Promise<number> {
  const task = readTask(args.files[0], args);
  const adapter = args.oneOf('adapter', adapterNames) ?? 'compact';
  const path = task.rows.train ?? task.rows.all;
  const example = args.inputs() ?? (path === undefined ? undefined : (await rowsFor(path, task.program))[0]);
  const steps = [...task.program.namedPredictors()].map(([name, predictor]) => {
    const inputs = predictor.fields.filter(({ role }) => role === 'input');
    const values = Object.fromEntries(inputs.map(({ name: field }) => [field, example?.[field] ?? `(${field})`]));
    const request = predictor.preview(values as never, { adapter, ...(task.config ? { config: task.config } : {}) });
    return { name, predictor, request };
  });
  if (args.flag('json')) {
    const told = steps.map(({ name, predictor: { instructions, fields, demos }, request }) => ({
      name,
      instructions,
      fields,
      demos: demos.length,
      adapter,
      request,
    }));
    terminal.out(`${JSON.stringify(told, null, 2)}\n`);
    return 0;
  }
  const { bold, dim } = terminal;
  const kind = task.program instanceof ChainOfThought ? 'ChainOfThought' : 'Predict';
  for (const { name, predictor, request } of steps) {
    terminal.out(`${bold(name === 'self' ? kind : name)}: ${predictor.demos.length} demos, ${adapter} format\n`);
    for (const { role, name: field, type } of predictor.fields)
      terminal.out(dim(`  ${role.padEnd(6)} ${field}: ${type}\n`));
    terminal.out(render(request, terminal));
  }
  return 0;
}

function render({ messages, completion, config }: LMRequest, { bold, dim }: Terminal): string {
  const body = messages.map(({ role, content }) => {
    const text = typeof content === 'string' ? content : JSON.stringify(content, null, 2);
    return `${bold(`── ${completion ? 'to be continued' : role} `.padEnd(72, '─'))}\n${text}\n`;
  });
  return `${body.join('')}${dim('─'.repeat(72))}\n${dim(JSON.stringify(config))}\n`;
}
