import type { Evaluation } from '../evaluate/evaluate.js';
import { cellText, columnsOf, summary } from './cells.js';

/** How much a table shows. */
export interface TableOptions {
  /** At most so many rows; 20 unless given. */
  rows?: number;
  /** At most so many characters of a value; 32 unless given. */
  width?: number;
}

/**
 * An evaluation as text for a terminal or a log: the score, and a line for each of the first rows. What could move the
 * cursor of a terminal is shown as a mark.
 */
export function toTable(evaluation: Evaluation, { rows: most = 20, width = 32 }: TableOptions = {}): string {
  const { rows } = evaluation;
  const shown = rows.slice(0, most);
  const given = columnsOf(shown.map(({ example }) => example));
  const found = columnsOf(shown.map(({ prediction }) => prediction));
  const lines = [
    ['#', 'score', ...given, ...found.map((name) => `→ ${name}`), 'note'],
    ...shown.map(({ example, prediction, score, error, feedback }, i) => [
      String(i),
      score === null ? '–' : String(Number(score.toFixed(3))),
      ...given.map((name) => cellText(example[name])),
      ...found.map((name) => cellText(prediction?.[name])),
      error ?? feedback ?? '',
    ]),
  ].map((cells) => cells.map((text) => short(text, width)));
  const widths = (lines[0] as string[]).map((_, column) =>
    lines.reduce((wide, cells) => Math.max(wide, lengthOf(cells[column] as string)), 0),
  );
  const line = (cells: string[]) =>
    cells
      .map((text, column) => text + ' '.repeat((widths[column] as number) - lengthOf(text)))
      .join('  ')
      .trimEnd();
  const more = rows.length > shown.length ? [`and ${rows.length - shown.length} more rows`] : [];
  return `${[summary(evaluation), '', ...lines.map(line), ...more].join('\n')}\n`;
}

function lengthOf(text: string): number {
  return [...text].length;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these it is about, and what turns the direction of text
const controls = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]+/g;

function short(text: string, most: number): string {
  const tame = text.slice(0, 4 * most).replace(controls, '·');
  const characters = [...tame];
  return characters.length > most || text.length > 4 * most ? `${characters.slice(0, most - 1).join('')}…` : tame;
}
