import { cellText } from '../data/columns.ts';
import type { ReportEvent } from '../log/events.ts';
import type { AnswerView } from '../log/run.ts';
import { verdictOf } from '../log/run.ts';

/** What was answered, in one line. */
export function predictedText(answer: AnswerView, field: string): string {
  if (!answer) return '';
  if (answer.prediction) return shorten(cellText(answer.prediction[field]));
  return answer.error ? `no answer: ${shorten(firstLine(answer.error), 90)}` : 'no answer';
}

export const shorten = (text: string, most = 160): string => (text.length > most ? `${text.slice(0, most)}…` : text);
const firstLine = (text: string): string => text.split('\n', 1)[0] ?? '';

/** The verdict on a held-out result, and what to do. */
export function verdictWords(report: ReportEvent): { title: string; says: string; good: boolean } {
  if (!report.difference || !report.optimized)
    return {
      title: 'Not tested.',
      says: typeof report.heldOut === 'string' ? report.heldOut : 'There are no locked rows.',
      good: false,
    };
  if (report.candidate === 0) return { title: 'The seed stays.', says: 'No set of demos scored better.', good: false };
  const verdict = verdictOf(report);
  if (verdict === 'better')
    return { title: 'Better than the seed.', says: 'The interval does not touch 0.', good: true };
  if (verdict === 'full') return { title: 'No headroom.', says: 'The seed had every row right.', good: false };
  if (verdict === 'worse') return { title: 'Worse than the seed.', says: 'Keep the seed.', good: false };
  return { title: 'Not distinguishable.', says: 'Use more rows, or keep the seed.', good: false };
}

export const signed = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(1)}`;

/** The core begins in lower case and ends without a stop, so that its messages can be put into others. */
export function sentence(text: string): string {
  const shown = text.trim();
  return shown === '' ? '' : `${shown[0]!.toUpperCase()}${shown.slice(1)}${/[.!?]$/.test(shown) ? '' : '.'}`;
}
