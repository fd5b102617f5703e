import { CoreProgram } from '../core/core.js';
import { bind, type RunContext } from './context.js';
import { members } from './json-text.js';
import type { Predict } from './predict.js';

/** A row of data: fields by name. Which of them are inputs follows from the signature. */
export type Row = Readonly<Record<string, unknown>>;

/** How a saved state is read. */
export interface LoadOptions {
  /**
   * `'checked'`: the saved fields must be those of the signature, as far as the file tells their names and number.
   * `'byPosition'`: as DSPy, which gives the descriptions to the fields in their order, whatever they are.
   */
  fields?: 'checked' | 'byPosition';
  /**
   * Keeps where requests go (`api_base`, `base_url`, `model_list`) in the saved settings of a model, as DSPy's
   * `allow_unsafe_lm_state` does. Only for files of your own: such a setting sends prompts and keys to whom it names.
   */
  allowUnsafeLM?: boolean;
  /** Told what was left out; otherwise the console is. */
  onWarning?: (message: string) => void;
}

/** What the core has to know of a program. @internal */
export interface Structure {
  /** A module, declarative modules, or the predictors of a program that JavaScript runs. */
  program: object;
  /** The saved state of a predictor, for those that are named in the program. */
  stateOf(name: string): string;
}

/** Tells the core what a program is. @internal */
export const structure: unique symbol = Symbol('strop.structure');

/** What predictors, modules and declarative programs have in common. */
export abstract class Runnable {
  /** The predictors by the names that saved state has for them. */
  abstract namedPredictors(): Map<string, Predict>;

  /** The same program with each predictor changed. */
  abstract mapPredictors(change: (predictor: Predict, name: string) => Predict): this;

  /** @internal */
  abstract [structure](): Structure;
  /** @internal */
  abstract [bind](context: RunContext, name?: string): this;

  /**
   * The saved state as JSON text, in DSPy's format: demos, instructions, fields. Python loads it, and so does `load`.
   * It holds no keys and no code. In a browser, `await ready()` first.
   */
  toJSON(): string {
    const core = new CoreProgram(programSpec(this));
    try {
      return core.state();
    } finally {
      core.dispose();
    }
  }

  /**
   * The same program with a state that was saved of one like it, by Strop or by DSPy.
   *
   * Nothing changes unless all of it can be read. Settings of a model that the file holds are kept for the next
   * `toJSON`, without keys; requests are not sent by them.
   *
   * @throws {InputError} if a predictor is missing in it, or its fields are not those of the signature.
   */
  load(json: string, options: LoadOptions = {}): this {
    members(json, 'The saved state'); // one object, and so no more than the state of the text below
    const { fields, allowUnsafeLM = false, onWarning = (message) => console.warn(`strop: ${message}`) } = options;
    const load = JSON.stringify({ byPosition: fields === 'byPosition', unsafeLm: allowUnsafeLM });
    const program = JSON.stringify(this[structure]().program);
    const core = new CoreProgram(`{"program":${program},"state":${json},"load":${load}}`);
    try {
      const loaded = core.state(); // says what does not fit
      for (const warning of JSON.parse(core.warnings())) onWarning(warning);
      const states = members(loaded, 'The saved state');
      return this.mapPredictors((predictor, name) => predictor.withState(states.get(name) ?? loaded));
    } finally {
      core.dispose();
    }
  }

  /** Frees what the core keeps of this program's predictors. Garbage collection does it too. */
  [Symbol.dispose](): void {
    for (const predictor of this.namedPredictors().values()) predictor[Symbol.dispose]();
  }
}

/** The program and its state, as the core takes them. @internal */
export function programSpec(program: Runnable): string {
  const own = '{"byPosition":true,"unsafeLm":true}'; // it has been loaded before, by other rules
  return `{"program":${JSON.stringify(program[structure]().program)},"state":${stateText(program)},"load":${own}}`;
}

/** The state of all predictors, as DSPy lays it out. @internal */
export function stateText(program: Runnable): string {
  const { stateOf } = program[structure]();
  const names = [...program.namedPredictors().keys()];
  if (names.length === 1 && names[0] === 'self') return savedState(stateOf('self'));
  return savedState(Object.fromEntries(names.map((name) => [name, stateOf(name)])));
}

/** A saved file's text, from the state of one predictor or of several by name. @internal */
export function savedState(states: string | Readonly<Record<string, string>>): string {
  const text =
    typeof states === 'string'
      ? states.trimEnd().slice(1, -1)
      : Object.entries(states)
          .map(([name, state]) => `${JSON.stringify(name)}:${state}`)
          .join(',');
  return `{${text},"metadata":{"dependency_versions":{}}}`;
}
