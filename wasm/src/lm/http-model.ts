import { ConfigurationError, LMError, LMNetworkError, LMUnsupportedError, messageOf, quote } from '../errors.js';
import type { Posted } from './attempts.js';
import { byteLength } from './call.js';
import { Draft } from './draft.js';
import { classified, type HttpOptions, linesOf, post, readText, redact, saidIn, serverSentEvents } from './http.js';
import { Pace } from './pace.js';
import type {
  AdapterName,
  LM,
  LMCallOptions,
  LMCapabilities,
  LMConfig,
  LMMessage,
  LMPart,
  LMRequest,
  LMResponse,
} from './types.js';

/** Which model, and where. */
export interface ModelOptions extends HttpOptions {
  /** The model's name, as the server knows it. */
  model: string;
  /** Where the API is; the provider's own, unless given. */
  baseURL?: string;
  /**
   * The key, or what gives one for each call. For the provider's own server it is taken from the environment where there
   * is one; it is never sent to another server unless given here.
   */
  apiKey?: string | (() => string | Promise<string>);
  /** How the model is to answer, where a request does not say. */
  config?: LMConfig;
  /** The prompt format that the model follows best. */
  adapter?: AdapterName;
  /** How many calls it takes at once. */
  concurrency?: number;
  /** What the model can do. Of the provider's own models it is known; of other servers nothing is taken for granted. */
  capabilities?: LMCapabilities;
  /** Added to the body of every request, for what the server knows beyond this. */
  body?: Readonly<Record<string, unknown>>;
}

/** JSON of a server: anything may be missing, or be something else. @internal */
export type Wild = { readonly [member: string]: Wild } & readonly Wild[] & string;

/** What a server is asked. @internal */
export interface Asked {
  model: string;
  messages: readonly LMMessage[];
  /** The one message's text is to be continued. */
  continues: boolean;
  config: LMConfig;
  streams: boolean;
}

/** How a provider's API is spoken. @internal */
export interface Wire {
  /** Where to, after the base URL, and what. */
  request(asked: Asked): { path: string; body: Record<string, unknown> };
  /** Reads a whole answer. */
  answer(body: Wild, draft: Draft): void;
  /** Reads a piece of a streamed one. */
  event(data: Wild, draft: Draft): void;
  /** Streams are server-sent events, or else lines of JSON. */
  lines?: boolean;
  /** What says in an answer, or in a piece of one, that something is wrong: its `error`, unless the API has another place. */
  wrong?(body: Wild): unknown;
}

/** A provider: where it is, how it wants its key, and what it speaks. @internal */
export interface Provider {
  /** For error messages. */
  name: string;
  /** As in `openai/gpt-5-mini`. */
  id?: string;
  /** The function that the user calls, with an example of a model. */
  example: string;
  baseURL: string;
  /** Environment variables that may hold the key. */
  keys: readonly string[];
  headers(key: string | undefined): Record<string, string>;
  wire: Wire;
  capabilities?: ((model: string) => LMCapabilities) | undefined;
  /** A server of the user's own machine, say, needs none. */
  keyless?: boolean;
}

/** The model of a provider, or of a server that speaks as it does. @internal */
export function httpModel(options: ModelOptions, provider: Provider): LM {
  const { model, adapter, concurrency } = options;
  if (!model) throw new ConfigurationError('no_model', `The name of a model is missing: ${provider.example}.`);
  const baseURL = (options.baseURL ?? provider.baseURL).replace(/\/+$/, '');
  const own = options.baseURL === undefined;
  const capabilities = options.capabilities ?? (own ? provider.capabilities?.(model) : undefined);
  const pace = new Pace(options.rateLimit);
  return {
    model,
    ...(own && provider.id ? { provider: provider.id } : {}),
    ...(adapter ? { adapter } : {}),
    ...(concurrency ? { concurrency } : {}),
    ...(capabilities ? { capabilities } : {}),
    async complete(request, call = {}) {
      const key = await keyOf(options, provider, own);
      const config = { ...options.config, ...request.config };
      refuseWhatIsNotThere(request, config, capabilities, model);
      return complete({ ...options, baseURL, config }, provider, pace, key, request, call);
    },
  };
}

/** @internal */
export async function keyOf(
  options: Pick<ModelOptions, 'apiKey'>,
  provider: Pick<Provider, 'name' | 'keys' | 'keyless'>,
  own: boolean,
): Promise<string | undefined> {
  const { apiKey } = options;
  const given = typeof apiKey === 'function' ? await apiKey() : apiKey;
  const key = given ?? (own ? provider.keys.map(environment).find(Boolean) : undefined);
  if (key || !own || provider.keyless) return key;
  throw new ConfigurationError(
    'no_api_key',
    `There is no key for ${provider.name}. Set ${provider.keys[0]}, give \`apiKey\`, or give the \`baseURL\` of another server.`,
  );
}

async function complete(
  options: ModelOptions & { baseURL: string; config: LMConfig },
  { name, wire, headers }: Provider,
  pace: Pace,
  key: string | undefined,
  request: LMRequest,
  call: LMCallOptions,
): Promise<LMResponse> {
  const { model, baseURL, config } = options;
  const secrets = key ? [key] : [];
  const whom = redact(`${model} at ${placeOf(baseURL)}`, secrets);
  const streams = call.onPart !== undefined || call.onReasoning !== undefined;
  const { path, body } = wire.request({
    model,
    messages: request.messages,
    continues: request.completion === true,
    config,
    streams,
  });
  const complain = (what: string) =>
    new LMError(
      'lm_bad_response',
      `${whom} gave no completion: ${redact(what, secrets)}. Is the base URL that of an API which speaks as ${name}'s does?`,
      false,
    );
  const refuseWrong = (body: Wild) => {
    const error = wire.wrong ? wire.wrong(body) : body.error;
    if (error) throw classified(whom, statusOf(error), clean(saidIn({ error }), secrets));
  };
  const read = async (response: Response, alive: () => void): Promise<Posted<LMResponse>> => {
    const draft = new Draft(call);
    const type = response.headers.get('content-type') ?? '';
    if (streams && !/^application\/json\b/.test(type)) {
      try {
        for await (const data of wire.lines ? linesOf(response, alive) : serverSentEvents(response, alive)) {
          if (data === '[DONE]') {
            draft.ended = true;
            break;
          }
          const event = parse(data, complain);
          refuseWrong(event);
          wire.event(event, draft);
        }
        if (!draft.answered) throw complain('the stream held no answer');
        if (!draft.ended) throw new LMNetworkError(`${whom} broke off in the middle of an answer.`);
      } catch (error) {
        if (!draft.begun || call.signal?.aborted || (error instanceof LMError && !error.transient)) throw error;
        throw new LMError('lm_network', `${whom} broke off in the middle of an answer: ${messageOf(error)}`, true, {
          details: { begun: true },
        });
      }
    } else {
      const answer = parse(await readText(response, alive), complain);
      refuseWrong(answer);
      wire.answer(answer, draft);
      if (!draft.answered) throw complain(quote(JSON.stringify(answer)));
    }
    const result = draft.done();
    const { usage } = result;
    return { result, tokens: usage && usage.inputTokens + usage.outputTokens };
  };
  const url = `${baseURL}${path}`;
  const tokens = Math.ceil(byteLength(JSON.stringify(request.messages)) / 4) + (config.maxTokens ?? 0);
  const sent = { ...headers(key), ...options.headers };
  return post(
    { url, body: { ...body, ...options.body }, headers: sent, secrets, whom, signal: call.signal, pace, tokens },
    options,
    read,
  );
}

/** Refuses what the model is said not to have, before anybody pays for it. @internal */
export function refuseWhatIsNotThere(
  { messages }: LMRequest,
  { tools, n }: LMConfig,
  capabilities: LMCapabilities | undefined,
  model: string,
): void {
  if (!capabilities) return;
  const has = (type: string) =>
    messages.some(({ content }) => Array.isArray(content) && content.some((part: LMPart) => part.type === type));
  const lacks = (
    [
      ['functionCalling', 'call tools', () => !!tools?.length],
      ['vision', 'see images', () => has('image_url')],
      ['audio', 'hear', () => has('input_audio')],
      ['files', 'read files', () => has('file')],
      ['choices', 'give several answers to one question', () => (n ?? 1) > 1],
    ] as const
  ).find(([name, , asked]) => capabilities[name] === false && asked());
  if (lacks) {
    throw new LMUnsupportedError(
      `${model} cannot ${lacks[1]}, which this program needs. Take another model, or say \`capabilities: { ${lacks[0]}: true }\` if it can.`,
    );
  }
}

/** A status of an error that came in the middle of an answer, whose own status was 200. */
function statusOf(error: unknown): number {
  const { code, type } = error as Record<string, unknown>;
  if (typeof code === 'number' && code >= 400 && code < 600) return code;
  const byName: Record<string, number> = {
    overloaded_error: 529,
    rate_limit_error: 429,
    rate_limit_exceeded: 429,
    authentication_error: 401,
    permission_error: 403,
    invalid_request_error: 400,
    context_length_exceeded: 400,
    content_filter: 400,
    insufficient_quota: 402,
  };
  return byName[String(code)] ?? byName[String(type)] ?? 500;
}

function clean<T extends { message?: string }>(said: T, secrets: readonly string[]): T {
  return said.message === undefined ? said : { ...said, message: redact(said.message, secrets) };
}

/** @internal */
export function parse(text: string, complain: (what: string) => LMError): Wild {
  try {
    const answer: unknown = JSON.parse(text);
    if (typeof answer === 'object' && answer !== null) return answer as Wild;
  } catch {
    // said below, with what came instead
  }
  throw complain(quote(text, 120));
}

/** A text, or the texts of a list of parts. @internal */
export function contentOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content.map((part) => (typeof part?.text === 'string' ? part.text : '')).join('');
}

/** A URL without what may be secret in it. @internal */
export function placeOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : quote(url);
}

/** @internal */
export function environment(name: string): string | undefined {
  const { process } = globalThis as { process?: { env?: Record<string, string | undefined> } };
  return process?.env?.[name];
}
