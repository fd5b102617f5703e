import type { MetricName } from '../core/protocol.ts';

export const metricNames: Readonly<Record<MetricName, { name: string; says: string; short: string; sign: string }>> = {
  exact: { name: 'Exact', says: 'the answer is the label, letter by letter', short: 'exact', sign: '==' },
  normalized: { name: 'Normalized', says: 'but for case, punctuation and articles', short: 'normalized', sign: '≈' },
  f1: { name: 'Word overlap', says: 'F1 on words, from 0 to 1', short: 'F1', sign: 'F1' },
};
