// workerd compiles no bytes: the module is imported.

import { setCoreSource } from '../core/core.js';
import module from './core.wasm';

setCoreSource({ now: () => module });

export * from '../index.js';
