// Browsers: the file by fetch, compiled while it arrives.
import { setCoreSource } from '../core/core.js';

setCoreSource({ load });

export * from '../index.js';

async function load(): Promise<WebAssembly.Module> {
  try {
    const response = await fetch(new URL('./core.wasm', import.meta.url));
    if (response.ok) {
      const type = response.headers.get('content-type') ?? '';
      if (type.startsWith('application/wasm')) return await WebAssembly.compileStreaming(response);
      const bytes = new Uint8Array(await response.arrayBuffer());
      const isWasm = bytes[0] === 0 && bytes[1] === 0x61 && bytes[2] === 0x73 && bytes[3] === 0x6d;
      if (isWasm) return await WebAssembly.compile(bytes);
    }
  } catch (error) {
    if (error instanceof WebAssembly.CompileError) throw error; // a content security policy, or a truly bad file
  }
  // Some development servers move a package's scripts but not its other files, and answer with a page.
  return (await import('../core/inline.js')).compileInline();
}
