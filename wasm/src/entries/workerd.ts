// workerd compiles no bytes: the modules are imported.

import { setCoreSource } from '../core/core.js';
import full from './core.wasm';
import predict from './predict.wasm';

setCoreSource({ predict: { now: () => predict }, full: { now: () => full } });

export * from '../index.js';
