import type { ModelChoice } from '../core/protocol.ts';

export const modelIcon = (model: ModelChoice): string =>
  model.kind === 'practice' ? 'practice' : model.kind === 'local' ? 'chip' : 'key';
