/** Rows whose answers the server knows, all but those that a hash makes wrong. */
export const questions = (count) =>
  Array.from({ length: count }, (_, i) => ({ question: `What is ${i}?`, answer: `answer ${i}` }));

/** What an evaluation found, without what it took. */
export function reportOf({ rows, score, n, missing, interval }) {
  const told = rows.map(({ example, score, prediction, error }) => ({
    question: example.question,
    score,
    prediction,
    error,
  }));
  return `${JSON.stringify({ score, n, missing, interval, rows: told }, null, 1)}\n`;
}
