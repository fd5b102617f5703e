import { isReady, ready } from '../core/core.js';
import { ProgramError } from '../errors.js';
import type { AdapterName, Compat, LM, LMConfig } from '../lm/types.js';
import { moduleWork, observe } from '../observe.js';
import type { Inputs, ReasonedOutputs } from '../types/signature.js';
import { bind, type RunContext, type RunOptions } from './context.js';
import { Predict, type PredictSettings } from './predict.js';
import { Program } from './program.js';
import { Runnable, type Structure, structure } from './runnable.js';
import type { SignatureLike } from './signature.js';
import {
  type PredictionStream,
  type ProgramStreamEvent,
  type ProgramStreamOptions,
  programStream,
  type StreamEvent,
  type StreamOptions,
} from './stream.js';
import { withTrace } from './trace.js';

/** The inputs of a module: what its `forward` takes. */
export type ModuleInputs<M extends Module> = Parameters<M['forward']>[0];

/**
 * A program that is written in JavaScript: predictors as properties, and `forward`, which uses them.
 *
 * Predictors and modules are found in properties, and in arrays, maps and plain objects that are properties; their
 * names in saved state are DSPy's: `query`, `answer.predict`, `steps[0]`, `by['key']`.
 *
 * `run` calls `forward` on a copy that belongs to the run, so that runs may overlap. What `forward` assigns to `this`
 * is therefore gone afterwards, and `#private` properties are not there; TypeScript's `private` ones are.
 *
 * @example
 * class Answer extends Module {
 *   query = new Predict('question -> search_query');
 *   answer = new ChainOfThought('question, passages: list[str] -> answer');
 *   async forward({ question }: { question: string }) {
 *     const { search_query } = await this.query.run({ question });
 *     return this.answer.run({ question, passages: await search(search_query) });
 *   }
 * }
 */
export abstract class Module extends Runnable {
  /** What the program does. Call `run` instead, which keeps the trace and applies the options. */
  abstract forward(inputs: never): Promise<object>;

  /** Runs the program. */
  run<M extends Module>(this: M, inputs: ModuleInputs<M>, options?: RunOptions): ReturnType<M['forward']>;
  async run(inputs: never, options: RunOptions = {}): Promise<object> {
    const within = contexts.get(this); // a run, which keeps the trace and has the options
    if (within) return observe(moduleWork(this, inputs), within.call, () => this.forward(inputs));
    if (!isReady()) await ready();
    return runIn(this, inputs, { options, trace: [] });
  }

  /**
   * Runs the program and tells what it does meanwhile: each predictor when it starts and ends, its outputs while the model
   * writes, and what `forward` says by `tell`. Leaving the loop early, or `abort`, gives up the calls on the way.
   *
   * @example
   * const stream = program.stream({ question });
   * for await (const event of stream) if (event.field === 'answer') process.stdout.write(event.delta ?? '');
   * const { answer } = await stream.prediction;
   */
  stream(
    inputs: Parameters<this['forward']>[0],
    options: ProgramStreamOptions = {},
  ): PredictionStream<Awaited<ReturnType<this['forward']>>, ProgramStreamEvent> {
    const start = async (context: RunContext) => {
      if (!isReady()) await ready();
      return runIn(this, inputs, context);
    };
    const stream: unknown = programStream(start, options, contexts.get(this));
    return stream as PredictionStream<Awaited<ReturnType<this['forward']>>, ProgramStreamEvent>;
  }

  /** For `forward`: says what it is doing to who streams the run, and to nobody else. */
  protected tell(message: string): void {
    contexts.get(this)?.hear?.({ status: 'message', message });
  }

  override namedPredictors(): Map<string, Predict> {
    const found = new Map<string, Predict>();
    copy(this, (predictor, name) => {
      found.set(name, predictor);
      return predictor;
    });
    return found;
  }

  override mapPredictors(change: (predictor: Predict, name: string) => Predict): this {
    return copy(this, change);
  }

  /** The same program with other settings for all of its predictors; `undefined` takes one back. */
  with(settings: {
    lm?: LM | undefined;
    adapter?: AdapterName | undefined;
    extractionLM?: LM | undefined;
    compat?: Compat | undefined;
    config?: LMConfig | undefined;
  }): this {
    return this.mapPredictors((predictor) => predictor.with(settings));
  }

  /** @internal */
  override [structure](): Structure {
    const predictors = this.namedPredictors();
    return {
      program: {
        predictors: Object.fromEntries([...predictors].map(([name, predictor]) => [name, predictor.signatureJson()])),
      },
      stateOf: (name) => predictors.get(name)!.stateText(),
    };
  }

  /** @internal */
  override [bind](context: RunContext, name = ''): this {
    return copy(this, (predictor, path) => predictor[bind](context, path), name, context);
  }
}

/** The copies that belong to a run. */
const contexts = new WeakMap<Module, RunContext>();

/** Runs a program within a context; the prediction gets the context's trace. @internal */
export async function runIn(program: Runnable, inputs: never, context: RunContext): Promise<object> {
  if (!(program instanceof Module)) return (program[bind](context) as unknown as Predict).run(inputs, {});
  return observe(moduleWork(program, inputs), context.call, (call) =>
    forward(program, inputs, call ? { ...context, call } : context),
  );
}

async function forward(program: Module, inputs: never, context: RunContext): Promise<object> {
  const own = program[bind](context);
  let prediction: unknown;
  try {
    prediction = await own.forward(inputs);
  } catch (error) {
    if (error instanceof TypeError && /private (member|field|name|method)/i.test(error.message)) {
      throw new ProgramError(
        'private_in_forward',
        `${program.constructor.name}.forward uses a #private property (${error.message}). Modules are copied for each ` +
          'run and copies have none: use a plain or a TypeScript `private` property.',
        { cause: error },
      );
    }
    throw error;
  }
  if (typeof prediction !== 'object' || prediction === null) {
    throw new ProgramError(
      'bad_prediction',
      `${program.constructor.name}.forward gave ${prediction === null ? 'null' : typeof prediction}: it must give an object of outputs by name.`,
    );
  }
  return withTrace(prediction, context.trace);
}

/** A copy of a module with its predictors changed, of its submodules with theirs, and of what holds them. */
function copy<M extends Module>(
  module: M,
  change: (predictor: Predict, name: string) => Predict,
  prefix = '',
  context?: RunContext,
  seen = new Map<object, unknown>(),
): M {
  const own = Object.create(Object.getPrototypeOf(module), Object.getOwnPropertyDescriptors(module)) as M;
  seen.set(module, own);
  if (context) contexts.set(own, context);

  const part = (value: unknown, name: string): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    if (seen.has(value)) return seen.get(value);
    if (value instanceof Predict) {
      const changed = change(value, name);
      seen.set(value, changed);
      return changed;
    }
    if (value instanceof Module) return copy(value, change, name, context, seen);
    if (!(value instanceof Program)) return value;
    const changed = context ? value[bind](context, name) : value.mapPredictors((p, own) => change(p, `${name}.${own}`));
    seen.set(value, changed);
    return changed;
  };
  const holder = (value: unknown, name: string): unknown => {
    if (Array.isArray(value)) {
      return value.some(isPart) ? value.map((item, i) => part(item, `${name}[${i}]`)) : value;
    }
    if (value instanceof Map) {
      if (![...value.values()].some(isPart)) return value;
      return new Map([...value].map(([key, item]) => [key, part(item, `${name}['${key}']`)]));
    }
    if (isPlain(value)) {
      if (!Object.values(value).some(isPart)) return value;
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, part(item, `${name}['${key}']`)]));
    }
    return part(value, name);
  };
  const properties = own as Record<string, unknown>;
  for (const key of Object.keys(module)) {
    const value = properties[key];
    const changed = holder(value, prefix ? `${prefix}.${key}` : key);
    if (changed !== value) Object.defineProperty(own, key, { value: changed });
  }
  return own;
}

function isPart(value: unknown): boolean {
  return value instanceof Runnable;
}

function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/**
 * A predictor that is asked to reason before it answers: its first output is `reasoning`.
 *
 * @example
 * const triage = new ChainOfThought('ticket -> label: Literal["billing", "bug", "other"], urgent: bool', { lm });
 * const { reasoning, label, urgent } = await triage.run({ ticket });
 */
export class ChainOfThought<const S extends SignatureLike = string> extends Module {
  /** @internal */
  protected static readonly className: string = 'ChainOfThought';
  /** The predictor within, whose signature has the reasoning. */
  readonly predict: Predict;

  /** @param signature as that of a {@link Predict}, without the reasoning. */
  constructor(signature: S, settings?: PredictSettings) {
    super();
    this.predict = Predict.reasoning(signature, settings);
  }

  /** A program with a signature and the state that was saved of one, by Strop or by DSPy. */
  static fromJSON<const S extends SignatureLike>(
    signature: S,
    json: string,
    settings?: PredictSettings,
  ): ChainOfThought<S> {
    return new ChainOfThought(signature, settings).load(json);
  }

  override forward(inputs: Inputs<S>, options?: RunOptions): Promise<ReasonedOutputs<S>> {
    return this.predict.run(inputs as Record<string, unknown>, options) as Promise<ReasonedOutputs<S>>;
  }

  /** The same program with other settings; `undefined` takes one back. */
  override with(settings: { [K in keyof PredictSettings]: PredictSettings[K] | undefined }): this {
    return this.mapPredictors((predictor) => predictor.with(settings));
  }

  /** Asks the model and gives the reasoning and the outputs while it writes, as {@link Predict.stream} does. */
  override stream(
    inputs: Parameters<this['forward']>[0],
    options?: StreamOptions,
  ): PredictionStream<
    Awaited<ReturnType<this['forward']>>,
    StreamEvent<Awaited<ReturnType<this['forward']>>> & ProgramStreamEvent
  > {
    return this.predict.stream(inputs as Record<string, unknown>, options) as never; // the predictor is untyped
  }

  /** Exactly what `run` would send, without sending it. In a browser, `await ready()` first. */
  preview(inputs: Inputs<S>, options: Pick<RunOptions, 'lm' | 'adapter' | 'config'> = {}) {
    return this.predict.preview(inputs as Record<string, unknown>, options);
  }

  /** @internal */
  override [structure](): Structure {
    return { program: this.predict.signatureJson(), stateOf: () => this.predict.stateText() };
  }
}
