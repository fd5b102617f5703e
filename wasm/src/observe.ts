import { configured } from './config.js';
import { messageOf } from './errors.js';
import type { AdapterName, LM, LMRequest, LMResponse } from './lm/types.js';
import type { Predict } from './program/predict.js';
import type { Row, Runnable } from './program/runnable.js';

/** What happens, and to what. */
export type ObservedWork =
  /** A program or a module of it runs: DSPy's `on_module_start`. */
  | { readonly kind: 'module'; readonly name: string; readonly module: Runnable; readonly inputs: Row }
  /** A predictor of a program runs, by its name in it. */
  | { readonly kind: 'predict'; readonly name: string; readonly predictor: Predict; readonly inputs: Row }
  /** A model, or the cache in its stead, is asked: `on_lm_start`. */
  | { readonly kind: 'lm'; readonly name: string; readonly lm: LM; readonly request: LMRequest }
  /** Inputs become a prompt, in the format of that name: `on_adapter_format_start`. */
  | { readonly kind: 'format'; readonly name: AdapterName; readonly inputs: string }
  /** A reply becomes outputs: `on_adapter_parse_start`. */
  | { readonly kind: 'parse'; readonly name: AdapterName; readonly reply: string };

/** Something that happens. The same object begins and ends it. */
export type ObservedCall = ObservedWork & {
  /** Different from all others of the process. */
  readonly id: number;
  /** What it is a part of, where that is known without asking the runtime; else the program, or nothing. */
  readonly parent?: ObservedCall;
};

/** How it ended: what came of it, an {@link LMResponse} of a model, or what was thrown. */
export type ObservedOutcome =
  | { readonly output: Row | LMResponse | LMRequest; readonly error?: undefined }
  | { readonly output?: undefined; readonly error: unknown };

/**
 * Told of what programs do while they do it. What it throws is shown on the console and changes nothing.
 *
 * @example configure({ observer: { callEnd: ({ kind, name }, { error }) => error && console.error(kind, name, error) } });
 */
export interface Observer {
  /** Something begins. */
  callStart?(call: ObservedCall): void;
  /** It ends, one way or the other. */
  callEnd?(call: ObservedCall, outcome: ObservedOutcome): void;
  /** Does the work, which has to be done once, so that whatever it calls can be found to belong to it. */
  within?<T>(call: ObservedCall, work: () => T): T;
}

let calls = 0;

/** Does some work, and tells the observer of it if there is one. @internal */
export function observe<T>(
  what: ObservedWork,
  parent: ObservedCall | undefined,
  work: (call: ObservedCall | undefined) => T,
): T {
  const { observer } = configured();
  if (!observer) return work(undefined);
  const call: ObservedCall = { ...what, id: ++calls, ...(parent ? { parent } : {}) };
  const end = (outcome: ObservedOutcome) => tell(() => observer.callEnd?.(call, outcome));
  const fail = (error: unknown) => {
    end({ error });
    throw error;
  };
  tell(() => observer.callStart?.(call));
  let result: T;
  try {
    result = observer.within ? observer.within(call, () => work(call)) : work(call);
  } catch (error) {
    return fail(error);
  }
  if (!(result instanceof Promise)) {
    end({ output: result as Row });
    return result;
  }
  return result.then((output) => {
    end({ output });
    return output;
  }, fail) as T;
}

/** A module's run. Its class is named by a `className` of its own, which survives minifiers, if it has one. @internal */
export function moduleWork(module: Runnable, inputs: Row): ObservedWork {
  const made = module.constructor as { name: string; className?: string };
  const name = Object.hasOwn(made, 'className') ? (made.className as string) : made.name;
  return { kind: 'module', name, module, inputs };
}

function tell(observer: () => void): void {
  try {
    observer();
  } catch (error) {
    console.warn(`strop: the observer threw: ${messageOf(error)}`);
  }
}
