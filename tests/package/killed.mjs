// An optimization that kills itself: node killed.mjs JOURNAL CALLS (-1: never). Prints the result.
import { exact, Predict } from 'strop';
import { fileJournal } from 'strop/node';
import { BootstrapFewShotWithRandomSearch } from 'strop/optimize';
import { doubler, numbers } from './help.mjs';

const [journal, calls] = process.argv.slice(2);
const lm = doubler({ delay: () => Math.random() * 3 });
const { complete } = lm;
lm.complete = (...args) => {
  if (lm.requests.length === Number(calls)) process.kill(process.pid, 'SIGKILL');
  return complete(...args);
};
const { program, report } = await new BootstrapFewShotWithRandomSearch({
  metric: exact('double'),
  candidates: 2,
}).compile(new Predict('number -> double', { lm }), {
  trainset: numbers(0, 12),
  valset: numbers(100, 112),
  testset: numbers(200, 212),
  journal: fileJournal(journal),
});
console.log(JSON.stringify({ program: program.toJSON(), calls: lm.requests.length, report }));
