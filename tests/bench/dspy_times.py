"""What DSPy takes for the same work, measured in the same run: {"signature", "reply", "demos": [[…], …], "inputs", "messages":
[…, …], "rows"} "parse": {"signature", "replies": {adapter: text}, "outputs"} from standard input, {"version", "format", "format_json":
{demos: µs}, "parse": {adapter: µs}, "predict": {demos: µs}, "evaluate": µs a row} out.
The least of several rounds counts. "messages" are Strop's, which must be the same bytes."""
import json
import logging
import sys
import time
import warnings

warnings.filterwarnings("ignore")
import dspy
from dspy.lm15 import Message, Response, TextPart, Usage

logging.disable(logging.CRITICAL)
dspy.configure_cache(enable_disk_cache=False, enable_memory_cache=False)
given = json.load(sys.stdin)


class Instant:
    def complete(self, request):
        return Response(id=None, model="instant", message=Message.assistant([TextPart(given["reply"])]), finish_reason="stop",
                        usage=Usage(input_tokens=1, output_tokens=1, total_tokens=2))

    def close(self):
        pass


def least(call, calls, rounds=7):
    call()
    best = float("inf")
    for _ in range(rounds):
        start = time.perf_counter()
        for _ in range(calls):
            call()
        best = min(best, (time.perf_counter() - start) / calls * 1e6)
    return best


dspy.configure(lm=dspy.LM("bench/instant", engine=Instant(), cache=False), max_history_size=100)
inputs = given["inputs"]
out = {"version": dspy.__version__, "format": {}, "format_json": {}, "parse": {}, "predict": {}}
for demos, messages in zip(given["demos"], given["messages"]):
    program = dspy.Predict(given["signature"])
    program.demos = [dspy.Example(**demo) for demo in demos]
    adapter = dspy.ChatAdapter()
    assert adapter.format(program.signature, program.demos, inputs) == messages, "the prompts are not the same bytes"
    out["format"][len(demos)] = least(lambda: adapter.format(program.signature, program.demos, inputs), 60)
    out["format_json"][len(demos)] = least(lambda: json.dumps(adapter.format(program.signature, program.demos, inputs)), 60)
    out["predict"][len(demos)] = least(lambda: program(**inputs), 40)

typed = dspy.Signature(given["parse"]["signature"])
for name, adapter in (("chat", dspy.ChatAdapter()), ("json", dspy.JSONAdapter())):
    text = given["parse"]["replies"][name]
    assert adapter.parse(typed, text) == given["parse"]["outputs"], "the outputs are not the same"
    out["parse"][name] = least(lambda: adapter.parse(typed, text), 200)

rows = [dspy.Example(**row).with_inputs(*inputs) for row in given["rows"]]
evaluate = dspy.Evaluate(devset=rows, metric=lambda row, made: row.category == made.category, num_threads=8)
program = dspy.Predict(given["signature"])
out["evaluate"] = least(lambda: evaluate(program), 1, 2) / len(rows)
print(json.dumps(out))
