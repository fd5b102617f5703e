import { type Draft, tokensOf } from './draft.js';
import { contentOf, httpModel, type ModelOptions, type Wild, type Wire } from './http-model.js';
import { list, logprobOf, openaiProvider, thinks } from './openai.js';
import { type Content, contentsOf, refuse, unsupported } from './parts.js';
import type { LM, LMConfig, LMMessage, LMPart } from './types.js';

/** Which model of OpenAI, or of a server that speaks its responses API. */
export interface OpenAIResponsesOptions extends ModelOptions {}

/**
 * A model of OpenAI by its responses API, which some of its models have alone, and which tells summaries of thoughts.
 *
 * The API knows no `stop` texts and no `seed`, so these are not sent; nor are `temperature` and `topP` to models that
 * think. OpenAI keeps answers for 30 days unless `body: { store: false }` is given. The key is taken from the environment
 * variable `OPENAI_API_KEY` where there is one.
 *
 * @example openaiResponses({ model: 'gpt-5-mini', config: { reasoningEffort: 'low' } })
 */
export function openaiResponses(options: OpenAIResponsesOptions): LM {
  return httpModel(options, { ...openaiProvider, example: 'openaiResponses({ model: "gpt-5-mini" })', wire });
}

const name = "OpenAI's responses API";

const wire: Wire = {
  request({ model, messages, config, streams }) {
    refuse((config.n ?? 1) > 1, 'several answers to one question', name);
    return {
      path: '/responses',
      body: {
        model,
        input: messages.flatMap(itemsOf),
        ...settings(config, model),
        ...(streams ? { stream: true } : {}),
      },
    };
  },

  answer(body, draft) {
    if (!Array.isArray(body.output)) return;
    const choice = draft.choice();
    for (const [i, item] of list(body.output).entries()) {
      if (item.type === 'reasoning') {
        const parts = list(item.summary).length ? item.summary : item.content;
        choice.think(
          list(parts)
            .map((part) => part.text)
            .join('\n\n'),
        );
      } else if (item.type === 'function_call') choice.call(i, called(item));
      else if (item.type === 'message') {
        for (const part of list(item.content)) {
          choice.say(part.text ?? part.refusal);
          readLogprobs(part.logprobs, draft);
        }
      }
    }
    readEnd(body, draft);
  },

  event({ type, delta, item, response, output_index: index, summary_index: part, logprobs }, draft) {
    switch (`${type}`) {
      case 'response.output_text.delta':
      case 'response.refusal.delta':
        draft.choice().say(delta);
        readLogprobs(logprobs, draft);
        break;
      case 'response.reasoning_summary_part.added':
        if (Number(part) > 0) draft.choice().think('\n\n');
        break;
      case 'response.reasoning_summary_text.delta':
      case 'response.reasoning_text.delta':
        draft.choice().think(delta);
        break;
      case 'response.output_item.added':
        if (item?.type === 'function_call') draft.choice().call(Number(index), called(item));
        break;
      case 'response.function_call_arguments.delta':
        draft.choice().call(Number(index), { arguments: delta });
        break;
      case 'response.completed':
      case 'response.incomplete':
        if (response) readEnd(response, draft);
        draft.ended = true;
    }
  },

  wrong: ({ type, error, response, code, message }) =>
    error ?? response?.error ?? (String(type) === 'error' ? { code, message } : undefined),
};

function settings(config: LMConfig, model: string): Record<string, unknown> {
  const { temperature, maxTokens, topP, responseFormat, tools, toolChoice, reasoningEffort, logprobs } = config;
  const samples = !thinks(model);
  return {
    ...(temperature === undefined || !samples ? {} : { temperature }),
    ...(topP === undefined || !samples ? {} : { top_p: topP }),
    ...(maxTokens === undefined ? {} : { max_output_tokens: maxTokens }),
    ...(reasoningEffort === undefined ? {} : { reasoning: { effort: reasoningEffort, summary: 'auto' } }),
    ...(tools?.length ? { tools: tools.map(({ function: tool }) => ({ type: 'function', ...tool })) } : {}),
    ...(tools?.length && toolChoice !== undefined ? { tool_choice: choiceOf(toolChoice) } : {}),
    ...(responseFormat === undefined ? {} : { text: { format: formatOf(responseFormat) } }),
    ...(logprobs
      ? {
          include: ['message.output_text.logprobs'],
          ...(logprobs === true ? {} : { top_logprobs: logprobs }),
        }
      : {}),
  };
}

function choiceOf(choice: NonNullable<LMConfig['toolChoice']>): unknown {
  return typeof choice === 'string' ? choice : { type: 'function', name: choice.name };
}

/** What is within `json_schema` in chat completions is beside the type here. */
function formatOf({ type, json_schema: schema, ...rest }: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return { type, ...rest, ...(schema as Record<string, unknown> | undefined) };
}

type Item = Record<string, unknown>;

function itemsOf({ role, content, tool_calls = [], tool_call_id, name: named }: LMMessage): Item[] {
  if (role === 'tool')
    return [{ type: 'function_call_output', call_id: tool_call_id ?? '', output: outputOf(content) }];
  const isAssistant = role === 'assistant';
  const parts = partsOf(content, isAssistant ? 'output_text' : 'input_text');
  return [
    ...(parts.length || tool_calls.length === 0
      ? [{ role, content: parts, ...(named === undefined ? {} : { name: named }) }]
      : []),
    ...tool_calls.map(({ id, function: { name, arguments: text } }) => ({
      type: 'function_call',
      call_id: id,
      name,
      arguments: text,
    })),
  ];
}

/** What a tool says: its text, or parts where there is more than text. */
function outputOf(content: LMMessage['content']): string | Item[] {
  const plain = !Array.isArray(content) || content.every(({ type }: LMPart) => type === 'text');
  return plain ? contentOf(content) : partsOf(content, 'input_text');
}

function partsOf(content: LMMessage['content'], textType: string): Item[] {
  if (typeof content === 'string') return [{ type: textType, text: content }];
  return (content ?? []).map((part) => {
    const [read] = contentsOf([part], name);
    return read ? partOf(read, part, textType) : { type: textType, text: '' };
  });
}

function partOf(read: Content, part: LMPart, textType: string): Item {
  switch (read.kind) {
    case 'text':
      return { type: textType, text: read.text };
    case 'image': {
      const { detail } = ('image_url' in part ? part.image_url : {}) as { detail?: unknown };
      return { type: 'input_image', image_url: read.url, ...(detail === undefined ? {} : { detail }) };
    }
    case 'file':
      return { type: 'input_file', ...('file' in part ? (part.file as object) : {}) };
    case 'audio':
      throw unsupported('input_audio', name);
  }
}

function called({ call_id: id, name, arguments: text }: Wild): { id: unknown; name: unknown; arguments: unknown } {
  return { id, name, arguments: text };
}

function readLogprobs(logprobs: unknown, draft: Draft): void {
  draft.choice().logprobs.push(...list(logprobs).flatMap((each) => logprobOf(each) ?? []));
}

function readEnd(body: Wild, draft: Draft): void {
  const choice = draft.choice();
  const { usage, incomplete_details: details } = body;
  const status: unknown = body.status;
  const reason: unknown = details?.reason;
  if (status === 'completed') choice.finishReason = choice.calls ? 'tool_calls' : 'stop';
  else if (typeof reason === 'string') choice.finishReason = reason === 'max_output_tokens' ? 'length' : reason;
  draft.usage = tokensOf(usage?.input_tokens, usage?.output_tokens, {
    cached: usage?.input_tokens_details?.cached_tokens,
    reasoning: usage?.output_tokens_details?.reasoning_tokens,
  });
  if (typeof body.model === 'string' && body.model) draft.model = body.model;
  if (typeof body.id === 'string') draft.metadata.id = body.id;
}
