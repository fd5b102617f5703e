"""Inputs with types beyond JSON's own: classes, enums, dates, tuples, sets, media, tools, conversations."""

MARKED = "<<CUSTOM-TYPE-START-IDENTIFIER>>{}<<CUSTOM-TYPE-END-IDENTIFIER>>"
PIER = MARKED.format('[{"type": "image_url", "image_url": {"url": "https://example.org/pier.png"}}]')
GULLS = MARKED.format('[{"type": "input_audio", "input_audio": {"data": "QUJD", "format": "wav"}}]')
CHART = MARKED.format('[{"type": "file", "file": {"file_id": "f-1", "filename": "chart.pdf"}}]')
LOG = MARKED.format('[{"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "Calm."}, "citations": {"enabled": true}, "title": "Log"}]')


def model(*fields, kind="model", doc=None, **more):
    return {"kind": kind, "doc": doc, "fields": list(fields), **more}


def of(name, type_, **more):
    return {"name": name, "type": type_, **more}


TYPES = {
    "Level": {"kind": "enum", "members": {"LOW": "low", "HIGH": "high", "FLOOD": "high"}},
    "Rank": {"kind": "enum", "members": {"FIRST": 1, "SECOND": 2}, "base": "int"},
    "Flag": {"kind": "enum", "members": {"RED": "red", "BLUE": "blue"}, "base": "str"},
    "Only": {"kind": "enum", "members": {"ONE": 1}},
    "Mixed": {"kind": "enum", "members": {"A": 1, "B": "b", "C": None, "D": 2.5}},
    "Port": model(of("name", "str", desc="as on charts", min_length=1), of("zip_code", "Optional[str]", default=None), of("orderID", "int", ge=0, lt=100), doc="A port.\n    With a quay.\n"),
    "Tide": model(of("at", "datetime"), of("height", "Decimal", gt=-5, le=20), of("level", "Level", default="low"), of("port", "Port", alias="harbour-name")),
    "Node": model(of("value", "int"), of("children", "list[Node]", default=[])),
    "Strict": model(of("a", "int"), of("b", "float", default=0.5, multiple_of=0.5), config={"extra": "forbid"}),
    "Plain": model(of("a", "int"), kind="dataclass"),
    "Dict": model(of("a", "int"), of("b", "str", required=False), kind="typeddict", doc="A dict."),
    "Ports": {"kind": "alias", "target": "list[Port]"},
    "Event": {"kind": "custom_type", "description": "An event.", "fields": [of("label", "str")]},
}
NEEDS = {"Tide": ["Level", "Port"], "Ports": ["Port"]}


def used(*types):
    """The definitions that the types name."""
    text = " ".join(types)
    names = [name for name in TYPES if any(word == name for word in text.replace("[", " ").replace("]", " ").replace(",", " ").replace(":", " ").split())]
    names += [inner for name in names for inner in NEEDS.get(name, ())]
    return {"types": {name: TYPES[name] for name in TYPES if name in names}} if names else {}


PORT = {"name": "Pier", "zip_code": "1", "orderID": 3}
TIDE = {"at": "2024-01-31T10:20:00Z", "height": "2.50", "level": "high", "harbour-name": PORT}
UUID = "12345678-1234-5678-1234-567812345678"

VALUES = {
    "date": ["2024-01-31", "2023-02-29", "1706659200", "2024-01-31T00:00:00", "2024-01-31T00:00:01", "2024-1-3", 86400, 1.5],
    "datetime": ["2024-01-31T10:20:30.1234567+02:00", "2024-01-31 10:20", "2024-01-31", "1706659200123", "2024-01-31T24:00:00", -5, True],
    "time": ["10:20", "10:20:30.5Z", "24:00", 3600, "3600", 86400],
    "timedelta": ["P1DT2H", "-PT0.1S", "1 day, 10:20:30", "36:00:00", "1d2:03", "100", 1.5, True, "P1Y2M3W", "PT1.123456789S"],
    "Decimal": ["1e3", "1_000.50", "NaN", "-0", "1E-7", "0.000001", 0.1, 10**20, True],
    "UUID": [UUID, "{" + UUID + "}", "urn:uuid:" + UUID, UUID.replace("-", ""), UUID[:-1], UUID.upper()],
    "bytes": ["text", 3, "é"],
    "tuple[int, str]": [[1, "a"], [1], [1, "a", 2], "(1, 'a')", ["2", "b"], {}],
    "tuple[float, ...]": [[], [1, "2.5", True], "(1, 2)", "1, 2"],
    "set[int]": [[1, 1, 2], [1, True], ["2", 2], "{1, 2}", [[1]], 3],
    "frozenset[tuple[int, int]]": [[[1, 2], [1, 2.0]], [[1]]],
    "set": [[1, [2]], ["a", "a"]],
    "set[frozenset[int]]": [[[1, 2], [2, 1]]],
    "dict[Level, int]": [{"low": 1, "high": 2}, {"FLOOD": 1}, {"x": 1}],
    "dict[int, date]": [{"1": "2024-01-31"}, {"x": "2024-01-31"}],
    "Level": ["low", "FLOOD", "LOW", "Low", "'low'", 1],
    "Rank": [1, 2.0, "1", "SECOND", True, "first"],
    "Flag": ["red", "RED", "purple"],
    "Mixed": [1, "b", None, 2.5, "C", "null", True],
    "Optional[Level]": ["low", "null", "FLOOD", None],
    "list[Rank]": [[1, "2", 1.0, True], ["FIRST"]],
    "Union[Rank, Flag, None]": ["1", "red", "null", "2.5"],
    "Port": [PORT, '{"name": "Pier", "orderID": "7"}', {"name": "", "orderID": 1}, {"name": "x", "orderID": 100}, {"orderID": 1}, "[1]", {"name": "x", "orderID": 1, "more": []}, "{'name': 'Quay', 'zip_code': None, 'orderID': 2"],
    "Tide": [TIDE, {**TIDE, "level": "FLOOD"}, {"at": "2024-01-31", "height": 20, "harbour-name": PORT}, {**TIDE, "height": "20.01"}, {"at": "x", "height": 1, "port": PORT}],
    "Node": [{"value": 1, "children": [{"value": 2}, {"value": 3, "children": [{"value": "4"}]}]}, {"value": 1, "children": [{}]}],
    "Strict": [{"a": 1}, {"a": 1, "b": 1.5}, {"a": 1, "b": 0.3}, {"a": 1, "c": 2}],
    "Plain": [{"a": "1"}, {"a": 1, "c": 2}, {}],
    "Dict": [{"a": "1"}, {"a": 1, "b": "x"}, {"a": 1, "b": 2}, {"b": "x"}],
    "Ports": [[PORT], PORT],
    "Union[Port, Strict]": [PORT, {"a": 1}, {"name": "x", "orderID": 1, "a": 1}],
    "Union[Plain, Dict]": [{"a": 1}, {"a": "1"}, {"a": 1, "b": "x"}],
    "Union[dict[str, Decimal], Plain]": [{"a": 1}, {"a": "1"}],
    "Union[dict[str, float], Plain]": [{"a": 1}],
    "Union[date, datetime, str]": ["2024-01-31", "2024-01-31T10:20", "soon"],
    "Union[Literal['a', 1], Literal[True]]": ["a", 1, True, "true"],
    "Union[tuple[int, ...], ToolCalls]": [[], [1], [{"name": "f", "args": {}}]],
    "Image": [{"url": "https://example.org/a.png"}, "https://example.org/a.png", {"url": "a.png"}, {"url": "data:image/png;base64,QUJD"}, {"url": "https://x", "more": 1}],
    "Audio": [{"data": "QUJD", "audio_format": "wav"}, "data:audio/x-wav;base64,QUJD", {"data": "QUJD"}],
    "File": [{"file_id": "f-1", "filename": None}, "data:text/plain;base64,QUJD", {}, {"path": "x"}],
    "Document": ["Calm.", {"data": "Calm.", "title": "Log"}, {"data": "x", "media_type": "text/html"}, {"title": "x"}],
    "Citations": [[{"cited_text": "c", "document_index": "0", "start_char_index": 1, "end_char_index": 2.0}], {"citations": []}, [{"cited_text": "c"}]],
    "Event": [{"label": "launch"}, "launch", {"label": 1}],
    "Code": ["```python\nx = 1\n```", "x = 1", "```x```", "a ```\nb", {"code": "y"}, {"code": 1}, "text ```py\na\n``` more ```b\nc\n```"],
    "Reasoning": ["because", {"content": "c"}, {"content": 1}, "[1]"],
    "ToolCalls": [{"tool_calls": [{"id": "c", "name": "f", "args": {}}]}, [{"function": {"name": "f", "arguments": '{"a": [1,}'}}], {"name": "f"}, {"tool_calls": [{"id": 7, "name": "f", "args": {}}]}, {"name": "f", "args": "x"}],
    "History": [{"messages": [{"a": 1}]}, {"messages": [1]}, {"messages": [], "more": 1}],
}

SHOWN = [
    "date", "list[datetime]", "Optional[time]", "timedelta", "Decimal", "UUID", "bytes", "tuple", "tuple[int, str]", "tuple[Any, ...]", "set[int]", "frozenset[Level]", "dict[date, int]",
    "dict[Level, int]", "dict[int, str]", "dict[Literal['a', 'b'], int]", "Level", "Rank", "Only", "Mixed", "Optional[Level]", "list[Only]", "Union[Level, Rank, None]", "Port", "Tide", "Node",
    "list[Node]", "Strict", "Plain", "Dict", "Ports", "Event", "Optional[Port]", "Union[Port, Strict]", "dict[str, Tide]", "tuple[Port, Port]", "Union[Literal['a', 1], Literal[True]]",
    "Image", "list[Image]", "Audio", "File", "Document", "Citations", "History", "ToolCalls", "list[ToolCalls]", "Code", "Code_java", "list[Code]", "dict[str, Code_java]", "Reasoning",
    "list[Reasoning]", "Union[Tool, Level]", "Union[Image, str]", "list[Decimal]",
]

SIGNATURE_TEXTS = [
    "day: date -> at: datetime, for_: timedelta", "a: tuple[int, str], b: tuple[int, ...] -> c: set[int], d: frozenset[str]", "pic: Image, talk: list[Audio] -> calls: ToolCalls",
    "q: str, history: History, tools: list[Tool] -> code: Code, why: Reasoning", "id: UUID -> price: Decimal, raw: bytes", "level: Level -> port: Port, all: Ports",
    "x: Optional[Level] -> y: dict[Level, list[Port]]", "x: Tide | None -> y: Union[Rank, Flag]", "x: Unknown -> y: Level", "x: Level[int] -> y", "x: tuple[int, ..., str] -> y",
    "doc: Document, file: File -> quotes: Citations", "a: dict[UUID, date] -> b: list[tuple[Level, Rank]]",
]


def parse_value():
    return [{"value": value, "type": type_, **used(type_)} for type_, values in VALUES.items() for value in values]


def translate():
    return [{"name": "field", "type": type_, "dir": "output", **used(type_)} for type_ in SHOWN]


def signature_string():
    return [{"text": text, **used(text)} for text in SIGNATURE_TEXTS]


def field(name, type_="str", **more):
    return {"name": name, "type": type_, **more}


def signature(inputs, outputs, told=None):
    return {"instructions": told, "inputs": inputs, "outputs": outputs}


CALLS = {"tool_calls": [{"id": "c1", "name": "look", "args": {"q": "é"}}, {"id": "c2", "name": "look", "args": {}}]}
RESULTS = [{"call_id": "c1", "name": "look", "value": {"h": [1.0]}}, {"call_id": "c2", "name": "look", "value": "none", "is_error": True}]


def format_():
    tools = signature([field("q"), field("history", "History"), field("tools", "list[Tool]")], [field("calls", "ToolCalls"), field("answer", "Optional[str]")])
    tool = {"name": "look", "desc": "Looks it up.", "args": {"q": {"type": "string"}}}
    turns = [
        [{"q": "a", "answer": "b"}], [{"q": "a", "calls": CALLS}], [{"q": "a", "calls": {**CALLS, "tool_call_results": RESULTS}}], [{"calls": {**CALLS, "tool_call_results": {"tool_call_results": RESULTS}}, "answer": "so"}],
        [{"q": "a", "calls": {**CALLS, "tool_call_results": RESULTS[:1]}}], [{"q": "a", "calls": {"tool_calls": [{"name": "f", "args": {}}], "tool_call_results": {"name": "f", "value": None}}}, {"answer": "x"}], [{}], [],
    ]
    cases = [{"signature": tools, "demos": [], "inputs": {"q": "now?", "tools": [tool], "history": {"messages": messages}}, "native_fc": native} for messages in turns for native in (False, True)]
    media = signature([field("pic", "Image"), field("more", "list[Union[Image, Audio]]"), field("paper", "Optional[File]"), field("log", "Document"), field("event", "Event")], [field("label", "Level")])
    values = {"pic": PIER, "more": [PIER, GULLS], "paper": CHART, "log": LOG, "event": MARKED.format('[{"type": "event", "event": {"label": "launch"}}]')}
    cases += [{"signature": media, "demos": demos, "inputs": inputs} for demos, inputs in (([], values), ([{**values, "label": "low"}], {**values, "more": [], "paper": None}), ([], {"pic": PIER}))]
    typed = signature(
        [field("day", "date"), field("span", "tuple[time, time]"), field("port", "Port"), field("by", "dict[str, Tide]"), field("code", "Code_java")],
        [field("tide", "Tide", desc="the next one"), field("when", "list[datetime]"), field("level", "Optional[Level]"), field("rank", "Rank"), field("fix", "Code"), field("calls", "ToolCalls")],
        "Say when.",
    )
    inputs = {"day": "2024-01-31", "span": ["10:20:00", "11:00:00"], "port": PORT, "by": {"n": TIDE}, "code": "int x;"}
    outputs = {"tide": TIDE, "when": ["2024-01-31T10:20:00Z"], "level": "high", "rank": 2, "fix": "x = 1", "calls": CALLS}
    lacking = {name: value for name, value in outputs.items() if name not in ("tide", "calls")}
    cases += [{"signature": typed, "demos": demos, "inputs": inputs} for demos in ([], [{**inputs, **outputs}], [{**inputs, **lacking}, {**inputs, **outputs, "level": None}])]
    made = []
    for case in cases:
        types = [one["type"] for side in ("inputs", "outputs") for one in case["signature"][side]]
        for adapter in ("ChatAdapter", "JSONAdapter", "XMLAdapter"):
            made.append({"adapter": adapter, "native_fc": False, **case, **used(*types)})
    return made


def parse():
    told = signature([field("q")], [field("tide", "Tide"), field("when", "Union[date, timedelta]"), field("level", "Level"), field("rank", "Optional[Rank]")])
    values = ('{"at": "2024-01-31", "height": 2.5, "harbour-name": {"name": "Pier", "orderID": 1}}', "P1D", "FLOOD", "2")
    xml = "<tide><at>2024-01-31</at><height>2.5</height><port><name>Pier</name><orderID>1</orderID></port></tide>"
    names = ("tide", "when", "level", "rank")
    chat = "\n\n".join(f"[[ ## {name} ## ]]\n{value}" for name, value in zip(names, values, strict=True))
    json_ = '{"tide": ' + values[0] + ', "when": "2024-01-31", "level": "low", "rank": 1}'
    cases = [("ChatAdapter", told, text) for text in (chat, chat.replace("FLOOD", "flood"), chat.replace("2.5", "99"), chat.replace("P1D", "1 day, 02:03:04"), chat.rsplit("\n\n", 1)[0])]
    cases += [("JSONAdapter", told, text) for text in (json_, json_.replace('"low"', '"HIGH"'), json_.replace("2.5", '"x"'), json_.replace('"rank": 1', '"rank": "1"'), json_.replace("harbour-name", "port"))]
    cases += [("XMLAdapter", told, xml + text) for text in ("<when>P1D</when><level>low</level><rank>1</rank>", "<when>2024-01-31</when><level>FLOOD</level><rank></rank>", "<when>x</when><level>low</level>")]
    cases += [("XMLAdapter", signature([field("q")], [field("rank", "Rank")]), "<rank>1</rank>")]
    own = signature([field("q")], [field("code", "Code"), field("why", "str"), field("calls", "ToolCalls"), field("pic", "Optional[Image]")])
    parts = {"code": "Here:\n```python\nx = 1\n```", "why": "so", "calls": '{"name": "f", "arguments": "{\\"a\\": 1}"}', "pic": '{"url": "https://example.org/a.png"}'}
    cases += [("ChatAdapter", own, "\n\n".join(f"[[ ## {name} ## ]]\n{value}" for name, value in {**parts, **more}.items())) for more in ({}, {"calls": "none"}, {"pic": "null"}, {"pic": "a.png"})]
    sets = signature([field("q")], [field("seen", "set[tuple[int, Level]]"), field("nodes", "list[Node]")])
    cases += [("JSONAdapter", sets, text) for text in ('{"seen": [[1, "low"], [1.0, "low"]], "nodes": [{"value": 1, "children": [{"value": "2"}]}]}', '{"seen": [[1, "FLOOD"]], "nodes": []}', '{"seen": {}, "nodes": [{}]}')]
    made = []
    for adapter, given, completion in cases:
        made.append({"adapter": adapter, "signature": given, "completion": completion, **used(*(one["type"] for one in given["outputs"]))})
    return made
