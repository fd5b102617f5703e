import { configured } from '../config.js';
import { messageOf } from '../errors.js';
import { callUsage, promptBytes } from './call.js';
import { priceFor } from './cost.js';
import type { LM, LMConfig, LMMessage, LMPart, LMRequest, LMResponse, LMToolCall, LMUsage } from './types.js';

/** A call of a model that has been made. It holds no keys. */
export interface HistoryEntry {
  /** When it ended, as ISO text. */
  readonly time: string;
  /** The model that was asked. */
  readonly model: string;
  /** The predictor that asked, where one did. */
  readonly predictor?: string;
  /** What was sent. */
  readonly messages: readonly LMMessage[];
  /** How it was to be answered. */
  readonly config: LMConfig;
  /** What came, if anything did. */
  readonly response?: LMResponse;
  /** Why nothing came. */
  readonly error?: string;
  /** The tokens; none where a cache answered. */
  readonly usage?: LMUsage & { readonly estimated: boolean; readonly costUSD?: number };
}

const kept: HistoryEntry[] = [];

/** Keeps a call, if calls are to be kept. @internal */
export function record(
  lm: LM,
  request: LMRequest,
  predictor: string | undefined,
  outcome: { response: LMResponse } | { error: unknown },
): void {
  const { history = 0 } = configured();
  if (!(history > 0)) {
    kept.length = 0;
    return;
  }
  const { messages, config } = request;
  const response = 'response' in outcome ? outcome.response : undefined;
  kept.push({
    time: new Date().toISOString(),
    model: lm.model,
    ...(predictor === undefined ? {} : { predictor }),
    messages,
    config,
    ...('response' in outcome ? { response: outcome.response } : { error: messageOf(outcome.error) }),
    ...(response && !response.cached ? { usage: callUsage(() => promptBytes(request), response, priceFor(lm)) } : {}),
  });
  if (kept.length > history) kept.splice(0, kept.length - history);
}

/** The last calls of models that this process has made, the oldest first: as many as `configure({ history })` says. */
export function callHistory(): readonly HistoryEntry[] {
  return lastCalls(Number.POSITIVE_INFINITY);
}

/**
 * Prints the last calls of models as DSPy does, if `configure({ history: 100 })` keeps them: the messages, the reply,
 * and what it took.
 */
export function inspectHistory({
  n = 1,
  print = (text: string) => console.log(text),
}: {
  /** How many. */
  n?: number;
  /** Where to; the console unless given. */
  print?: (text: string) => void;
} = {}): void {
  for (const entry of lastCalls(n)) print(entryText(entry));
}

function lastCalls(n: number): readonly HistoryEntry[] {
  const { history = 0 } = configured();
  const most = Math.min(n, history);
  return most > 0 ? kept.slice(-most) : [];
}

function entryText({ time, messages, response, error, usage, model }: HistoryEntry): string {
  const lines = ['', '', '', '', `[${time}]`, '']; // with DSPy's empty lines
  for (const { role, content, tool_calls: calls } of messages) {
    lines.push(
      `${role[0]?.toUpperCase()}${role.slice(1)} message:`,
      '',
      ...(typeof content === 'string' ? [content.trim()] : (content ?? []).flatMap(partLines)),
      ...callsText(calls),
      '',
      '',
    );
  }
  if (response?.text) lines.push('Response:', '', response.text.trim(), '');
  lines.push(...callsText(response?.toolCalls));
  if (response?.choices) lines.push(` \t (and ${response.choices.length - 1} other completions)`);
  if (error !== undefined) lines.push('Error:', '', error, '');
  const { inputTokens, outputTokens, costUSD, estimated } = usage ?? {};
  const cost = costUSD === undefined ? '' : `, $${costUSD}`;
  const took = usage
    ? `${estimated ? 'about ' : ''}${inputTokens} + ${outputTokens} tokens${cost}`
    : response
      ? 'from the cache'
      : 'no answer';
  return [...lines, `(${model}: ${took})`].join('\n');
}

function callsText(calls: readonly LMToolCall[] | undefined): string[] {
  if (!calls?.length) return [];
  return ['Tool calls:', '', ...calls.flatMap(({ function: { name, arguments: text } }) => [`${name}: ${text}`, ''])];
}

/** What is no text is told by its size, as a terminal shows neither sounds nor pictures. */
function partLines(part: LMPart): string[] {
  const text = partText(part);
  return part.type === 'text' ? [text] : [text, ''];
}

function partText(part: LMPart): string {
  const { type, text, image_url, input_audio, file } = part as Record<string, unknown> & {
    image_url?: { url?: string };
    input_audio?: { data?: string; format?: string };
    file?: { filename?: string; file_id?: string; file_data?: string };
  };
  if (typeof text === 'string') return text.trim();
  if (image_url) {
    const url = String(image_url.url);
    const at = url.indexOf('base64,');
    return at < 0 ? `<image_url: ${url}>` : `<${url.slice(0, at + 7)}<IMAGE BASE 64 ENCODED(${url.length - at - 7})>`;
  }
  if (input_audio) {
    return `<audio format='${input_audio.format}' base64-encoded, length=${input_audio.data?.length}>`;
  }
  if (file) {
    const { filename = '', file_id: id = '', file_data: data = '' } = file;
    return `<file: name:${filename}, id:${id}, data_length:${data.length}>`;
  }
  return `<${type}>`;
}
