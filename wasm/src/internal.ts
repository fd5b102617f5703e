/**
 * The core itself, text in and text out, where numbers are as Python writes them. For Strop's own tests and tools: no
 * part of the interface, and changed without notice.
 *
 * @packageDocumentation
 */
export {
  CorePredictor,
  CoreProgram,
  CoreReplyStream,
  CoreSession,
  CoreStreamListener,
  callCore,
  type StartedModule,
  useModule,
} from './core/core.js';
