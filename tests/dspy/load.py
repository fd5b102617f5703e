"""Programs between Strop and DSPy: reads a request from standard input, writes the answer to standard output, both JSON.

    "$(tests/conformance/dspy-env)" tests/dspy/load.py < request.json

{"load": [{"json": a file saved by Strop, "inputs": {predictor: {field: value}}}],
 "save": [{"program": as in tests/conformance/README.md, "edit": as for save_state, "inputs"}]}
->
{"load": [{"warnings": [text], "predictors": [{"path", "instructions", "inputs", "outputs", "messages", "lm"}]}],
 "save": [{"json", "predictors"}]}

`messages` is what reaches a model when the predictor is called on the inputs, `lm` the settings of its own one.
"""

import json
import logging
import sys
import tempfile
import warnings
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "conformance"))

import dspy  # noqa: E402
from dspy.clients.base_lm import BaseLM  # noqa: E402
from oracle import edited, predictors, program_of, saved  # noqa: E402


class Asked(Exception):
    pass


class Recorder(BaseLM):
    """A model that only says what it was asked."""

    def __init__(self):
        super().__init__("recorder", cache=False)

    def __call__(self, prompt=None, messages=None, **_):
        raise Asked(messages)


def asked(predictor, inputs):
    try:
        with dspy.context(adapter=dspy.ChatAdapter(use_json_adapter_fallback=False)):
            predictor(lm=Recorder(), **inputs)
    except Asked as question:
        return question.args[0]
    raise RuntimeError("no model was asked")


def described(program, inputs):
    named = dict(program.named_predictors())
    return [
        {
            **found,
            "messages": asked(named[found["path"]], inputs[found["path"]]),
            "lm": named[found["path"]].lm and named[found["path"]].lm.dump_state(),
        }
        for found in predictors(program)
    ]


def structure(text):
    """The program that a file of Strop is of, in terms of the cases: the file itself says it."""
    given = json.loads(text)["metadata"]["strop"]["program"]
    if "modules" not in given:
        return given
    return {name: {**module, "module": module["type"]} for name, module in given["modules"].items()}


def load(job):
    said = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: said.append(record.getMessage())
    logging.getLogger("dspy").addHandler(handler)
    program = program_of(job.get("program") or structure(job["json"]))
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        path = Path(folder) / "program.json"
        path.write_text(job["json"], encoding="utf-8")
        program.load(path)
    logging.getLogger("dspy").removeHandler(handler)
    return {"warnings": said + [str(warning.message) for warning in warned], "predictors": described(program, job["inputs"])}


def save(job):
    program = edited(job)
    return {"json": saved(program, versions=True), "predictors": described(program, job["inputs"])}


def main():
    request = json.load(sys.stdin)
    json.dump({"load": [load(job) for job in request["load"]], "save": [save(job) for job in request["save"]]}, sys.stdout)


if __name__ == "__main__":
    main()
