import { count, type Draft, type DraftChoice, tokensOf } from './draft.js';
import { contentOf, httpModel, type ModelOptions, type Provider, type Wild, type Wire } from './http-model.js';
import type { LM, LMCapabilities, LMConfig, LMLogprob, LMMessage } from './types.js';

/** Which model of OpenAI, or of a server that speaks its chat completions. */
export interface OpenAIOptions extends ModelOptions {
  /** Whether the server has `/completions`, which continue a text, for prompts that are to be continued. */
  completions?: boolean;
}

/** Models that think: they have another name for the length, and no temperature. */
const reasoningModel =
  /^(?:o[1345](?:-(?:mini|nano|pro))?(?:-\d{4}-\d{2}-\d{2})?|gpt-(?:[5-9]|\d\d)(?!-chat)(?:[.-].*)?)$/;

/**
 * A model of OpenAI, or of any server that speaks its chat completions: OpenRouter, Groq, vLLM, llama.cpp, Ollama.
 *
 * OpenAI's reasoning models take no temperature, top_p or stop texts, so these are not sent to them. The key is taken from
 * the environment variable `OPENAI_API_KEY` where there is one.
 *
 * @example openai({ model: 'gpt-5-mini' })
 * @example openai({ model: 'llama3.2', baseURL: 'http://localhost:11434/v1' })
 */
export function openai(options: OpenAIOptions): LM {
  return httpModel(options, { ...openaiProvider, wire: chatWire(options.completions === true) });
}

/** @internal */
export const openaiProvider: Omit<Provider, 'wire'> = {
  name: 'OpenAI',
  id: 'openai',
  example: 'openai({ model: "gpt-5-mini" })',
  baseURL: 'https://api.openai.com/v1',
  keys: ['OPENAI_API_KEY'],
  headers: (key): Record<string, string> => (key ? { authorization: `Bearer ${key}` } : {}),
  capabilities: capabilitiesOf,
};

/** Of OpenAI's own models. @internal */
export function capabilitiesOf(model: string): LMCapabilities {
  const old = /^(?:gpt-3\.5|gpt-4(?!\.|o|-turbo)|gpt-4-turbo|gpt-4o-2024-05-13|o1-(?:mini|preview))/.test(model);
  return {
    responseFormat: !/^(?:gpt-4(?!\.|o|-turbo)|o1-(?:mini|preview))/.test(model),
    responseSchema: !old,
    functionCalling: true,
    reasoning: thinks(model),
  };
}

/** @internal */
export function thinks(model: string): boolean {
  return reasoningModel.test(model.slice(model.lastIndexOf('/') + 1));
}

/** OpenAI's chat completions, and the completions before them where the server has these. @internal */
export function chatWire(completions = false): Wire {
  return {
    request({ model, messages, continues, config, streams }) {
      const plain = continues && completions;
      return {
        path: plain ? '/completions' : '/chat/completions',
        body: {
          model,
          ...(plain ? { prompt: textOf(messages) } : { messages }),
          ...settings(config, model, plain),
          ...(streams ? { stream: true, stream_options: { include_usage: true } } : {}),
        },
      };
    },
    answer(body, draft) {
      for (const choice of list(body.choices)) {
        const draftChoice = draft.choice(choice.index);
        readMessage(choice, choice.message, draftChoice);
      }
      readRest(body, draft);
    },
    event(body, draft) {
      for (const choice of list(body.choices)) {
        const draftChoice = draft.choice(choice.index);
        readMessage(choice, choice.delta, draftChoice);
        if (draftChoice.finishReason) draft.ended = true;
      }
      readRest(body, draft);
    },
  };
}

/** A choice of an answer, or a piece of one. */
function readMessage(choice: Wild, message: Wild | undefined, draft: DraftChoice): void {
  draft.think(message?.reasoning_content ?? message?.reasoning);
  draft.say(contentOf(choice.text ?? message?.content ?? message?.refusal));
  for (const [i, call] of list(message?.tool_calls).entries()) {
    const { name, arguments: text } = (call.function ?? {}) as Record<string, unknown>;
    draft.call(count(call.index) ?? i, { id: call.id, name, arguments: text });
  }
  if (typeof choice.finish_reason === 'string') draft.finishReason = choice.finish_reason as string;
  for (const token of list(choice.logprobs?.content)) {
    const read = logprobOf(token);
    if (read) draft.logprobs.push(read);
  }
}

function readRest(body: Wild, draft: Draft): void {
  const { usage } = body;
  draft.usage =
    tokensOf(usage?.prompt_tokens, usage?.completion_tokens, {
      cached: usage?.prompt_tokens_details?.cached_tokens,
      reasoning: usage?.completion_tokens_details?.reasoning_tokens,
    }) ?? draft.usage;
  if (typeof body.model === 'string' && body.model) draft.model = body.model;
  for (const name of ['id', 'system_fingerprint', 'service_tier', 'citations', 'provider'] as const) {
    if (body[name] !== undefined && body[name] !== null) draft.metadata[name] = body[name];
  }
}

/** @internal */
export function logprobOf({ token, logprob, top_logprobs }: Wild): LMLogprob | undefined {
  if (typeof token !== 'string' || typeof logprob !== 'number') return undefined;
  const top = list(top_logprobs).flatMap((each) => logprobOf(each) ?? []);
  return { token, logprob, ...(top.length ? { top } : {}) };
}

/** @internal */
export function list(value: unknown): readonly Wild[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'object' && each !== null) : [];
}

function settings(config: LMConfig, model: string, continues: boolean): Record<string, unknown> {
  const { temperature, maxTokens, topP, stop, seed, n, responseFormat, tools, toolChoice, reasoningEffort, logprobs } =
    config;
  const thinking = !continues && thinks(model);
  const chat = !continues;
  return {
    ...(maxTokens === undefined ? {} : { [thinking ? 'max_completion_tokens' : 'max_tokens']: maxTokens }),
    ...(seed === undefined ? {} : { seed }),
    ...(temperature === undefined || thinking ? {} : { temperature }),
    ...(topP === undefined || thinking ? {} : { top_p: topP }),
    ...(!stop?.length || thinking ? {} : { stop }),
    ...(n === undefined || n === 1 ? {} : { n }),
    ...(chat && responseFormat !== undefined ? { response_format: responseFormat } : {}),
    ...(chat && tools?.length ? { tools } : {}),
    ...(chat && tools?.length && toolChoice !== undefined ? { tool_choice: chosen(toolChoice) } : {}),
    ...(chat && reasoningEffort !== undefined ? { reasoning_effort: reasoningEffort } : {}),
    ...(chat && logprobs ? { logprobs: true, ...(logprobs === true ? {} : { top_logprobs: logprobs }) } : {}),
  };
}

function chosen(choice: NonNullable<LMConfig['toolChoice']>): unknown {
  return typeof choice === 'string' ? choice : { type: 'function', function: { name: choice.name } };
}

function textOf(messages: readonly LMMessage[]): string {
  return messages.map(({ content }) => contentOf(content)).join('\n\n');
}
