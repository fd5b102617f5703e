// Edge runtimes that bundle a module by `?module`.

import { setCoreSource } from '../core/core.js';
import module from './core.wasm?module';

setCoreSource({ now: () => module });

export * from '../index.js';
