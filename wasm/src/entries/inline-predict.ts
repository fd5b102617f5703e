import base64 from 'strop-core-bytes/predict';
import { compileText } from '../core/base64.js';

/** The module of predictions, in this script. @internal */
export const compilePredict = (): WebAssembly.Module => compileText(base64);
