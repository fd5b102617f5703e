"""The types that a case names, and the values that it gives for them, as Python has them. See "types" in README.md."""

import dataclasses
import datetime
import decimal
import enum
import json
import typing
import uuid

import dspy
import pydantic
import typing_extensions
from dspy.experimental import Citations, Document

START, END = "<<CUSTOM-TYPE-START-IDENTIFIER>>", "<<CUSTOM-TYPE-END-IDENTIFIER>>"

NAMES = {
    **{name: getattr(typing, name) for name in ("Any", "Literal", "Optional", "Union", "List", "Dict")},
    **{name: getattr(datetime, name) for name in ("datetime", "date", "time", "timedelta")},
    **{made.__name__: made for made in (decimal.Decimal, uuid.UUID, dspy.Image, dspy.Audio, dspy.File, Document, Citations, dspy.History, dspy.Tool, dspy.ToolCalls, dspy.Code, dspy.Reasoning)},
    "NoneType": type(None),
}
BOUNDS = ("gt", "ge", "lt", "le", "min_length", "max_length", "multiple_of")


def type_of(text, classes=None):
    return eval(text, {**NAMES, **(classes or {})})


def _members(given, classes):
    """A class's fields: annotations and pydantic's descriptions of them."""
    annotations, values = {}, {}
    for field in given["fields"]:
        args = {bound: field[bound] for bound in BOUNDS if bound in field}
        if "desc" in field:
            args["description"] = field["desc"]
        if "alias" in field:
            args["alias"] = field["alias"]
        if "default" in field:
            args["default"] = field["default"]
        annotations[field["name"]] = field.get("type", "str")
        values[field["name"]] = pydantic.Field(**args)
    return annotations, values


def classes_of(types):
    """The classes of a case's `types`, by name. Models may name each other in any order."""
    classes = {}
    for name, given in (types or {}).items():
        if given["kind"] == "enum":
            bases = {"int": (int, enum.Enum), "str": (str, enum.Enum)}.get(given.get("base"), (enum.Enum,))
            body = enum.EnumMeta.__prepare__(name, bases)
            for member, value in given["members"].items():
                body[member] = value
            classes[name] = enum.EnumMeta(name, bases, body)
    models = []
    for name, given in (types or {}).items():
        kind = given["kind"]
        if kind == "alias":
            classes[name] = type_of(given["target"], classes)
        if kind not in ("model", "custom_type", "dataclass", "typeddict"):
            continue
        annotations, values = _members(given, classes)
        if kind in ("dataclass", "typeddict"):
            made = {field: type_of(text, classes) for field, text in annotations.items()}
            if kind == "typeddict":
                classes[name] = typing_extensions.TypedDict(name, made)
                continue
            classes[name] = dataclasses.make_dataclass(
                name, [(field, made[field], dataclasses.field(default=values[field].default)) if not values[field].is_required() else (field, made[field]) for field in made]
            )
            classes[name].__doc__ = given.get("doc")
            continue
        body = {"__annotations__": annotations, "__doc__": given.get("doc"), "__module__": "cases", **values}
        base = pydantic.BaseModel
        if kind == "custom_type":
            base = dspy.Type
            body["description"] = classmethod(lambda cls, text=given.get("description", ""): text)
            body["format"] = lambda self, tag=name.lower(): [{"type": tag, tag: {field: getattr(self, field) for field in type(self).model_fields}}]
        if given.get("config"):
            body["model_config"] = pydantic.ConfigDict(**given["config"])
        classes[name] = type(base)(name, (base,), body)
        models.append(classes[name])
    for model in models:
        model.model_rebuild(force=True, _types_namespace={**NAMES, **classes})
    return classes


def _plain(annotation):
    """Whether JSON's values are the type's values."""
    if annotation in (str, int, float, bool, type(None), None, typing.Any, list, dict):
        return True
    origin = typing.get_origin(annotation)
    if origin is typing.Literal:
        return True
    return origin in (list, dict, typing.Union) and all(_plain(argument) for argument in typing.get_args(annotation))


def _unmarked(value):
    """What a marked text stands for, as the fields of DSPy's class."""
    if isinstance(value, str) and value.startswith(START):
        (block,) = json.loads(value[len(START) : -len(END)])
        inner = block[block["type"]] if block["type"] in block else block
        if block["type"] == "input_audio":
            return {"data": inner["data"], "audio_format": inner["format"]}
        return inner
    if isinstance(value, dict):
        return {key: _unmarked(item) for key, item in value.items()}
    return [_unmarked(item) for item in value] if isinstance(value, list) else value


def value_of(value, annotation):
    """An input or a demo's value, as the declared type has it; JSON where it does not fit."""
    if _plain(annotation) or value is None or annotation is dspy.Code or annotation is dspy.Reasoning:
        return value
    if annotation is dspy.Tool:
        return dspy.Tool(lambda **args: args, **value) if isinstance(value, dict) else value
    if annotation == list[dspy.Tool]:
        return [value_of(item, dspy.Tool) for item in value]
    try:
        return pydantic.TypeAdapter(annotation).validate_python(_unmarked(value))
    except Exception:
        return value


def json_of(value):
    """A value that was read, as cases have it."""
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, (dspy.Code, dspy.Reasoning)):
        return value.code if isinstance(value, dspy.Code) else value.content
    if isinstance(value, dspy.Type) and not isinstance(value, dspy.ToolCalls):
        return value.model_dump()
    if isinstance(value, pydantic.BaseModel):
        return {name: json_of(getattr(value, name)) for name in type(value).model_fields if not (name == "id" and isinstance(value, dspy.ToolCalls.ToolCall)) and not (name == "tool_call_results" and value.tool_call_results is None)}
    if dataclasses.is_dataclass(value):
        return {field.name: json_of(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, dict):
        return {json_of(key) if isinstance(key, enum.Enum) else key: json_of(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [json_of(item) for item in value]
    if isinstance(value, (set, frozenset)):
        return sorted((json_of(item) for item in value), key=lambda item: json.dumps(item))
    if isinstance(value, (datetime.datetime, datetime.date, datetime.time, datetime.timedelta, decimal.Decimal, uuid.UUID, bytes)):
        return pydantic.TypeAdapter(type(value)).dump_python(value, mode="json")
    return value
