// Node, Bun, Deno: the bytes are in scripts, so that bundlers and permissions have nothing to move or to refuse. Those of
// the full module are in one of their own, imported once it is needed, unless the file next to it can be read at once.
import { setCoreSource } from '../core/core.js';
import { compilePredict } from './inline-predict.js';

setCoreSource({
  predict: { now: compilePredict },
  full: { now: readFull, load: async () => (await import('./inline-full.js')).compileFull() },
});

export * from '../index.js';

/** Nothing in Deno, which would ask for a permission, in a bundle, where the file is not, and where there are no files. */
function readFull(): WebAssembly.Module | undefined {
  const { process, Deno } = globalThis as {
    process?: { getBuiltinModule?(name: string): { readFileSync(path: URL): Uint8Array<ArrayBuffer> } | undefined };
    Deno?: unknown;
  };
  const file = 'core.wasm'; // by a name that bundlers do not follow
  try {
    const files = Deno ? undefined : process?.getBuiltinModule?.('node:fs');
    return files && new WebAssembly.Module(files.readFileSync(new URL(file, import.meta.url)));
  } catch {
    return undefined; // the script is imported instead, which fails if that is not there either
  }
}
