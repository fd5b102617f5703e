import { LMContentFilterError } from '../errors.js';
import { count, type Draft, tokensOf } from './draft.js';
import { httpModel, type ModelOptions, type Provider, type Wild } from './http-model.js';
import { list } from './openai.js';
import {
  argumentsOf,
  type Content,
  contentsOf,
  type Media,
  objectOf,
  schemaOf,
  systemApart,
  unsupported,
} from './parts.js';
import type { LM, LMCapabilities, LMConfig, LMLogprob, LMMessage, LMResponse, LMToolCall } from './types.js';

/** Which model of Google. */
export interface GeminiOptions extends ModelOptions {}

/**
 * A model of Google, by the Gemini API.
 *
 * The key is taken from the environment variable `GEMINI_API_KEY`, or `GOOGLE_API_KEY`; it is sent in a header, never in
 * the address. A JSON Schema in `responseFormat` is sent as `responseJsonSchema`. `reasoningEffort` is the thinking level
 * of Gemini 3 and later; for Gemini 2.5 it is a budget of 1024 tokens for `minimal` and `low`, 8192 for `medium`, 24,576
 * for `high`. `none` asks for the least that the model can: no thoughts of 2.5 Flash, the lowest level of others.
 *
 * The id of a tool's call ends with the signature of the thoughts that led to it, which Gemini wants back with the
 * call's result; so ids are to be kept as they are.
 *
 * @example gemini({ model: 'gemini-2.5-flash' })
 */
export function gemini(options: GeminiOptions): LM {
  return httpModel(options, geminiProvider);
}

const name = 'Gemini';

/** @internal */
export const geminiProvider: Provider = {
  name,
  id: 'gemini',
  example: 'gemini({ model: "gemini-2.5-flash" })',
  baseURL: 'https://generativelanguage.googleapis.com/v1beta',
  keys: ['GEMINI_API_KEY', 'GOOGLE_API_KEY'],
  headers: (key): Record<string, string> => (key ? { 'x-goog-api-key': key } : {}),
  wire: {
    request({ model, messages, config, streams }) {
      const { system, rest } = systemApart(messages);
      const instructions = system.flatMap(({ content }) => contentsOf(content, name).map(partOf));
      const { tools, toolChoice } = config;
      const generationConfig = settings(config, model);
      return {
        path: `/${modelPath(model)}:${streams ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
        body: {
          contents: contentsOfMessages(rest, generationOf(model) >= 3),
          ...(instructions.length ? { systemInstruction: { parts: instructions } } : {}),
          ...(Object.keys(generationConfig).length ? { generationConfig } : {}),
          ...(tools?.length
            ? {
                tools: [
                  {
                    functionDeclarations: tools.map(({ function: { name, description, parameters } }) => ({
                      name,
                      ...(description === undefined ? {} : { description }),
                      ...(parameters === undefined ? {} : { parametersJsonSchema: parameters }),
                    })),
                  },
                ],
              }
            : {}),
          ...(tools?.length && toolChoice !== undefined
            ? { toolConfig: { functionCallingConfig: chosen(toolChoice) } }
            : {}),
        },
      };
    },
    answer(body, draft) {
      read(body, draft);
    },
    event(body, draft) {
      read(body, draft);
    },
  },
  capabilities: capabilitiesOf,
};

/** @internal */
export function modelPath(model: string): string {
  const path = model.split('/').map(encodeURIComponent).join('/');
  return model.includes('/') ? path : `models/${path}`;
}

/** Gemini 2.5 is 2.5; names without a number are of the newest. */
function generationOf(model: string): number {
  const number = /gemini-(\d+(?:\.\d+)?)/.exec(model)?.[1];
  if (number !== undefined) return Number(number);
  return /gemini-(?:\w+-)*latest/.test(model) ? Number.POSITIVE_INFINITY : 0;
}

function capabilitiesOf(model: string): LMCapabilities {
  const generation = generationOf(model);
  const isGemini = generation >= 1.5;
  return {
    responseFormat: isGemini,
    responseSchema: generation >= 2,
    functionCalling: true,
    reasoning: generation >= 2.5,
    vision: true,
    audio: isGemini,
    files: isGemini,
  };
}

function settings(config: LMConfig, model: string): Record<string, unknown> {
  const { temperature, maxTokens, topP, stop, seed, n, responseFormat, logprobs, reasoningEffort } = config;
  const schema = schemaOf(responseFormat);
  const json = responseFormat?.type === 'json_object' || schema !== undefined;
  return {
    ...(temperature === undefined ? {} : { temperature }),
    ...(maxTokens === undefined ? {} : { maxOutputTokens: maxTokens }),
    ...(topP === undefined ? {} : { topP }),
    ...(stop?.length ? { stopSequences: stop } : {}),
    ...(seed === undefined ? {} : { seed }),
    ...(n === undefined || n === 1 ? {} : { candidateCount: n }),
    ...(json ? { responseMimeType: 'application/json' } : {}),
    ...(schema === undefined ? {} : { responseJsonSchema: schema }),
    ...(logprobs ? { responseLogprobs: true, ...(logprobs === true ? {} : { logprobs }) } : {}),
    ...(reasoningEffort === undefined ? {} : { thinkingConfig: thinkingOf(reasoningEffort, model) }),
  };
}

function thinkingOf(effort: string, model: string): Record<string, unknown> {
  const isFlash = model.includes('flash');
  if (generationOf(model) >= 3) {
    const least = isFlash ? 'minimal' : 'low';
    const level = effort === 'none' || effort === 'minimal' ? least : effort;
    return { thinkingLevel: level, includeThoughts: effort !== 'none' };
  }
  if (effort === 'none') return { thinkingBudget: isFlash ? 0 : 128, includeThoughts: false };
  const budgets: Record<string, number> = { minimal: 1024, low: 1024, medium: 8192, high: 24_576 };
  return { thinkingBudget: budgets[effort] ?? -1, includeThoughts: true }; // -1: as much as the model thinks fit
}

function chosen(choice: NonNullable<LMConfig['toolChoice']>): Record<string, unknown> {
  if (typeof choice !== 'string') return { mode: 'ANY', allowedFunctionNames: [choice.name] };
  return { mode: { auto: 'AUTO', none: 'NONE', required: 'ANY' }[choice] };
}

type Part = Record<string, unknown>;

/** Messages of the same role in a row are one: the results of several calls have to be. */
function contentsOfMessages(messages: readonly LMMessage[], signs: boolean): { role: string; parts: Part[] }[] {
  const contents: { role: string; parts: Part[] }[] = [];
  const called = new Map<string, string>();
  for (const message of messages) {
    const role = message.role === 'assistant' ? 'model' : 'user';
    for (const { id, function: tool } of message.tool_calls ?? []) called.set(id, tool.name);
    const parts = partsOf(message, called, signs);
    const last = contents.at(-1);
    if (parts.length === 0) continue;
    if (last?.role === role) last.parts.push(...parts);
    else contents.push({ role, parts });
  }
  return contents;
}

function partsOf(
  { role, content, tool_calls = [], tool_call_id = '', name: named }: LMMessage,
  called: ReadonlyMap<string, string>,
  signs: boolean,
): Part[] {
  const contents = contentsOf(content, name);
  if (role !== 'tool') return [...contents.map(partOf), ...tool_calls.map((call, i) => callOf(call, signs && i === 0))];
  const texts = contents.filter((each) => each.kind === 'text');
  const tool = called.get(tool_call_id) ?? named;
  if (tool === undefined)
    throw unsupported('tool', name, 'whose call is not in the conversation, which names the tool');
  const { id } = idAndSignature(tool_call_id);
  const text = texts.map((each) => each.text).join('');
  const response = objectOf(text) ?? { output: text };
  return [
    { functionResponse: { ...(id ? { id } : {}), name: tool, response } },
    ...contents.filter((each) => each.kind !== 'text').map(partOf),
  ];
}

function callOf({ id, function: { name, arguments: text } }: LMToolCall, needsSignature: boolean): Part {
  const { id: own, signature = needsSignature ? noSignature : undefined } = idAndSignature(id);
  return {
    functionCall: { ...(own ? { id: own } : {}), name, args: argumentsOf(text) },
    ...(signature ? { thoughtSignature: signature } : {}),
  };
}

const separator = '__thought__';
/** "skip_thought_signature_validator", which Gemini takes for calls that it has not made itself. */
const noSignature = 'c2tpcF90aG91Z2h0X3NpZ25hdHVyZV92YWxpZGF0b3I=';

/** The id that Gemini gave, if any: `call_` and a number is ours. */
function idAndSignature(id: string): { id: string | undefined; signature?: string } {
  const at = id.indexOf(separator);
  const own = at < 0 ? id : id.slice(0, at);
  return {
    id: own === '' || /^call_\d+$/.test(own) ? undefined : own,
    ...(at < 0 ? {} : { signature: id.slice(at + separator.length) }),
  };
}

function partOf(content: Content): Part {
  switch (content.kind) {
    case 'text':
      return { text: content.text };
    case 'image':
      return content.media ? inlined(content.media) : { fileData: { fileUri: content.url, ...typeOf(content.url) } };
    case 'audio':
      return inlined(content.media);
    case 'file':
      return content.media ? inlined(content.media) : { fileData: { fileUri: content.id } };
  }
}

function inlined({ mediaType, base64 }: Media): Part {
  return { inlineData: { mimeType: mediaType, data: base64 } };
}

/** The type of an image, by its address. */
function typeOf(url: string): { mimeType?: string } {
  const ending = /\.(png|jpe?g|webp|heic|heif|gif)(?:[?#]|$)/i.exec(url)?.[1]?.toLowerCase();
  return ending ? { mimeType: `image/${ending === 'jpg' ? 'jpeg' : ending}` } : {};
}

/** An answer, or a piece of one: they have the same form. */
function read(body: Wild, draft: Draft): void {
  const blocked = body.promptFeedback?.blockReason;
  if (blocked) throw filtered(`the prompt: ${blocked}`);
  for (const candidate of list(body.candidates)) {
    const choice = draft.choice(candidate.index);
    for (const { text, thought, functionCall, thoughtSignature } of list(candidate.content?.parts)) {
      if (thought) choice.think(text);
      else choice.say(text);
      if (!functionCall) continue;
      const i = choice.calls;
      const signed = thoughtSignature ? separator + thoughtSignature : '';
      choice.call(i, {
        id: `${functionCall.id ?? `call_${i}`}${signed}`,
        name: functionCall.name,
        arguments: JSON.stringify(functionCall.args ?? {}),
      });
    }
    readLogprobs(candidate.logprobsResult, choice.logprobs);
    const reason: unknown = candidate.finishReason;
    if (typeof reason !== 'string') continue;
    choice.finishReason = reason === 'STOP' && choice.calls ? 'tool_calls' : (finishReasons[reason] ?? reason);
    if (choice.finishReason === 'content_filter' && !draft.begun) throw filtered(`its answer: ${reason}`);
    draft.ended = true;
  }
  const { usageMetadata: usage } = body;
  if (usage) {
    const thoughts = count(usage.thoughtsTokenCount) ?? 0;
    const input = (count(usage.promptTokenCount) ?? 0) + (count(usage.toolUsePromptTokenCount) ?? 0);
    draft.usage = tokensOf(input, (count(usage.candidatesTokenCount) ?? 0) + thoughts, {
      cached: usage.cachedContentTokenCount,
      reasoning: thoughts,
    });
  }
  if (typeof body.modelVersion === 'string') draft.model = body.modelVersion;
  if (typeof body.responseId === 'string') draft.metadata.id = body.responseId;
}

function filtered(what: string): LMContentFilterError {
  return new LMContentFilterError(`Gemini has refused ${what}.`, { details: { providerCode: what } });
}

function readLogprobs(result: Wild | undefined, into: LMLogprob[]): void {
  const top = list(result?.topCandidates);
  for (const [i, chosen] of list(result?.chosenCandidates).entries()) {
    const read = logprobOf(chosen);
    const others = list(top[i]?.candidates).flatMap((each) => logprobOf(each) ?? []);
    if (read) into.push({ ...read, ...(others.length ? { top: others } : {}) });
  }
}

function logprobOf({ token, logProbability }: Wild): LMLogprob | undefined {
  const logprob: unknown = logProbability;
  return typeof token === 'string' && typeof logprob === 'number' ? { token, logprob } : undefined;
}

const finishReasons: Record<string, NonNullable<LMResponse['finishReason']>> = {
  STOP: 'stop',
  MAX_TOKENS: 'length',
  SAFETY: 'content_filter',
  RECITATION: 'content_filter',
  LANGUAGE: 'content_filter',
  BLOCKLIST: 'content_filter',
  PROHIBITED_CONTENT: 'content_filter',
  SPII: 'content_filter',
  IMAGE_SAFETY: 'content_filter',
};
