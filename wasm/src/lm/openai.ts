import { ConfigurationError, LMError, messageOf, quote } from '../errors.js';
import { type HttpOptions, post, readText, redact, serverSentEvents } from './http.js';
import type {
  AdapterName,
  LM,
  LMCallOptions,
  LMCapabilities,
  LMConfig,
  LMMessage,
  LMRequest,
  LMResponse,
  LMUsage,
} from './types.js';

/** Which model, and where. */
export interface OpenAIOptions extends HttpOptions {
  /** The model's name, as the server knows it. */
  model: string;
  /** Where the API is: `https://api.openai.com/v1`, unless given. Any server that speaks the same will do. */
  baseURL?: string;
  /**
   * The key. For OpenAI itself it is taken from the environment variable `OPENAI_API_KEY` where there is one; it is
   * never sent to another server unless given here.
   */
  apiKey?: string;
  /** How the model is to answer, where a request does not say. */
  config?: LMConfig;
  /** Whether the server has `/completions`, which continue a text, for prompts that are to be continued. */
  completions?: boolean;
  /** The prompt format that the model follows best. */
  adapter?: AdapterName;
  /** How many calls it takes at once. */
  concurrency?: number;
  /**
   * What the model can do. Of OpenAI's own models it is known: they can be held to a JSON Schema. Of other servers nothing
   * is taken for granted.
   */
  capabilities?: LMCapabilities;
  /** Added to the body of every request, for what the server knows beyond this. */
  body?: Readonly<Record<string, unknown>>;
}

/** What of a server's answer is read; anything may be missing. */
interface Answer {
  model?: unknown;
  choices?: { text?: unknown; message?: Message; delta?: Message; finish_reason?: unknown }[];
  usage?: { prompt_tokens?: unknown; completion_tokens?: unknown; prompt_tokens_details?: { cached_tokens?: unknown } };
  error?: { message?: unknown };
}
interface Message {
  content?: unknown;
  refusal?: unknown;
}

/** Models that think: they have another name for the length, and no temperature. */
const reasoningModel = /^(?:o[1345](?:-(?:mini|nano|pro))?(?:-\d{4}-\d{2}-\d{2})?|gpt-5(?!-chat)(?:[.-].*)?)$/;

/**
 * A model of OpenAI, or of any server that speaks its chat completions: OpenRouter, Groq, vLLM, llama.cpp, Ollama.
 *
 * OpenAI's reasoning models take no temperature, top_p or stop texts, so these are not sent to them.
 *
 * @example openai({ model: 'gpt-5-mini' })
 * @example openai({ model: 'llama3.2', baseURL: 'http://localhost:11434/v1' })
 */
export function openai(options: OpenAIOptions): LM {
  const { model, adapter, concurrency } = options;
  if (!model)
    throw new ConfigurationError('no_model', 'openai() needs the name of a model: openai({ model: "gpt-5-mini" }).');
  const baseURL = (options.baseURL ?? 'https://api.openai.com/v1').replace(/\/+$/, '');
  const own = options.baseURL === undefined;
  const capabilities = options.capabilities ?? (own ? capabilitiesOf(model) : undefined);
  return {
    model,
    ...(adapter ? { adapter } : {}),
    ...(concurrency ? { concurrency } : {}),
    ...(capabilities ? { capabilities } : {}),
    complete(request, call = {}) {
      const apiKey = options.apiKey ?? (own ? environment('OPENAI_API_KEY') : undefined);
      if (own && !apiKey) {
        throw new ConfigurationError(
          'no_api_key',
          'There is no key for OpenAI. Set OPENAI_API_KEY, give `apiKey`, or give the `baseURL` of another server.',
        );
      }
      return complete({ ...options, baseURL }, apiKey, request, call);
    },
  };
}

/** Of OpenAI's own models. */
function capabilitiesOf(model: string): LMCapabilities {
  const old = /^(?:gpt-3\.5|gpt-4(?!\.|o|-turbo)|gpt-4-turbo|gpt-4o-2024-05-13|o1-(?:mini|preview))/.test(model);
  const reasoning = reasoningModel.test(model);
  return {
    responseFormat: !/^(?:gpt-4(?!\.|o|-turbo)|o1-(?:mini|preview))/.test(model),
    responseSchema: !old,
    functionCalling: true,
    reasoning,
  };
}

async function complete(
  options: OpenAIOptions & { baseURL: string },
  apiKey: string | undefined,
  request: LMRequest,
  { signal, onPart }: LMCallOptions,
): Promise<LMResponse> {
  const { model, baseURL } = options;
  const continues = request.completion === true && options.completions === true;
  const secrets = apiKey ? [apiKey] : [];
  const whom = redact(`${model} at ${placeOf(baseURL)}`, secrets);
  const body = {
    model,
    ...(continues ? { prompt: textOf(request.messages) } : { messages: request.messages }),
    ...settings({ ...options.config, ...request.config }, model, continues),
    ...(onPart ? { stream: true, stream_options: { include_usage: true } } : {}),
    ...options.body,
  };
  const headers = { ...(apiKey ? { authorization: `Bearer ${apiKey}` } : {}), ...options.headers };
  const url = `${baseURL}/${continues ? 'completions' : 'chat/completions'}`;
  const complain = (what: string) =>
    new LMError(
      'lm_bad_response',
      `${whom} gave no completion: ${redact(what, secrets)}. Is the base URL that of an OpenAI-compatible API?`,
      false,
    );
  return post({ url, body, secrets, whom, signal }, { ...options, headers }, async (response, alive) => {
    const streams = onPart && (response.headers.get('content-type') ?? '').includes('text/event-stream');
    if (!streams) {
      const answer = parse(await readText(response, alive), complain);
      const choice = answer.choices?.[0];
      if (!choice) throw complain(quote(JSON.stringify(answer)));
      const text = contentOf(choice.text ?? choice.message?.content ?? choice.message?.refusal);
      onPart?.(text);
      return result(text, choice.finish_reason, answer);
    }
    let text = '';
    let finish: unknown;
    const last: Answer = {};
    try {
      for await (const data of serverSentEvents(response, alive)) {
        const answer = parse(data, complain);
        if (answer.error) throw complain(String(answer.error.message ?? JSON.stringify(answer.error)));
        const choice = answer.choices?.[0];
        const part = contentOf(choice?.text ?? choice?.delta?.content ?? choice?.delta?.refusal);
        if (part) {
          text += part;
          onPart(part);
        }
        finish = choice?.finish_reason ?? finish;
        if (answer.usage) last.usage = answer.usage;
        if (answer.model) last.model = answer.model;
      }
    } catch (error) {
      if (!text || signal?.aborted || (error instanceof LMError && !error.transient)) throw error;
      throw new LMError('lm_network', `${whom} broke off in the middle of an answer: ${messageOf(error)}.`, true, {
        details: { begun: true },
      });
    }
    return result(text, finish, last);
  });
}

function settings(config: LMConfig, model: string, continues: boolean): Record<string, unknown> {
  const { temperature, maxTokens, topP, stop, seed, responseFormat } = config;
  const thinks = !continues && reasoningModel.test(model.slice(model.lastIndexOf('/') + 1));
  return {
    ...(maxTokens === undefined ? {} : { [thinks ? 'max_completion_tokens' : 'max_tokens']: maxTokens }),
    ...(seed === undefined ? {} : { seed }),
    ...(temperature === undefined || thinks ? {} : { temperature }),
    ...(topP === undefined || thinks ? {} : { top_p: topP }),
    ...(!stop?.length || thinks ? {} : { stop }),
    ...(responseFormat === undefined || continues ? {} : { response_format: responseFormat }),
  };
}

function result(text: string, finish: unknown, answer: Answer): LMResponse {
  const usage = usageOf(answer);
  return {
    text,
    ...(usage ? { usage } : {}),
    ...(typeof finish === 'string' ? { finishReason: finish } : {}),
    ...(typeof answer.model === 'string' ? { model: answer.model } : {}),
  };
}

function usageOf({ usage }: Answer): LMUsage | undefined {
  const { prompt_tokens: inputTokens, completion_tokens: outputTokens, prompt_tokens_details: details } = usage ?? {};
  if (!isCount(inputTokens) || !isCount(outputTokens)) return undefined;
  const cached = details?.cached_tokens;
  return { inputTokens, outputTokens, ...(isCount(cached) ? { cachedInputTokens: cached } : {}) };
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function parse(text: string, complain: (what: string) => LMError): Answer {
  try {
    const answer: unknown = JSON.parse(text);
    if (typeof answer === 'object' && answer !== null) return answer;
  } catch {
    // said below, with what came instead
  }
  throw complain(quote(text, 120));
}

/** A text, or the texts of a list of parts. */
function contentOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content.map((part) => (typeof part?.text === 'string' ? part.text : '')).join('');
}

function textOf(messages: readonly LMMessage[]): string {
  return messages.map(({ content }) => contentOf(content)).join('\n\n');
}

/** A URL without what may be secret in it. */
function placeOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : quote(url);
}

function environment(name: string): string | undefined {
  const { process } = globalThis as { process?: { env?: Record<string, string | undefined> } };
  return process?.env?.[name];
}
