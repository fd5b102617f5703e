import type { Estimate, RunEvent } from '../run/events.js';
import type { Progress } from '../run/run.js';

/** Where lines go and how they may look. */
export interface Terminal {
  out(text: string): void;
  error(text: string): void;
  /** Whether a bar may be drawn on the error stream. */
  live: boolean;
  /** The bar's width, in characters. */
  width(): number;
  bold(text: string): string;
  dim(text: string): string;
}

/** This process's terminal. */
export function terminal(): Terminal {
  const { env, stdout, stderr } = process;
  const live = stderr.isTTY === true && !isOn(env.CI) && env.TERM !== 'dumb';
  const color = stdout.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';
  const style = (code: string) => (text: string) => (color ? `\u001b[${code}m${text}\u001b[0m` : text);
  return {
    out: (text) => void stdout.write(text),
    error: (text) => void stderr.write(text),
    live,
    width: () => stderr.columns || 80,
    bold: style('1'),
    dim: style('2'),
  };
}

export function isOn(value: string | undefined): boolean {
  return value !== undefined && !['', '0', 'false'].includes(value);
}

export function percent(score: number): string {
  return `${(100 * score).toFixed(1)} %`;
}

/** `0:07`, `1:02:03`. */
export function clock(seconds: number): string {
  const whole = Math.floor(seconds);
  const pad = (n: number) => String(n).padStart(2, '0');
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return h > 0 ? `${h}:${pad(m)}:${pad(s)}` : `${m}:${pad(s)}`;
}

/** How a search is going: a bar that moves where there is a terminal, otherwise a line for each candidate. */
export class Live {
  readonly #terminal: Terminal;
  readonly #name: string;
  readonly #progress: () => Progress;
  #timer: ReturnType<typeof setInterval> | undefined;
  #estimate: Estimate | undefined;
  #runs = 0;
  #best: number | undefined;
  #phase = 'starting';
  #drawn = false;
  readonly #labels = new Map<number, string>();

  constructor(terminal: Terminal, name: string, progress: () => Progress) {
    this.#terminal = terminal;
    this.#name = name;
    this.#progress = progress;
    if (terminal.live) {
      this.#timer = setInterval(() => this.#draw(), 100);
    }
  }

  event(event: RunEvent): void {
    if (event.event === 'start') {
      this.#estimate = event.estimate;
    } else if (event.event === 'candidate') {
      this.#labels.set(event.candidate, event.label);
      this.#phase = `candidate #${event.candidate}`;
    } else if (event.event === 'row' || event.event === 'bootstrap') {
      if (!(event.event === 'row' && event.known)) ++this.#runs;
      if (event.event === 'row' && event.set === 'test') this.#phase = 'held-out rows';
    } else if (event.event === 'score') {
      if (event.set === 'val') this.#best = Math.max(this.#best ?? 0, event.score);
      this.#scored(event.candidate, event.set, event.score, event.n);
    }
  }

  #scored(candidate: number, set: string, score: number, n: number): void {
    const { live, out, dim } = this.#terminal;
    if (live) return;
    const { seconds, calls } = this.#progress();
    const what = `#${candidate} ${this.#labels.get(candidate) ?? ''}`.trim();
    const on = set === 'test' ? `${n} held-out rows` : `${n} ${set} rows`;
    out(`${this.#name}: candidate ${what}: ${percent(score)} on ${on} ${dim(`(${calls} calls, ${clock(seconds)})`)}\n`);
  }

  /** A line above the bar. */
  say(text: string): void {
    this.#clear();
    this.#terminal.error(`${text}\n`);
  }

  end(): void {
    clearInterval(this.#timer);
    this.#clear();
  }

  #draw(): void {
    const { error, width } = this.#terminal;
    const { seconds, calls, open } = this.#progress();
    const total = Math.max(1, this.#estimate?.runs.min ?? 1, this.#runs);
    const done = this.#estimate ? Math.min(0.99, this.#runs / total) : 0;
    const cells = Math.max(8, Math.min(32, width() - 62));
    const full = Math.round(done * cells);
    const parts = [
      ` ${this.#name.slice(0, 16).padEnd(13)} ${'━'.repeat(full)}${'─'.repeat(cells - full)} ${String(Math.floor(100 * done)).padStart(2)} %`,
      this.#best === undefined ? '' : `best ${percent(this.#best)}`,
      this.#phase,
      `${calls} calls${open > 1 ? `, ${open} open` : ''}`,
      clock(seconds),
    ];
    const line = parts.filter((part) => part !== '').join('  ');
    error(`\r\u001b[2K${line.slice(0, width() - 1)}`);
    this.#drawn = true;
  }

  #clear(): void {
    if (this.#drawn) this.#terminal.error('\r\u001b[2K');
    this.#drawn = false;
  }
}

/** Columns of text, the first to the left, the others to the right. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => (row[i] ?? '').length)));
  return rows
    .map((row) =>
      row
        .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] as number) : cell.padStart(widths[i] as number)))
        .join('   ')
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('');
}

/** An amount of money, to the cent, and small ones to three digits. */
export function dollars(usd: number): string {
  return `$${usd >= 1 ? usd.toFixed(2) : Number(usd.toPrecision(3))}`;
}
