"""The types of cases as Python has them: classes from definitions, values of them from JSON, and back to JSON."""

import dataclasses
import datetime
import decimal
import enum
import functools
import json
import math
import re
import sys
import types
import typing
import uuid

import dspy
import pydantic
import typing_extensions
from dspy.adapters.types.base_type import CUSTOM_TYPE_END_IDENTIFIER, CUSTOM_TYPE_START_IDENTIFIER
from dspy.experimental import Citations, Document

NAMES = {name: getattr(typing, name) for name in ("Any", "Literal", "Optional", "Union", "List", "Dict", "Tuple", "Set", "FrozenSet")}
NAMES |= {"NoneType": type(None), "Document": Document, "Citations": Citations, "Decimal": decimal.Decimal, "UUID": uuid.UUID}
NAMES |= {name: getattr(datetime, name) for name in ("datetime", "date", "time", "timedelta")}
NAMES |= {name: getattr(dspy, name) for name in ("Image", "Audio", "File", "History", "Tool", "ToolCalls", "Code", "Reasoning")}

CONSTRAINTS = ("gt", "ge", "lt", "le", "multiple_of", "min_length", "max_length", "pattern")
CONVERTED = (enum.Enum, datetime.date, datetime.time, datetime.timedelta, decimal.Decimal, uuid.UUID, bytes)


class Names(dict):
    """The names that types may have; Code_python is Code["python"]."""

    def __missing__(self, name):
        if name.startswith("Code_"):
            return dspy.Code[name.removeprefix("Code_")]
        raise KeyError(name)


def type_of(text, classes=None):
    return eval(text, {}, Names({**NAMES, **(classes or {})}))


def marked(blocks):
    return f"{CUSTOM_TYPE_START_IDENTIFIER}{json.dumps(blocks, ensure_ascii=False)}{CUSTOM_TYPE_END_IDENTIFIER}"


# --- classes ----------------------------------------------------------------------------------------------------------


def classes_of(definitions):
    """The classes of a case's `types`, by name."""
    return _classes(json.dumps(definitions)) if definitions else {}


@functools.lru_cache(maxsize=64)
def _classes(text):
    definitions = json.loads(text)
    # Annotations are texts, which pydantic reads in the class's module: classes may name each other.
    module = types.ModuleType(f"classes_of_case_{abs(hash(text))}")
    sys.modules[module.__name__] = module
    vars(module).update(NAMES)
    vars(module).update({name: dspy.Code[name.removeprefix("Code_")] for name in re.findall(r"\bCode_\w+", text)})
    made = {name: _enum(name, given) for name, given in definitions.items() if given["kind"] == "enum"}
    vars(module).update(made)
    for name, given in definitions.items():
        if given["kind"] not in ("enum", "alias"):
            made[name] = _with_fields(name, given, vars(module), module.__name__)
            setattr(module, name, made[name])
    for name, given in definitions.items():
        if given["kind"] == "alias":
            made[name] = type_of(given["target"], vars(module))
            setattr(module, name, made[name])
    for value in made.values():
        if isinstance(value, type) and issubclass(value, pydantic.BaseModel):
            value.model_rebuild(_types_namespace=vars(module))
    return made


def _enum(name, given):
    base = {"int": int, "str": str}.get(given.get("base"))
    return enum.Enum(name, list(given["members"].items()), **({"type": base} if base else {}))


def _default(given, names):
    """Enums, dates and the like are given as JSON has them."""
    try:
        annotation = type_of(given["type"], names)
        parts = [annotation, *typing.get_args(annotation)]
        if any(isinstance(part, type) and issubclass(part, CONVERTED) for part in parts):
            return pydantic.TypeAdapter(annotation).validate_python(given["default"])
    except Exception:
        pass  # a default need not fit
    return given["default"]


def _field(given, names):
    args = {name: given[name] for name in CONSTRAINTS if given.get(name) is not None}
    if given.get("desc") is not None:
        args["description"] = given["desc"]
    if given.get("alias") is not None:
        args["alias"] = given["alias"]
    if "default" in given:
        args["default"] = _default(given, names)
    return pydantic.Field(**args)


def _plain_field(given):
    return not any(given.get(name) is not None for name in (*CONSTRAINTS, "desc", "alias"))


def _with_fields(name, given, names, module):
    fields, config = given["fields"], given.get("config") or {}
    if given["kind"] == "typeddict":
        hints = {}
        for field in fields:
            hint = typing.ForwardRef(field["type"], module=module)
            if not _plain_field(field):
                hint = typing.Annotated[hint, _field({k: v for k, v in field.items() if k != "default"}, names)]
            hints[field["name"]] = typing_extensions.NotRequired[hint] if field.get("required") is False else hint
        made = typing_extensions.TypedDict(name, hints)
        made.__module__, made.__doc__ = module, given.get("doc")
        if config:
            made.__pydantic_config__ = config
        return made
    body = {"__module__": module, "__annotations__": {field["name"]: field["type"] for field in fields}}
    if given.get("doc") is not None:
        body["__doc__"] = given["doc"]
    body |= {field["name"]: _field(field, names) for field in fields if not _plain_field(field) or "default" in field}
    if given["kind"] == "model":
        return type(pydantic.BaseModel)(name, (pydantic.BaseModel,), body | ({"model_config": config} if config else {}))
    if given["kind"] == "custom_type":
        description, key = given.get("description") or "", name.lower()
        body["description"] = classmethod(lambda cls: description)
        body["format"] = lambda self: [{"type": key, key: {field: getattr(self, field) for field in type(self).model_fields}}]
        return type(pydantic.BaseModel)(name, (dspy.Type,), body)
    made = dataclasses.dataclass(type(name, (), body))
    if given.get("doc") is None:
        made.__doc__ = None  # dataclasses write their own, which pydantic ignores
    if config:
        made.__pydantic_config__ = config
    return made


# --- values -----------------------------------------------------------------------------------------------------------


def python_value(value, annotation=typing.Any, classes=None):
    """A case's JSON as an instance of the type; what does not fit it stays JSON."""
    if isinstance(value, dict) and set(value) == {"$value"}:
        given = value["$value"]
        return python_value(given["value"], type_of(given["type"], classes), classes)
    origin, args = typing.get_origin(annotation), typing.get_args(annotation)
    if isinstance(value, str) and value.startswith(CUSTOM_TYPE_START_IDENTIFIER):
        return _from_blocks(json.loads(value[len(CUSTOM_TYPE_START_IDENTIFIER) : -len(CUSTOM_TYPE_END_IDENTIFIER)]), annotation)
    if value is None or annotation in (typing.Any, str, int, float, bool, dspy.Code):  # code may be a plain text
        return value
    if annotation is dspy.Tool and isinstance(value, dict):
        return dspy.Tool(lambda **_: None, name=value["name"], desc=value.get("desc"), args=value.get("args"), arg_types={})
    if origin in (typing.Union, types.UnionType):
        if CUSTOM_TYPE_START_IDENTIFIER not in json.dumps(value):
            made = _validated(value, annotation)
            plain = isinstance(made, (str, int, float)) and not isinstance(made, enum.Enum)
            return value if plain else made  # numbers stay what they were
        for choice in args:
            made = python_value(value, choice, classes)
            if type(made) is not type(value):
                return made
        return value
    if origin is list and isinstance(value, list):
        return [python_value(item, args[0], classes) for item in value]
    if origin is dict and isinstance(value, dict) and args[0] is str:
        return {key: python_value(item, args[1], classes) for key, item in value.items()}
    if origin is tuple and isinstance(value, list):
        each = args[:1] * len(value) if args[-1] is Ellipsis else args
        return tuple(python_value(item, part, classes) for item, part in zip(value, each, strict=True))
    if isinstance(annotation, type) and issubclass(annotation, pydantic.BaseModel) and isinstance(value, dict):
        known = {name: field.annotation for name, field in annotation.model_fields.items()}
        value = {key: python_value(item, known.get(key, typing.Any), classes) for key, item in value.items()}
    if origin in (list, dict) or not (isinstance(annotation, type) or origin):
        if origin is not dict:
            return value
    if origin is typing.Literal or annotation in (list, dict):
        return value
    return _validated(value, annotation)


def _validated(value, annotation):
    try:
        return pydantic.TypeAdapter(annotation).validate_python(value)
    except Exception:
        return value


def _from_blocks(blocks, annotation):
    kinds = [part for part in (annotation, *typing.get_args(annotation)) if isinstance(part, type) and issubclass(part, dspy.Type)]
    block = blocks[0] if blocks else {}
    if "cited_text" in block or not block:
        return Citations(citations=blocks)
    if block.get("type") == "image_url":
        return dspy.Image(block["image_url"]["url"])
    if block.get("type") == "input_audio":
        return dspy.Audio(data=block["input_audio"]["data"], audio_format=block["input_audio"]["format"])
    if block.get("type") == "file":
        return dspy.File(**block["file"])
    if block.get("type") == "document":
        more = {name: block[name] for name in ("title", "context") if name in block}
        return Document(data=block["source"]["data"], media_type=block["source"]["media_type"], **more)
    return kinds[0](**block[block["type"]])


def to_json(value):
    """Values as a case holds them: what JSON lacks under `$float`, sets sorted, and so on (see README.md)."""
    if isinstance(value, enum.Enum):
        return to_json(value.value)
    if isinstance(value, float):
        if math.isnan(value):
            return {"$float": "nan"}
        if math.isinf(value):
            return {"$float": "inf" if value > 0 else "-inf"}
        if value == 0 and math.copysign(1, value) < 0:
            return {"$float": "-0.0"}
        return value
    if isinstance(value, dspy.ToolCalls):
        calls = [{"id": call.id, "name": call.name, "args": to_json(call.args)} for call in value.tool_calls]
        calls = [{key: item for key, item in call.items() if item is not None} for call in calls]
        results = value.tool_call_results
        return {"tool_calls": calls, **({} if results is None else {"tool_call_results": to_json(results)})}
    if isinstance(value, dspy.Type):
        return to_json(value.model_dump(mode="json"))
    if isinstance(value, pydantic.BaseModel):
        return {name: to_json(getattr(value, name)) for name in type(value).model_fields}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_json(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, dict):
        return {_key(key): to_json(item) for key, item in value.items()}
    if isinstance(value, (set, frozenset)):
        return sorted((to_json(item) for item in value), key=json.dumps)
    if isinstance(value, (list, tuple)):
        return [to_json(item) for item in value]
    if isinstance(value, (str, int, type(None))):
        return value
    if isinstance(value, bytes):
        return value.decode()
    return pydantic.TypeAdapter(type(value)).dump_python(value, mode="json")


def _key(key):
    return key if isinstance(key, str) and not isinstance(key, enum.Enum) else json_key(key)


def json_key(key):
    """As JSON texts have it: pydantic writes keys so."""
    return next(iter(pydantic.TypeAdapter(dict[typing.Any, typing.Any]).dump_python({key: 0}, mode="json")))


def from_json(value):
    if isinstance(value, dict):
        return float(value["$float"]) if set(value) == {"$float"} else {key: from_json(item) for key, item in value.items()}
    return [from_json(item) for item in value] if isinstance(value, list) else value
