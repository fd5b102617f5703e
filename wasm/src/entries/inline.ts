// Node, Bun, Deno: the bytes are in the script, so that bundlers and permissions have nothing to move or to refuse.
import { setCoreSource } from '../core/core.js';
import { compileInline } from '../core/inline.js';

setCoreSource({ now: compileInline });

export * from '../index.js';
