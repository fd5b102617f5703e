import { ConfigurationError, quote } from '../errors.js';
import { anthropic } from '../lm/anthropic.js';
import { azure } from '../lm/azure.js';
import type { Price } from '../lm/cost.js';
import { gemini } from '../lm/gemini.js';
import { contentOf, environment } from '../lm/http-model.js';
import { ollama } from '../lm/ollama.js';
import { type OpenAIOptions, openai } from '../lm/openai.js';
import type { LM, LMRequest } from '../lm/types.js';
import { capabilitiesOf, priceOf, rowOf } from './known.js';

/** What `lm` may be told beside the model's name. */
export interface LMOptions extends Omit<OpenAIOptions, 'model' | 'completions'> {
  /** What its tokens cost, where the table does not know it, or not yet. */
  price?: Price;
}

/** How the models of a provider are reached: by LiteLLM's addresses and variables. */
interface Route {
  /** Where it is, if no variable says so. */
  host?: string;
  /** What comes after a host's name. */
  path?: string;
  /** Variables that may say where it is. */
  at?: readonly string[];
  /** Variables that may hold the key, which goes there and nowhere else. */
  keys?: readonly string[];
  /** It wants no key, or only where somebody has set one up. */
  keyless?: true;
  /** What speaks to it; otherwise OpenAI's chat completions. */
  transport?: (options: OpenAIOptions) => LM;
  /** The transport is at home there: it knows the address and the key by itself. */
  home?: true;
}

const openAI: Route = {
  home: true,
  at: ['OPENAI_BASE_URL', 'OPENAI_API_BASE'],
  keys: ['OPENAI_API_KEY'],
};
const ollamaRoute: Route = {
  host: 'http://localhost:11434',
  at: ['OLLAMA_API_BASE'],
  keys: ['OLLAMA_API_KEY'],
  keyless: true,
  transport: ollama,
};
const routes: Readonly<Record<string, Route>> = {
  openai: openAI,
  'text-completion-openai': { ...openAI, transport: completing },
  anthropic: {
    host: 'https://api.anthropic.com',
    path: '/v1',
    at: ['ANTHROPIC_API_BASE', 'ANTHROPIC_BASE_URL'],
    keys: ['ANTHROPIC_API_KEY'],
    transport: anthropic,
  },
  gemini: {
    host: 'https://generativelanguage.googleapis.com',
    path: '/v1beta',
    at: ['GEMINI_API_BASE'],
    keys: ['GOOGLE_API_KEY', 'GEMINI_API_KEY'],
    transport: gemini,
  },
  ollama: ollamaRoute,
  ollama_chat: ollamaRoute,
  azure: { at: ['AZURE_API_BASE'], keys: ['AZURE_OPENAI_API_KEY', 'AZURE_API_KEY'], transport: azure },
  openrouter: {
    host: 'https://openrouter.ai/api/v1',
    at: ['OPENROUTER_API_BASE'],
    keys: ['OPENROUTER_API_KEY', 'OR_API_KEY'],
  },
  groq: { host: 'https://api.groq.com/openai/v1', at: ['GROQ_API_BASE'], keys: ['GROQ_API_KEY'] },
  mistral: { host: 'https://api.mistral.ai', path: '/v1', at: ['MISTRAL_API_BASE'], keys: ['MISTRAL_API_KEY'] },
  deepseek: { host: 'https://api.deepseek.com/beta', at: ['DEEPSEEK_API_BASE'], keys: ['DEEPSEEK_API_KEY'] },
  together_ai: {
    host: 'https://api.together.ai/v1',
    at: ['TOGETHER_AI_API_BASE'],
    keys: ['TOGETHER_API_KEY', 'TOGETHER_AI_API_KEY', 'TOGETHERAI_API_KEY', 'TOGETHER_AI_TOKEN'],
  },
  fireworks_ai: {
    host: 'https://api.fireworks.ai/inference/v1',
    at: ['FIREWORKS_API_BASE'],
    keys: ['FIREWORKS_API_KEY', 'FIREWORKS_AI_API_KEY', 'FIREWORKSAI_API_KEY'],
  },
  xai: { host: 'https://api.x.ai/v1', at: ['XAI_API_BASE'], keys: ['XAI_API_KEY'] },
  cerebras: { host: 'https://api.cerebras.ai/v1', at: ['CEREBRAS_API_BASE'], keys: ['CEREBRAS_API_KEY'] },
  hosted_vllm: { at: ['HOSTED_VLLM_API_BASE'], keys: ['HOSTED_VLLM_API_KEY'], keyless: true },
  llamafile: {
    host: 'http://127.0.0.1:8080/v1',
    at: ['LLAMAFILE_API_BASE'],
    keys: ['LLAMAFILE_API_KEY'],
    keyless: true,
  },
  lm_studio: {
    host: 'http://localhost:1234/v1',
    at: ['LM_STUDIO_API_BASE'],
    keys: ['LM_STUDIO_API_KEY'],
    keyless: true,
  },
};

/**
 * A model by its name, as in LiteLLM and so in DSPy: `openai/gpt-5-mini`, `groq/…`, `ollama_chat/llama3.2`. A name of the
 * table alone will do: `claude-sonnet-5`.
 *
 * Where it is and its key are taken from LiteLLM's environment variables. A key from there goes to the provider's address,
 * or to the one that the environment names for it; with a `baseURL` of your own, give the `apiKey` too. What the table
 * knows of price and abilities is said with the model, unless it is asked elsewhere.
 *
 * @example const model = lm('anthropic/claude-sonnet-5', { config: { temperature: 0.7 } });
 */
export function lm(name: string, options: LMOptions = {}): LM {
  const { provider, route, model } = routeOf(name);
  const { price: given, ...others } = options;
  const elsewhere = options.baseURL !== undefined;
  const full = `${provider}/${model}`;
  const price = given ?? (elsewhere ? undefined : priceOf(full));
  const capabilities = options.capabilities ?? (elsewhere ? undefined : capabilitiesOf(full));
  const made = (route.transport ?? openai)({
    ...others,
    ...(elsewhere ? {} : addressOf(provider, route, options)),
    ...(capabilities ? { capabilities } : {}),
    model,
  });
  return { ...made, ...(elsewhere ? {} : { provider }), ...(price ? { price } : {}) };
}

function routeOf(name: string): { provider: string; route: Route; model: string } {
  const [, prefix, rest = ''] = /^([^/]*)\/(.+)$/s.exec(name) ?? [];
  const provider = prefix ?? rowOf(name)?.[0];
  const route = provider !== undefined && Object.hasOwn(routes, provider) ? routes[provider] : undefined;
  if (provider !== undefined && route) return { provider, route, model: prefix === undefined ? name : rest };
  const known = Object.keys(routes)
    .map((each) => `${each}/…`)
    .join(', ');
  const what =
    prefix === undefined ? `Nothing says whose model ${quote(name)} is` : `${quote(prefix)} is no provider known here`;
  throw new ConfigurationError(
    'unknown_provider',
    `${what}. Begin the name with one of ${known}; a server of another kind that speaks as OpenAI's does is asked by openai({ model, baseURL }).`,
  );
}

/** Where the provider is, and the key for that place alone. */
function addressOf(
  provider: string,
  { host, path = '', at = [], keys = [], keyless, home }: Route,
  { apiKey }: LMOptions,
): Pick<OpenAIOptions, 'baseURL' | 'apiKey'> {
  const named = at.map(environment).find(Boolean);
  if (named === undefined && home) return {};
  const base = named ?? host;
  if (base === undefined) {
    throw new ConfigurationError(
      'no_base_url',
      `Nothing says where ${provider} is. Set ${at[0]}, or give \`baseURL\`.`,
    );
  }
  const trimmed = base.replace(/\/+$/, '');
  return {
    baseURL: trimmed.endsWith(path) ? trimmed : `${trimmed}${path}`,
    apiKey:
      apiKey ??
      (() => {
        const key = keys.map(environment).find(Boolean);
        if (key !== undefined || keyless) return key ?? '';
        throw new ConfigurationError(
          'no_api_key',
          `There is no key for ${provider}. Set ${keys[0]}, or give \`apiKey\`.`,
        );
      }),
  };
}

/** A model that only continues texts. It is given the conversation as one, with DSPy's words at its end. */
function completing(options: OpenAIOptions): LM {
  const model = openai({ ...options, completions: true });
  const asText = (request: LMRequest): LMRequest => {
    if (request.completion) return request;
    const content = [...request.messages.map((message) => contentOf(message.content)), 'BEGIN RESPONSE:'].join('\n\n');
    return { ...request, messages: [{ role: 'user', content }], completion: true };
  };
  return { ...model, complete: (request, call) => model.complete(asText(request), call) };
}
