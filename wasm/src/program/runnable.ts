import { CoreProgram } from '../core/core.js';
import { bind, type RunContext } from './context.js';
import { members } from './json-text.js';
import type { Predict } from './predict.js';

/** A row of data: fields by name. Which of them are inputs follows from the signature. */
export type Row = Readonly<Record<string, unknown>>;

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
   * @throws {InputError} if a predictor is missing in it, or its fields are not those of the signature.
   */
  load(json: string): this {
    const states = members(json, 'The saved state');
    const core = new CoreProgram(`{"program":${JSON.stringify(this[structure]().program)},"state":${json}}`);
    try {
      core.open(); // says what does not fit
    } finally {
      core.dispose();
    }
    return this.mapPredictors((predictor, name) => predictor.withState(states.get(name) ?? json));
  }

  /** Frees what the core keeps of this program's predictors. Garbage collection does it too. */
  [Symbol.dispose](): void {
    for (const predictor of this.namedPredictors().values()) predictor[Symbol.dispose]();
  }
}

/** The program and its state, as the core takes them. @internal */
export function programSpec(program: Runnable): string {
  return `{"program":${JSON.stringify(program[structure]().program)},"state":${stateText(program)}}`;
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
