import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeWhole } from './files.js';

/** The time that a job takes over several attempts: what earlier ones took is kept beside the journal. */
export class Stopwatch {
  readonly #path: string;
  readonly #before: number;
  #reset = false;
  #now = 0;

  constructor(directory: string) {
    this.#path = join(directory, 'seconds.json');
    this.#before = read(this.#path);
  }

  /** What earlier attempts took does not count. */
  reset(): void {
    this.#reset = true;
  }

  /** Of all attempts. */
  get seconds(): number {
    return (this.#reset ? 0 : this.#before) + this.#now;
  }

  /** Notes how long this attempt has taken so far. */
  save(seconds: number): void {
    this.#now = seconds;
    writeWhole(this.#path, `${JSON.stringify({ seconds: this.seconds })}\n`);
  }
}

function read(path: string): number {
  try {
    const { seconds } = JSON.parse(readFileSync(path, 'utf8'));
    return typeof seconds === 'number' && seconds >= 0 ? seconds : 0;
  } catch {
    return 0; // there was no earlier attempt
  }
}
