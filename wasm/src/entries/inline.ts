// Node, Bun, Deno: the bytes are in scripts, so that bundlers and permissions have nothing to move or to refuse. Those of
// the full module are in one of their own, read once it is needed.
import { setCoreSource } from '../core/core.js';
import { compilePredict } from './inline-predict.js';

setCoreSource({
  predict: { now: compilePredict },
  full: { load: async () => (await import('./inline-full.js')).compileFull() },
});

export * from '../index.js';
