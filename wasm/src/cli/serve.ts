import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConfigurationError, InputError, messageOf } from '../errors.js';
import { hasModel } from '../local/fetch-model.js';
import type { LocalModel } from '../local/local-model.js';
import { type Args, usageError } from './args.js';
import type { Terminal } from './display.js';
import type { Interruption } from './interruption.js';
import { chooseLocal } from './model.js';
import { startServer } from './server.js';

const defaultPort = 8117;

/** `strop serve`. Ends when it is interrupted. @returns the exit code */
export async function serveCommand(args: Args, terminal: Terminal, interruption: Interruption): Promise<number> {
  const host = args.text('host') ?? '127.0.0.1';
  const port = args.number('port') ?? defaultPort;
  if (port > 65535) throw usageError(`--port is at most 65535, not ${port}.`);
  const directory = playground(args.text('dir'));
  const lm = localOf(args, terminal);
  try {
    const { server, url } = await listen({ directory, lm, host, port }, args.text('port') === undefined);
    const from = directory === undefined ? 'API' : 'playground';
    terminal.out(
      `${from}: ${terminal.bold(url)}${lm ? `  local model: ${url}v1` : '  no local model'}\nCtrl-C ends it.\n`,
    );
    await new Promise<void>((done) => {
      interruption.during(() => done());
    });
    server.close();
    server.closeAllConnections();
    return 0;
  } finally {
    await lm?.dispose();
  }
}

function localOf(args: Args, terminal: Terminal): LocalModel | undefined {
  const name = args.text('model') ?? 'local';
  if (name === 'none') return undefined;
  if (name === 'local' && !hasModel()) {
    if (args.text('model') !== undefined) {
      throw new ConfigurationError('no_local_model', 'The default model is not here. `strop fetch-model` fetches it.');
    }
    terminal.out('The local model is not here, so none is served; `strop fetch-model` fetches it.\n');
    return undefined;
  }
  if (name !== 'local' && !/\.gguf$/i.test(name)) {
    throw usageError(`--model of serve is local, FILE.gguf or none, not "${name}".`);
  }
  return chooseLocal(name, args);
}

/** Where the built playground is: as told, or of the project that this package lies in, or of the current folder. */
function playground(told: string | undefined): string | undefined {
  if (told !== undefined) {
    if (existsSync(join(told, 'index.html'))) return resolve(told);
    throw new InputError('no_playground', `${told} has no index.html. Is the playground built?`);
  }
  const own = fileURLToPath(new URL('../../web/dist/', import.meta.url)); // of wasm/dist/
  return [own, resolve('web/dist')].find((directory) => existsSync(join(directory, 'index.html')));
}

/** Listens on the port, or on any free one where the port is taken and was not asked for. */
async function listen(options: Parameters<typeof startServer>[0], anyPort: boolean) {
  try {
    return await startServer(options);
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (code === 'EADDRINUSE' && anyPort) return await startServer({ ...options, port: 0 });
    if (code === 'EADDRINUSE')
      throw new InputError('port_taken', `Port ${options.port} is taken. Give another --port, or 0 for any.`);
    throw new InputError('cannot_listen', `Cannot listen on ${options.host}:${options.port}: ${messageOf(error)}.`, {
      cause: error,
    });
  }
}
