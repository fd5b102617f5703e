import { callCore, isReady, ready } from '../core/core.js';
import { aborted } from './call.js';
import { requestText } from './request.js';
import type { AdapterName, LM } from './types.js';

/**
 * A model that is none: rules in the core that answer from what the prompt shows, at once and for nothing, and better
 * with good demos. For tests, for learning and for trying things out. What it scores says nothing about any real model.
 */
export function practiceModel({ adapter }: { adapter?: AdapterName } = {}): LM {
  return {
    model: 'practice',
    ...(adapter ? { adapter } : {}),
    async complete(request, { signal, onPart } = {}) {
      if (!isReady(true)) await ready({ all: true });
      if (signal?.aborted) throw aborted(signal);
      const { text, usage } = JSON.parse(callCore('practiceReply', requestText(request)));
      onPart?.(text);
      return { text, usage, finishReason: 'stop' };
    },
  };
}
