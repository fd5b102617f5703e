/** Where a run writes what it was answered, so that it can be continued: lines of JSON, append-only. */
export interface Journal {
  /** The whole lines that are there, or an empty text. */
  read(): string | Promise<string>;
  /** Adds whole lines. The run goes on when they are safe. */
  append(lines: string): void | Promise<void>;
  /** The run is over. */
  close?(): void | Promise<void>;
}
