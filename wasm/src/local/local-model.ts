import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { ConfigurationError, DisposedError, LMAbortedError, LMContextWindowError, messageOf } from '../errors.js';
import type { AdapterName, LM, LMCallOptions, LMMessage, LMRequest, LMResponse } from '../lm/types.js';
import { defaultModel, defaultModelPath } from './places.js';
import { ReplyText } from './reply-text.js';
import { type ChatWrapper, loadRuntime, type Model, type Runtime, type Sequence, type Token } from './runtime.js';
import { chooseThreads } from './threads.js';

/** Which model, and how it is run. */
export interface LocalModelOptions {
  /** A GGUF file. Otherwise the small default model, which `strop fetch-model` fetches. */
  modelPath?: string;
  /** Otherwise as many as there are idle cores, and one in CI. */
  threads?: number;
  /** The longest prompt and answer together, in tokens; 4096 unless given, or what the model was trained for if less. */
  contextSize?: number;
  /** The prompt format that the model follows best: `compact` unless given. Larger models may do better with `chat`. */
  adapter?: AdapterName;
}

/** A language model in this process. */
export interface LocalModel extends LM {
  readonly adapter: AdapterName;
  readonly concurrency: 1;
  /** Loads the model now, rather than with the first call, and says how it is run. */
  load(): Promise<{ threads: number; contextSize: number }>;
  /** Frees the model, after the calls that are on the way. */
  dispose(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** The longest answer where a request does not say. */
const defaultMaxTokens = 512;

/**
 * A small language model that runs here, on the CPU, without a key or a network: `node-llama-cpp` runs it (Node, Bun),
 * which is loaded with the first call.
 *
 * It answers one call at a time and keeps what it has read: a prompt that begins like the one before costs only the
 * rest. So demos come first, and rows that share them come one after another. Greedy unless a temperature is given; the
 * same prompt may still be answered differently now and then, as what was kept before changes the last bits of sums.
 *
 * @example
 * await using lm = localModel();
 * const { product } = await new Predict('message -> product', { lm }).run({ message });
 */
export function localModel(options: LocalModelOptions = {}): LocalModel {
  return new Local(options);
}

interface Loaded {
  runtime: Runtime;
  model: Model;
  sequence: Sequence;
  contextSize: number;
  threads: number;
  dispose(): Promise<void>;
}

class Local implements LocalModel {
  readonly model: string;
  readonly adapter: AdapterName;
  readonly concurrency = 1;
  readonly #options: LocalModelOptions;
  readonly #path: string;
  #loading: Promise<Loaded> | undefined;
  #chat: ChatWrapper | undefined;
  /** The calls before this one. */
  #queue: Promise<unknown> = Promise.resolve();
  #disposed = false;

  constructor(options: LocalModelOptions) {
    this.#options = options;
    this.#path = resolve(options.modelPath ?? defaultModelPath());
    this.model = options.modelPath ? basename(this.#path).replace(/\.gguf$/i, '') : defaultModel.name;
    this.adapter = options.adapter ?? 'compact';
    for (const name of ['threads', 'contextSize'] as const) {
      const value = options[name];
      if (value !== undefined && !(Number.isInteger(value) && value > 0)) {
        throw new ConfigurationError(`bad_${name}`, `${name} must be a whole number from 1, not ${value}.`);
      }
    }
  }

  complete(request: LMRequest, call: LMCallOptions = {}): Promise<LMResponse> {
    if (this.#disposed) throw new DisposedError('disposed', 'This local model has been disposed of.');
    const turn = this.#queue.then(() => this.#complete(request, call));
    this.#queue = turn.catch(() => undefined); // whoever has asked is told
    return turn;
  }

  async load(): Promise<{ threads: number; contextSize: number }> {
    const { threads, contextSize } = await this.#load();
    return { threads, contextSize };
  }

  async dispose(): Promise<void> {
    this.#disposed = true;
    await this.#queue;
    const loaded = await this.#loading?.catch(() => undefined);
    this.#loading = undefined;
    await loaded?.dispose();
  }
  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }

  async #complete({ messages, completion, config }: LMRequest, { signal, onPart }: LMCallOptions): Promise<LMResponse> {
    checkAborted(signal);
    const { runtime, model, sequence, contextSize } = await this.#load();
    checkAborted(signal);
    const prompt = completion ? this.#rawTokens(model, messages) : this.#chatTokens(runtime, model, messages);
    const room = contextSize - prompt.length;
    if (room < 1 || (config.maxTokens ?? 1) > room) {
      throw new LMContextWindowError(
        `The prompt has ${prompt.length} tokens${config.maxTokens ? ` and the answer may have ${config.maxTokens}` : ''}: ` +
          `together more than the ${contextSize} that fit. Show fewer demos, or give localModel a larger contextSize.`,
      );
    }
    await sequence.adaptStateToTokens(prompt, false);
    let known = sequence.nextTokenIndex;
    if (known >= prompt.length) {
      known = prompt.length - 1; // the last token is evaluated anew, as the answer follows from it
      await sequence.eraseContextTokenRanges([{ start: known, end: sequence.nextTokenIndex }]);
    }

    const most = Math.min(config.maxTokens ?? defaultMaxTokens, room);
    const reply = new ReplyText(model, config.stop ?? [], onPart);
    const { temperature = 0, topP, seed } = config;
    const sampling = { temperature, ...(topP === undefined ? {} : { topP }), ...(seed === undefined ? {} : { seed }) };
    let outputTokens = 0;
    let finishReason = 'length';
    for await (const token of sequence.evaluate(prompt.slice(known), sampling)) {
      checkAborted(signal);
      if (model.isEogToken(token)) {
        finishReason = 'stop';
        break;
      }
      ++outputTokens;
      if (reply.add(token)) finishReason = 'stop';
      if (finishReason === 'stop' || outputTokens >= most) break;
    }
    const usage = { inputTokens: prompt.length, outputTokens, cachedInputTokens: known };
    return { text: reply.end(), usage, finishReason };
  }

  /** A text that is to be continued, as it is. What looks like a control token in it is text: it may come from anyone. */
  #rawTokens(model: Model, messages: readonly LMMessage[]): Token[] {
    const { bos, shouldPrependBosToken } = model.tokens;
    const tokens = model.tokenize(messages.map(textOf).join(''), false);
    return shouldPrependBosToken && bos !== null ? [bos, ...tokens] : tokens;
  }

  /** A conversation, in the model's own format. */
  #chatTokens(runtime: Runtime, model: Model, messages: readonly LMMessage[]): Token[] {
    this.#chat ??= runtime.resolveChatWrapper(model);
    const chatHistory = messages.map((message) => {
      const text = textOf(message);
      if (message.role === 'assistant') return { type: 'model' as const, response: [text] };
      return { type: message.role === 'system' || message.role === 'developer' ? 'system' : 'user', text } as const;
    });
    const { contextText } = this.#chat.generateContextState({
      chatHistory: [...chatHistory, { type: 'model', response: [] }],
    });
    const tokens = contextText.tokenize(model.tokenizer);
    // ChatML models have one token for the beginning of the text and of a message, which then comes twice.
    return tokens[0] === model.tokens.bos && tokens[0] === tokens[1] ? tokens.slice(1) : tokens;
  }

  #load(): Promise<Loaded> {
    this.#loading ??= this.#open().catch((error) => {
      this.#loading = undefined; // what was missing may be there next time
      throw error;
    });
    return this.#loading;
  }

  async #open(): Promise<Loaded> {
    const { modelPath, contextSize = 4096 } = this.#options;
    const path = this.#path;
    if (!existsSync(path)) {
      throw new ConfigurationError(
        'no_local_model',
        modelPath
          ? `There is no model file ${path}.`
          : `The default model is not in ${path}. \`npx strop fetch-model\` fetches it (93 MB); or give the path of a GGUF file.`,
      );
    }
    const runtime = await loadRuntime();
    const threads = this.#options.threads ?? (await chooseThreads());
    try {
      const llama = await runtime.getLlama({ gpu: false, build: 'never', logLevel: 'error', maxThreads: threads });
      try {
        const model = await llama.loadModel({ modelPath: path });
        const size = Math.min(contextSize, model.trainContextSize);
        const context = await model.createContext({ contextSize: size, sequences: 1, threads, batchSize: 512 });
        const dispose = () => llama.dispose(); // and with it the model and the context
        return { runtime, model, sequence: context.getSequence(), contextSize: size, threads, dispose };
      } catch (error) {
        await llama.dispose();
        throw error;
      }
    } catch (cause) {
      throw new ConfigurationError('bad_local_model', `${path} cannot be loaded: ${messageOf(cause)}`, { cause });
    }
  }
}

function textOf({ content }: LMMessage): string {
  if (typeof content === 'string') return content;
  return (content ?? [])
    .map((part) => {
      if ('text' in part && typeof part.text === 'string') return part.text;
      throw new ConfigurationError('text_only', `Local models read text only, not ${JSON.stringify(part.type)}.`);
    })
    .join('');
}

function checkAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new LMAbortedError('The call was aborted.', { cause: signal.reason });
}
