// Edge runtimes that bundle a module by `?module`.

import { setCoreSource } from '../core/core.js';
import full from './core.wasm?module';
import predict from './predict.wasm?module';

setCoreSource({ predict: { now: () => predict }, full: { now: () => full } });

export * from '../index.js';
