/**
 * Evaluation beyond a score: rows out of files, judges, comparisons, reports.
 *
 * @packageDocumentation
 */

export {
  type CompleteAndGroundedOptions,
  completeAndGrounded,
  type JudgeOptions,
  type SemanticF1Options,
  semanticF1,
} from '../judges/judges.js';
export { type CompareOptions, type Comparison, compare, type Scored } from '../report/compare.js';
export { type CsvOptions, toCSV } from '../report/csv.js';
export { type HtmlOptions, toHTML } from '../report/html.js';
export { fromJSON, toJSON } from '../report/saved.js';
export { type TableOptions, toTable } from '../report/table.js';
export { type ReadRowsOptions, type RowFormat, type RowReader, type RowSource, readRows } from '../rows/read-rows.js';
