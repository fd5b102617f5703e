import base64 from 'strop-core-bytes/full';
import { compileText } from '../core/base64.js';

/** The module of evaluation and optimization, in this script. @internal */
export const compileFull = (): WebAssembly.Module => compileText(base64);
