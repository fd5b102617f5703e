import { callCore } from '../core/core.js';
import type { LM, LMConfig, LMMessage, LMRequest } from './types.js';

/** A prompt as the core renders it. @internal */
export interface Prompt {
  messages: LMMessage[];
  completion?: boolean;
  stop?: string[];
}

/** A request as the core writes it: `{"messages", "completion"?, "config"}`. @internal */
export function requestFromText(text: string): LMRequest {
  const { messages, completion, config = {} } = JSON.parse(text) as LMRequest & { config?: LMConfig };
  return completion ? { messages, completion, config } : { messages, config };
}

/** The same request as text, in the core's order of fields. @internal */
export function requestText({ messages, completion, config }: LMRequest): string {
  return JSON.stringify({ messages, ...(completion ? { completion } : {}), config });
}

/** The key of a request to a model: a SHA-256 that the core computes over its canonical text. @internal */
export function requestKey(lm: LM, text: string): string {
  return JSON.parse(callCore('requestKey', `{"request":{"model":${JSON.stringify(lm.model)},"request":${text}}}`)).key;
}
