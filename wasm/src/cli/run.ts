import { createInterface } from 'node:readline';
import { AdapterParseError } from '../errors.js';
import type { Row } from '../program/runnable.js';
import { parseObject } from '../rows/json.js';
import { type Args, usageError } from './args.js';
import type { Terminal } from './display.js';
import type { Interruption } from './interruption.js';
import { chooseModel } from './model.js';
import { type CliProgram, readTask, rowsFor } from './task.js';

/** `strop run`. @returns the exit code: 1 if any reply could not be read */
export async function runCommand(args: Args, terminal: Terminal, interruption: Interruption): Promise<number> {
  const task = readTask(args.files[0], args);
  const inputs = args.inputs();
  const path = args.text('rows');
  if (inputs && path !== undefined) throw usageError('Give either --input or --rows.');
  if (!inputs && path === undefined && process.stdin.isTTY) {
    throw usageError('On what? Give --input NAME=VALUE, --rows FILE, or lines of JSON on standard input.');
  }
  const rows = path === undefined ? undefined : await rowsFor(path, task.program);
  const model = chooseModel(args);
  const config = task.config ? { config: task.config } : {};
  const program = task.program as { run(inputs: Row, options: object): Promise<object> } & CliProgram;
  let failed = 0;
  const one = async (row: Row) => {
    try {
      return JSON.stringify(await program.run(row, { lm: model.lm, signal: interruption.signal, ...config }));
    } catch (error) {
      if (!(error instanceof AdapterParseError)) throw error;
      ++failed; // one unreadable reply is no reason to give up the others
      return JSON.stringify({ error: error.message, reply: error.reply });
    }
  };
  try {
    const atOnce = args.number('concurrency', 1) ?? model.lm.concurrency ?? 8;
    const waiting: Promise<string>[] = [];
    const flush = async (most: number) => {
      while (waiting.length > most) terminal.out(`${await waiting.shift()}\n`);
    };
    for await (const row of inputs ? [inputs] : (rows ?? standardInput())) {
      const answer = one(row);
      answer.catch(() => undefined); // it is awaited in its turn
      waiting.push(answer);
      await flush(atOnce - 1);
    }
    await flush(0);
  } finally {
    await model.dispose();
  }
  if (failed > 0) terminal.error(`${failed} ${failed === 1 ? 'reply' : 'replies'} could not be read\n`);
  return failed > 0 ? 1 : 0;
}

async function* standardInput(): AsyncGenerator<Row> {
  let number = 0;
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
    ++number;
    if (line.trim() !== '') yield parseObject(line, 'standard input', number);
  }
}
