import { contentOf } from '../lm/http-model.js';
import type { LMChoice, LMMessage, LMPart, LMResponse, LMToolCall } from '../lm/types.js';

/** Messages as the semantic conventions lay them out, as JSON. What is no text is only named. @internal */
export function promptText(messages: readonly LMMessage[]): string {
  return JSON.stringify(
    messages.filter(({ role }) => !instructs(role)).map((message) => ({ role: message.role, parts: partsOf(message) })),
  );
}

/** What the model is told to do, as JSON. @internal */
export function systemText(messages: readonly LMMessage[]): string | undefined {
  const system = messages.filter(({ role }) => instructs(role));
  return system.length ? JSON.stringify(system.flatMap(partsOf)) : undefined;
}

/** All answers, as JSON. @internal */
export function answersText(response: LMResponse): string {
  const choices: readonly LMChoice[] = response.choices ?? [response];
  return JSON.stringify(
    choices.map(({ text, reasoning, toolCalls, finishReason = 'stop' }) => ({
      role: 'assistant',
      parts: [
        ...(reasoning ? [{ type: 'reasoning', content: reasoning }] : []),
        ...(text ? [{ type: 'text', content: text }] : []),
        ...callsOf(toolCalls),
      ],
      finish_reason: finishReason,
    })),
  );
}

function instructs(role: string): boolean {
  return role === 'system' || role === 'developer';
}

function partsOf({ content, tool_calls: calls, tool_call_id: id }: LMMessage): object[] {
  if (id !== undefined) return [{ type: 'tool_call_response', id, response: contentOf(content) }];
  const parts: readonly LMPart[] = typeof content === 'string' ? [{ type: 'text', text: content }] : (content ?? []);
  return [
    ...parts.map((part) => (part.type === 'text' ? { type: 'text', content: part.text } : { type: part.type })),
    ...callsOf(calls),
  ];
}

function callsOf(calls: readonly LMToolCall[] = []): object[] {
  return calls.map(({ id, function: { name, arguments: text } }) => ({ type: 'tool_call', id, name, arguments: text }));
}
