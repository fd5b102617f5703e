// An evaluation of many rows against a server: node evaluated.mjs BASE_URL ROWS JOURNAL REPORT. Prints what it took.
import { writeFileSync } from 'node:fs';
import { evaluate, exact, openai, Predict } from 'strop';
import { fileJournal } from 'strop/node';
import { questions, reportOf } from './rows.mjs';

const [baseURL, count, journal, report] = process.argv.slice(2);
process.on('unhandledRejection', (error) => {
  console.error('unhandled', error);
  process.exit(3);
});
const lm = openai({ model: 'flaky', baseURL, apiKey: 'sk-test-0123456789abcdef', retries: 3, concurrency: 64 });
const program = new Predict('question -> answer', { lm });
let most = 0;
const watch = setInterval(() => {
  most = Math.max(most, process.memoryUsage().rss);
}, 50);
const evaluation = await evaluate(program, questions(Number(count)), exact('answer'), {
  cache: false,
  journal: fileJournal(journal),
});
clearInterval(watch);
writeFileSync(report, reportOf(evaluation));
console.log(JSON.stringify({ usage: evaluation.usage, megabytes: most / 2 ** 20, seconds: evaluation.seconds }));
