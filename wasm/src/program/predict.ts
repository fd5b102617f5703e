import { configured } from '../config.js';
import { CorePredictor, CoreReplyStream, isReady, ready } from '../core/core.js';
import { ConfigurationError, InputError, messageOf } from '../errors.js';
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
import { type TraceStep, withTrace } from './trace.js';

/** What a predictor is made of beside its signature. */
export interface PredictSettings {
  /** The model; otherwise the run's or the configured one. */
  lm?: LM;
  /** The prompt format; otherwise what the model or the configuration says, else `chat`. */
  adapter?: AdapterName;
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
  readonly config: LMConfig | undefined;
  readonly compiled: Compiled;
  readonly context: RunContext | undefined;
  readonly name: string;
}

/** Whether a prompt format is in the full module only. */
const needsAll = (adapter: AdapterName) => adapter === 'json' || adapter === 'xml';

/** One predictor in the core for each prompt format it is used with, shared by all clones for runs. */
class Compiled {
  readonly #byAdapter = new Map<AdapterName, { core: CorePredictor; prompt?: Prompt }>();
  #disposed = false;

  get(adapter: AdapterName, spec: () => string) {
    let entry = this.#byAdapter.get(adapter);
    if (!entry) {
      entry = { core: new CorePredictor(spec(), needsAll(adapter)) };
      if (this.#disposed) entry.core.dispose();
      this.#byAdapter.set(adapter, entry);
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
  /** How the model is to answer. */
  get config(): LMConfig {
    return this.#parts.config ?? {};
  }

  /** The same predictor with other settings; `undefined` takes one back. */
  with(settings: { [K in keyof PredictSettings]: PredictSettings[K] | undefined }): Predict<S> {
    const parts: Record<string, unknown> = { ...this.#parts };
    for (const key of ['lm', 'adapter', 'config', 'instructions'] as const) {
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
    const all = needsAll(adapter);
    if (!isReady(all)) await ready({ all });
    const signal = options.signal ?? context?.options.signal;
    if (signal?.aborted) throw aborted(signal);
    const inputsText = encode(inputs, 'inputs');
    const request = this.#render(inputsText, adapter, options.config);
    const call: LMCallOptions = {};
    if (signal) call.signal = signal;
    if (options.onPart) call.onPart = options.onPart;
    const cache = options.cache ?? context?.options.cache ?? configured().cache;
    const reader = reading?.(adapter);
    if (reader) {
      call.onPart = (part) => {
        options.onPart?.(part);
        reader.push(part);
      };
    }
    let response: LMResponse;
    try {
      response = context?.ask
        ? await context.ask(lm, request, name, call)
        : await ask(lm, request, call, cache === false ? undefined : cache);
      reader?.finish(response.text, lm.model);
    } finally {
      reader?.dispose();
    }

    const outputs = readJson<Row>(this.#core(adapter).core.parse(response.text));
    const step: TraceStep = {
      predictor: name,
      inputs: inputs as Row,
      outputs,
      messages: request.messages,
      reply: response.text,
      model: response.model ?? lm.model,
      ...(response.cached ? {} : { usage: callUsage(() => promptBytes(request), response) }),
    };
    context?.trace.push(step);
    const { signature } = this.#parts;
    const checked = this.isChecked ? await (signature as Signature).check(outputs, response.text) : outputs;
    return withTrace(checked, [step]) as Outputs<S>;
  }

  /**
   * Exactly what `run` would send, without sending it. In a browser, `await ready()` first; for the JSON and XML formats
   * everywhere `await ready({ all: true })`.
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

  #core(adapter: AdapterName) {
    return this.#parts.compiled.get(adapter, () => this.#spec(adapter));
  }

  #spec(adapter: AdapterName, withDemos = true): string {
    const { instructions, demos, state } = this.#parts;
    const spec = [JSON.stringify(this.signatureJson()).slice(1, -1), `"adapter":"${adapter}"`];
    if (state !== undefined) spec.push(`"state":${state}`);
    if (instructions !== undefined) spec.push(`"instructions":${JSON.stringify(instructions)}`);
    if (demos !== undefined && withDemos) spec.push(`"demos":${demos}`);
    return `{${spec.join(',')}}`;
  }

  #render(inputs: string, adapter: AdapterName, more: LMConfig | undefined): LMRequest {
    const compiled = this.#core(adapter);
    compiled.prompt ??= JSON.parse(compiled.core.prefix()) as Prompt;
    const { messages: stable, completion, stop } = compiled.prompt;
    const added = JSON.parse(compiled.core.render(inputs)) as LMMessage[];
    const config: LMConfig = { ...this.#parts.context?.options.config, ...this.#parts.config, ...more };
    if (stop?.length && !config.stop) config.stop = stop;
    if (!completion) return { messages: [...stable, ...added], config };
    const content = [...stable, ...added].map((message) => message.content).join('');
    return { messages: [{ role: 'user', content }], completion, config };
  }

  #description(): { instructions: string; fields: DescribedField[] } {
    return JSON.parse(this.#parts.compiled.any(() => this.#spec('chat')).describe());
  }
}

type DescribedField = Omit<Field, 'role'> & { dir: Field['role']; placeholder: string };

function fresh(from: SignatureLike, { lm, adapter, instructions, demos, config }: PredictSettings): Parts {
  return {
    signature: typeof from === 'string' || from instanceof Signature ? from : new Signature(from as SignatureObject),
    module: { module: 'Predict' },
    instructions,
    demos: demos && encode(demos, 'demos'),
    state: undefined,
    lm,
    adapter,
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

function promptBytes({ messages }: LMRequest): number {
  let bytes = 0;
  for (const { content } of messages) {
    bytes += byteLength(typeof content === 'string' ? content : JSON.stringify(content));
  }
  return bytes;
}
