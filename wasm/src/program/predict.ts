import { configured } from '../config.js';
import { CorePredictor, CoreReplyStream, isReady, ready } from '../core/core.js';
import { AdapterParseError, ConfigurationError, InputError, messageOf } from '../errors.js';
import { aborted, ask, byteLength, callUsage } from '../lm/call.js';
import type { Prompt } from '../lm/request.js';
import type { AdapterName, LM, LMCallOptions, LMConfig, LMMessage, LMRequest, LMResponse } from '../lm/types.js';
import type { SignatureObject } from '../types/definitions.js';
import type { Inputs, Outputs } from '../types/signature.js';
import { bind, type PredictOptions, type RunContext } from './context.js';
import { members, readJson } from './json-text.js';
import { type Row, Runnable, type Structure, structure } from './runnable.js';
import { type Field, Signature, type SignatureLike } from './signature.js';
import { PredictionStream, ReplyReader, type StreamOptions } from './stream.js';
import { type TraceCall, type TraceStep, withTrace } from './trace.js';

/** What a predictor is made of beside its signature. */
export interface PredictSettings {
  /** The model; otherwise the run's or the configured one. */
  lm?: LM;
  /** The prompt format; otherwise what the model or the configuration says, else `chat`. */
  adapter?: AdapterName;
  /** The model that finds the outputs in what another has said, for the prompt format `two_step`. */
  extractionLM?: LM;
  /** What the model is told to do; otherwise `` Given the fields `a`, produce the fields `b`. `` */
  instructions?: string;
  /** Worked examples to show, whole or in part: fields by name. */
  demos?: readonly Row[];
  /** How the model is to answer: temperature, length and so on. */
  config?: LMConfig;
}

/** Which of DSPy's modules a predictor belongs to, and where in it, as the core takes them. @internal */
export interface ModulePart {
  module: string;
  /** The path within a module of several predictors. */
  predictor?: string;
  /** What the module was told, from which its predictors' instructions are made. */
  instructions?: string;
  tools?: readonly object[];
  args?: object;
}

/** Everything that a predictor is, as plain immutable data. JSON stays text, see `json-text.ts`. */
interface Parts {
  readonly signature: string | Signature;
  readonly module: ModulePart;
  readonly instructions: string | undefined;
  readonly demos: string | undefined;
  /** The saved state that the other parts are changes to. */
  readonly state: string | undefined;
  readonly lm: LM | undefined;
  readonly adapter: AdapterName | undefined;
  readonly extractionLM: LM | undefined;
  readonly config: LMConfig | undefined;
  readonly compiled: Compiled;
  readonly context: RunContext | undefined;
  readonly name: string;
}

/** Whether a prompt format is in the full module only. */
const needsAll = (adapter: AdapterName) => adapter !== 'chat' && adapter !== 'compact';

/** A prompt format, or one in which outputs are extracted from a reply. */
type Use = AdapterName | 'extract:chat' | 'extract:json';

/** One predictor in the core for each prompt format it is used with, shared by all clones for runs. */
class Compiled {
  readonly #byAdapter = new Map<Use, { core: CorePredictor; prompt?: Prompt }>();
  #disposed = false;

  get(use: Use, spec: () => string) {
    let entry = this.#byAdapter.get(use);
    if (!entry) {
      entry = { core: new CorePredictor(spec(), use !== 'chat' && use !== 'compact') };
      if (this.#disposed) entry.core.dispose();
      this.#byAdapter.set(use, entry);
    }
    return entry;
  }
  /** Any of them will do to look at what is the same in all formats. */
  any(spec: () => string): CorePredictor {
    const [first] = this.#byAdapter.values();
    return (first ?? this.get('chat', spec)).core;
  }
  dispose(): void {
    this.#disposed = true;
    for (const { core } of this.#byAdapter.values()) core.dispose();
  }
}

/**
 * Asks a model once: renders the inputs by its signature, reads the outputs from the reply.
 *
 * A predictor is a value. `with` gives a changed one, and runs leave no trace in it, so that it can be used by any
 * number of runs at the same time.
 *
 * @example
 * const p = new Predict('question -> answer', { lm });
 * const { answer } = await p.run({ question: 'How many legs has a spider?' });
 */
export class Predict<const S extends SignatureLike = string> extends Runnable {
  readonly #parts: Parts;

  /**
   * @param signature `inputs -> outputs`, each `name` or `name: type`, as in DSPy; a {@link Signature}; or what one is
   *   made from.
   */
  constructor(signature: S, settings?: PredictSettings);
  /** @internal */
  constructor(parts: Parts);
  constructor(from: S | Parts, settings: PredictSettings = {}) {
    super();
    const made = typeof from === 'object' && from !== null && 'compiled' in from;
    this.#parts = made ? from : fresh(from as SignatureLike, settings);
  }

  /** A predictor that writes its reasoning first. @internal */
  static reasoning(signature: SignatureLike, settings: PredictSettings = {}): Predict {
    return Predict.within({ module: 'ChainOfThought' }, signature, settings);
  }

  /** A predictor of one of DSPy's modules. @internal */
  static within(module: ModulePart, signature: SignatureLike, settings: PredictSettings = {}): Predict {
    return new Predict({ ...fresh(signature, settings), module });
  }

  /** A predictor with a signature and the state that was saved of one, by Strop or by DSPy. */
  static fromJSON<const S extends SignatureLike>(signature: S, json: string, settings?: PredictSettings): Predict<S> {
    return new Predict(signature, settings).load(json);
  }

  /** The signature as a text: as it was written, if it was. */
  get signature(): string {
    const { signature } = this.#parts;
    return typeof signature === 'string' ? signature : signature.text;
  }
  /** What the model is told to do. */
  get instructions(): string {
    return this.#description().instructions;
  }
  /** The fields, inputs first. */
  get fields(): readonly Field[] {
    return this.#description().fields.map(({ dir: role, placeholder: _, ...field }) => ({ ...field, role }));
  }
  /** The worked examples that prompts show. */
  get demos(): readonly Row[] {
    const { demos, state } = this.#parts;
    return readJson<readonly Row[]>(
      demos ?? (state === undefined ? '[]' : (members(state, 'The saved state').get('demos') as string)),
    );
  }
  /** The model that this predictor brings along. */
  get lm(): LM | undefined {
    return this.#parts.lm;
  }
  /** The prompt format that this predictor insists on. */
  get adapter(): AdapterName | undefined {
    return this.#parts.adapter;
  }
  /** The second model of the prompt format `two_step` that this predictor brings along. */
  get extractionLM(): LM | undefined {
    return this.#parts.extractionLM;
  }
  /** How the model is to answer. */
  get config(): LMConfig {
    return this.#parts.config ?? {};
  }

  /** The same predictor with other settings; `undefined` takes one back. */
  with(settings: { [K in keyof PredictSettings]: PredictSettings[K] | undefined }): Predict<S> {
    const parts: Record<string, unknown> = { ...this.#parts };
    for (const key of ['lm', 'adapter', 'extractionLM', 'config', 'instructions'] as const) {
      if (key in settings) parts[key] = settings[key];
    }
    if ('demos' in settings) parts.demos = settings.demos && encode(settings.demos, 'demos');
    if ('demos' in settings || 'instructions' in settings) parts.compiled = new Compiled();
    return new Predict(parts as unknown as Parts);
  }

  /**
   * Asks the model; with the prompt format `two_step` also the `extractionLM`.
   *
   * @throws {AdapterParseError} if the reply cannot be read; the error holds it.
   * @throws {LMError} if the model cannot be asked.
   */
  run(inputs: Inputs<S>, options: PredictOptions = {}): Promise<Outputs<S>> {
    return this.#run(inputs, options);
  }

  /**
   * Asks the model and gives the outputs while it writes: texts in pieces, everything else as soon as it is whole. A model
   * that does not stream gives them all at the end.
   *
   * @example
   * const stream = p.stream({ question: 'How many legs has a spider?' });
   * for await (const event of stream) console.log(event.field, event.delta ?? event.value);
   * const { answer } = await stream.prediction;
   */
  stream(inputs: Inputs<S>, options: StreamOptions = {}): PredictionStream<Outputs<S>> {
    const { eager, ...others } = options;
    return new PredictionStream<Outputs<S>>(
      (add, signal) =>
        this.#run(inputs, { ...others, signal }, (adapter) => {
          const spec = `{${eager ? '"eager":true,' : ''}${this.#spec(adapter, false).slice(1)}`;
          return new ReplyReader(new CoreReplyStream(spec, needsAll(adapter)), add);
        }),
      options.signal ?? this.#parts.context?.options.signal,
    );
  }

  async #run<O>(
    inputs: Inputs<S>,
    options: PredictOptions,
    reading?: (adapter: AdapterName) => ReplyReader<O>,
  ): Promise<Outputs<S>> {
    const { context, name } = this.#parts;
    const lm = this.#lm(options);
    const adapter = this.#adapter(lm, options);
    const extractionLM = adapter === 'two_step' ? this.#extractionLM(options) : undefined;
    const all = needsAll(adapter);
    if (!isReady(all)) await ready({ all });
    const signal = options.signal ?? context?.options.signal;
    if (signal?.aborted) throw aborted(signal);
    const inputsText = encode(inputs, 'inputs');
    const request = this.#render(inputsText, adapter, options.config);
    const cache = options.cache ?? context?.options.cache ?? configured().cache;
    const send: Send = async (model, asked, onPart, reader) => {
      const call: LMCallOptions = {};
      if (signal) call.signal = signal;
      if (onPart) call.onPart = onPart;
      if (reader) {
        call.onPart = (part) => {
          onPart?.(part);
          reader.push(part);
        };
      }
      try {
        const response = context?.ask
          ? await context.ask(model, asked, name, call)
          : await ask(model, asked, call, cache === false ? undefined : cache);
        reader?.finish(response.text, model.model);
        return callOf(model, asked, response);
      } finally {
        reader?.dispose();
      }
    };
    const made = await send(lm, request, options.onPart, extractionLM ? undefined : reading?.(adapter));
    const found = extractionLM
      ? await this.#extract(made.reply, extractionLM, send, reading)
      : { outputs: readJson<Row>(this.#core(adapter).core.parse(made.reply)) };
    const { outputs } = found;
    const step: TraceStep = { predictor: name, inputs: inputs as Row, ...found, ...made };
    context?.trace.push(step);
    const { signature } = this.#parts;
    const checked = this.isChecked ? await (signature as Signature).check(outputs, made.reply) : outputs;
    return withTrace(checked, [step]) as Outputs<S>;
  }

  /**
   * Has the outputs found in a reply in free form: as DSPy does, in the chat format, and in the JSON format if that reply
   * cannot be read.
   */
  async #extract(text: string, lm: LM, send: Send, reading?: (adapter: AdapterName) => Reading) {
    const extraction: TraceCall[] = [];
    const attempt = async (adapter: 'chat' | 'json', reader?: Reading): Promise<Row> => {
      const use: Use = `extract:${adapter}`;
      const { messages } = this.#prompt(encode({ text }, 'reply'), use);
      const made = await send(lm, { messages, config: {} }, undefined, reader);
      extraction.push(made);
      return readJson<Row>(this.#core(use).core.parse(made.reply));
    };
    try {
      const reader = reading?.('chat');
      const outputs = await attempt('chat', reader).catch((error) => {
        if (!(error instanceof AdapterParseError) || reader?.hasTold) throw error;
        return attempt('json', reading?.('json'));
      });
      return { outputs, extraction };
    } catch (error) {
      if (!(error instanceof AdapterParseError)) throw error;
      throw new AdapterParseError(`The outputs cannot be extracted from the reply. ${error.message}`, text, {
        cause: error,
        details: { extraction: error.reply },
      });
    }
  }

  /**
   * Exactly what `run` would send, without sending it. In a browser, `await ready()` first; for all formats but `chat`
   * and `compact` everywhere `await ready({ all: true })`.
   */
  preview(inputs: Inputs<S>, options: Pick<PredictOptions, 'lm' | 'adapter' | 'config'> = {}): LMRequest {
    const lm = options.lm ?? this.#parts.lm ?? this.#parts.context?.options.lm ?? configured().lm;
    return this.#render(encode(inputs, 'inputs'), this.#adapter(lm, options), options.config);
  }

  /** The names of predictors in a program, as in saved state; a program that is one predictor calls it `self`. */
  override namedPredictors(): Map<string, Predict> {
    return new Map([['self', this as unknown as Predict]]);
  }

  override mapPredictors(change: (predictor: Predict, name: string) => Predict): this {
    return change(this as unknown as Predict, 'self') as unknown as this;
  }

  /** DSPy's state of one predictor, without metadata. @internal */
  stateText(): string {
    return this.#core('chat').core.state();
  }

  /** The same predictor with a saved state, unread, instead of its own demos and instructions. @internal */
  withState(saved: string): Predict<S> {
    const parts = members(saved, 'The saved state');
    const state = `{${['demos', 'signature', 'lm'].map((key) => `"${key}":${parts.get(key) ?? (key === 'demos' ? '[]' : 'null')}`).join(',')}}`;
    return new Predict({ ...this.#parts, state, demos: undefined, instructions: undefined, compiled: new Compiled() });
  }

  /** The signature as the core takes it. @internal */
  signatureJson(): object {
    const { module, signature } = this.#parts;
    const { instructions, ...part } = module;
    const given = typeof signature === 'string' ? { text: signature } : signature.toCore();
    return { ...part, signature: instructions === undefined ? given : { ...given, instructions } };
  }

  /** Whether only JavaScript can say if a reply fits the signature. @internal */
  get isChecked(): boolean {
    const { signature } = this.#parts;
    return typeof signature === 'object' && signature.isChecked;
  }

  /** @internal */
  override [structure](): Structure {
    return { program: this.signatureJson(), stateOf: () => this.stateText() };
  }

  /** @internal */
  override [bind](context: RunContext, name = 'self'): this {
    return new Predict({ ...this.#parts, context, name }) as unknown as this;
  }

  /** Frees what the core keeps of this predictor, which is then of no more use. Garbage collection does it too. */
  override [Symbol.dispose](): void {
    this.#parts.compiled.dispose();
  }

  #lm(options: PredictOptions): LM {
    const lm = options.lm ?? this.#parts.lm ?? this.#parts.context?.options.lm ?? configured().lm;
    if (lm) return lm;
    throw new ConfigurationError(
      'no_lm',
      'There is no model to ask. Give `lm` to the predictor or the call, or to all by `configure({ lm })`.',
    );
  }

  #adapter(lm: LM | undefined, options: PredictOptions): AdapterName {
    const { adapter, context } = this.#parts;
    return options.adapter ?? adapter ?? context?.options.adapter ?? configured().adapter ?? lm?.adapter ?? 'chat';
  }

  #extractionLM(options: PredictOptions): LM {
    const { extractionLM, context } = this.#parts;
    const lm = options.extractionLM ?? extractionLM ?? context?.options.extractionLM ?? configured().extractionLM;
    if (lm) return lm;
    throw new ConfigurationError(
      'no_extraction_lm',
      'The prompt format two_step needs a second model, which finds the outputs in what the first has said. Give ' +
        '`extractionLM` to the predictor or the call, or to all by `configure({ extractionLM })`.',
    );
  }

  #core(use: Use) {
    return this.#parts.compiled.get(use, () => {
      if (use !== 'extract:chat' && use !== 'extract:json') return this.#spec(use);
      return `{"extraction":true,${this.#spec(use === 'extract:chat' ? 'chat' : 'json', false).slice(1)}`;
    });
  }

  #spec(adapter: AdapterName, withDemos = true): string {
    const { instructions, demos, state } = this.#parts;
    const spec = [JSON.stringify(this.signatureJson()).slice(1, -1), `"adapter":"${adapter}"`];
    if (state !== undefined) spec.push(`"state":${state}`);
    if (instructions !== undefined) spec.push(`"instructions":${JSON.stringify(instructions)}`);
    if (demos !== undefined && withDemos) spec.push(`"demos":${demos}`);
    return `{${spec.join(',')}}`;
  }

  /** The prompt for these inputs, in pieces that are joined where it is to be continued. */
  #prompt(inputs: string, use: Use): Prompt {
    const compiled = this.#core(use);
    compiled.prompt ??= JSON.parse(compiled.core.prefix()) as Prompt;
    const added = JSON.parse(compiled.core.render(inputs)) as LMMessage[];
    return { ...compiled.prompt, messages: [...compiled.prompt.messages, ...added] };
  }

  #render(inputs: string, adapter: AdapterName, more: LMConfig | undefined): LMRequest {
    const { messages, completion, stop } = this.#prompt(inputs, adapter);
    const config: LMConfig = { ...this.#parts.context?.options.config, ...this.#parts.config, ...more };
    if (stop?.length && !config.stop) config.stop = stop;
    if (!completion) return { messages, config };
    const content = messages.map((message) => message.content).join('');
    return { messages: [{ role: 'user', content }], completion, config };
  }

  #description(): { instructions: string; fields: DescribedField[] } {
    return JSON.parse(this.#parts.compiled.any(() => this.#spec('chat')).describe());
  }
}

type DescribedField = Omit<Field, 'role'> & { dir: Field['role']; placeholder: string };

function fresh(from: SignatureLike, settings: PredictSettings): Parts {
  const { lm, adapter, extractionLM, instructions, demos, config } = settings;
  return {
    signature: typeof from === 'string' || from instanceof Signature ? from : new Signature(from as SignatureObject),
    module: { module: 'Predict' },
    instructions,
    demos: demos && encode(demos, 'demos'),
    state: undefined,
    lm,
    adapter,
    extractionLM,
    config,
    compiled: new Compiled(),
    context: undefined,
    name: 'self',
  };
}

/** What hears a reply while it comes. */
type Reading = Pick<ReplyReader<unknown>, 'push' | 'finish' | 'dispose' | 'hasTold'>;

/** Asks a model, and has the reply read while it comes. */
type Send = (
  lm: LM,
  request: LMRequest,
  onPart: ((text: string) => void) | undefined,
  reader: Reading | undefined,
) => Promise<TraceCall>;

function callOf(lm: LM, request: LMRequest, response: LMResponse): TraceCall {
  return {
    messages: request.messages,
    reply: response.text,
    model: response.model ?? lm.model,
    ...(response.cached ? {} : { usage: callUsage(() => promptBytes(request), response) }),
  };
}

/** Values as JSON text; what JSON cannot hold is the caller's mistake. */
function encode(value: unknown, what: string): string {
  if (typeof value !== 'object' || value === null) {
    throw new InputError('bad_inputs', `The ${what} must be an object with a member for each field.`);
  }
  try {
    return JSON.stringify(value);
  } catch (cause) {
    throw new InputError('bad_inputs', `The ${what} cannot be written as JSON: ${messageOf(cause)}.`, { cause });
  }
}

function promptBytes({ messages }: LMRequest): number {
  let bytes = 0;
  for (const { content } of messages) {
    bytes += byteLength(typeof content === 'string' ? content : JSON.stringify(content));
  }
  return bytes;
}
