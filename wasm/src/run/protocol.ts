/** The lines that a session of the core speaks; see core/engine/include/strop/engine/session.hpp. */
import { CoreError, quote } from '../errors.js';

/** What an answer took, or may take at most; how often the program ran the core counts by itself. @internal */
export interface Usage {
  calls: number;
  tokens: number;
  /** Billionths of a dollar. */
  nanousd?: number;
}

/** What an error means for the run. @internal */
export type Fault = 'transient' | 'parse' | 'program' | 'exhausted' | 'fatal';

/** @internal */
export interface Effect {
  id: string;
  kind: string;
  path: string;
  request: string;
}

/** What came of a call below an effect: to be performed, known, or refused. @internal */
export type NestedReply = { open: string } | { answer: string } | { fault: Fault; message: string };

/** @internal */
export interface StepOutput {
  state: 'running' | 'done' | 'budget' | 'stopped' | 'failed';
  /** Not all work is done: step again without waiting. */
  more: boolean;
  /** Lines to append to the journal. */
  journal: string;
  /** Events as JSON text. */
  events: string[];
  effects: Effect[];
  /** For each nested call of the step, in order. */
  nested: NestedReply[];
}

/** What a call is told that a rollout makes when it is over already. */
const tooLate: NestedReply = { fault: 'program', message: 'The program had ended when it asked the model once more.' };

const free: Usage = { calls: 0, tokens: 0 };

function usageText({ calls, tokens, nanousd = 0 }: Usage): string {
  return `${calls} ${tokens} ${nanousd}`;
}

/** @internal */
export function answerLine(id: string, answer: string, usage = free): string {
  return `a ${id} ${usageText(usage)} ${answer}\n`;
}
/** @internal */
export function failureLine(id: string, kind: Fault, message: string, usage = free): string {
  return `f ${id} ${usageText(usage)} ${JSON.stringify({ kind, message })}\n`;
}
/** @internal */
export function nestedLine(parent: string, reserve: Usage, name: string, request: string): string {
  return `n ${parent} ${usageText(reserve)} lm ${JSON.stringify(name)} ${request}\n`;
}
/** @internal */
export function takeLine(slots: number): string {
  return `t ${slots}\n`;
}
/** @internal */
export function stopLine(reason: string): string {
  return `s ${JSON.stringify(reason)}\n`;
}

/** Reads what a step said to lines of which the last ones were `nested` nested calls. @internal */
export function readStep(text: string, nested: number): StepOutput {
  const out: StepOutput = { state: 'failed', more: false, journal: '', events: [], effects: [], nested: [] };
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const [tag, rest] = cut(line);
    if (tag === 'e') {
      const [id, afterId] = cut(rest);
      const [kind, afterKind] = cut(afterId);
      const [path, request] = cut(afterKind);
      out.effects.push({ id, kind, path, request });
    } else if (tag === 'v') {
      out.events.push(rest);
    } else if (tag === 'j') {
      out.journal += `${rest}\n`;
    } else if (tag === 'state') {
      out.state = rest as StepOutput['state'];
    } else if (tag === 'more') {
      out.more = true;
    } else if (tag === 'k') {
      const [what, value] = cut(rest);
      if (what === 'o') out.nested.push({ open: value });
      else if (what === 'a') out.nested.push({ answer: value });
      else {
        const { kind, message } = JSON.parse(value);
        out.nested.push({ fault: kind, message });
      }
    } else if (tag === 'u') {
      out.nested.push(tooLate);
    } else {
      throw new CoreError('core_protocol', `The core wrote a line that is not understood: ${quote(line, 80)}.`);
    }
  }
  if (out.nested.length !== nested) {
    throw new CoreError('core_protocol', 'The core does not know an effect that it was given the answer of.');
  }
  return out;
}

function cut(text: string): [string, string] {
  const space = text.indexOf(' ');
  return space < 0 ? [text, ''] : [text.slice(0, space), text.slice(space + 1)];
}
