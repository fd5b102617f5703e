import { type Draft, type DraftChoice, tokensOf } from './draft.js';
import { contentOf, httpModel, type ModelOptions, type Provider, type Wild, type Wire } from './http-model.js';
import { list, logprobOf } from './openai.js';
import { argumentsOf, contentsOf, refuse, schemaOf, unsupported } from './parts.js';
import type { LM, LMConfig, LMMessage } from './types.js';

/** Which model that Ollama runs. */
export interface OllamaOptions extends ModelOptions {
  /** Ollama's own settings of the model, such as `num_ctx`: how many tokens of prompt and answer it has in sight. */
  options?: Readonly<Record<string, unknown>>;
}

/**
 * A model that Ollama runs, by its own API: on this machine unless `baseURL` says otherwise. It needs no key.
 *
 * Ollama forgets the beginning of a prompt that is longer than `num_ctx`, without a word: give more of it in `options` for
 * long prompts. A prompt that is to be continued goes to the model as it is, without its chat template. `reasoningEffort`
 * is whether the model is to think, and for gpt-oss how much.
 *
 * @example ollama({ model: 'llama3.2', options: { num_ctx: 8192 } })
 */
export function ollama(options: OllamaOptions): LM {
  return httpModel(options, { ...ollamaProvider, wire: wireOf(options.options ?? {}) });
}

const name = 'Ollama';

/** @internal */
export const ollamaProvider: Omit<Provider, 'wire'> = {
  name,
  id: 'ollama',
  example: 'ollama({ model: "llama3.2" })',
  baseURL: 'http://localhost:11434',
  keys: [],
  keyless: true,
  headers: (key): Record<string, string> => (key ? { authorization: `Bearer ${key}` } : {}),
  capabilities: () => ({ responseFormat: true, responseSchema: true, audio: false, files: false, choices: false }),
};

function wireOf(own: Readonly<Record<string, unknown>>): Wire {
  return {
    lines: true,
    request({ model, messages, continues, config, streams }) {
      refuse((config.n ?? 1) > 1, 'several answers to one question', name);
      const options = { ...settings(config), ...own };
      const { logprobs, tools, responseFormat, reasoningEffort: effort } = config;
      const schema = schemaOf(responseFormat);
      return {
        path: continues ? '/api/generate' : '/api/chat',
        body: {
          model,
          ...(continues
            ? { prompt: messages.map(({ content }) => contentOf(content)).join('\n\n'), raw: true }
            : { messages: messagesOf(messages) }),
          ...(!continues && tools?.length ? { tools } : {}),
          ...(schema !== undefined || responseFormat?.type === 'json_object' ? { format: schema ?? 'json' } : {}),
          ...(continues || effort === undefined ? {} : { think: thinkOf(effort, model) }),
          ...(logprobs ? { logprobs: true, ...(logprobs === true ? {} : { top_logprobs: logprobs }) } : {}),
          ...(Object.keys(options).length ? { options } : {}),
          stream: streams,
        },
      };
    },
    answer: read,
    event: read,
  };
}

function settings({ temperature, maxTokens, topP, stop, seed }: LMConfig): Record<string, unknown> {
  return {
    ...(temperature === undefined ? {} : { temperature }),
    ...(maxTokens === undefined ? {} : { num_predict: maxTokens }),
    ...(topP === undefined ? {} : { top_p: topP }),
    ...(stop?.length ? { stop } : {}),
    ...(seed === undefined ? {} : { seed }),
  };
}

function thinkOf(effort: string, model: string): boolean | string {
  if (!model.includes('gpt-oss')) return effort !== 'none';
  const levels: Record<string, string> = { none: 'low', minimal: 'low', xhigh: 'high', max: 'high' };
  return levels[effort] ?? effort;
}

function messagesOf(messages: readonly LMMessage[]): Record<string, unknown>[] {
  const called = new Map<string, string>();
  return messages.map(({ role, content, tool_calls = [], tool_call_id = '', name: named }) => {
    for (const { id, function: tool } of tool_calls) called.set(id, tool.name);
    const contents = contentsOf(content, name);
    const images = contents.flatMap((each) => {
      if (each.kind === 'image' && each.media) return [each.media.base64];
      if (each.kind === 'image') throw unsupported('image_url', name, 'with an address: it takes the data itself');
      if (each.kind !== 'text') throw unsupported(each.kind === 'audio' ? 'input_audio' : 'file', name);
      return [];
    });
    const tool = called.get(tool_call_id) ?? named;
    return {
      role: role === 'developer' ? 'system' : role,
      content: contents.map((each) => (each.kind === 'text' ? each.text : '')).join(''),
      ...(images.length ? { images } : {}),
      ...(tool_calls.length
        ? {
            tool_calls: tool_calls.map(({ id, function: { name, arguments: text } }) => ({
              id,
              function: { name, arguments: argumentsOf(text) },
            })),
          }
        : {}),
      ...(role === 'tool' && tool ? { tool_name: tool } : {}),
      ...(role === 'tool' && tool_call_id ? { tool_call_id } : {}),
    };
  });
}

/** An answer, or a piece of one: they have the same form. */
function read(body: Wild, draft: Draft): void {
  const { message, response, thinking, done } = body;
  if (!message && typeof response !== 'string') return;
  const choice = draft.choice();
  choice.think(message?.thinking ?? thinking);
  choice.say(message?.content ?? response);
  for (const { id, function: called } of list(message?.tool_calls)) readCall(id, called, choice);
  choice.logprobs.push(...list(body.logprobs).flatMap((each) => logprobOf(each) ?? []));
  if (typeof body.model === 'string') draft.model = body.model;
  if (!done) return;
  draft.ended = true;
  const reason: unknown = body.done_reason;
  if (typeof reason === 'string') choice.finishReason = reason === 'stop' && choice.calls ? 'tool_calls' : reason;
  draft.usage = tokensOf(body.prompt_eval_count ?? 0, body.eval_count); // a prompt that it has kept is not counted
}

function readCall(id: unknown, called: Wild | undefined, choice: DraftChoice): void {
  choice.call(choice.calls, { id, name: called?.name, arguments: JSON.stringify(called?.arguments ?? {}) });
}
