// What every runtime does with the packed package: a prediction, a parse error, a saved program and back, an optimization and
// an evaluation with the practice model. Its result is the same everywhere, to the byte.
import { AdapterParseError, ChainOfThought, evaluate, exact, Predict, practiceModel, ready } from 'strop';
import { BootstrapFewShotWithRandomSearch } from 'strop/optimize';

const kinds = { 'Who wrote': 'person', 'Where is': 'place', 'How many': 'number' };
const things = ['the river', 'the bridge', 'the song', 'the town', 'the poem', 'the tower', 'the atlas', 'the mill'];
const rows = Object.entries(kinds).flatMap(([start, kind]) =>
  things.map((thing) => ({ question: `${start} ${thing}?`, kind })),
);
const every = (remainder) => rows.filter((_, index) => index % 3 === remainder);

export async function smoke() {
  await ready();
  const seen = {};

  const predict = new Predict('question -> answer: int', {
    lm: { model: 'scripted', complete: async () => ({ text: '[[ ## answer ## ]]\n42\n\n[[ ## completed ## ]]' }) },
  });
  seen.answer = await predict.run({ question: 'Six times seven — or “7 × 6”? 🙂' });
  try {
    await predict.run({ question: 'x' }, { lm: { model: 'scripted', complete: async () => ({ text: 'It is 42.' }) } });
  } catch (error) {
    seen.error = [error instanceof AdapterParseError, error.code, error.message.includes('It is 42.')];
  }
  seen.thought = new ChainOfThought('question -> answer').toJSON().length;

  const lm = practiceModel();
  const program = new Predict('question -> kind: Literal["person", "place", "number"]', { lm });
  const metric = exact('kind');
  const run = new BootstrapFewShotWithRandomSearch({
    metric,
    candidates: 3,
    maxBootstrappedDemos: 2,
    maxLabeledDemos: 4,
    seed: 7,
  }).compile(program, {
    trainset: every(0),
    valset: every(1),
    testset: every(2),
    lm,
  });
  seen.events = 0;
  for await (const event of run) seen.events += event.event ? 1 : 0;
  const { program: best, report } = await run;
  seen.report = { seed: report.seed.score, optimized: report.optimized.score, verdict: report.verdict };
  seen.program = best.toJSON();
  const again = program.load(best.toJSON());
  seen.score = (await evaluate(again, every(2), metric, { lm })).score;
  return seen;
}
