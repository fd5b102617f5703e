"""What DSPy makes of an input: one function a kind of case, from the case's input keys to its output keys."""

import hashlib
import json
import re
import tempfile
import typing
from pathlib import Path
from types import SimpleNamespace

import dspy
from dspy.adapters.baml_adapter import BAMLAdapter
from dspy.adapters.chat_adapter import ChatAdapter
from dspy.adapters.json_adapter import JSONAdapter, _get_structured_outputs_response_format
from dspy.adapters.utils import (
    format_field_value,
    get_annotation_name,
    parse_value,
    translate_field_type,
)
from dspy._vendor.lm15.serde import request_to_dict
from dspy.adapters.two_step_adapter import TwoStepAdapter
from dspy.adapters.xml_adapter import XMLAdapter
from dspy.clients.base_lm import BaseLM
from dspy.clients.cache import Cache
from dspy.clients.execution import PreparedCall, _canonical
from dspy.clients.legacy_requests import _strict_json_schema, chat_to_responses
from dspy.clients.lm15_boundary import _NoTransport
from dspy.evaluate import metrics
from dspy.lm15 import OpenAIChatLM, OpenAILM
from dspy.signatures.signature import infer_prefix
from dspy.utils.usage_tracker import UsageTracker
from dspy.streaming.streaming_listener import StreamListener
from classes import NAMES, classes_of, from_json, python_value, to_json, type_of
from pydantic import TypeAdapter

# --- signatures -------------------------------------------------------------------------------------------------------


def signature_of(given, classes=None):
    """A signature from a text, or from our description of its fields."""
    if isinstance(given, str):
        return dspy.Signature(given, custom_types=classes)
    fields = {}
    for role, make in (("inputs", dspy.InputField), ("outputs", dspy.OutputField)):
        for field in given[role]:
            args = dict(field.get("constraint_args") or {})
            if field.get("desc") is not None:
                args["desc"] = field["desc"]
            annotation = type_of(field.get("type", "str"), classes)
            if "default" in field:
                args["default"] = python_value(from_json(field["default"]), annotation, classes)
            fields[field["name"]] = (annotation, make(**args))
    made = dspy.Signature(fields)
    return made if given.get("instructions") is None else made.with_instructions(given["instructions"])


def schema_of(annotation):
    try:
        return TypeAdapter(annotation).json_schema()
    except Exception:
        return None  # a tool has none


def described(signature, schemas=True):
    def field(name, info):
        extra = info.json_schema_extra
        made = {"name": name, "type": get_annotation_name(info.annotation), "desc": extra["desc"], "constraints": extra.get("constraints")}
        if schemas:
            made["schema"] = schema_of(info.annotation)
            made["required"] = info.is_required()
            if not info.is_required():
                made["default"] = to_json(info.default)
        else:
            made["prefix"] = extra["prefix"]
        return made

    return {
        "instructions": signature.instructions,
        "inputs": [field(*item) for item in signature.input_fields.items()],
        "outputs": [field(*item) for item in signature.output_fields.items()],
    }


def signature_string(case):
    try:
        signature = dspy.Signature(case["text"], custom_types={**NAMES, **classes_of(case.get("types"))})
    except Exception as error:
        return {"error": type(error).__name__, "fields": None, "instructions": None, "message": str(error)}
    fields = [
        {"name": name, "type": get_annotation_name(info.annotation), "dir": info.json_schema_extra["__dspy_field_type"]}
        for name, info in signature.fields.items()
    ]
    return {"error": None, "fields": fields, "instructions": signature.instructions, "message": None}


def new_field(role, field):
    """A field for an edit, and its type."""
    args = dict(field.get("constraint_args") or {})
    args |= {key: field[key] for key in ("desc", "default") if key in field}
    return (dspy.InputField if role == "input" else dspy.OutputField)(**args), type_of(field.get("type", "str"))


def edit(signature, op, name=None, index=None, role=None, field=None, instructions=None):
    if op in ("with_instructions", "append_instructions"):
        return getattr(signature, op)(instructions)
    if op == "delete":
        return signature.delete(name)
    if op == "with_updated_fields":
        told = {key: field[key] for key in ("desc", "prefix") if key in field}
        if "constraint_args" in field:
            told["constraints"] = dspy.InputField(**field["constraint_args"]).json_schema_extra["constraints"]
        return signature.with_updated_fields(name, type_of(field["type"]) if "type" in field else None, **told)
    made, type_ = new_field(role, field)
    return getattr(signature, op)(*([] if index is None else [index]), name, made, type_)


def edit_signature(case):
    """`equal` is whether the result equals what was there before. Signatures from texts are not asked: DSPy keeps in them which types were written."""
    before = signature = signature_of(case["signature"])
    try:
        for each in case["edits"]:
            signature = edit(signature, **each)
    except Exception as error:
        return {"error": type(error).__name__, "instructions": None, "inputs": None, "outputs": None, "equal": None}
    made = described(signature, schemas=False)
    for field in made["inputs"] + made["outputs"]:
        info = signature.fields[field["name"]]
        if not info.is_required():
            field["default"] = to_json(info.default)
    equal = None if isinstance(case["signature"], str) else signature.equals(before)
    return {"error": None, **made, "equal": equal}


def translate(case):
    make = dspy.InputField if case["dir"] == "input" else dspy.OutputField
    field = make()
    field.annotation = type_of(case["type"], classes_of(case.get("types")))
    return {"result": translate_field_type(case["name"], field)}


# --- values -----------------------------------------------------------------------------------------------------------


def format_value(case):
    value = from_json(case["value"])
    field = dspy.InputField()
    field.annotation = str if case["ann_is_str"] else typing.Any
    return {"pytype": type(value).__name__, "result": format_field_value(field, value)}


class ExtractingLM(BaseLM):
    """Gives its answers one after another, the last one again and again."""

    def __init__(self, answers):
        super().__init__("extracting", cache=False)
        self.answers = list(answers)

    def __call__(self, prompt=None, messages=None, **kwargs):
        return [self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]]


ADAPTERS = {adapter.__name__: adapter for adapter in (ChatAdapter, JSONAdapter, XMLAdapter, BAMLAdapter)}


def adapter_of(case):
    if case["adapter"] != "TwoStepAdapter":
        made = ADAPTERS[case["adapter"]]
        return made(use_native_function_calling=case["native_fc"]) if "native_fc" in case else made()
    extraction = case.get("extraction", "")
    return TwoStepAdapter(ExtractingLM([extraction] if isinstance(extraction, str) else extraction))


def parse(case):
    signature = signature_of(case["signature"], classes_of(case.get("types")))
    out = {"signature": described(signature)}
    try:
        fields = adapter_of(case).parse(signature, case["completion"])
    except Exception as error:
        return {**out, "error": type(error).__name__, "fields": None}
    return {**out, "error": None, "fields": to_json(fields)}


def parse_typed(case):
    try:
        return {"error": None, "result": to_json(parse_value(from_json(case["value"]), type_of(case["type"], classes_of(case.get("types")))))}
    except Exception as error:
        return {"error": type(error).__name__, "result": None}


def format_prompt(case):
    classes = classes_of(case.get("types"))
    signature = signature_of(case["signature"], classes)
    out = {} if "\\" in case["signature"] else {"signature": described(signature)}

    def read(values):
        known = {name: info.annotation for name, info in signature.fields.items()}
        made = {name: python_value(value, known.get(name, typing.Any), classes) for name, value in from_json(values).items()}
        for name, value in made.items():
            if isinstance(value, dspy.History):  # its turns hold values of the fields
                made[name] = dspy.History(messages=[read(turn) for turn in value.messages])
        return made

    try:
        messages = adapter_of(case).format(signature, [read(demo) for demo in case["demos"]], read(case["inputs"]))
    except Exception as error:
        return {**out, "messages": None, "error": type(error).__name__}
    return {**out, "messages": messages, "error": None}


def response_format(case):
    """The schema that reaches the wire; null where DSPy asks for no more than a JSON object."""
    signature = signature_of(case["signature"])
    try:
        schema = _strict_json_schema(_get_structured_outputs_response_format(signature).model_json_schema())
    except ValueError:
        return {"signature": described(signature), "json": None}
    return {"signature": described(signature), "json": json.dumps(schema, ensure_ascii=False, separators=(",", ":"))}


# --- programs ---------------------------------------------------------------------------------------------------------


def stream(case):
    """What a listener of DSPy hands on of each chunk, and at the end."""
    kind = dspy.Reasoning if case.get("field_type") == "Reasoning" else str
    predict = SimpleNamespace(signature=dspy.Signature({"question": (str, dspy.InputField()), case["field"]: (kind, dspy.OutputField())}))
    listener = StreamListener(case["field"], predict=predict, allow_reuse=case["allow_reuse"])

    def out(heard):
        return heard and {"chunk": heard.chunk, "last": heard.is_last_chunk}

    with dspy.context(adapter=ADAPTERS[case["adapter"]]()):
        chunks = [{**chunk, "out": out(listener.receive(SimpleNamespace(choices=[SimpleNamespace(delta=SimpleNamespace(content=chunk["content"], reasoning_content=chunk["reasoning"]))])))} for chunk in case["chunks"]]
        return {"chunks": chunks, "final": out(listener.finalize())}
def lookup_tide(port: str) -> str:
    """Return the tide for a port."""
    return port


def tool_of(spec):
    """A tool that shows its schemas and takes any arguments; it is never called."""
    return dspy.Tool(lambda **_: None, name=spec["name"], desc=spec.get("desc"), args=spec.get("args") or {})


def module_of(spec):
    kind, signature = spec["module"], spec["signature"]
    made = getattr(dspy, kind)
    args = dict(spec.get("args") or {})
    if kind in ("ReAct", "ReActV2", "CodeAct"):  # a CodeAct shows a function's source, so cases have one for all
        args["tools"] = [lookup_tide] if kind == "CodeAct" else [tool_of(tool) for tool in spec.get("tools") or []]
    return made(dspy.Signature(signature, spec["instructions"]) if spec.get("instructions") is not None else signature, **args)


class Parts(dspy.Module):
    """Modules under names. Run as a chain: each gets what is known so far, and the last one's outputs are the program's."""

    def __init__(self, spec):
        super().__init__()
        self.order = []  # (attribute, key within it): modules themselves would be found twice
        for name, part in spec.items():
            if isinstance(part, list):
                made = [module_of(item) for item in part]
                self.order += [(name, k) for k in range(len(part))]
            elif isinstance(part.get("module"), str):
                made = module_of(part)
                self.order.append((name, None))
            else:
                made = {key: module_of(item) for key, item in part.items()}
                self.order += [(name, key) for key in part]
            setattr(self, name, made)

    def forward(self, **known):
        for name, key in self.order:
            module = getattr(self, name) if key is None else getattr(self, name)[key]
            predictor = module if isinstance(module, dspy.Predict) else module.predict
            prediction = module(**{field: known[field] for field in predictor.signature.input_fields if field in known})
            known |= prediction.toDict()
        return prediction


def program_of(spec):
    return module_of(spec) if isinstance(spec.get("module"), str) else Parts(spec)


def predictors(program):
    return [{"path": name, **described(predictor.signature, schemas=False)} for name, predictor in program.named_predictors()]


def module_signature(case):
    try:
        program = module_of(case)
    except Exception as error:
        return {"error": type(error).__name__, "predictors": None}
    return {"error": None, "predictors": predictors(program)}


def saved(program, versions=False):
    """What `save` writes; without the versions of what wrote it, unless they are wanted."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "program.json"
        program.save(path)
        text = path.read_text(encoding="utf-8")
    if versions:
        return text
    head, key, tail = text.rpartition('"dependency_versions"')
    return head + key + re.sub(r'("(?:python|dspy|cloudpickle)": )"[^"]*"', r'\1"*"', tail)


def edited(case):
    program = program_of(case["program"])
    named = dict(program.named_predictors())
    for path, edit in (case.get("edit") or {}).items():
        predictor = named[path]
        if "instructions" in edit:
            predictor.signature = predictor.signature.with_instructions(edit["instructions"])
        for name, desc in (edit.get("descs") or {}).items():
            predictor.signature = predictor.signature.with_updated_fields(name, desc=desc)
        if "lm" in edit:
            predictor.lm = dspy.LM(**edit["lm"])
        if "demos" in edit:
            predictor.demos = [dspy.Example(**from_json(demo)) for demo in edit["demos"]]
    return program


def save_state(case):
    return {"json": saved(edited(case))}


def load_state(case):
    program = program_of(case["program"])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "program.json"
        path.write_text(case["json"], encoding="utf-8")
        try:
            program.load(path)
        except Exception as error:
            return {"error": type(error).__name__, "predictors": None}
    loaded = predictors(program)
    for found, (_, predictor) in zip(loaded, program.named_predictors(), strict=True):
        found["demos"] = to_json([dict(demo) for demo in predictor.demos])
        found["has_lm"] = predictor.lm is not None
    return {"error": None, "predictors": loaded}


# --- scores -----------------------------------------------------------------------------------------------------------


def metric(case):
    args = dict(case["args"])
    function = getattr(metrics, case["fn"])
    if "example" in args:
        args["example"], args["pred"] = dspy.Example(**args["example"]), dspy.Prediction(**args["pred"])
        return {"result": function(**args)}
    return {"result": function(*args.values())}


def majority(case):
    normalize = {"normalize": None} if case.get("normalize") == "none" else {}
    return {"result": to_json(dict(dspy.majority(from_json(case["completions"]), field=case.get("field"), **normalize)))}


class Judging(BaseLM):
    """A model that gives a share for each that is asked for, and words for all else."""

    def __init__(self, said):
        super().__init__(model="judge")
        self.said, self.asked = list(said), []

    def __call__(self, prompt=None, messages=None, **kwargs):
        asked = messages[-1]["content"]
        outputs = re.findall(r"`\[\[ ## (\w+) ## \]\]`", asked)[:-1]
        given = re.findall(r"^\[\[ ## (\w+) ## \]\]\n(.*?)(?=\n\n\[\[|\n\nRespond)", asked, re.DOTALL | re.MULTILINE)
        self.asked.append({"inputs": dict(given), "outputs": outputs})
        shares = {"recall", "precision", "completeness", "groundedness"}
        return ["".join(f"[[ ## {name} ## ]]\n{self.said.pop(0) if name in shares else name}\n\n" for name in outputs) + "[[ ## completed ## ]]"]


def judge(case):
    lm = Judging(case["said"])
    example, pred = dspy.Example(**case["example"]), dspy.Prediction(**case["pred"])
    with dspy.context(lm=lm, adapter=ChatAdapter()):
        metric = getattr(dspy.evaluate, case["judge"])(**case["args"])
        score = metric(example, pred, [] if case["for_demos"] else None).score
    return {"score": to_json(score), "asked": lm.asked}


# --- tools ------------------------------------------------------------------------------------------------------------


def tool_call(case):
    received = []

    def anything(**arguments):
        received.append(arguments)

    def nothing_else():
        pass

    others = case.get("others", True)
    tool = dspy.Tool(anything if others else nothing_else, name="tool", args=from_json(case["args_schema"]), arg_types={})
    if not others:
        tool.func = anything
    try:
        tool(**from_json(case["call"]))
    except Exception as error:
        return {"error": type(error).__name__, "received": None}
    return {"error": None, "received": to_json(received[0])}


def tool_calls_parse(case):
    try:
        calls = dspy.ToolCalls.model_validate(from_json(case["value"])).tool_calls
    except Exception as error:
        return {"error": type(error).__name__, "result": None}
    return {"error": None, "result": [{"id": call.id, "name": call.name, "args": to_json(call.args)} for call in calls]}


def normalize_text(case):
    return {"result": metrics.normalize_text(case["text"])}


def evaluate(case):
    scores = [from_json(score) for score in case["scores"]]
    rows = [dspy.Example(row=k).with_inputs("row") for k in range(len(scores))]

    class Echo(dspy.Module):
        def forward(self, row):
            return dspy.Prediction(row=row)

    def of_row(example, _):
        if scores[example.row] == "raise":
            raise RuntimeError("the metric fails on this row")
        return scores[example.row]

    try:
        result = dspy.Evaluate(devset=rows, metric=of_row, num_threads=1, max_errors=10**6, **case["args"])(Echo())
    except Exception as error:
        return {"error": type(error).__name__, "score": None, "results": None}
    return {"error": None, "score": result.score, "results": [float(score) for *_, score in result.results]}


def cache_key(case):
    cache = Cache(enable_disk_cache=False, enable_memory_cache=False, disk_cache_dir=None)
    return {"key": cache.cache_key(from_json(case["request"]), case["ignored"])}


# --- calls over the wire ----------------------------------------------------------------------------------------------


def openai_chat_wire(case):
    """lm15's canonical request of a chat-shaped call, and the bodies that the native engine makes of it."""
    call = PreparedCall(None, None, {}, from_json(case["request"]), None, False, 1, True)
    try:
        request = _canonical(call)
    except Exception as error:
        return {"error": type(error).__name__, "lm15": None, "chat_body": None, "responses_body": None}

    def body(dialect):
        try:
            return to_json(dialect(api_key="none", transport=_NoTransport())._payload(request, stream=False))
        except Exception as error:
            return {"$error": type(error).__name__}

    return {"error": None, "lm15": to_json(request_to_dict(request)), "chat_body": body(OpenAIChatLM), "responses_body": body(OpenAILM)}


def responses_call(case):
    try:
        return {"error": None, "result": to_json(chat_to_responses(from_json(case["request"])))}
    except Exception as error:
        return {"error": type(error).__name__, "result": None}


def usage(case):
    tracker = UsageTracker()
    tracker.usage_data.update(from_json(case["data"]))
    return {"result": to_json(tracker.get_total_tokens())}


# --- few-shot optimizers ----------------------------------------------------------------------------------------------


def sha01(*parts):
    """A number in [0, 1) that the texts decide."""
    return int(hashlib.sha256("|".join(parts).encode()).hexdigest()[:8], 16) / 2**32


def prompt_text(messages):
    return "\x1e".join(f"{message['role']}\x1f{message['content']}" for message in messages)


class ScriptedLM(BaseLM):
    """Answers by hash, see "compile_few_shot" in README.md, and keeps what it was asked."""

    def __init__(self, script, calls):
        super().__init__("scripted", cache=False, temperature=0.0)
        self.script, self.calls = script, calls

    def copy(self, **kwargs):
        made = ScriptedLM(self.script, self.calls)
        made.kwargs = {**self.kwargs, **kwargs}
        return made

    def __call__(self, prompt=None, messages=None, **kwargs):
        settings = {**self.kwargs, **kwargs}
        rollout = settings.get("rollout_id") or 0
        text = prompt_text(messages)
        question = re.findall(r"\[\[ ## question ## \]\]\n(.*)", messages[-1]["content"])[-1]
        asked = re.findall(r"`\[\[ ## (\w+) ## \]\]`", messages[-1]["content"].rsplit("Respond with", 1)[1])
        outputs = [name for name in asked if name != "completed"]
        self.calls.append({"question": question, "outputs": outputs, "rollout": rollout, "temperature": settings["temperature"],
                           "messages": len(messages), "prompt": hashlib.sha256(text.encode()).hexdigest()[:16]})
        if sha01("noise", str(rollout), text) < self.script["noise"]:
            return ["I would rather not say."]
        parts = []
        for name in outputs:
            words = self.script["words"][name]
            parts.append(f"[[ ## {name} ## ]]\n{words[int(sha01(name, str(rollout), text) * len(words))]}\n\n")
        return ["".join(parts) + "[[ ## completed ## ]]"]


def compile_few_shot(case):
    calls = []
    lm = ScriptedLM(case["lm"], calls)
    field, kind = case["metric"]["field"], case["metric"]["kind"]

    def judge(example, prediction, trace=None):
        if kind == "equal":
            return prediction[field] == example[field]
        score = sha01(example["question"], prediction[field])
        return score >= case["metric"]["passes"] if kind == "hash" else round(score, 3)

    def rows(name):
        return [dspy.Example(**row).with_inputs(*case["inputs"]) for row in case[name]]

    student = program_of(case["program"])
    for path, demos in (case.get("demos") or {}).items():
        dict(student.named_predictors())[path].demos = [dspy.Example(**demo) for demo in demos]
    args = {"metric": judge, **case["args"]}
    if case["optimizer"] == "LabeledFewShot":
        del args["metric"]
    compile_args = {name: args.pop(name) for name in ("sample", "labeled_sample") if name in args}
    if case["optimizer"] == "BootstrapFewShotWithRandomSearch":
        args |= {"num_threads": 1, "max_errors": 10**6}
        compile_args["valset"] = rows("valset")
    elif case["optimizer"] == "BootstrapFewShot":
        args["max_errors"] = 10**6
    with dspy.context(lm=lm, adapter=ChatAdapter(use_json_adapter_fallback=False), max_errors=10**6):
        made = getattr(dspy, case["optimizer"])(**args).compile(student, trainset=rows("trainset"), **compile_args)
    trained_on = {row["question"] for row in case["trainset"]}
    out = {"json": saved(made), "calls": [call for call in calls if call["question"] in trained_on]}
    if case["optimizer"] == "BootstrapFewShotWithRandomSearch":
        by_seed = sorted(made.candidate_programs, key=lambda candidate: candidate["seed"])
        out["candidates"] = [
            {"seed": candidate["seed"], "score": candidate["score"],
             "demos": {name: [dict(demo) for demo in predictor.demos] for name, predictor in candidate["program"].named_predictors()}}
            for candidate in by_seed
        ]
        out["best"] = next(candidate["seed"] for candidate in by_seed if candidate["program"] is made)
    return out


KINDS = {
    "infer_prefix": lambda case: {"result": infer_prefix(case["name"])},
    "signature_string": signature_string,
    "edit_signature": edit_signature,
    "translate": translate,
    "format_value": format_value,
    "parse_value": parse_typed,
    "format": format_prompt,
    "parse": parse,
    "stream": stream,
    "response_format": response_format,
    "module_signature": module_signature,
    "save_state": save_state,
    "load_state": load_state,
    "metric": metric,
    "majority": majority,
    "judge": judge,
    "tool_call": tool_call,
    "tool_calls_parse": tool_calls_parse,
    "normalize_text": normalize_text,
    "evaluate": evaluate,
    "cache_key": cache_key,
    "openai_chat_wire": openai_chat_wire,
    "chat_to_responses": responses_call,
    "usage": usage,
    "compile_few_shot": compile_few_shot,
}
