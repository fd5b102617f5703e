import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ConfigurationError, messageOf } from '../errors.js';
import { runtimeDirectory } from './places.js';

/** A token's number. */
export type Token = number & { readonly token?: never };

/** What we use of node-llama-cpp, which is an optional peer: so its types are stated here. */
export interface Runtime {
  getLlama(options: { gpu: false; build: 'never'; logLevel: string; maxThreads: number }): Promise<Llama>;
  resolveChatWrapper(model: Model): ChatWrapper;
}
export interface Llama {
  loadModel(options: { modelPath: string }): Promise<Model>;
  dispose(): Promise<void>;
}
export interface Model {
  readonly trainContextSize: number;
  readonly tokenizer: unknown;
  readonly tokens: { readonly bos: Token | null; readonly shouldPrependBosToken: boolean };
  tokenize(text: string, specialTokens: boolean): Token[];
  detokenize(tokens: readonly Token[], specialTokens: boolean, lastTokens?: readonly Token[]): string;
  isEogToken(token: Token): boolean;
  createContext(options: {
    contextSize: number;
    sequences: 1;
    threads: number;
    batchSize: number;
  }): Promise<{ getSequence(): Sequence; dispose(): Promise<void> }>;
  dispose(): Promise<void>;
}
export interface Sequence {
  readonly nextTokenIndex: number;
  adaptStateToTokens(tokens: Token[], allowShift: boolean): Promise<void>;
  eraseContextTokenRanges(ranges: { start: number; end: number }[]): Promise<void>;
  evaluate(
    tokens: Token[],
    options: { temperature: number; topP?: number; seed?: number },
  ): AsyncGenerator<Token, void, void>;
}
type ChatItem = { type: 'system' | 'user'; text: string } | { type: 'model'; response: string[] };
export interface ChatWrapper {
  generateContextState(options: { chatHistory: ChatItem[] }): {
    contextText: { tokenize(tokenizer: unknown): Token[] };
  };
}

/** node-llama-cpp: the project's own, else the one that `strop fetch-model` has put beside the model. */
export async function loadRuntime(): Promise<Runtime> {
  const name = 'node-llama-cpp'; // a variable: bundlers shall not look for it
  try {
    return await import(name);
  } catch (error) {
    if (!isMissing(error, name)) throw broken(error);
  }
  const fetched = join(runtimeDirectory(), 'node_modules', name, 'dist', 'index.js');
  if (!existsSync(fetched)) {
    throw new ConfigurationError(
      'no_local_runtime',
      'Local models are run by node-llama-cpp, which is not here. `npx strop fetch-model` fetches it together with a small ' +
        'model (180 MB); or `npm install node-llama-cpp` if you have a model file.',
    );
  }
  try {
    return await import(pathToFileURL(fetched).href);
  } catch (error) {
    throw broken(error);
  }
}

/** Whether the package itself is not there; that something within it is not would be another matter. */
function isMissing(error: unknown, name: string): boolean {
  const { code } = (error ?? {}) as { code?: unknown };
  return (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') && messageOf(error).includes(`'${name}'`);
}

function broken(cause: unknown): ConfigurationError {
  return new ConfigurationError(
    'bad_local_runtime',
    `node-llama-cpp cannot be loaded: ${messageOf(cause)}. Install it again, or use another model.`,
    { cause },
  );
}
