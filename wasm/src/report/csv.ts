import type { Evaluation, RowUsage } from '../evaluate/evaluate.js';
import { cellText, columnsOf } from './cells.js';

/** How CSV is written. */
export interface CsvOptions {
  /**
   * For people who will open it in a spreadsheet: a text that one would take for a formula gets an apostrophe in front.
   * Otherwise every cell holds exactly what was there.
   */
  spreadsheet?: boolean;
}

/**
 * The rows of an evaluation as CSV (RFC 4180): the fields of the rows as `example.NAME`, those of the predictions as
 * `prediction.NAME`, then score, error, feedback, calls and tokens. What is no text is JSON.
 */
export function toCSV(evaluation: Evaluation, { spreadsheet = false }: CsvOptions = {}): string {
  const { rows, rowUsage } = evaluation;
  const given = columnsOf(rows.map(({ example }) => example));
  const found = columnsOf(rows.map(({ prediction }) => prediction));
  const text = (value: unknown) =>
    quoted(spreadsheet && typeof value !== 'number' ? harmless(cellText(value)) : cellText(value));
  const lines = [
    [
      ...given.map((name) => `example.${name}`),
      ...found.map((name) => `prediction.${name}`),
      'score',
      'error',
      'feedback',
      'calls',
      'tokens',
    ],
    ...rows.map(({ example, prediction, score, error, feedback }, i) => [
      ...given.map((name) => own(example, name)),
      ...found.map((name) => own(prediction ?? {}, name)),
      score,
      error,
      feedback,
      rowUsage[i]?.calls,
      tokensOf(rowUsage[i]),
    ]),
  ];
  return lines.map((cells) => `${cells.map(text).join(',')}\r\n`).join('');
}

function tokensOf(usage: RowUsage | undefined): number {
  return usage ? usage.inputTokens + usage.outputTokens : 0;
}

function own(of: object, name: string): unknown {
  return Object.hasOwn(of, name) ? (of as Record<string, unknown>)[name] : undefined;
}

function quoted(text: string): string {
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** What spreadsheets take for a formula: their signs, also full width, and tabs and returns that hide one. */
function harmless(text: string): string {
  return /^[=+\-@\t\r\n＝＋－＠]/.test(text) ? `'${text}` : text;
}
