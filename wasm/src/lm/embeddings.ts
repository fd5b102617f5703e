import { ConfigurationError, LMError, quote } from '../errors.js';
import { byteLength } from './call.js';
import { count } from './draft.js';
import { geminiProvider, modelPath } from './gemini.js';
import { post, readText, redact } from './http.js';
import { keyOf, type ModelOptions, type Provider, parse, placeOf, type Wild } from './http-model.js';
import { ollamaProvider } from './ollama.js';
import { list, openaiProvider } from './openai.js';
import { Pace } from './pace.js';

/** Texts as vectors: those of similar meaning are near each other. */
export interface Embeddings {
  /** One vector a text, in the texts' order. */
  vectors: number[][];
  /** Tokens of the texts, if the server tells. */
  usage?: { inputTokens: number };
}

/** A model that makes vectors of texts. */
export interface Embedder {
  /** The model's name. */
  readonly model: string;
  /** The vectors of some texts. */
  embed(texts: readonly string[], options?: { signal?: AbortSignal }): Promise<Embeddings>;
}

/** Which model, and where. */
export interface EmbeddingsOptions extends Omit<ModelOptions, 'config' | 'adapter' | 'capabilities'> {
  /** How many numbers a vector has, where the model lets one choose. */
  dimensions?: number;
  /** How many texts go into one call; 100 unless given. */
  batchSize?: number;
}

/**
 * An embedding model of OpenAI, or of a server that speaks as OpenAI's. The key is taken from the environment variable
 * `OPENAI_API_KEY` where there is one.
 *
 * @example const { vectors } = await openaiEmbeddings({ model: 'text-embedding-3-small' }).embed(['a', 'b']);
 */
export function openaiEmbeddings(options: EmbeddingsOptions): Embedder {
  return embedder(options, openaiProvider, {
    request: (model, texts, dimensions) => ({
      path: '/embeddings',
      body: { model, input: texts, encoding_format: 'float', ...(dimensions === undefined ? {} : { dimensions }) },
    }),
    vectors: ({ data }) =>
      list(data)
        .map(({ index, embedding }, i) => ({ at: count(index) ?? i, embedding }))
        .sort((a, b) => a.at - b.at)
        .map(({ embedding }) => embedding),
    tokens: ({ usage }) => usage?.prompt_tokens,
  });
}

/**
 * An embedding model of Google. The key is taken from the environment variable `GEMINI_API_KEY`, or `GOOGLE_API_KEY`.
 *
 * @example const { vectors } = await geminiEmbeddings({ model: 'gemini-embedding-001' }).embed(['a', 'b']);
 */
export function geminiEmbeddings(options: EmbeddingsOptions): Embedder {
  return embedder(options, geminiProvider, {
    request(model, texts, dimensions) {
      const path = modelPath(model);
      const requests = texts.map((text) => ({
        model: path,
        content: { parts: [{ text }] },
        ...(dimensions === undefined ? {} : { outputDimensionality: dimensions }),
      }));
      return { path: `/${path}:batchEmbedContents`, body: { requests } };
    },
    vectors: ({ embeddings }) => list(embeddings).map(({ values }) => values),
    tokens: ({ usageMetadata }) => usageMetadata?.promptTokenCount,
  });
}

/**
 * An embedding model that Ollama runs, on this machine unless `baseURL` says otherwise.
 *
 * @example const { vectors } = await ollamaEmbeddings({ model: 'nomic-embed-text' }).embed(['a', 'b']);
 */
export function ollamaEmbeddings(options: EmbeddingsOptions): Embedder {
  return embedder(options, ollamaProvider, {
    request: (model, texts, dimensions) => ({
      path: '/api/embed',
      body: { model, input: texts, ...(dimensions === undefined ? {} : { dimensions }) },
    }),
    vectors: ({ embeddings }) => (Array.isArray(embeddings) ? embeddings : []),
    tokens: ({ prompt_eval_count: tokens }) => tokens,
  });
}

/** How a provider's API is asked for vectors. */
interface EmbeddingWire {
  request(
    model: string,
    texts: readonly string[],
    dimensions: number | undefined,
  ): { path: string; body: Record<string, unknown> };
  vectors(body: Wild): unknown[];
  tokens(body: Wild): unknown;
}

const mostTexts = 100;
const mostCalls = 4;

function embedder(
  options: EmbeddingsOptions,
  provider: Omit<Provider, 'wire' | 'example'>,
  wire: EmbeddingWire,
): Embedder {
  const { model, dimensions, batchSize = mostTexts, concurrency = mostCalls } = options;
  if (!model) throw new ConfigurationError('no_model', 'The name of an embedding model is missing.');
  for (const [name, value] of Object.entries({ dimensions, batchSize, concurrency })) {
    if (value !== undefined && !(Number.isInteger(value) && value > 0))
      throw new ConfigurationError('bad_option', `\`${name}\` must be a whole number above 0.`);
  }
  const baseURL = (options.baseURL ?? provider.baseURL).replace(/\/+$/, '');
  const pace = new Pace(options.rateLimit);

  async function batch(texts: readonly string[], signal: AbortSignal | undefined): Promise<Embeddings> {
    const key = await keyOf(options, provider, options.baseURL === undefined);
    const secrets = key ? [key] : [];
    const whom = redact(`${model} at ${placeOf(baseURL)}`, secrets);
    const complain = (what: string) =>
      new LMError('lm_bad_response', `${whom} gave no vectors: ${redact(what, secrets)}.`, false);
    const { path, body } = wire.request(model, texts, dimensions);
    const tokens = Math.ceil(byteLength(JSON.stringify(texts)) / 4);
    const headers = { ...provider.headers(key), ...options.headers };
    const call = {
      url: baseURL + path,
      body: { ...body, ...options.body },
      headers,
      secrets,
      whom,
      signal,
      pace,
      tokens,
    };
    return post<Embeddings>(call, options, async (response, alive) => {
      const answer = parse(await readText(response, alive), complain);
      const vectors = wire.vectors(answer);
      if (vectors.length !== texts.length || !vectors.every(isVector))
        throw complain(`${texts.length} were asked for, and it said ${quote(JSON.stringify(answer), 120)}`);
      const used = count(wire.tokens(answer));
      return { result: { vectors, ...(used === undefined ? {} : { usage: { inputTokens: used } }) }, tokens: used };
    });
  }

  return {
    model,
    async embed(texts, { signal } = {}) {
      const starts = Array.from({ length: Math.ceil(texts.length / batchSize) }, (_, i) => i * batchSize);
      const made: Embeddings[] = [];
      let next = 0;
      const work = async () => {
        for (let i = next++; i < starts.length; i = next++) {
          const start = starts[i] as number;
          try {
            made[i] = await batch(texts.slice(start, start + batchSize), signal);
          } catch (error) {
            next = starts.length; // what is left is not asked for
            throw error;
          }
        }
      };
      await Promise.all(Array.from({ length: Math.min(concurrency, starts.length) }, work));
      const known = made.every(({ usage }) => usage);
      return {
        vectors: made.flatMap(({ vectors }) => vectors),
        ...(known
          ? { usage: { inputTokens: made.reduce((sum, { usage }) => sum + (usage?.inputTokens ?? 0), 0) } }
          : {}),
      };
    },
  };
}

function isVector(value: unknown): value is number[] {
  return Array.isArray(value) && value.length > 0 && value.every((each) => Number.isFinite(each));
}
