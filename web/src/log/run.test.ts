import { readFileSync } from 'node:fs';
import { exact, Predict, practiceModel } from 'strop';
import { BootstrapFewShotWithRandomSearch, type OptimizeReport } from 'strop/optimize';
import { beforeAll, describe, expect, it } from 'vitest';
import { layoutChart } from '../chart/layout.ts';
import { type Entry, isRunEvent } from './events.ts';
import { byDifficulty, candidateOf, demoCount, flips, type RunView, replay, scored } from './run.ts';

const read = (set: string) =>
  readFileSync(new URL(`../../../examples/question-kind/${set}.jsonl`, import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
const data = {
  trainset: read('train').slice(0, 40),
  valset: read('val').slice(0, 20),
  testset: read('test').slice(0, 16),
};
const signature = "question -> kind: Literal['person', 'place', 'time', 'number', 'reason', 'definition']";
const sizes = { train: 40, val: 20, test: 16 };

/** A run with the practice model, as the worker logs it. */
async function record(): Promise<{ entries: Entry[]; report: OptimizeReport }> {
  const run = new BootstrapFewShotWithRandomSearch({
    metric: exact('kind'),
    candidates: 3,
    maxLabeledDemos: 6,
    seed: 1,
  }).compile(new Predict(signature), { ...data, lm: practiceModel() });
  const entries: Entry[] = [];
  for await (const event of run)
    if (isRunEvent(event))
      entries.push({
        stamp: { calls: run.progress.calls, tokens: run.progress.inputTokens, ms: entries.length },
        event,
      });
  return { entries, report: (await run).report };
}

describe('the view of a run', () => {
  let entries: Entry[];
  let report: OptimizeReport;
  let view: RunView;
  beforeAll(async () => {
    ({ entries, report } = await record());
    view = replay(entries);
  });

  it('has every candidate with the score of the report', () => {
    expect(scored(view).map((c) => [c.number, c.score])).toHaveLength(report.candidates.length);
    for (const { candidate, score } of report.candidates)
      expect(candidateOf(view, candidate)!.score).toBeCloseTo(score, 3);
    expect(view.best).toBe(report.candidate);
    expect(view.report?.optimized).toEqual(report.optimized);
  });
  it('has an answer for every row, whose scores make the score', () => {
    for (const c of scored(view)) {
      expect(c.val.filter((a) => a !== undefined)).toHaveLength(sizes.val);
      expect(c.val.reduce((sum, a) => sum + (a?.score ?? 0), 0) / sizes.val).toBeCloseTo(c.score!, 9);
    }
    expect(candidateOf(view, 0)!.test).toHaveLength(sizes.test);
  });
  it('counts demos and tries', () => {
    expect(demoCount(candidateOf(view, 0)!)).toBe(0);
    expect(demoCount(candidateOf(view, 2)!)).toBe(6);
    expect(view.tried.filter((t) => t.ok && t.candidate === 2).length).toBe(
      candidateOf(view, 2)!.demos.self!.filter((demo) => demo.augmented).length,
    );
  });
  it('replays: at fewer calls it knows less, and the best never falls', () => {
    let before = 0;
    for (let calls = 0; calls <= view.last.calls; calls += 7) {
      const past = replay(entries, calls);
      const best = past.best === undefined ? 0 : candidateOf(past, past.best)!.score!;
      expect(best).toBeGreaterThanOrEqual(before);
      expect(past.last.calls).toBeLessThanOrEqual(calls);
      before = best;
    }
  });
  it('compares rows: fixed minus broken is the gain', () => {
    const [seed, best] = [candidateOf(view, 0)!, candidateOf(view, view.best!)!];
    const { fixed, broken, same } = flips(seed.val, best.val);
    expect(fixed + broken + same).toBe(sizes.val);
    expect((fixed - broken) / sizes.val).toBeCloseTo(best.score! - seed.score!, 9);
  });
  it('sorts rows from easy to hard', () => {
    const right = (row: number) => view.candidates.reduce((n, c) => n + (c.val[row]?.score ?? 0), 0);
    const order = byDifficulty(view).map(right);
    expect(order).toEqual([...order].sort((a, b) => b - a));
    expect(order).toHaveLength(sizes.val);
  });

  it('becomes a chart within its frame, with steps that only rise', () => {
    for (const axis of ['calls', 'tokens', 'ms'] as const) {
      const chart = layoutChart(view, axis, 800, 300, 1);
      expect(chart.points).toHaveLength(scored(view).length);
      for (const p of chart.points) {
        expect(p.x).toBeGreaterThanOrEqual(chart.left);
        expect(p.x).toBeLessThanOrEqual(chart.right);
        expect(p.y).toBeGreaterThanOrEqual(chart.top);
        expect(p.y).toBeLessThanOrEqual(chart.bottom);
      }
      const heights = [...chart.steps.matchAll(/V([\d.]+)/g)].map(([, y]) => Number(y));
      expect(heights).toEqual([...heights].sort((a, b) => b - a));
    }
  });
  it('becomes a chart before anything is known', () => {
    const chart = layoutChart(replay([]), 'calls', 0, 0, 0);
    expect(chart.points).toEqual([]);
    expect(chart.steps).toBe('');
  });
});
