/**
 * Every call that crosses into WebAssembly, and nothing else.
 *
 * Payloads are UTF-8 in one scratch buffer: JavaScript writes the input there, the call leaves its output there and
 * returns the length, negative for an error object. A lone surrogate becomes U+FFFD on the way.
 */
import createModule from 'strop-core-glue';
import { CoreError, coreFailure, DisposedError, messageOf, StropError } from '../errors.js';

/** Functions that take JSON (or text) and give JSON (or text). */
type FunctionName =
  | 'requestKey'
  | 'editSignature'
  | 'signature'
  | 'inferPrefix'
  | 'formatValue'
  | 'parseValue'
  | 'translate'
  | 'repairJson'
  | 'normalizeText'
  | 'textMetric'
  | 'metric'
  | 'chatWire'
  | 'responsesCall'
  | 'totalUsage'
  | 'majority'
  | 'toolCalls'
  | 'checkArguments'
  | 'practiceReply'
  | 'estimate'
  | 'compareScores';

/**
 * What the glue makes of a module: `name(bytes)` for functions; `Class(bytes)`, which gives a handle;
 * `Class.method(handle, bytes)`. All give the output's length, or minus that of an error.
 */
interface CoreModule {
  /** Room for so many bytes of input, and its address, which is the output's as well. */
  reserve(bytes: number): number;
  release(handle: number): number;
  [entry: string]: (first: number, bytes: number) => number;
}

const encoder = /* @__PURE__ */ new TextEncoder();
const decoder = /* @__PURE__ */ new TextDecoder();
let crossed = 0;

/** How many calls have crossed into the core since it was loaded, for benchmarks and tests. */
export function crossings(): number {
  return crossed;
}

/** A module that has been instantiated, and where its payloads are. @internal */
export interface StartedModule {
  module: CoreModule;
  memory: { readonly buffer: ArrayBuffer };
}

function start(compiled: WebAssembly.Module): StartedModule {
  let memory: unknown;
  let failure: unknown;
  const module = {
    instantiateWasm(imports: WebAssembly.Imports, done: (instance: WebAssembly.Instance) => void) {
      try {
        const instance = new WebAssembly.Instance(compiled, imports);
        memory = Object.values(instance.exports).find((x) => x instanceof WebAssembly.Memory);
        done(instance);
        return instance.exports;
      } catch (error) {
        failure = error;
        throw error;
      }
    },
  };
  try {
    // Some versions of the glue give a promise, which only repeats what `module` shows at once.
    Promise.resolve(createModule(module)).catch(() => undefined);
  } catch (error) {
    failure ??= error;
  }
  if (!('reserve' in module) || !(memory instanceof WebAssembly.Memory)) {
    const why = failure === undefined ? 'the glue and the module do not belong together' : messageOf(failure);
    throw new CoreError('core_load', `The WebAssembly core cannot be started: ${why}.`, { cause: failure });
  }
  return { module: module as unknown as CoreModule, memory };
}

/** One instance of a module, until a trap ends it. */
class Instance {
  /** Whether it is of the full module. */
  readonly full: boolean;
  dead = false;
  readonly #module: CoreModule;
  readonly #memory: StartedModule['memory'];
  #bytes = new Uint8Array();

  constructor({ module, memory }: StartedModule) {
    this.#module = module;
    this.#memory = memory;
    this.full = 'Session' in module;
  }

  /** A function or a method; what it says. `reply` is what a model wrote, for the error. */
  ask(entry: string, input: string, handle?: number, reply?: string): string {
    const n = this.#call(entry, input, handle);
    const text = this.#output(Math.abs(n));
    if (n < 0) throw coreFailure(text, reply);
    return text;
  }

  /** An object of a class; its handle. */
  make(name: string, spec: string): number {
    const n = this.#call(name, spec);
    if (n < 0) throw coreFailure(this.#output(-n));
    return n;
  }

  release(handle: number): void {
    if (!this.dead) this.#guard(() => this.#module.release(handle));
  }

  #call(entry: string, input: string, handle?: number): number {
    ++crossed;
    return this.#guard(() => {
      const call = this.#module[entry] as CoreModule[string];
      const bytes = input === '' ? 0 : this.#write(input);
      // Embind counts arguments.
      return handle === undefined ? (call as (bytes: number) => number)(bytes) : call(handle, bytes);
    });
  }

  /** Lets nothing through once the instance is dead; what `call` throws is a trap and kills it. */
  #guard<T>(call: () => T): T {
    if (this.dead) throw new CoreError('core_crashed', 'This object was lost when the core crashed. Make a new one.');
    try {
      return call();
    } catch (cause) {
      this.dead = true;
      if (current === this) current = undefined;
      throw new CoreError(
        'core_crashed',
        `The core has crashed (${messageOf(cause)}). What was open in it is lost; the next call starts a fresh one.`,
        { cause },
      );
    }
  }

  #write(text: string): number {
    const room = 3 * text.length;
    const at = this.#module.reserve(room); // may grow the memory: the view only after it
    return encoder.encodeInto(text, this.#view().subarray(at, at + room)).written;
  }

  #output(bytes: number): string {
    return this.#guard(() => {
      const at = this.#module.reserve(0);
      return decoder.decode(this.#view().subarray(at, at + bytes));
    });
  }

  #view(): Uint8Array {
    if (this.#bytes.buffer !== this.#memory.buffer) this.#bytes = new Uint8Array(this.#memory.buffer);
    return this.#bytes;
  }
}

/** Where a compiled module comes from. */
export interface ModuleSource {
  /** At once, where the platform can. */
  now?(): WebAssembly.Module | undefined;
  /** By fetch or import, where it cannot. */
  load?(): Promise<WebAssembly.Module>;
}

/**
 * Where the modules come from: the one that predictions need, and the one of evaluation and optimization, which has all
 * of the other and so takes its place once it is there. An entry point of the package sets it.
 */
export type CoreSource = Record<Part, ModuleSource>;
type Part = 'predict' | 'full';

let source: CoreSource | undefined;
const compiled: { [part in Part]?: WebAssembly.Module } = {};
const loading: { [part in Part]?: Promise<void> } = {};
let current: Instance | undefined;

/** Says where the core comes from; the first one stays. @internal */
export function setCoreSource(from: CoreSource): void {
  source ??= from;
}

/**
 * Gives the core its compiled module, where a platform has its own way to come by one: `strop/predict.wasm`, or
 * `strop/core.wasm`, which can evaluate and optimize too.
 */
export function initSync(module: WebAssembly.Module): void {
  const made = new Instance(start(module));
  compiled[made.full ? 'full' : 'predict'] ??= module;
  if (!current || made.full) current = made;
}

/** Whether synchronous calls work: those of predictions, or all. @internal */
export function isReady(all = false): boolean {
  if (current && (current.full || !all)) return true;
  return (!all && hasNow('predict')) || hasNow('full');
}

function hasNow(part: Part): boolean {
  const module = compiled[part] ?? source?.[part].now?.();
  if (module) compiled[part] = module;
  return module !== undefined;
}

/** What `ready` is to wait for. */
export interface ReadyOptions {
  /** Also for what evaluation and optimization need: a larger module, which then serves predictions as well. */
  all?: boolean;
}

/**
 * Loads the core. Only browsers need it, and only before synchronous accessors such as `preview()`: everything
 * asynchronous waits by itself. A failure is not kept: the next call tries again.
 *
 * @example await ready({ all: true }); // where a page is going to evaluate anyway: one download instead of two
 */
export async function ready({ all = false }: ReadyOptions = {}): Promise<void> {
  if (!isReady(all)) {
    const part = all ? 'full' : 'predict';
    const load = source?.[part].load;
    if (!load) throw notReady(all);
    loading[part] ??= load()
      .then((module) => {
        compiled[part] = module;
      })
      .finally(() => {
        delete loading[part];
      });
    await loading[part];
  }
  instance(all);
}

function notReady(all: boolean): CoreError {
  const call = all ? 'ready({ all: true })' : 'ready()';
  const why = source
    ? `The core is still to be loaded. \`await ${call}\` before what is not asynchronous.`
    : `The core has no module. \`strop/slim\` needs \`initSync(module)\` first, with that of \`strop/${all ? 'core' : 'predict'}.wasm\`; import \`strop\` to have it loaded for you.`;
  return new CoreError('core_not_ready', why);
}

function instance(all = false): Instance {
  if (current && (current.full || !all)) return current;
  const part = all || compiled.full || !hasNow('predict') ? 'full' : 'predict';
  if (!hasNow(part)) throw notReady(all);
  current = new Instance(start(compiled[part] as WebAssembly.Module));
  return current;
}

/** Puts something else with the module's functions in its place, for tests: the native core behind a pipe. @internal */
export function useModule(started: StartedModule): void {
  current = new Instance(started);
}

/** A function of the core from text to text. */
export function callCore(name: FunctionName, input: string): string {
  const all = name !== 'requestKey' && name !== 'editSignature'; // the functions that predictions need
  return inEither(all, (core) => core.ask(name, input));
}

/** Uses the small module, unless `all`; the full one where the small one says that it is not enough. */
function inEither<T>(all: boolean, use: (core: Instance) => T): T {
  const core = instance(all);
  try {
    return use(core);
  } catch (error) {
    if (core.full || !(error instanceof StropError && error.code === 'needs_all')) throw error;
    return use(instance(true));
  }
}

/** Does something with the core, once what it needs of it is loaded. @internal */
export async function whenReady<T>(use: () => T): Promise<T> {
  if (!isReady()) await ready();
  try {
    return use();
  } catch (error) {
    if (!(error instanceof CoreError && error.code === 'core_not_ready')) throw error;
    await ready({ all: true });
    return use();
  }
}

/** Frees what was forgotten once it is garbage; some edge runtimes do not tell of garbage. */
const forgotten =
  typeof FinalizationRegistry === 'function'
    ? /* @__PURE__ */ new FinalizationRegistry<{ core: Instance; handle: number }>(({ core, handle }) =>
        core.release(handle),
      )
    : undefined;

type ClassName = 'Predictor' | 'ReplyStream' | 'Program' | 'Session' | 'StreamListener';

/** Of what nothing can be made again: it has gone some way. */
const passing: readonly ClassName[] = ['ReplyStream', 'Session', 'StreamListener'];

/** An object in the core. What it was made from is kept, so that it can be made again after a crash. */
abstract class CoreObject {
  readonly #class: ClassName;
  readonly #spec: string;
  readonly #all: boolean;
  #open: { core: Instance; handle: number } | undefined;
  #disposed = false;

  constructor(name: ClassName, spec: string, all = false) {
    this.#class = name;
    this.#spec = spec;
    this.#all = all;
  }

  protected ask(method: string, input = '', reply?: string): string {
    const { core, handle } = this.open();
    return core.ask(`${this.#class}.${method}`, input, handle, reply);
  }

  /** Makes the object in the core now, and says what is wrong with it. */
  open(): { core: Instance; handle: number } {
    if (this.#disposed) {
      throw new DisposedError('disposed', `This ${this.#class.toLowerCase()} has been disposed of.`);
    }
    if (this.#open && (passing.includes(this.#class) || !this.#open.core.dead)) return this.#open;
    this.#open = inEither(this.#all, (core) => ({ core, handle: core.make(this.#class, this.#spec) }));
    forgotten?.register(this, this.#open, this);
    return this.#open;
  }

  /** Frees it in the core. */
  dispose(): void {
    this.#disposed = true;
    forgotten?.unregister(this);
    this.#open?.core.release(this.#open.handle);
    this.#open = undefined;
  }
}

/** A predictor in the core: compiled signature, demos, adapter. @internal */
export class CorePredictor extends CoreObject {
  constructor(spec: string) {
    super('Predictor', spec);
  }
  describe(): string {
    return this.ask('describe');
  }
  prefix(): string {
    return this.ask('prefix');
  }
  state(): string {
    return this.ask('state');
  }
  /** What a model is held to that takes a JSON Schema; needs the full module. */
  responseFormat(): string {
    return this.ask('responseFormat');
  }
  render(inputs: string): string {
    return this.ask('render', inputs);
  }
  parse(reply: string): string {
    return this.ask('parse', reply, reply);
  }
}

/** A reply of a predictor that comes in pieces. @internal */
export class CoreReplyStream extends CoreObject {
  /** @param spec that of a predictor, and `"eager"?`. */
  constructor(spec: string) {
    super('ReplyStream', spec, true);
  }
  /** @returns a JSON list of what became known. */
  push(text: string): string {
    return this.ask('push', text);
  }
  finish(): string {
    return this.ask('finish');
  }
}

/** A declarative program in the core. @internal */
export class CoreProgram extends CoreObject {
  constructor(spec: string) {
    super('Program', spec);
  }
  describe(): string {
    return this.ask('describe');
  }
  /** @param options `{"format"?: "strop" | "dspy"}` */
  state(options = '{}'): string {
    return this.ask('state', options);
  }
  /** What was left out of the state that it was made with: a list of texts. */
  warnings(): string {
    return this.ask('warnings');
  }
}

/** An evaluation or an optimization in the core. @internal */
export class CoreSession extends CoreObject {
  constructor(spec: string) {
    super('Session', spec, true);
  }
  step(lines: string): string {
    return this.ask('step', lines);
  }
  result(): string {
    return this.ask('result');
  }
}

/** DSPy's listener to one output of a streamed reply. For Strop's own tests. @internal */
export class CoreStreamListener extends CoreObject {
  /** @param spec `{"adapter", "field", "allowReuse"?, "reasoning"?}` */
  constructor(spec: string) {
    super('StreamListener', spec, true);
  }
  /** @param chunk `{"content"?, "reasoning"?}` */
  push(chunk: string): string {
    return this.ask('push', chunk);
  }
  finish(): string {
    return this.ask('finish');
  }
}
