#!/usr/bin/env node
import '../entries/inline.js';
import { ready } from '../core/core.js';
import {
  ConfigurationError,
  InputError,
  LMAbortedError,
  LMError,
  messageOf,
  StoreError,
  StropError,
} from '../errors.js';
import { fetchModel } from '../local/fetch-model.js';
import { Args } from './args.js';
import { terminal as processTerminal, type Terminal } from './display.js';
import { evalCommand } from './evaluate.js';
import { inspectCommand } from './inspect.js';
import { Interruption } from './interruption.js';
import { optimizeCommand } from './optimize.js';
import { runCommand } from './run.js';
import { serveCommand } from './serve.js';
import { type Command, usage } from './usage.js';

const commands: Record<
  Command,
  (args: Args, terminal: Terminal, interruption: Interruption) => Promise<number> | number
> = {
  optimize: optimizeCommand,
  eval: evalCommand,
  run: runCommand,
  inspect: inspectCommand,
  serve: serveCommand,
  'fetch-model': async (_args, { out }) => {
    const path = await fetchModel({ onMessage: (message) => out(`${message}\n`) });
    out(`${path}\n`);
    return 0;
  },
};

async function main([command = '', ...words]: string[]): Promise<number> {
  const terminal = processTerminal();
  if (command === '' || command === '--help' || command === '-h' || command === 'help') {
    const about = command === 'help' && words[0] !== undefined && isCommand(words[0]) ? words[0] : '';
    terminal.out(usage[about]);
    return command === '' ? 2 : 0;
  }
  if (!isCommand(command)) {
    terminal.error(`strop: there is no command "${command}". There are ${Object.keys(commands).join(', ')}.\n`);
    return 2;
  }
  if (words.includes('--help') || words.includes('-h')) {
    terminal.out(usage[command]);
    return 0;
  }
  const interruption = new Interruption();
  try {
    await ready({ all: true });
    return await commands[command](new Args(command, words), terminal, interruption);
  } catch (error) {
    const root = causeOf(error);
    if (interruption.exitCode !== 0 && root instanceof LMAbortedError) return interruption.exitCode;
    terminal.error(
      `strop: ${error instanceof StropError ? error.message : ((error as Error)?.stack ?? messageOf(error))}\n`,
    );
    return interruption.exitCode || exitCodeOf(root);
  }
}

function isCommand(word: string): word is Command {
  return Object.hasOwn(commands, word);
}

/** The error that led to an error: a run fails because its model did. */
function causeOf(error: unknown): unknown {
  let root = error;
  while (root instanceof StropError && root.cause instanceof StropError) root = root.cause;
  return root;
}

function exitCodeOf(error: unknown): number {
  if (error instanceof LMError) return 3;
  if (error instanceof StoreError) return 4;
  return error instanceof InputError || error instanceof ConfigurationError ? 2 : 1;
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0); // whoever read has enough: `strop … | head`
  throw error;
});
main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
