import type { Evaluation, RowResult } from '../evaluate/evaluate.js';
import { cellText, columnsOf, percent } from './cells.js';
import type { Comparison } from './compare.js';
import { css } from './html-style.js';

/** What a report says besides the evaluation. */
export interface HtmlOptions {
  /** Its title; `Evaluation` unless given. */
  title?: string;
  /** How it differs from an earlier one, by `compare(earlier, evaluation)`. */
  comparison?: Comparison;
  /** At most so many rows, those with the lowest scores first; 1,000 unless given. */
  rows?: number;
}

/** Longer values are cut, so that one row does not make the file a burden. */
const longestCell = 20_000;

/**
 * An evaluation as a page of its own, for a browser or a mail: one file without scripts, that loads nothing. Everything
 * that comes from rows and models is shown as text.
 *
 * @example await writeFile('report.html', toHTML(await evaluate(triage, rows, exact('label'))));
 */
export function toHTML(
  evaluation: Evaluation,
  { title = 'Evaluation', comparison, rows: most = 1000 }: HtmlOptions = {},
): string {
  const numbered = evaluation.rows.map((row, number) => ({ row, number }));
  // Failures and low scores first: these are what a reader came for. Otherwise the order of the rows.
  const ranked = numbered.sort((a, b) => (a.row.score ?? -1) - (b.row.score ?? -1) || a.number - b.number);
  const shown = ranked.slice(0, most);
  const given = columnsOf(shown.map(({ row }) => row.example));
  const found = columnsOf(shown.map(({ row }) => row.prediction));
  const kinds = new Map(numbered.map(({ row, number }) => [number, kindOf(row)]));
  const count = (kind: Kind) => [...kinds.values()].filter((each) => each === kind).length;
  const flips = new Map<number, Flip>([
    ...(comparison?.fixed ?? []).map((number) => [number, 'fixed'] as const),
    ...(comparison?.broken ?? []).map((number) => [number, 'broken'] as const),
  ]);
  const choices: [string, string, number][] = [
    ['all', 'All', numbered.length],
    ['wrong', 'Below 1', count('wrong')],
    ['failed', 'Failed', count('failed')],
    ...(comparison
      ? ([
          ['fixed', 'Fixed', comparison.fixed.length],
          ['broken', 'Broken', comparison.broken.length],
        ] as [string, string, number][])
      : []),
  ];
  const notes = shown.some(({ row }) => row.error !== undefined || row.feedback);
  const head = [
    '<th scope="col">#</th><th scope="col">Score</th>',
    ...given.map((name) => `<th scope="col">${text(name)}</th>`),
    ...found.map((name) => `<th scope="col" class="got">${text(name)}<small>predicted</small></th>`),
    notes ? '<th scope="col">Note</th>' : '',
  ].join('');
  const body = shown
    .map(({ row, number }) => {
      const flip = flips.get(number);
      return `<tr class="${kinds.get(number)}${flip ? ` ${flip}` : ''}"><th scope="row">${number}</th><td class="score">${scoreText(row)}${flip ? `<small>${flip}</small>` : ''}</td>${given
        .map((name) => cell(own(row.example, name)))
        .join('')}${found.map((name) => cell(own(row.prediction, name))).join('')}${notes ? noteCell(row) : ''}</tr>`;
    })
    .join('\n');
  const left = ranked.length - shown.length;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<meta name="referrer" content="no-referrer">
<title>${text(title)}: ${percent(evaluation.score)}</title>
<style>${css}</style>
</head>
<body>
${choices.map(([id, label], i) => `<input type="radio" name="show" id="show-${id}"${i === 0 ? ' checked' : ''} aria-label="Rows: ${label}">`).join('')}
<header>
<h1>${text(title)}</h1>
${figures(evaluation)}
${comparison ? change(comparison) : ''}
</header>
<main>
<nav>${choices.map(([id, label, n]) => `<label for="show-${id}">${label} <b>${n}</b></label>`).join('')}</nav>
<div class="rows" tabindex="0" role="region" aria-label="Rows">
<table><thead><tr>${head}</tr></thead>
<tbody>
${body}
</tbody></table>
</div>
${left > 0 ? `<p class="quiet">${left} more rows, none with a lower score, are not shown.</p>` : ''}
</main>
</body>
</html>
`;
}

type Kind = 'right' | 'wrong' | 'failed';
type Flip = 'fixed' | 'broken';

function kindOf({ score, error }: RowResult): Kind {
  if (error !== undefined || score === null) return 'failed';
  return score >= 1 ? 'right' : 'wrong';
}

function figures({ score, n, interval, missing, skipped, usage, seconds }: Evaluation): string {
  const tokens = (usage.inputTokens + usage.outputTokens).toLocaleString('en');
  const facts = [
    ['rows', n.toLocaleString('en')],
    ...(missing > 0 ? [['without an answer, not counted', missing.toLocaleString('en')]] : []),
    ...(skipped > 0 ? [['could not be read', skipped.toLocaleString('en')]] : []),
    ['calls', usage.calls.toLocaleString('en')],
    ...(usage.cachedCalls > 0 ? [['from the cache', usage.cachedCalls.toLocaleString('en')]] : []),
    [usage.estimated ? 'tokens, about' : 'tokens', tokens],
    ['seconds', seconds.toFixed(1)],
  ];
  return `<p class="figure"><strong>${percent(score)}</strong> <span>95 % interval ${percent(interval[0])} to ${percent(interval[1])}</span></p>
${track(score, interval)}
<dl>${facts.map(([name, value]) => `<div><dt>${name}</dt><dd>${value}</dd></div>`).join('')}</dl>`;
}

/** Score and interval on a line from 0 to 1. */
function track(score: number, [low, high]: readonly [number, number], label = ''): string {
  const at = (share: number) => (100 * Math.min(1, Math.max(0, share))).toFixed(2);
  return `<div class="track" aria-hidden="true">${label ? `<span>${label}</span>` : ''}<i style="left:${at(low)}%;width:${(Number(at(high)) - Number(at(low))).toFixed(2)}%"></i><b style="left:${at(score)}%"></b></div>`;
}

function change({ before, after, difference, verdict, n, missing, fixed, broken }: Comparison): string {
  const points = (share: number) => `${share > 0 ? '+' : ''}${(100 * share).toFixed(1)}`;
  const [low, high] = difference.interval;
  const kind = verdict === 'improved' ? 'good' : verdict === 'worse' ? 'ill' : 'quiet';
  const p = difference.p < 0.001 ? 'p &lt; 0.001' : `p = ${difference.p.toFixed(3)}`;
  return `<section class="change" aria-label="Comparison">
<p><strong class="${kind}">${text(verdict)}</strong> ${points(difference.mean)} points, 95 % interval ${points(low)} to ${points(high)}, ${p}; ${n} rows in both${missing > 0 ? `, ${missing} left out` : ''}; ${fixed.length} fixed, ${broken.length} broken</p>
${track(before.score, before.interval, 'before')}
${track(after.score, after.interval, 'after')}
</section>`;
}

function scoreText({ score }: RowResult): string {
  return score === null ? '–' : String(Number(score.toFixed(3)));
}

function own(of: object | null, name: string): unknown {
  return of !== null && Object.hasOwn(of, name) ? (of as Record<string, unknown>)[name] : undefined;
}

function cell(value: unknown): string {
  return `<td><div>${clipped(cellText(value))}</div></td>`;
}

function noteCell({ error, feedback }: RowResult): string {
  const said = [error, feedback].filter((each) => each !== undefined && each !== '').join('\n');
  return `<td class="note"><div>${clipped(said)}</div></td>`;
}

function clipped(value: string): string {
  if (value.length <= longestCell) return text(value);
  return `${text(value.slice(0, longestCell))}<em> … ${(value.length - longestCell).toLocaleString('en')} characters more</em>`;
}

/** Any text, as text: no markup, no character that a page may not hold, no half of one. */
function text(value: string): string {
  return (
    value
      .replace(/\p{Surrogate}/gu, '\ufffd')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these it is about
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g, '\ufffd')
      .replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`)
  );
}
