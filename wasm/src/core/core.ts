/**
 * Every call that crosses into WebAssembly, and nothing else.
 *
 * Payloads are UTF-8 in one scratch buffer: JavaScript writes the input there, the call leaves its output there and
 * returns the length, negative for an error object. A lone surrogate becomes U+FFFD on the way.
 */
import createModule from 'strop-core-glue';
import { CoreError, coreFailure, DisposedError, messageOf } from '../errors.js';

/** What every payload function of the module looks like: the input's length in, the output's length out. */
type Payload = (bytes: number) => number;
type Output = () => number;

interface EmbindObject {
  delete(): void;
}
interface EmbindPredictor extends EmbindObject {
  status: Output;
  describe: Output;
  prefix: Output;
  state: Output;
  render: Payload;
  parse: Payload;
}
interface EmbindProgram extends EmbindObject {
  status: Output;
  describe: Output;
  state: Payload;
}
interface EmbindSession extends EmbindObject {
  status: Output;
  result: Output;
  step: Payload;
}

/** Functions that take JSON (or text) and give JSON (or text). */
type FunctionName =
  | 'signature'
  | 'inferPrefix'
  | 'formatValue'
  | 'parseValue'
  | 'translate'
  | 'repairJson'
  | 'normalizeText'
  | 'textMetric'
  | 'metric'
  | 'requestKey'
  | 'practiceReply'
  | 'splitRows'
  | 'estimate'
  | 'compareScores';

type EmbindModule = Record<FunctionName, Payload> & {
  reserve(bytes: number): number;
  address(): number;
  Predictor: new (bytes: number) => EmbindPredictor;
  Program: new (bytes: number) => EmbindProgram;
  Session: new (bytes: number) => EmbindSession;
};

const encoder = new TextEncoder();
const decoder = new TextDecoder();
let crossed = 0;

/** How many calls have crossed into the core since it was loaded, for benchmarks and tests. */
export function crossings(): number {
  return crossed;
}

/** A module that has been instantiated, and where its payloads are. @internal */
export interface StartedModule {
  module: EmbindModule;
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
  return { module: module as unknown as EmbindModule, memory };
}

/** One instance of the module, until a trap ends it. */
class Instance {
  readonly module: EmbindModule;
  dead = false;
  readonly #memory: StartedModule['memory'];
  #bytes = new Uint8Array();

  constructor({ module, memory }: StartedModule) {
    this.module = module;
    this.#memory = memory;
  }

  /** Lets nothing through once the instance is dead; what `call` throws is a trap and kills it. */
  guard<T>(call: () => T): T {
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

  write(text: string): number {
    const room = 3 * text.length;
    const at = this.module.reserve(room); // may grow the memory: the view only after it
    return encoder.encodeInto(text, this.#view().subarray(at, at + room)).written;
  }

  payload(call: Payload, input: string, reply?: string): string {
    return this.#read(() => call(this.write(input)), reply);
  }
  output(call: Output): string {
    return this.#read(call);
  }

  #read(call: () => number, reply?: string): string {
    ++crossed;
    let failed = false;
    const text = this.guard(() => {
      const n = call();
      failed = n < 0;
      const at = this.module.address();
      return decoder.decode(this.#view().subarray(at, at + Math.abs(n)));
    });
    if (failed) throw coreFailure(text, reply);
    return text;
  }

  #view(): Uint8Array {
    if (this.#bytes.buffer !== this.#memory.buffer) this.#bytes = new Uint8Array(this.#memory.buffer);
    return this.#bytes;
  }
}

/** Where the compiled module comes from. An entry point of the package sets it. */
export interface CoreSource {
  /** At once, where the platform can. */
  now?(): WebAssembly.Module;
  /** By fetch, where it cannot. */
  load?(): Promise<WebAssembly.Module>;
}

let source: CoreSource | undefined;
let compiled: WebAssembly.Module | undefined;
let loading: Promise<void> | undefined;
let current: Instance | undefined;

/** Says where the core comes from; the first one stays. @internal */
export function setCoreSource(from: CoreSource): void {
  source ??= from;
}

/** Gives the core its compiled module, where a platform has its own way to come by one. */
export function initSync(module: WebAssembly.Module): void {
  compiled ??= module;
  instance();
}

/** Whether synchronous calls work. @internal */
export function isReady(): boolean {
  return current !== undefined || compiled !== undefined || source?.now !== undefined;
}

/**
 * Loads the core. Only browsers need it, and only before synchronous accessors such as `preview()`: everything
 * asynchronous waits by itself. A failure is not kept: the next call tries again.
 */
export async function ready(): Promise<void> {
  if (!isReady()) {
    const load = source?.load;
    if (!load) throw noSource();
    loading ??= load()
      .then((module) => {
        compiled = module;
      })
      .finally(() => {
        loading = undefined;
      });
    await loading;
  }
  instance();
}

function noSource(): CoreError {
  return new CoreError(
    'core_not_ready',
    'The core has no module. `strop/slim` needs `initSync(module)` first; import `strop` to have it loaded for you.',
  );
}

function instance(): Instance {
  if (current) return current;
  if (!compiled) {
    if (!source) throw noSource();
    if (!source.now) {
      throw new CoreError(
        'core_not_ready',
        'The core is still to be loaded. In a browser, `await ready()` before synchronous accessors.',
      );
    }
    compiled = source.now();
  }
  current = new Instance(start(compiled));
  return current;
}

/** Puts something else with the module's functions in its place, for tests: the native core behind a pipe. @internal */
export function useModule(started: StartedModule): void {
  current = new Instance(started);
}

/** A function of the core from text to text. */
export function callCore(name: FunctionName, input: string): string {
  const core = instance();
  return core.payload((n) => core.module[name](n), input);
}

/** An object in the core. What it was made from is kept, so that it can be made again after a crash. */
abstract class CoreObject<Handle extends EmbindObject & { status: Output }> {
  readonly #spec: string;
  readonly #what: string;
  #instance: Instance | undefined;
  #handle: Handle | undefined;
  #disposed = false;

  constructor(what: string, spec: string) {
    this.#what = what;
    this.#spec = spec;
  }

  protected abstract construct(module: EmbindModule, bytes: number): Handle;
  /** Whether a crash of the core leaves nothing behind that matters. */
  protected readonly restartable: boolean = true;

  protected payload(method: (handle: Handle, bytes: number) => number, input: string, reply?: string): string {
    const [core, handle] = this.#open();
    return core.payload((n) => method(handle, n), input, reply);
  }
  protected output(method: (handle: Handle) => number): string {
    const [core, handle] = this.#open();
    return core.output(() => method(handle));
  }

  /** Makes the object in the core now, and says what is wrong with it. */
  open(): void {
    this.#open();
  }

  /** Frees it in the core. Embind frees what was forgotten once it is garbage. */
  dispose(): void {
    this.#disposed = true;
    if (this.#handle && !this.#instance?.dead) this.#handle.delete();
    this.#handle = undefined;
  }

  #open(): [Instance, Handle] {
    if (this.#disposed) throw new DisposedError('disposed', `This ${this.#what} has been disposed of.`);
    if (this.#handle && this.#instance && (!this.#instance.dead || !this.restartable)) {
      return [this.#instance, this.#handle];
    }
    const core = instance();
    const handle = core.guard(() => this.construct(core.module, core.write(this.#spec)));
    try {
      core.output(() => handle.status());
    } catch (error) {
      if (!core.dead) handle.delete();
      throw error;
    }
    this.#instance = core;
    this.#handle = handle;
    return [core, handle];
  }
}

/** A predictor in the core: compiled signature, demos, adapter. @internal */
export class CorePredictor extends CoreObject<EmbindPredictor> {
  constructor(spec: string) {
    super('predictor', spec);
  }
  protected construct(module: EmbindModule, bytes: number): EmbindPredictor {
    return new module.Predictor(bytes);
  }
  describe(): string {
    return this.output((p) => p.describe());
  }
  prefix(): string {
    return this.output((p) => p.prefix());
  }
  state(): string {
    return this.output((p) => p.state());
  }
  render(inputs: string): string {
    return this.payload((p, n) => p.render(n), inputs);
  }
  parse(reply: string): string {
    return this.payload((p, n) => p.parse(n), reply, reply);
  }
}

/** A declarative program in the core. @internal */
export class CoreProgram extends CoreObject<EmbindProgram> {
  constructor(spec: string) {
    super('program', spec);
  }
  protected construct(module: EmbindModule, bytes: number): EmbindProgram {
    return new module.Program(bytes);
  }
  describe(): string {
    return this.output((p) => p.describe());
  }
  /** @param options `{"format"?: "strop" | "dspy"}` */
  state(options = '{}'): string {
    return this.payload((p, n) => p.state(n), options);
  }
}

/** An evaluation or an optimization in the core. @internal */
export class CoreSession extends CoreObject<EmbindSession> {
  protected override readonly restartable = false;
  constructor(spec: string) {
    super('run', spec);
  }
  protected construct(module: EmbindModule, bytes: number): EmbindSession {
    return new module.Session(bytes);
  }
  step(lines: string): string {
    return this.payload((s, n) => s.step(n), lines);
  }
  result(): string {
    return this.output((s) => s.result());
  }
}
