import type { Stamp } from '../log/events.ts';
import type { CandidateView, RunView } from '../log/run.ts';
import { scored } from '../log/run.ts';

export type Axis = 'calls' | 'tokens' | 'ms';

export interface Point {
  candidate: CandidateView;
  x: number;
  y: number;
  best: boolean;
}

export interface Tick {
  at: number;
  text: string;
}

export interface ChartLayout {
  left: number;
  right: number;
  top: number;
  /** Of the plot. */
  bottom: number;
  /** Of the lane for rows that were tried as demos. */
  lane: number;
  x: (spent: number) => number;
  y: (percent: number) => number;
  xTicks: Tick[];
  yTicks: Tick[];
  points: Point[];
  /** Best so far against spend; it never goes down. */
  steps: string;
  seed: number | undefined;
  tried: { x: number; ok: boolean; row: number; candidate: number; reason?: string }[];
  now: number;
  end: number;
}

/** Everything the chart draws, from the view of a run and the room there is. */
export function layoutChart(run: RunView, axis: Axis, width: number, height: number, expected: number): ChartLayout {
  const left = 40;
  const right = Math.max(left + 1, width - 28);
  const top = 14;
  const bottom = Math.max(top + 1, height - 58);
  const candidates = scored(run);
  const spent = (stamp: Stamp) => stamp[axis];
  const now = spent(run.last);
  const end = Math.max(expected, now, 1);
  const lowest = Math.min(100, ...candidates.map((c) => 100 * c.score!));
  const floor = Math.min(50, 10 * Math.floor(lowest / 10));
  const x = (value: number) => left + (Math.min(value, end) / end) * (right - left);
  const y = (percent: number) => top + ((100 - percent) / (100 - floor)) * (bottom - top);

  let highest = Number.NEGATIVE_INFINITY;
  let steps = '';
  for (const c of [...candidates].sort((a, b) => spent(a.scored!) - spent(b.scored!) || a.number - b.number)) {
    if (c.score! <= highest) continue;
    highest = c.score!;
    const [px, py] = [round(x(spent(c.scored!))), round(y(100 * c.score!))];
    steps += steps ? `H${px}V${py}` : `M${px} ${py}`;
  }
  if (steps) steps += `H${round(x(now))}`;

  const seed = candidates.find((c) => c.number === 0);
  return {
    left,
    right,
    top,
    bottom,
    lane: height - 40,
    x,
    y,
    xTicks: niceTicks(end, Math.max(2, Math.floor((right - left) / 90))).map((at) => ({
      at: x(at),
      text: spendText(axis, at),
    })),
    yTicks: percentTicks(floor, bottom - top).map((at) => ({ at: y(at), text: String(at) })),
    points: candidates.map((candidate) => ({
      candidate,
      x: x(spent(candidate.scored!)),
      y: y(100 * candidate.score!),
      best: candidate.number === run.best,
    })),
    steps,
    seed: seed && 100 * seed.score!,
    tried: run.tried.map(({ stamp, ok, row, candidate, reason }) => ({
      x: x(spent(stamp)),
      ok,
      row,
      candidate,
      ...(reason === undefined ? {} : { reason }),
    })),
    now: x(now),
    end,
  };
}

const round = (value: number): number => Math.round(100 * value) / 100;

/** At most `most` steps of 1, 2 or 5 times a power of ten, from 0. */
export function niceTicks(end: number, most: number): number[] {
  const raw = end / most;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= raw)!;
  const whole = end >= most ? Math.max(1, Math.round(step)) : step;
  return Array.from({ length: Math.floor(end / whole) + 1 }, (_, k) => k * whole);
}

function percentTicks(floor: number, height: number): number[] {
  const step = height / ((100 - floor) / 10) >= 16 ? 10 : (100 - floor) % 20 === 0 ? 20 : 25;
  const ticks: number[] = [];
  for (let at = 100; at >= floor; at -= step) ticks.push(at);
  return ticks;
}

export function spendText(axis: Axis, value: number): string {
  if (axis === 'ms') return clock(value);
  if (axis === 'tokens')
    return value >= 1000 ? `${+(value / 1000).toFixed(value < 10_000 ? 1 : 0)}k` : String(Math.round(value));
  return String(Math.round(value));
}

/** Minutes and seconds. */
export function clock(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
