import { CoreProgram, whenReady } from '../core/core.js';
import { InputError, ProgramError } from '../errors.js';
import type { AdapterName, Compat, LM, LMConfig } from '../lm/types.js';
import { moduleWork, type ObservedCall, observe } from '../observe.js';
import { bind, type RunContext, type RunOptions } from './context.js';
import { members } from './json-text.js';
import { type ModulePart, Predict } from './predict.js';
import { type Row, Runnable, type Structure, structure } from './runnable.js';
import { Signature, type SignatureJSON } from './signature.js';
import { type PredictionStream, type ProgramStreamEvent, type ProgramStreamOptions, programStream } from './stream.js';
import { withTrace } from './trace.js';

/**
 * DSPy's modules. `Predict` asks at once, `ChainOfThought` with a `reasoning` before the outputs. The others cannot be
 * run here yet, but their state can be loaded and saved, and their predictors used.
 */
export type ModuleType =
  | 'Predict'
  | 'ChainOfThought'
  | 'MultiChainComparison'
  | 'ReAct'
  | 'ReActV2'
  | 'ProgramOfThought'
  | 'CodeAct';

/** A tool, as a module shows it to the model. */
export interface ToolStructure {
  /** What the model calls it by. */
  name: string;
  /** What it is for. */
  desc?: string;
  /** The JSON Schema of each argument. */
  args?: Readonly<Record<string, object>>;
}

/** What a module is made of, beside its kind. */
interface ModuleParts {
  /** As text: `question -> answer`; or as plain data, for what a text cannot say. */
  signature: string | SignatureJSON;
  /** What the model is told to do; otherwise what follows from the signature. */
  instructions?: string;
  /** What a ReAct, ReActV2 or CodeAct may use. */
  tools?: readonly ToolStructure[];
  /** `M`: how many attempts a MultiChainComparison compares, 3. */
  args?: Readonly<Record<string, unknown>>;
}

/** A module of a declarative program. */
export interface ModuleStructure extends ModuleParts {
  /** How it asks. */
  type: ModuleType;
}

/** What a declarative program is: modules, and where each gets its inputs from. */
export interface ProgramStructure {
  /** By name, in the order in which they run. */
  modules: Readonly<Record<string, ModuleStructure>>;
  /**
   * `{ 'step.input': 'step.output' }`, or the name of one of the program's inputs. An input without a wire is taken from
   * the last earlier step with an output of that name, else from the program's inputs.
   */
  wires?: Readonly<Record<string, string>>;
  /** `{ name: 'step.output' }`; otherwise the outputs of the last step. */
  outputs?: Readonly<Record<string, string>>;
}

/** What the settings of a declarative program are, for all of its predictors. */
export interface ProgramSettings {
  /** The model of all steps. */
  lm?: LM;
  /** The prompt format of all steps. */
  adapter?: AdapterName;
  /** The second model of the prompt format `two_step`, in all steps. */
  extractionLM?: LM;
  /** How replies are read, in all steps. */
  compat?: Compat;
  /** How the model is to answer, in all steps. */
  config?: LMConfig;
}

/** Where a value comes from: the output of an earlier step, or (with `null`) an input of the program. */
type Wire = readonly [step: number | null, field: string];
interface Described {
  inputs: string[];
  steps: { predictor: string; inputs: Record<string, Wire> }[];
  outputs: Record<string, Wire>;
  unsupported: string | null;
}

/** A program of one module, whose predictors have DSPy's names for those of the module: `react`, `extract.predict`. */
export interface SingleStructure extends ModuleParts {
  /** How it asks. */
  module: ModuleType;
}

/**
 * A program that is data: modules wired field to field. It can be saved whole, and optimized without any JavaScript of
 * its own.
 *
 * @example
 * const program = new Program({
 *   modules: {
 *     query: { type: 'Predict', signature: 'question -> search_query' },
 *     answer: { type: 'ChainOfThought', signature: 'question, search_query -> answer' },
 *   },
 * }, { lm });
 * const { answer } = await program.run({ question });
 */
export class Program extends Runnable {
  /** @internal */
  protected static readonly className: string = 'Program';
  readonly #structure: ProgramStructure | SingleStructure;
  readonly #predictors: ReadonlyMap<string, Predict>;
  #described: Described | undefined;
  /** The run that this is a copy for, whose predictors know it already. */
  #context: RunContext | undefined;

  constructor(structure: ProgramStructure | SingleStructure, settings: ProgramSettings = {}) {
    super();
    this.#structure = structure;
    this.#predictors = predictorsOf(structure, settings);
  }

  /**
   * A program from its saved state alone, as `toJSON` of any program but a JavaScript module gives it. A file that DSPy
   * has saved says nothing of names and types: use `load` of a program that has them. In a browser, `await ready()` first.
   */
  static fromJSON(json: string, settings: ProgramSettings = {}): Program {
    members(json, 'The saved state'); // one object, and so no more than the state of the text below
    const core = new CoreProgram(`{"state":${json}}`);
    try {
      const { program } = JSON.parse(core.describe());
      if ('predictors' in program) {
        throw new InputError(
          'needs_code',
          'This was saved by a JavaScript Module: make the module and `load` it there.',
        );
      }
      return new Program(program, settings).load(json);
    } finally {
      core.dispose();
    }
  }

  /** What the program is, without its state. */
  get structure(): ProgramStructure {
    const own = this.#structure;
    if ('modules' in own) return own;
    const { module: type, ...rest } = own;
    return { modules: { [type === 'Predict' ? 'self' : 'predict']: { type, ...rest } } };
  }

  /** The names of the program's inputs. In a browser, `await ready()` first. */
  get inputs(): readonly string[] {
    return this.#description().inputs;
  }

  /** The names of the program's outputs. In a browser, `await ready()` first. */
  get outputs(): readonly string[] {
    return Object.keys(this.#description().outputs);
  }

  /** Runs the program: its modules one after another. */
  run(inputs: Row, options: RunOptions = {}): Promise<Record<string, unknown>> {
    return observe(moduleWork(this, inputs), this.#context?.call, (call) => this.#run(inputs, options, call));
  }

  async #run(inputs: Row, options: RunOptions, call: ObservedCall | undefined): Promise<Record<string, unknown>> {
    const { steps, outputs: results, unsupported } = await whenReady(() => this.#description());
    if (unsupported) throw new ProgramError('unsupported', `${unsupported}.`);
    const context: RunContext = { options, trace: [], call };
    const outputs: Row[] = [];
    const value = ([step, field]: Wire) => (step === null ? inputs : outputs[step])?.[field];
    for (const step of steps) {
      const own = Object.fromEntries(Object.entries(step.inputs).map(([field, wire]) => [field, value(wire)]));
      const predictor = this.#predictors.get(step.predictor) as Predict;
      outputs.push(await (this.#context ? predictor : predictor[bind](context, step.predictor)).run(own));
    }
    const prediction = Object.fromEntries(Object.entries(results).map(([name, wire]) => [name, value(wire)]));
    return this.#context ? prediction : withTrace(prediction, context.trace);
  }

  /** Runs the program and tells what it does meanwhile, as {@link Module.stream}. */
  stream(
    inputs: Row,
    options: ProgramStreamOptions = {},
  ): PredictionStream<Record<string, unknown>, ProgramStreamEvent> {
    const start = async (context: RunContext) => withTrace(await this[bind](context).run(inputs), context.trace);
    return programStream(start, options, this.#context);
  }

  override namedPredictors(): Map<string, Predict> {
    return new Map(this.#predictors);
  }

  override mapPredictors(change: (predictor: Predict, name: string) => Predict): this {
    const changed = new Program(this.#structure);
    const predictors = changed.#predictors as Map<string, Predict>;
    for (const [name, predictor] of this.#predictors) predictors.set(name, change(predictor, name));
    return changed as this;
  }

  /** The same program with other settings for all of its predictors; `undefined` takes one back. */
  with(settings: { [K in keyof ProgramSettings]: ProgramSettings[K] | undefined }): this {
    return this.mapPredictors((predictor) => predictor.with(settings));
  }

  /** @internal */
  override [structure](): Structure {
    return { program: this.#structure, stateOf: (name) => (this.#predictors.get(name) as Predict).stateText() };
  }

  /** @internal */
  override [bind](context: RunContext, prefix = ''): this {
    const own = this.mapPredictors((predictor, name) => predictor[bind](context, prefix ? `${prefix}.${name}` : name));
    own.#context = context;
    return own;
  }

  #description(): Described {
    if (!this.#described) {
      const core = new CoreProgram(`{"program":${JSON.stringify(this.#structure)}}`);
      try {
        this.#described = JSON.parse(core.describe()) as Described;
      } finally {
        core.dispose();
      }
    }
    return this.#described;
  }
}

/** Where the predictors of a module are in it. */
const paths: Readonly<Record<ModuleType, readonly string[]>> = {
  Predict: [''],
  ChainOfThought: ['predict'],
  MultiChainComparison: ['predict'],
  ReAct: ['react', 'extract.predict'],
  ReActV2: ['react'],
  ProgramOfThought: ['code_generate.predict', 'code_regenerate.predict', 'generate_output.predict'],
  CodeAct: ['codeact', 'extractor.predict'],
};

function predictorsOf(structure: ProgramStructure | SingleStructure, settings: ProgramSettings): Map<string, Predict> {
  const predictors = new Map<string, Predict>();
  const add = (name: string, { type: module, signature: given, instructions, tools, args }: ModuleStructure) => {
    const signature = typeof given === 'string' ? given : Signature.fromJSON(given);
    for (const predictor of paths[module] ?? []) {
      const path = [name, predictor].filter((part) => part !== '').join('.') || 'self';
      if (module === 'Predict' || module === 'ChainOfThought') {
        const all = instructions === undefined ? settings : { ...settings, instructions };
        predictors.set(path, Predict.within({ module }, signature, all));
      } else {
        const part: ModulePart = { module, predictor };
        if (instructions !== undefined) part.instructions = instructions;
        if (tools) part.tools = tools;
        if (args) part.args = args;
        predictors.set(path, Predict.within(part, signature, settings));
      }
    }
  };
  if ('modules' in structure) for (const [name, module] of Object.entries(structure.modules)) add(name, module);
  else add('', { ...structure, type: structure.module });
  return predictors;
}
