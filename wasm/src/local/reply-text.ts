import type { Model, Token } from './runtime.js';

/** The tokens before the pending ones that the detokenizer is shown. */
const context = 8;

/**
 * Text from tokens as they come, up to the first stop text. What may be the beginning of a stop text, or of a character
 * of several tokens, is held back until it is decided.
 */
export class ReplyText {
  readonly #model: Pick<Model, 'detokenize'>;
  readonly #stops: readonly string[];
  readonly #onPart: ((text: string) => void) | undefined;
  /** A stop text that has begun, but not ended, is at most so long. */
  readonly #undecided: number;
  #pending: Token[] = [];
  #before: Token[] = [];
  #text = '';
  #told = 0;

  constructor(model: Pick<Model, 'detokenize'>, stops: readonly string[], onPart?: (text: string) => void) {
    this.#model = model;
    this.#stops = stops.filter((stop) => stop !== '');
    this.#onPart = onPart;
    this.#undecided = Math.max(0, ...this.#stops.map((stop) => stop.length - 1));
  }

  /** Takes the next token; `true` if the reply ends with it. */
  add(token: Token): boolean {
    this.#pending.push(token);
    const text = this.#model.detokenize(this.#pending, false, this.#before);
    if (text.endsWith('\ufffd')) return false;
    return this.#append(text);
  }

  /** The reply. */
  end(): string {
    if (this.#pending.length > 0) {
      const text = this.#model.detokenize(this.#pending, false, this.#before);
      this.#append(text.replace(/\ufffd$/, '')); // half a character
    }
    this.#tell(this.#text.length);
    return this.#text;
  }

  #append(text: string): boolean {
    this.#before = [...this.#before, ...this.#pending].slice(-context);
    this.#pending = [];
    const from = Math.max(0, this.#text.length - this.#undecided);
    this.#text += text;
    const ends = this.#stops.map((stop) => this.#text.indexOf(stop, from)).filter((at) => at >= 0);
    if (ends.length > 0) {
      this.#text = this.#text.slice(0, Math.min(...ends));
      return true;
    }
    this.#tell(this.#text.length - this.#undecided);
    return false;
  }

  #tell(end: number): void {
    const last = this.#text.charCodeAt(end - 1);
    const whole = last >= 0xd800 && last < 0xdc00 ? end - 1 : end; // not between the halves of a surrogate pair
    if (!this.#onPart || whole <= this.#told) return;
    this.#onPart(this.#text.slice(this.#told, whole));
    this.#told = whole;
  }
}
