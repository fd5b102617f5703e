import { anthropicSchema } from './anthropic-schema.js';
import { type Draft, tokensOf } from './draft.js';
import { httpModel, type ModelOptions, type Provider, type Wild, type Wire } from './http-model.js';
import { list } from './openai.js';
import { argumentsOf, type Content, contentsOf, refuse, schemaOf, systemApart, unsupported } from './parts.js';
import type { LM, LMCapabilities, LMConfig, LMMessage, LMResponse } from './types.js';

/** Which model of Anthropic, or of a server that speaks its messages API. */
export interface AnthropicOptions extends ModelOptions {}

/**
 * A model of Anthropic, by its messages API.
 *
 * The key is taken from the environment variable `ANTHROPIC_API_KEY` where there is one. Every request has to say how
 * long the answer may be: where `maxTokens` does not, it is 16,384 tokens for models that decide themselves how much to
 * think (Claude 4.6 and later), as thoughts count, 8192 for those before, and 4096 for Claude 3 and models of other names.
 *
 * `reasoningEffort` is the effort of adaptive thinking, or for older models a budget that comes on top of `maxTokens`:
 * 1024 tokens for `minimal` and `low`, 2048 for `medium`, 4096 for `high`, 8192 for `xhigh`, 16,384 for `max`. Models that
 * think unless told otherwise (Claude 5) take `none` as `low`. Sampling settings are not sent with thoughts, nor to
 * models that refuse them (Claude 4.7 and later). An older model that has called tools goes on without thinking, as the
 * thoughts before the call would have to be sent back.
 *
 * A JSON Schema in `responseFormat` is sent as `output_config.format`, with what Anthropic cannot hold a model to in its
 * descriptions; for one with members of any name, or that refers to itself, and for `json_object` the prompt alone asks. With
 * `promptCache`, what is before the last message is marked to be kept. A `seed` is not sent, as there is none.
 *
 * In a browser, Anthropic wants `headers: { 'anthropic-dangerous-direct-browser-access': 'true' }`: the key is then seen
 * by who uses the page.
 *
 * @example anthropic({ model: 'claude-sonnet-4-5' })
 */
export function anthropic(options: AnthropicOptions): LM {
  return httpModel(options, provider);
}

const name = 'Anthropic';

const wire: Wire = {
  request({ model, messages, config, streams }) {
    refuse((config.n ?? 1) > 1, 'several answers to one question', name);
    refuse(!!config.logprobs, 'the chances of tokens', name);
    const { system, rest } = systemApart(messages);
    const turns = turnsOf(rest);
    const tools = config.tools?.map(({ function: { name, description, parameters, strict } }) => ({
      name,
      ...(description === undefined ? {} : { description }),
      input_schema: parameters ?? { type: 'object', properties: {} },
      ...(strict === undefined ? {} : { strict }),
    }));
    const instructions = system.flatMap(({ content }) => contentsOf(content, name).map(blockOf));
    if (config.promptCache) {
      for (const blocks of [instructions, tools, turns.at(-2)?.content]) {
        if (blocks?.length)
          blocks[blocks.length - 1] = { ...blocks.at(-1), cache_control: { type: 'ephemeral' } } as never;
      }
    }
    return {
      path: '/messages',
      body: {
        model,
        ...settings(config, model, calledTools(rest)),
        ...(instructions.length ? { system: instructions } : {}),
        messages: turns,
        ...(tools?.length ? { tools } : {}),
        ...(tools?.length && config.toolChoice !== undefined ? { tool_choice: chosen(config.toolChoice) } : {}),
        ...(streams ? { stream: true } : {}),
      },
    };
  },

  answer(body, draft) {
    if (!Array.isArray(body.content)) return;
    const choice = draft.choice();
    for (const [i, block] of list(body.content).entries()) {
      choice.say(block.text);
      choice.think(block.thinking);
      if (block.type === 'tool_use') choice.call(i, { ...called(block), arguments: JSON.stringify(block.input ?? {}) });
    }
    readMessage(body, draft);
    readEnd(body, draft);
  },

  event({ type, index, message, content_block: block, delta, usage }, draft) {
    const key = Number(index);
    switch (`${type}`) {
      case 'message_start':
        if (message) readMessage(message, draft);
        break;
      case 'content_block_start':
        draft.choice().say(block?.text);
        draft.choice().think(block?.thinking);
        if (block?.type === 'tool_use') draft.choice().call(key, called(block));
        break;
      case 'content_block_delta':
        draft.choice().say(delta?.text);
        draft.choice().think(delta?.thinking);
        if (delta?.type === 'input_json_delta') draft.choice().call(key, { arguments: delta.partial_json });
        break;
      case 'message_delta':
        draft.choice();
        if (delta) readEnd(delta, draft);
        readUsage(usage, draft);
        break;
      case 'message_stop':
        draft.ended = true;
    }
  },
};

const provider: Provider = {
  name,
  id: 'anthropic',
  example: 'anthropic({ model: "claude-sonnet-4-5" })',
  baseURL: 'https://api.anthropic.com/v1',
  keys: ['ANTHROPIC_API_KEY'],
  headers: (key): Record<string, string> => ({
    'anthropic-version': '2023-06-01',
    ...(key ? { 'x-api-key': key } : {}),
  }),
  wire,
  capabilities: capabilitiesOf,
};

/** Claude 4.5 is 4.05; names without a number are the newest, and other names none of Anthropic's. */
function generationOf(model: string): number | undefined {
  const [, major, minor = 0] = /claude-(?:[a-z]+-)?(\d{1,2})(?!\d)(?:[-.](\d{1,2})(?!\d))?/.exec(model) ?? [];
  if (major !== undefined) return Number(major) + Number(minor) / 100;
  return model.includes('claude-') ? Number.POSITIVE_INFINITY : undefined;
}

function capabilitiesOf(model: string): LMCapabilities {
  const generation = generationOf(model) ?? 0;
  return {
    responseSchema: generation >= 4.05,
    functionCalling: generation >= 3,
    reasoning: generation >= 3.07,
    vision: generation >= 3,
    files: generation >= 3.05,
    audio: false,
    choices: false,
  };
}

function settings(config: LMConfig, model: string, called: boolean): Record<string, unknown> {
  const { maxTokens, temperature, topP, stop, reasoningEffort: effort, responseFormat } = config;
  const generation = generationOf(model) ?? 0;
  const adaptive = generation >= 4.06;
  const asked = effort !== undefined && effort !== 'none';
  const budget = !adaptive && asked && !called ? budgetOf(effort) : 0;
  const thinks = budget > 0 || (adaptive && asked);
  const samples = !thinks && generation < 4.07;
  const schema = anthropicSchema(schemaOf(responseFormat));
  const least = generation >= 5 && effort === 'none' ? 'low' : undefined;
  const output = {
    ...(adaptive && asked ? { effort: effort === 'minimal' ? 'low' : effort } : least ? { effort: least } : {}),
    ...(schema === undefined ? {} : { format: { type: 'json_schema', schema } }),
  };
  return {
    max_tokens: (maxTokens ?? (adaptive ? 16_384 : generation > 3 ? 8192 : 4096)) + budget,
    ...(thinks
      ? {
          thinking: adaptive ? { type: 'adaptive', display: 'summarized' } : { type: 'enabled', budget_tokens: budget },
        }
      : {}),
    ...(Object.keys(output).length ? { output_config: output } : {}),
    ...(temperature === undefined || !samples ? {} : { temperature }),
    ...(topP === undefined || !samples ? {} : { top_p: topP }),
    ...(stop?.length ? { stop_sequences: stop } : {}),
  };
}

function budgetOf(effort: string): number {
  const budgets: Record<string, number> = {
    minimal: 1024,
    low: 1024,
    medium: 2048,
    high: 4096,
    xhigh: 8192,
    max: 16_384,
  };
  return budgets[effort] ?? 2048;
}

/** Whether the conversation is in the middle of calling tools. */
function calledTools(messages: readonly LMMessage[]): boolean {
  return messages.at(-1)?.role === 'tool';
}

type Block = Record<string, unknown>;

/** Messages of the same role in a row are one: the results of several calls have to be. */
function turnsOf(messages: readonly LMMessage[]): { role: string; content: Block[] }[] {
  const turns: { role: string; content: Block[] }[] = [];
  for (const message of messages) {
    const role = message.role === 'assistant' ? 'assistant' : 'user';
    const content = blocksOf(message);
    if (content.length === 0) continue;
    const last = turns.at(-1);
    if (last?.role === role) last.content.push(...content);
    else turns.push({ role, content });
  }
  return turns;
}

function blocksOf({ role, content, tool_calls = [], tool_call_id }: LMMessage): Block[] {
  const blocks = contentsOf(content, name).map(blockOf);
  if (role === 'tool') return [{ type: 'tool_result', tool_use_id: tool_call_id ?? '', content: blocks }];
  return [
    ...blocks,
    ...tool_calls.map(({ id, function: { name, arguments: text } }) => ({
      type: 'tool_use',
      id,
      name,
      input: argumentsOf(text),
    })),
  ];
}

function blockOf(content: Content): Block {
  switch (content.kind) {
    case 'text':
      return { type: 'text', text: content.text };
    case 'image':
      return { type: 'image', source: content.media ? sourceOf(content.media) : { type: 'url', url: content.url } };
    case 'file': {
      const { media, id } = content;
      if (media && media.mediaType !== 'application/pdf')
        throw unsupported('file', name, `of the type ${media.mediaType}: only PDF is read`);
      return {
        type: 'document',
        source: media ? sourceOf(media) : { type: 'file', file_id: id },
        ...(content.name ? { title: content.name } : {}),
      };
    }
    case 'audio':
      throw unsupported('input_audio', name);
  }
}

function sourceOf({ mediaType, base64 }: { mediaType: string; base64: string }): Block {
  return { type: 'base64', media_type: mediaType, data: base64 };
}

function chosen(choice: NonNullable<LMConfig['toolChoice']>): Block {
  if (typeof choice !== 'string') return { type: 'tool', name: choice.name };
  return { type: choice === 'required' ? 'any' : choice };
}

function called({ id, name }: Wild): { id: unknown; name: unknown } {
  return { id, name };
}

function readMessage(body: Wild, draft: Draft): void {
  if (typeof body.model === 'string' && body.model) draft.model = body.model;
  if (typeof body.id === 'string') draft.metadata.id = body.id;
  readUsage(body.usage, draft);
}

/** Tokens that were read from the cache or written to it are counted apart there, and are part of the prompt here. */
function readUsage(usage: Wild | undefined, draft: Draft): void {
  if (!usage) return;
  const cached = Number(usage.cache_read_input_tokens ?? 0);
  const written = Number(usage.cache_creation_input_tokens ?? 0);
  const before = draft.usage?.inputTokens ?? 0;
  const input = usage.input_tokens === undefined ? before : Number(usage.input_tokens) + cached + written;
  const read = tokensOf(Math.max(before, input), usage.output_tokens, {
    cached: usage.cache_read_input_tokens,
    written,
    reasoning: usage.output_tokens_details?.thinking_tokens,
  });
  if (read) draft.usage = { ...draft.usage, ...read };
}

const finishReasons: Record<string, NonNullable<LMResponse['finishReason']>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  tool_use: 'tool_calls',
  refusal: 'content_filter',
};

function readEnd({ stop_reason: reason, stop_sequence: text }: Wild, draft: Draft): void {
  if (typeof reason === 'string') draft.choice().finishReason = finishReasons[reason] ?? (reason as string);
  if (typeof text === 'string') draft.metadata.stop_sequence = text;
}
