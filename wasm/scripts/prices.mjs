// Makes src/models/table.ts from LiteLLM's list of models and prices, which its Python package ships:
//   pip download --no-deps litellm && unzip litellm-*.whl 'litellm/model_prices_and_context_window_backup.json'
//   node wasm/scripts/prices.mjs litellm/model_prices_and_context_window_backup.json 1.110.2
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const [, , path, version] = process.argv;
if (!path || !version) {
  console.error('Usage: node prices.mjs model_prices_and_context_window_backup.json VERSION-OF-LITELLM');
  process.exit(2);
}
/** The models for general use; those for one trade, sound, search or video are left out, and those that are switched off. */
const wanted = {
  openai: /^(gpt-\d+(\.\d+)?(-(mini|nano|pro|sol|luna|terra|astra))?|gpt-4o(-mini)?|o\d(-mini|-pro)?)$/,
  anthropic: /^claude-(haiku|sonnet|opus|fable)-\d+(-\d)?$/,
  gemini: /^gemini-\d+(\.\d+)?-(pro|flash|flash-lite|argon|hydrogen)(-preview)?$/,
};
const abilities = [
  ['f', 'function_calling'],
  ['s', 'response_schema'],
  ['r', 'reasoning'],
  ['v', 'vision'],
  ['p', 'pdf_input'],
  ['a', 'audio_input'],
];
const today = new Date().toISOString().slice(0, 10);
const perMillion = (dollars) => Number((dollars * 1e6).toPrecision(12));
const parts = [
  'input_cost_per_token',
  'cache_read_input_token_cost',
  'cache_creation_input_token_cost',
  'output_cost_per_token',
];
/** Prices with that ending, in dollars per million tokens; `null` for what has none of its own. */
const pricesIn = (entry, ending = '') =>
  parts.map((part) => (entry[part + ending] === undefined ? null : perMillion(entry[part + ending])));

function rowOf(provider, entry) {
  const letters = abilities.filter(([, name]) => entry[`supports_${name}`]).map(([letter]) => letter);
  const row = [provider, entry.max_input_tokens, entry.max_output_tokens, letters.join(''), pricesIn(entry)];
  const [, above] =
    Object.keys(entry)
      .join(' ')
      .match(/\binput_cost_per_token_above_(\d+)k_tokens\b/) ?? [];
  if (above) row.push([Number(above) * 1000, ...pricesIn(entry, `_above_${above}k_tokens`)]);
  return row;
}

const list = JSON.parse(readFileSync(path, 'utf8'));
const rows = new Map();
const snapshots = new Map();
for (const [key, entry] of Object.entries(list)) {
  const { litellm_provider: provider, mode, deprecation_date: until } = entry;
  if (!(provider in wanted) || (mode !== 'chat' && mode !== 'responses') || (until && until <= today)) continue;
  if (!(entry.input_cost_per_token > 0 && entry.output_cost_per_token > 0 && entry.max_input_tokens > 0)) continue;
  const name = provider === 'gemini' ? key.replace(/^gemini\//, '') : key;
  if (wanted[provider].test(name)) rows.set(name, rowOf(provider, entry));
  const [, model] = name.match(/^(.+?)-(?:\d{4}-\d{2}-\d{2}|\d{8})$/) ?? [];
  if (model && wanted[provider].test(model)) snapshots.set(name, [model, rowOf(provider, entry)]);
}
const same = new Map();
for (const [name, [model, row]] of snapshots) {
  if (JSON.stringify(rows.get(model)) === JSON.stringify(row)) same.set(name, model);
  else rows.set(name, row);
}
const sorted = (map) => [...map].sort(([a], [b]) => (a < b ? -1 : 1));
const lines = (map, value) =>
  sorted(map)
    .map(([name, of]) => `  '${name}': ${value(of)},`)
    .join('\n');
const written = (row) => JSON.stringify(row).replaceAll('"', "'").replaceAll(',', ', ');
writeFileSync(
  fileURLToPath(new URL('../src/models/table.ts', import.meta.url)),
  `// Made by scripts/prices.mjs; change it there.

/** Where the figures of models and prices are from, and when they were taken. */
export const pricesFrom = {
  source: "LiteLLM's model_prices_and_context_window.json (MIT, Copyright (c) 2023 Berri AI)",
  version: '${version}',
  date: '${today}',
} as const;

/** Dollars per million tokens: input, cached input, cache write, output. @internal */
export type Figures = readonly [input: number, cached: number | null, written: number | null, output: number];

/** Whose it is, its longest prompt and answer, what it can (by first letter), and what it costs. @internal */
export type Row = readonly [
  provider: string,
  context: number,
  answer: number | null,
  abilities: string,
  prices: Figures,
  long?: readonly [above: number, ...Figures],
];

/** @internal */
export const table: Readonly<Record<string, Row>> = {
${lines(rows, written)}
};

/** Other names of the same, at the same price. @internal */
export const snapshots: Readonly<Record<string, string>> = {
${lines(same, (model) => `'${model}'`)}
};
`,
);
console.log(`${rows.size} models and ${same.size} other names for them, from LiteLLM ${version}.`);
