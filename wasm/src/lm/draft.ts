import type { LMCallOptions, LMChoice, LMLogprob, LMResponse, LMToolCall, LMUsage } from './types.js';

/** One answer while it comes in. @internal */
export class DraftChoice {
  text = '';
  reasoning = '';
  finishReason: LMResponse['finishReason'];
  logprobs: LMLogprob[] = [];
  readonly #calls = new Map<number | string, { id: string; name: string; arguments: string }>();
  readonly #heard: Pick<LMCallOptions, 'onPart' | 'onReasoning'>;

  constructor(heard: Pick<LMCallOptions, 'onPart' | 'onReasoning'>) {
    this.#heard = heard;
  }

  say(part: unknown): void {
    if (typeof part !== 'string' || part === '') return;
    this.text += part;
    this.#heard.onPart?.(part);
  }

  think(part: unknown): void {
    if (typeof part !== 'string' || part === '') return;
    this.reasoning += part;
    this.#heard.onReasoning?.(part);
  }

  /** A call, or a part of one: what comes under the same key is added to it. */
  call(key: number | string, part: { id?: unknown; name?: unknown; arguments?: unknown }): void {
    const call = this.#calls.get(key) ?? { id: '', name: '', arguments: '' };
    this.#calls.set(key, call);
    if (typeof part.id === 'string') call.id ||= part.id;
    if (typeof part.name === 'string') call.name ||= part.name;
    if (typeof part.arguments === 'string') call.arguments += part.arguments;
  }

  /** How many tools it asks for so far. */
  get calls(): number {
    return this.#calls.size;
  }

  done(): LMChoice {
    const toolCalls = [...this.#calls.values()].map(
      ({ id, name, arguments: text }, i): LMToolCall => ({
        id: id || `call_${i}`, // there are servers that give none, and a result must refer to something
        type: 'function',
        function: { name, arguments: text || '{}' },
      }),
    );
    return {
      text: this.text,
      ...(this.finishReason ? { finishReason: this.finishReason } : {}),
      ...(toolCalls.length ? { toolCalls } : {}),
      ...(this.reasoning ? { reasoning: this.reasoning } : {}),
    };
  }
}

/** A response while it comes in, whole or in pieces. @internal */
export class Draft {
  usage: LMUsage | undefined;
  model: string | undefined;
  metadata: Record<string, unknown> = {};
  /** The server has said that this is the end. */
  ended = false;
  readonly #choices: DraftChoice[] = [];
  readonly #options: LMCallOptions;

  constructor(options: LMCallOptions) {
    this.#options = options;
  }

  /** The answer of that number. Only the first is heard while it comes. */
  choice(index: unknown = 0): DraftChoice {
    const i = typeof index === 'number' && Number.isInteger(index) && index >= 0 && index < 1024 ? index : 0;
    while (this.#choices.length <= i)
      this.#choices.push(new DraftChoice(this.#choices.length === 0 ? this.#options : {}));
    return this.#choices[i] as DraftChoice;
  }

  /** Whether anything of an answer is there. */
  get begun(): boolean {
    return this.#choices.some(({ text, reasoning, calls }) => text !== '' || reasoning !== '' || calls > 0);
  }

  /** Whether there is an answer, be it empty. */
  get answered(): boolean {
    return this.#choices.length > 0;
  }

  done(): LMResponse {
    const first = this.choice();
    const choices = this.#choices.map((choice) => choice.done());
    return {
      ...(choices[0] as LMChoice),
      ...(choices.length > 1 ? { choices } : {}),
      ...(first.logprobs.length ? { logprobs: first.logprobs } : {}),
      ...(this.usage ? { usage: this.usage } : {}),
      ...(this.model ? { model: this.model } : {}),
      ...(Object.keys(this.metadata).length ? { metadata: this.metadata } : {}),
    };
  }
}

/** A count of tokens as a server tells it, or nothing. @internal */
export function count(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

/** Usage where at least prompt and answer are counted. @internal */
export function tokensOf(
  input: unknown,
  output: unknown,
  more: { cached?: unknown; written?: unknown; reasoning?: unknown } = {},
): LMUsage | undefined {
  const inputTokens = count(input);
  const outputTokens = count(output);
  if (inputTokens === undefined || outputTokens === undefined) return undefined;
  const cachedInputTokens = count(more.cached);
  const cacheWriteTokens = count(more.written);
  const reasoningTokens = count(more.reasoning);
  return {
    inputTokens,
    outputTokens,
    ...(cachedInputTokens === undefined ? {} : { cachedInputTokens }),
    ...(cacheWriteTokens ? { cacheWriteTokens } : {}),
    ...(reasoningTokens ? { reasoningTokens } : {}),
  };
}
