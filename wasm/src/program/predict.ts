import { configured } from '../config.js';
import { CorePredictor, CoreReplyStream, isReady, ready, whenReady } from '../core/core.js';
import { AdapterParseError, ConfigurationError, InputError, messageOf } from '../errors.js';
import { aborted, ask, callUsage, heldTo, promptBytes } from '../lm/call.js';
import { priceFor } from '../lm/cost.js';
import type { Prompt } from '../lm/request.js';
import type {
  AdapterName,
  Compat,
  LM,
  LMCallOptions,
  LMConfig,
  LMMessage,
  LMRequest,
  LMResponse,
} from '../lm/types.js';
import { type ObservedCall, observe } from '../observe.js';
import type { SignatureObject } from '../types/definitions.js';
import type { Inputs, Outputs } from '../types/signature.js';
import { bind, type PredictOptions, type RunContext } from './context.js';
import { members, readJson } from './json-text.js';
import { type Row, Runnable, type Structure, structure } from './runnable.js';
import { type Field, Signature, type SignatureLike } from './signature.js';
import { PredictionStream, ReplyReader, type StreamEvent, type StreamOptions } from './stream.js';
import { type TraceCall, type TraceStep, withTrace } from './trace.js';

/** What a predictor is made of beside its signature. */
export interface PredictSettings {
  /** The model; otherwise the run's or the configured one. */
  lm?: LM;
  /** The prompt format; otherwise what the model or the configuration says, else `chat`. */
  adapter?: AdapterName;
  /** The model that finds the outputs in what another has said, for the prompt format `two_step`. */
  extractionLM?: LM;
  /** How replies are read: as a careful person would, or as DSPy does. */
  compat?: Compat;
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
  readonly compat: Compat | undefined;
  readonly config: LMConfig | undefined;
  readonly compiled: Compiled;
  readonly context: RunContext | undefined;
  readonly name: string;
}

/** What is the same in all formats is looked at in this one. */
const plain: Format = { adapter: 'chat', compat: undefined };

/** How a call is written and read. */
interface Format {
  adapter: AdapterName;
  compat: Compat | undefined;
  /** Whether it is the second call of `two_step`, from a reply to the outputs. */
  extracts?: true;
}

/** What the core keeps of a predictor for one format. */
interface Entry {
  core: CorePredictor;
  prompt?: Prompt;
  responseFormat?: LMConfig['responseFormat'];
}

/** One predictor in the core for each format it is used with, shared by all clones for runs. */
class Compiled {
  readonly #entries = new Map<string, Entry>();
  #disposed = false;

  get(format: Format, spec: () => string): Entry {
    const key = `${format.adapter} ${format.compat} ${format.extracts}`;
    let entry = this.#entries.get(key);
    if (!entry) {
      entry = { core: new CorePredictor(spec()) };
      if (this.#disposed) entry.core.dispose();
      this.#entries.set(key, entry);
    }
    return entry;
  }
  /** Any of them will do to look at what is the same in all formats. */
  any(spec: () => string): CorePredictor {
    const [first] = this.#entries.values();
    return (first ?? this.get(plain, spec)).core;
  }
  dispose(): void {
    this.#disposed = true;
    for (const { core } of this.#entries.values()) core.dispose();
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
  /** How this predictor insists that replies are read. */
  get compat(): Compat | undefined {
    return this.#parts.compat;
  }
  /** How the model is to answer. */
  get config(): LMConfig {
    return this.#parts.config ?? {};
  }

  /** The same predictor with other settings; `undefined` takes one back. */
  with(settings: { [K in keyof PredictSettings]: PredictSettings[K] | undefined }): Predict<S> {
    const parts: Record<string, unknown> = { ...this.#parts };
    for (const key of ['lm', 'adapter', 'extractionLM', 'compat', 'config', 'instructions'] as const) {
      if (key in settings) parts[key] = settings[key];
    }
    if ('demos' in settings) parts.demos = settings.demos && encode(settings.demos, 'demos');
    if ('demos' in settings || 'instructions' in settings) parts.compiled = new Compiled();
    return new Predict(parts as unknown as Parts);
  }

  /**
   * Asks the model.
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
      (add, signal) => this.#run(inputs, { ...others, signal }, (format) => this.#reader(format, eager, add)),
      options.signal ?? this.#parts.context?.options.signal,
    );
  }

  #run<O>(
    inputs: Inputs<S>,
    options: PredictOptions,
    reading?: (format: Format) => ReplyReader<O>,
  ): Promise<Outputs<S>> {
    const { context, name } = this.#parts;
    const predictor: Predict = this as never;
    return observe({ kind: 'predict', name, predictor, inputs: inputs as Row }, context?.call, (own) =>
      context?.hear && !reading
        ? this.#tell(context.hear, inputs, options, own)
        : this.#perform(inputs, options, own, reading),
    );
  }

  #reader<O>(
    format: Format,
    eager: boolean | undefined,
    add: (events: readonly StreamEvent<O>[]) => void,
  ): ReplyReader<O> {
    const spec = `{${eager ? '"eager":true,' : ''}${this.#spec(format, false).slice(1)}`;
    return new ReplyReader(new CoreReplyStream(spec), add);
  }

  /** Runs as a part of a program that is streamed. */
  async #tell(
    hear: NonNullable<RunContext['hear']>,
    inputs: Inputs<S>,
    options: PredictOptions,
    own: ObservedCall | undefined,
  ): Promise<Outputs<S>> {
    const { context, name: predictor } = this.#parts;
    const add = (events: readonly StreamEvent<Row>[]) => {
      for (const event of events) hear({ predictor, ...event });
    };
    hear({ predictor, status: 'started', inputs: inputs as Row });
    try {
      const reading = (format: Format) => this.#reader(format, context?.eager, add);
      const outputs = await this.#perform(inputs, options, own, reading);
      hear({ predictor, status: 'finished', outputs: outputs as Row });
      return outputs;
    } catch (error) {
      hear({ predictor, status: 'failed', message: messageOf(error) });
      throw error;
    }
  }

  async #perform<O>(
    inputs: Inputs<S>,
    options: PredictOptions,
    own: ObservedCall | undefined,
    reading?: (format: Format) => ReplyReader<O>,
  ): Promise<Outputs<S>> {
    const { context } = this.#parts;
    const lm = this.#lm(options);
    const format = this.#format(lm, options);
    const { adapter, compat } = format;
    const signal = options.signal ?? context?.options.signal;
    if (signal?.aborted) throw aborted(signal);
    const inputsText = encode(inputs, 'inputs');
    const call: LMCallOptions = {};
    let streamed = false;
    if (signal) call.signal = signal;
    if (reading && !isReady(true)) await ready({ all: true });
    if (adapter === 'two_step') {
      return this.#finish([await this.#twoSteps(lm, inputs as Row, format, call, options, own, reading)]);
    }
    const reader = reading?.(format);
    const { onPart } = options;
    if (onPart || reader) {
      call.onPart = (part) => {
        streamed = true;
        onPart?.(part);
        reader?.push(part);
      };
    }
    const answer = async (how: Format) => {
      const { request, response } = await this.#ask(lm, inputsText, how, call, options, own);
      reader?.finish(response.text, lm.model);
      const step = this.#step(lm, inputs as Row, request, response);
      try {
        step.outputs = this.#parse(how, response.text, own);
      } catch (error) {
        return { step, error };
      }
      return { step };
    };
    const steps: TraceStep[] = [];
    try {
      let { step, error } = await answer(format);
      steps.push(step);
      const again = compat === 'dspy' && (adapter === 'chat' || adapter === 'xml') && !streamed && !reader;
      if (again && error instanceof AdapterParseError) {
        step.unreadable = true;
        ({ step, error } = await answer({ adapter: 'json', compat }));
        steps.push(step);
      }
      if (error) throw error;
    } finally {
      reader?.dispose();
    }
    return this.#finish(steps);
  }

  /** The outputs of the last step, checked, with all steps as their trace. */
  async #finish(steps: TraceStep[]): Promise<Outputs<S>> {
    this.#parts.context?.trace.push(...steps);
    const { outputs, reply } = steps.at(-1) as TraceStep;
    const { signature } = this.#parts;
    const checked = this.isChecked ? await (signature as Signature).check(outputs, reply) : outputs;
    return withTrace(checked, steps) as Outputs<S>;
  }

  /** Asks the model in free form, and has the outputs found in its reply as the chat adapter asks for them. */
  async #twoSteps<O>(
    lm: LM,
    inputs: Row,
    format: Format,
    call: LMCallOptions,
    options: PredictOptions,
    own: ObservedCall | undefined,
    reading?: (format: Format) => ReplyReader<O>,
  ): Promise<TraceStep> {
    const extractionLM = this.#extractionLM(options);
    if (options.onPart) call.onPart = options.onPart;
    const { request, response } = await this.#ask(lm, encode(inputs, 'inputs'), format, call, options, own);
    const step = this.#step(lm, inputs, request, response);
    const extraction: TraceCall[] = [];
    const extract = async (adapter: 'chat' | 'json'): Promise<{ error?: unknown; told?: boolean }> => {
      const how: Format = { adapter, compat: format.compat, extracts: true };
      const reader = reading?.(how);
      const heard: LMCallOptions = { ...call };
      delete heard.onPart;
      if (reader) heard.onPart = (part) => reader.push(part);
      try {
        const asked = await this.#ask(extractionLM, encode({ text: step.reply }, 'reply'), how, heard, options, own);
        const { messages, reply, model, usage } = this.#step(extractionLM, {}, asked.request, asked.response);
        extraction.push({ messages, reply, model, ...(usage ? { usage } : {}) });
        reader?.finish(reply, extractionLM.model);
        step.outputs = this.#parse(how, reply, own);
        return {};
      } catch (error) {
        if (!(error instanceof AdapterParseError)) throw error;
        return { error, told: reader?.hasTold ?? false };
      } finally {
        reader?.dispose();
      }
    };
    let { error, told } = await extract('chat');
    if (error && format.compat === 'dspy' && !told) ({ error } = await extract('json'));
    if (error) {
      throw new AdapterParseError(`The outputs cannot be extracted from the reply. ${messageOf(error)}`, step.reply, {
        cause: error,
        details: { extraction: extraction.map(({ reply }) => reply) },
      });
    }
    return { ...step, extraction };
  }

  /**
   * Exactly what `run` would send, without sending it. In a browser, `await ready()` first; `await ready({ all: true })` for
   * all formats but `chat` and `compact`, and for fields that are more than JSON's own values: dates, classes, media.
   */
  preview(inputs: Inputs<S>, options: Pick<PredictOptions, 'lm' | 'adapter' | 'config'> = {}): LMRequest {
    const lm = options.lm ?? this.#parts.lm ?? this.#parts.context?.options.lm ?? configured().lm;
    return this.#render(lm, encode(inputs, 'inputs'), this.#format(lm, options), options.config);
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
    return this.#core(plain).core.state();
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
    if (typeof signature === 'string' && instructions === undefined) return { ...part, signature };
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

  #format(lm: LM | undefined, options: PredictOptions): Format {
    const { adapter, compat, context } = this.#parts;
    const given = context?.options;
    return {
      adapter: options.adapter ?? adapter ?? given?.adapter ?? configured().adapter ?? lm?.adapter ?? 'chat',
      compat: options.compat ?? compat ?? given?.compat ?? configured().compat,
    };
  }

  #core(format: Format): Entry {
    return this.#parts.compiled.get(format, () => this.#spec(format));
  }

  #spec({ adapter, compat, extracts }: Format, withDemos = true): string {
    const { instructions, demos, state } = this.#parts;
    const spec = [JSON.stringify(this.signatureJson()).slice(1, -1), `"adapter":"${adapter}"`];
    if (extracts) spec.push('"extraction":true');
    if (compat) spec.push(`"compat":${JSON.stringify(compat)}`);
    if (state !== undefined) spec.push(`"state":${state}`);
    if (instructions !== undefined) spec.push(`"instructions":${JSON.stringify(instructions)}`);
    if (demos !== undefined && withDemos) spec.push(`"demos":${demos}`);
    return `{${spec.join(',')}}`;
  }

  async #ask(
    lm: LM,
    inputs: string,
    format: Format,
    call: LMCallOptions,
    options: PredictOptions,
    own: ObservedCall | undefined,
  ) {
    const { context, name } = this.#parts;
    const rendered = () => whenReady(() => this.#render(lm, inputs, format, options.config));
    const request = await observe({ kind: 'format', name: format.adapter, inputs }, own, rendered);
    if (call.signal?.aborted) throw aborted(call.signal);
    const cache = options.cache ?? context?.options.cache ?? configured().cache;
    const caching = options.caching ?? context?.options.caching ?? configured().caching;
    const response = context?.ask
      ? await context.ask(lm, request, name, call, own)
      : await ask(lm, request, call, cache === false ? undefined : cache, { caching, predictor: name, parent: own });
    return { request, response };
  }

  #parse(format: Format, reply: string, own: ObservedCall | undefined): Row {
    return observe({ kind: 'parse', name: format.adapter, reply }, own, () =>
      readJson<Row>(this.#core(format).core.parse(reply)),
    );
  }

  /** A step of the trace, without outputs. */
  #step(lm: LM, inputs: Row, request: LMRequest, response: LMResponse): TraceStep {
    return {
      predictor: this.#parts.name,
      inputs,
      outputs: {},
      messages: request.messages,
      reply: response.text,
      model: response.model ?? lm.model,
      ...(response.cached ? {} : { usage: callUsage(() => promptBytes(request), response, priceFor(lm)) }),
    };
  }

  #render(lm: LM | undefined, inputs: string, format: Format, more: LMConfig | undefined): LMRequest {
    const compiled = this.#core(format);
    compiled.prompt ??= JSON.parse(compiled.core.prefix()) as Prompt;
    const { messages: stable, completion, stop } = compiled.prompt;
    const added = JSON.parse(compiled.core.render(inputs)) as LMMessage[];
    const own: LMConfig = { ...this.#parts.context?.options.config, ...this.#parts.config, ...more };
    const config = format.extracts ? {} : own; // as in DSPy, the second model answers as it does by itself
    if (stop?.length && !config.stop) config.stop = stop;
    if ((format.adapter === 'json' || format.adapter === 'baml') && !config.responseFormat)
      Object.assign(config, formatFor(lm, compiled));
    if (!completion) return { messages: [...stable, ...added], config };
    const content = [...stable, ...added].map((message) => message.content).join('');
    return { messages: [{ role: 'user', content }], completion, config };
  }

  #description(): { instructions: string; fields: DescribedField[] } {
    return JSON.parse(this.#parts.compiled.any(() => this.#spec(plain)).describe());
  }
}

type DescribedField = Omit<Field, 'role'> & { dir: Field['role']; placeholder: string };

/** What the model is held to in the JSON format. */
function formatFor(lm: LM | undefined, compiled: Entry): LMConfig {
  const held = heldTo(lm);
  if (held !== 'json_schema') return held ? { responseFormat: { type: held } } : {};
  compiled.responseFormat ??= JSON.parse(compiled.core.responseFormat()) as Record<string, unknown>;
  return { responseFormat: compiled.responseFormat };
}

function fresh(from: SignatureLike, settings: PredictSettings): Parts {
  const { lm, adapter, extractionLM, compat, instructions, demos, config } = settings;
  return {
    signature: typeof from === 'string' || from instanceof Signature ? from : new Signature(from as SignatureObject),
    module: { module: 'Predict' },
    instructions,
    demos: demos && encode(demos, 'demos'),
    state: undefined,
    lm,
    adapter,
    extractionLM,
    compat,
    config,
    compiled: new Compiled(),
    context: undefined,
    name: 'self',
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
