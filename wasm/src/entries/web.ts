// Browsers: the files by fetch, compiled while they arrive.
import { setCoreSource } from '../core/core.js';

// Bundlers find the files by these very expressions.
setCoreSource({
  predict: {
    load: async () =>
      (await fetched(new URL('./predict.wasm', import.meta.url))) ??
      (await import('./inline-predict.js')).compilePredict(),
  },
  full: {
    load: async () =>
      (await fetched(new URL('./core.wasm', import.meta.url))) ?? (await import('./inline-full.js')).compileFull(),
  },
});

export * from '../index.js';

/** Nothing where there is no such file: some development servers move a package's scripts only, and answer with a page. */
async function fetched(url: URL): Promise<WebAssembly.Module | undefined> {
  try {
    const response = await fetch(url);
    if (!response.ok) return undefined;
    const type = response.headers.get('content-type') ?? '';
    if (type.startsWith('application/wasm')) return await WebAssembly.compileStreaming(response);
    const bytes = new Uint8Array(await response.arrayBuffer());
    const isWasm = bytes[0] === 0 && bytes[1] === 0x61 && bytes[2] === 0x73 && bytes[3] === 0x6d;
    return isWasm ? await WebAssembly.compile(bytes) : undefined;
  } catch (error) {
    if (error instanceof WebAssembly.CompileError) throw error; // a content security policy, or a truly bad file
    return undefined;
  }
}
