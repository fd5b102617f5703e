"""The inputs of the recorded cases: thought up where a rule has an edge, drawn from a seed where rules meet."""

import itertools
import random
import re

import typed_inputs

NAN, INF, MINUS_INF, MINUS_ZERO = ({"$float": name} for name in ("nan", "inf", "-inf", "-0.0"))


def infer_prefix():
    names = """question answer searchQuery search_query SearchQuery HTMLPage parseHTMLPage x X aB ABc a1 a1b2 field_2_name
    q2a iPhone14Pro some_HTMLText _private __dunder__ trailing_ double__under camelCase2Snake ABC abcDEF abc123DEF URL myURL
    is_ok2 v2_final Élan naïve_réponse größeÜberAlles 名前 имя_поля приветМир e4m5 x1y2z3 A1B2 TheQuickBrownFox json2xml
    n_best_50_items ID userID id_ OpenAIKey ıstanbul İstanbul ßeta""".split()
    return [{"name": name} for name in names]


def signature_string():
    texts = [
        "ticket -> label",
        "  ticket  ->  label  ",
        "ticket: str -> label: Literal['billing', 'bug', 'other'], urgent: bool",
        'ticket -> label: Literal["a", \'b\', "it\'s", \'say "hi"\']',
        "rows: list[dict[str, float]], k: int -> best: Optional[dict[str, float]]",
        "a: int | None, b: None | str -> c: float | int",
        "a: Union[int, Optional[str], None] -> b: Union[str]",
        "a: list, b: dict -> c: Any",
        "a: List[int], b: Dict[str, List[bool]] -> c: Optional[List[str]]",
        "a: dict[str, Any] -> b: list[list[list[int]]]",
        "a: Literal[1, -2, True, None, 'x'] -> b: Literal['only']",
        "a: None -> b: NoneType",
        "a: typing.Optional[int] -> b: typing.List[str]",
        "café, naïve -> größe, 名前: list[str]",
        "_a, __b -> c_",
        "a\n,\n b: int -> c",
        "a,b,->c,",
        " -> a",
        "a -> ",
        "->",
        "a: 'str' -> b",
        "a: \"list[int]\" -> b: 'Optional[str]'",
        "a: (int) -> b: (str | None)",
        "a: str -> b: str -> c: str",
        "a => b",
        "a b -> c",
        "a -> b c",
        "a, a -> b",
        "a -> b, b",
        "a -> a",
        "x, y, z -> z, x",
        "a: -> b",
        "a: list[ -> b",
        "a: list[int -> b",
        "a: list[int]] -> b",
        "a: Strange -> b",
        "a: list[Strange] -> b",
        "a: list[int, str, -> b",
        "1a -> b",
        "a-b -> c",
        "a.b -> c",
        "class -> answer",
        "question -> lambda",
        "a: int = 3 -> b",
        "a = 3 -> b",
        "*args -> b",
        "**kwargs -> b",
        "a, *, b -> c",
        "a, /, b -> c",
        "",
        "question",
        "a: int # how many -> b",
        "a: Literal['->'] -> b",
        "a: Literal['x', 'x'] -> b",
        "a: Literal[''] -> b",
        "a: Literal['é', '日本', '😀'] -> b",
        "a: Optional[None] -> b",
        "a: int | int -> b: Union[int, int, str]",
        "a: bool | int | float | str | None -> b: list[int | None]",
        "a: dict[str, dict[str, dict[str, Optional[int]]]] -> b: str",
        "a: str, b: int -> c: 42",
        "a: str -> c: [int]",
        "a: str -> c: f(x)",
        "a: str -> c: int if True else str",
    ]
    return [{"text": text} for text in texts] + typed_inputs.signature_string()


OUTPUT_TYPES = [
    "str", "int", "float", "bool", "Any", "list", "dict", "NoneType",
    "list[str]", "list[int]", "list[list[float]]", "dict[str, int]", "dict[str, list[bool]]", "dict[str, Any]",
    "Optional[str]", "Optional[int]", "Union[int, str]", "Union[int, None, str]", "Union[list[str], dict[str, int], None]",
    "Optional[Literal['a', 'b']]", "Literal['yes', 'no']", "Literal[1, 2, 3]", "Literal['x', 2, True, None]",
    "Literal[\"it's\", 'say \"hi\"', 'both\"and\\'']", "Literal['größe', '日本', '😀']", "list[Literal['up', 'down']]",
    "list[Optional[int]]", "dict[str, Optional[list[float]]]", "list[Union[int, str]]", "list[dict[str, Any]]",
]


def translate():
    cases = [{"name": "field", "type": text, "dir": "output"} for text in OUTPUT_TYPES]
    cases += [{"name": name, "type": text, "dir": "input"} for name, text in (("a", "str"), ("b", "list[int]"), ("größe", "Literal['x']"))]
    return cases + typed_inputs.translate()


TRICKY_TEXTS = [
    "", " ", "plain", "  padded  ", "two\nlines", "three\n\nlines\n", "tab\there", "quote \" and ' and `", "back\\slash \\n",
    "é ü ñ", "日本語", "😀 👩‍👩‍👧", "a\u2028b\u2029c", "a\x85b\x0bc\x0cd", "\x1c\x1d\x1e", "\ufeffbom", "nul\x00byte", "null", "None", "True",
    "42", "[1, 2]", '{"a": 1}', "[[ ## answer ## ]]", "«guillemets»", "«««\n»»»", "<b>&amp;</b>", "{placeholder}", "${name}", "%s %d {0}",
    "\r\n windows \r\n", "a\rb", "e\u0301 combining", "\u202ertl", "x" * 300,
]

TRICKY_NUMBERS = [
    0, -1, 7, 2**31, 2**53, 2**53 + 1, -(2**63), 2**64, 12345678901234567890123456789, 0.0, MINUS_ZERO, 1.0, -1.5, 0.1, 1e16, 1e15, 1e-4, 1e-5,
    123456789.123456789, 1.7976931348623157e308, 5e-324, 1e22, 1e21, 100000.0, 3.141592653589793, NAN, INF, MINUS_INF,
]

TRICKY_NESTED = [
    [], {}, [[]], [{}], {"": ""}, [1, 2.0, "x", None, True], ["one"], ["one", "two\nlines"], ["«quoted»", "plain"], [""],
    ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k"], {"a": 1, "b": {"c": [1, 2, {"d": None}]}}, {"z": 1, "a": 2, "m": 3},
    {"é": "ü", "日": ["本"]}, {"float": 1.0, "big": 2**70, "small": 1e-7}, [NAN, INF, MINUS_INF, MINUS_ZERO], {"quote\"": "back\\slash"},
    {"nl": "a\nb", "ls": "a\u2028b", "ctl": "\x01\x7f\x80"}, [[1, [2, [3, [4]]]]], [True, False, None], {"1": 1, "true": True},
]


def format_value():
    cases = []
    for value in TRICKY_TEXTS:
        cases.append({"value": value, "ann_is_str": True})
    for value in [*TRICKY_NUMBERS, *TRICKY_NESTED, True, False, None, "text in another type"]:
        cases.append({"value": value, "ann_is_str": False})
    # A list for a field of type str is numbered; its items must be texts there.
    for value in [[], ["one"], ["one", "two"], ["two\nlines", "«q»"], ["", " "], ["a\rb", "c\u2028d"], ["only\none"], TRICKY_TEXTS[:12]]:
        cases.append({"value": value, "ann_is_str": True})
    for value in [3, 2.5, True, None, {"a": 1}]:
        cases.append({"value": value, "ann_is_str": True})
    return cases


LM_TEXTS = [
    "42", " 42 ", "-7", "+7", "042", "4_2", "1,234", "42.0", "42.5", "1e3", ".5", "5.", "-0.0", "1e400", "NaN", "Infinity", "inf", "0x10",
    "9007199254740993", "123456789012345678901234567890", "True", "true", "TRUE", "yes", "off", "t", "1", "0", "False", "None", "null",
    "'quoted'", '"quoted"', "plain text", "", " ", "[1, 2, 3]", "[1, 2, 3", "[1, 2, 3,]", "['a', 'b']", '["a", "b"]', "[True, None]",
    "(1, 2)", "{1, 2}", "{'a': 1}", '{"a": 1}', '{"a": 1', "{a: 1}", '{"a": [1, 2, {"b": null}]}', '```json\n{"a": 1}\n```', "```\n[1, 2]\n```",
    'Here it is: {"a": 1} and so on', "- one\n- two", "one, two", "a\nb", '{"a": 1}{"a": 2}', "[[1.5, 2], [3]]", '["1", "2"]', '{"a": "1"}',
    "yes.", "Literal[yes]", "Literal['yes']", "str[yes]", "\"yes\"", "'no'", "x", "up", "[\"up\", \"down\"]", "[up, down]", "größe", "2", "3.0",
]
PARSED_VALUES = [
    0, 1, -5, 2.0, 2.5, True, False, None, "text", "", [], {}, [1, "2"], ["a"], {"a": 1}, {"a": "x"}, 2**60, 1e30, NAN, [[1.0]], [None], "3", "true",
]
PARSE_TYPES = [text for text in OUTPUT_TYPES if "größe" not in text and "both" not in text]


def parse_value():
    random_ = random.Random("parse_value")
    by_type = {
        "int": LM_TEXTS[:36], "float": LM_TEXTS[:36], "bool": LM_TEXTS[14:36], "Any": LM_TEXTS, "str": LM_TEXTS[::5],
        "list[int]": LM_TEXTS[30:56], "list[str]": LM_TEXTS[30:56], "dict[str, int]": LM_TEXTS[40:60], "dict": LM_TEXTS[40:54],
        "list": LM_TEXTS[33:54], "Literal['yes', 'no']": LM_TEXTS[56:63] + [" yes ", "Yes", "YES", "yes\n", "yesterday", "[yes]"],
        "Literal[1, 2, 3]": ["1", " 2 ", "3.0", "'2'", "4", "two", "[1]", "Literal[2]", "01", "1.5", "true"],
        "Literal['x', 2, True, None]": ["x", "2", "True", "true", "None", "null", "1", "X", "1.0"],
        "Optional[str]": ["text", "null", "None", "", "42", "'x'", "[1]"], "Optional[int]": ["42", "null", "None", "none", "", "x", "4.0"],
        "Union[int, str]": ["42", "x", "4.5", "true", "null", "[1]", "\"7\""], "Union[int, None, str]": ["42", "x", "null", "4.5"],
        "Union[list[str], dict[str, int], None]": ["['a']", '{"a": 1}', "null", "x", '{"a": "b"}', "[1]"],
        "NoneType": ["null", "None", "", "x", "0"], "list[Optional[int]]": ["[1, null]", "[1, None]", "[1, 'x']", "[]", "null"],
        "list[Union[int, str]]": ["[1, 'a', 2.0, true, '3']", "['1']"], "dict[str, Optional[list[float]]]": ['{"a": [1, 2.5], "b": null}', '{"a": ["1"]}'],
        "Optional[Literal['a', 'b']]": ["a", "'b'", "null", "None", "c", "\"a\"", ""], "list[Literal['up', 'down']]": LM_TEXTS[62:65] + ["['sideways']", "[]"],
        "list[dict[str, Any]]": ['[{"a": 1}]', '{"a": 1}', "[{'a': [1, {'b': 2}]}, {}]", "[1]"],
        "list[list[float]]": ["[[1.5, 2], [3]]", "[[]]", "[1]", "[['1e3']]"], "dict[str, list[bool]]": ['{"a": [true, "no", 0]}', '{"a": true}', "{}"],
        "dict[str, Any]": ['{"a": [1, {"b": null}]}', "{'1': 2}", "{1: 2}", "[]"],
    }
    cases = [{"value": value, "type": text} for text, values in by_type.items() for value in values]
    seen = {repr(case) for case in cases}
    pairs = [(value, text) for value, text in itertools.product([*LM_TEXTS, *PARSED_VALUES], PARSE_TYPES)]
    for value, text in random_.sample(pairs, 260):
        case = {"value": value, "type": text}
        if repr(case) not in seen:
            cases.append(case)
    return cases + typed_inputs.parse_value()


INSTRUCTIONS = [
    None, "Answer in one word.", "Line one.\nLine two.", "  Indented first.\n    Deeper.\n  Back.", "Trailing.\n\n", "\n\nLeading.", "Unicode: é 日本 😀",
    "Odd breaks:\u2028after LS\u2029after PS\x85after NEL\x0bafter VT\x0cafter FF\rafter CR\r\nafter CRLF", "Tabs\there\n\tindented by tab", " ",
    "`code`, {braces}, ${dollar}, %s, \\n", "[[ ## answer ## ]] in the instructions",
]


def field(name, type_="str", **more):
    return {"name": name, "type": type_, **more}


def signatures():
    """Named, so that format and parse can pick what fits."""
    made = {
        "qa": "question -> answer",
        "two": "question, context: list[str] -> reasoning, answer: str",
        "typed": "ticket: str, age: int -> label: Literal['billing', 'bug', 'other'], urgent: bool, score: float",
        "nested": "rows: list[dict[str, Any]], limits: dict[str, float] -> best: Optional[int], table: dict[str, list[int]]",
        "union": "a: int | None, b: Union[int, str] -> c: Union[int, str, None], d: list[Optional[int]]",
        "unicode": "frage: str, größe: float -> antwort: Literal['größer', 'kleiner'], 名前: str",
        "literals": "mode: Literal['fast', \"it's slow\", 'say \"hi\"'] -> choice: Literal[1, True, None, 'x'], picks: list[Literal['up', 'down']]",
        "bare": "items: list, options: dict, whatever: Any -> result: Any",
    }
    for k, text in enumerate(INSTRUCTIONS):
        made[f"told{k}"] = {"instructions": text, "inputs": [field("question")], "outputs": [field("answer")]}
    made["descs"] = {
        "instructions": "Sort the ticket.",
        "inputs": [field("ticket", desc="what the customer wrote"), field("history", "list[str]", desc="earlier tickets,\nnewest first"), field("n", "int", desc="")],
        "outputs": [field("label", "Literal['a', 'b']", desc="one of the two"), field("why", desc="  padded  "), field("plain")],
    }
    made["limits"] = {
        "instructions": None,
        "inputs": [field("age", "int", desc="in years", constraint_args={"ge": 0, "lt": 150}), field("name", constraint_args={"min_length": 1, "max_length": 40})],
        "outputs": [field("score", "float", constraint_args={"gt": 0.5, "le": 1.0}), field("steps", "list[int]", desc="even", constraint_args={"multiple_of": 2})],
    }
    made["defaults"] = {
        "instructions": "Fill in.",
        "inputs": [field("question"), field("style", default="plain"), field("tags", "list[str]", default=["x"])],
        "outputs": [field("answer"), field("confidence", "float", default=0.5), field("note", "Optional[str]"), field("rank", "Optional[int]", default=3)],
    }
    return made


def edit_signature():
    """Edges by hand; then edits drawn one after another, with names that meet."""
    def put(op, role, name, index=None, **more):
        return {"op": op, "role": role, "name": name, "field": more} | ({} if index is None else {"index": index})

    def update(name, **more):
        return {"op": "with_updated_fields", "name": name, "field": more}

    def told(op, instructions):
        return {"op": op, "instructions": instructions}

    known = signatures()
    cases = [{"signature": text, "edits": [each]} for text in ("a, b: int -> c", "-> c", "a ->") for each in (
        put("prepend", "input", "x"), put("append", "output", "x", type="list[int]"), put("insert", "input", "x", -1), put("insert", "output", "x", -2),
        put("insert", "input", "x", 1), put("insert", "output", "x", 2), put("insert", "input", "x", -4), put("insert", "output", "x", 7),
        put("append", "input", "c"), put("prepend", "output", "a", desc="was given"), put("insert", "input", "b", 0, type="float"),
        {"op": "delete", "name": "a"}, {"op": "delete", "name": "nothing"}, update("a", desc="new"), update("nothing", desc="new"),
        told("with_instructions", ""), told("append_instructions", ""), told("append_instructions", "  More.\n    And more.\n"),
    )]
    cases += [{"signature": known[name], "edits": [told(op, text)]} for name in ("told4", "told7", "descs") for op in ("with_instructions", "append_instructions")
              for text in INSTRUCTIONS[1:9]]
    fields = ["question", "answer", "note", "rank", "searchQuery", "x2", "html_text"]
    descs = [{}, {"desc": "told"}, {"desc": ""}, {"desc": "${note}"}, {"desc": "two\nlines"}]
    limits = [{}, {}, {"constraint_args": {"ge": 0, "lt": 10}}, {"constraint_args": {"max_length": 7}}, {"constraint_args": {"multiple_of": 2, "gt": 1}}]
    draw = random.Random(11)
    for k in range(120):
        edits = []
        for _ in range(draw.randint(1, 6)):
            name = draw.choice(fields)
            more = draw.choice(descs) | draw.choice(limits)
            if draw.random() < 0.5:
                more = more | {"type": draw.choice(["int", "list[str]", "Optional[float]", "Literal['a', 'b']", "dict[str, Any]"])}
            op = draw.choice(["prepend", "append", "insert", "insert", "delete", "with_updated_fields", "with_updated_fields", "with_instructions", "append_instructions"])
            if op in ("prepend", "append"):
                edits.append(put(op, draw.choice(["input", "output"]), name, **more, **draw.choice([{}, {}, {"default": None}, {"default": "d"}])))
            elif op == "insert":
                edits.append(put(op, draw.choice(["input", "output"]), name, draw.choice([-2, -1, 0, 0, 1, 1, 2]), **more))
            elif op == "delete":
                edits.append({"op": op, "name": name})
            elif op == "with_updated_fields":
                edits.append(update(draw.choice(["question", "question", name]), **more, **draw.choice([{}, {"prefix": "Label"}, {"prefix": "Q:"}])))
            else:
                edits.append(told(op, draw.choice(INSTRUCTIONS[1:5])))
        start = {"instructions": draw.choice(INSTRUCTIONS[:4]), "inputs": [field("question", desc="asked")], "outputs": [field("answer"), field("note", "Optional[str]", default="n")]}
        cases.append({"signature": start, "edits": edits})
    return cases


def format_():
    known = signatures()
    cases = []

    def add(signature, inputs, demos=()):
        cases.append({"adapter": "ChatAdapter", "native_fc": False, "signature": known[signature], "demos": list(demos), "inputs": inputs})

    for name in known:
        if name.startswith("told"):
            add(name, {"question": "Why?"})
    for text in TRICKY_TEXTS:
        add("qa", {"question": text})
    for text in TRICKY_TEXTS[::3]:
        add("qa", {"question": "q"}, [{"question": text, "answer": text}])
    add("two", {"question": "q", "context": ["one passage"]})
    add("two", {"question": "q", "context": []})
    add("two", {"question": "q", "context": "a text where a list is declared"})
    add("two", {"question": ["a list", "where\ntext is declared"], "context": ["p"]})
    add("typed", {"ticket": "It broke", "age": 3})
    add("typed", {"ticket": None, "age": None})
    add("typed", {})
    add("typed", {"age": 4, "stranger": "not in the signature"})
    add("nested", {"rows": [{"a": 1, "b": [None, True]}, {}], "limits": {"x": 1.0, "y": 2.5e-9, "é": 1e16}})
    add("nested", {"rows": TRICKY_NESTED, "limits": {"n": NAN, "i": INF, "m": MINUS_INF, "z": MINUS_ZERO}})
    add("union", {"a": None, "b": "text"})
    add("union", {"a": 2**70, "b": 7})
    add("unicode", {"frage": "Wie groß?\u2028Sehr.", "größe": 1.0})
    add("literals", {"mode": "it's slow"})
    add("bare", {"items": [1, [2]], "options": {"k": {}}, "whatever": True})
    add("bare", {"items": [], "options": {}, "whatever": 1.5})
    add("descs", {"ticket": "t", "history": ["h1", "h2"], "n": 1})
    add("limits", {"age": 30, "name": "Ada"})
    add("defaults", {"question": "q"})
    add("defaults", {"question": "q", "style": "formal", "tags": []})

    # Demos: whole ones after parts of ones; without any input or any output they are left out.
    whole = {"question": "1+1?", "context": ["sums"], "reasoning": "count", "answer": "2"}
    lacking = [{k: v for k, v in whole.items() if k not in gone} for gone in (
        ["context"], ["reasoning"], ["answer"], ["question", "context"], ["reasoning", "answer"], ["question", "answer"], ["context", "reasoning"])]
    add("two", {"question": "2+2?", "context": []}, [whole])
    add("two", {"question": "2+2?", "context": []}, lacking)
    add("two", {"question": "2+2?", "context": []}, [lacking[0], whole, lacking[1], {**whole, "question": "3?"}, {}])
    add("two", {"question": "2+2?", "context": []}, [{**whole, "answer": None}, {**whole, "context": None}, {**whole, "augmented": True, "extra": [1]}])
    add("two", {"question": "2+2?", "context": []}, [{k: None for k in whole}])
    add("typed", {"ticket": "t", "age": 1}, [{"ticket": "a", "age": 1, "label": "bug", "urgent": True, "score": 0.5}, {"ticket": "b", "age": 2.0, "label": "none of them", "urgent": "no", "score": NAN}])
    add("nested", {"rows": [], "limits": {}}, [{"rows": [{"k": 2**65}], "limits": {}, "best": None, "table": {"a": [1, 2]}}, {"rows": [], "limits": {}, "best": 0, "table": {}}])
    add("union", {"a": 1, "b": 2}, [{"a": 0, "b": "", "c": "x", "d": [1, None]}, {"b": 1, "c": None, "d": []}])
    add("defaults", {"question": "q"}, [{"question": "a", "answer": "b"}, {"question": "a", "style": "s", "tags": ["t"], "answer": "b", "confidence": 1.0, "note": "n", "rank": 1}])
    add("unicode", {"frage": "q", "größe": 2}, [{"frage": "a\u2029b", "größe": 0.1, "antwort": "größer", "名前": "花子"}])

    # A display name does not tell escapes, so these signatures stay texts.
    for text in ("a: Literal['line\\nbreak', 'tab\\t', 'back\\\\slash'] -> b: Literal['x\\ty', '\\\\n', 'é']", "a -> b: list[Literal['q\"', 'p\\'', '\\u2028']]"):
        cases.append({"adapter": "ChatAdapter", "native_fc": False, "signature": text, "demos": [{"a": "x", "b": "é"}], "inputs": {"a": "x"}})

    random_ = random.Random("format")
    values = [*TRICKY_TEXTS, *TRICKY_NUMBERS, *TRICKY_NESTED, True, False, None]
    plain = ["qa", "two", "typed", "nested", "union", "bare", "descs", "defaults"]
    fields = {"qa": "question answer", "two": "question context reasoning answer", "typed": "ticket age label urgent score", "nested": "rows limits best table",
              "union": "a b c d", "bare": "items options whatever result", "descs": "ticket history n label why plain", "defaults": "question style tags answer confidence note rank"}
    inputs = {"qa": 1, "two": 2, "typed": 2, "nested": 2, "union": 2, "bare": 3, "descs": 3, "defaults": 3}

    def value():
        # In a field of type str a list must hold texts, which the thought-up cases cover.
        return random_.choice([v for v in values if not isinstance(v, list)])

    for _ in range(60):
        name = random_.choice(plain)
        names = fields[name].split()
        demos = [{n: value() for n in names if random_.random() < 0.8} for _ in range(random_.randint(0, 4))]
        add(name, {n: value() for n in names[: inputs[name]] if random_.random() < 0.9}, demos)
    # The other adapters lay out the same.
    return cases + [{**case, "adapter": adapter} for adapter in ("JSONAdapter", "XMLAdapter") for case in cases[::2]] + typed_inputs.format_() + typed_formats()


def replies(adapter):
    """A list, and what adds replies to it that an adapter is to read by one of the signatures."""
    known = signatures()
    cases = []

    def add(signature, *completions):
        cases.extend({"adapter": adapter, "signature": known[signature], "completion": text} for text in completions)

    return cases, add


CLASSES = {
    "Color": {"kind": "enum", "members": {"RED": "red", "DARK_BLUE": "dark blue"}, "base": "str"},
    "Level": {"kind": "enum", "members": {"LOW": 1, "HIGH": 2}, "base": "int"},
    "Mood": {"kind": "enum", "members": {"GOOD": "good", "BAD": 0}},
    "Address": {"kind": "model", "doc": "Where someone lives.\n\n    In two paragraphs.", "fields": [
        {"name": "street", "type": "str"}, {"name": "country", "type": "Literal['US', 'CA']", "desc": "One of two"}]},
    "Person": {"kind": "model", "doc": "Someone.", "fields": [
        {"name": "name", "type": "str", "desc": "Full name\nin two lines"}, {"name": "age", "type": "int", "alias": "age-in-years", "ge": 0},
        {"name": "home", "type": "Optional[Address]", "default": None}, {"name": "mood", "type": "Mood", "alias": "state", "desc": "How it goes"}]},
    "Pair": {"kind": "model", "fields": [{"name": "a", "type": "Address"}, {"name": "b", "type": "list[Address]"}]},
    "Node": {"kind": "model", "fields": [{"name": "value", "type": "int"}, {"name": "next", "type": "Optional[Node]", "default": None}]},
    "Team": {"kind": "model", "fields": [{"name": "members", "type": "list[Person]"}, {"name": "scores", "type": "dict[str, float]"}]},
    "Empty": {"kind": "model", "doc": "", "fields": []},
    "Point": {"kind": "dataclass", "doc": "A place.", "fields": [{"name": "x", "type": "float"}, {"name": "y", "type": "float"}]},
    "Movie": {"kind": "typeddict", "fields": [{"name": "title", "type": "str"}, {"name": "year", "type": "int"}]},
    "Badge": {"kind": "custom_type", "description": "A badge", "fields": [{"name": "label", "type": "str"}]},
    "Moment": {"kind": "model", "fields": [
        {"name": "at", "type": "datetime"}, {"name": "lasts", "type": "timedelta"}, {"name": "price", "type": "Decimal"}, {"name": "id", "type": "UUID"}]},
    "Scan": {"kind": "model", "fields": [{"name": "images", "type": "list[Image]"}, {"name": "code", "type": "Code"}]},
    "Ids": {"kind": "alias", "target": "list[int]"},
}


def classes_in(*kinds):
    """Those of CLASSES that the types name, and the ones that these name."""
    found, texts = {}, list(kinds)
    while texts:
        text = texts.pop()
        for name in re.findall(r"\w+", text):
            if name in CLASSES and name not in found:
                found[name] = CLASSES[name]
                texts += [field["type"] for field in CLASSES[name].get("fields", [])] + [CLASSES[name].get("target", "")]
    return {name: CLASSES[name] for name in CLASSES if name in found}


# What is shown of outputs, and what is wrong with some.
SHOWN_TYPES = [
    "str", "int", "float", "bool", "None", "Any", "bytes", "datetime", "date", "time", "timedelta", "Decimal", "UUID", "list", "dict", "list[int]", "list[list[str]]",
    "dict[str, list[int]]", "tuple", "tuple[int, str]", "tuple[int, ...]", "set[int]", "frozenset[str]", "Optional[int]", "Union[int, str, None]", "list[Optional[int]]",
    "Literal['a', 1, True, None, 'q\"x']", "Color", "Level", "list[Mood]", "Address", "Person", "list[Person]", "Optional[Person]", "dict[str, Address]", "Pair", "Node", "Team",
    "Union[Address, Address, None]", "dict[Color, Address]", "Empty", "Point", "Movie", "Badge", "list[Badge]", "Moment", "Scan", "Ids", "Image", "Audio", "File", "Document", "Citations",
    "History", "Tool", "ToolCalls", "Code", "list[Code]", "Reasoning",
]
HOME = {"street": "Main \"1\"", "country": "US"}
SOMEONE = {"name": "Ada O'Neil", "age-in-years": 36, "home": HOME, "state": "good"}
IMAGE = '<<CUSTOM-TYPE-START-IDENTIFIER>>[{"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}]<<CUSTOM-TYPE-END-IDENTIFIER>>'
DATA_IMAGE = IMAGE.replace("https://example.com/a.png", "data:image/png;base64,QUJDRA==")
SHOWN_VALUES = [
    ("str", "text"), ("int", 3), ("float", 2.0), ("bool", True), ("Any", {"a": [1, None, "it's"]}), ("list[str]", ["a", "b \"c\""]), ("dict[str, int]", {"k": 1}), ("Optional[int]", None),
    ("bytes", "caf\u00e9\n'"), ("datetime", "2020-01-02T03:04:05.678000Z"), ("list[datetime]", ["2020-01-02T03:04:05", "2020-01-02T03:04:00+02:30"]), ("date", "2020-01-02"),
    ("list[date]", ["2020-01-02"]), ("time", "03:04:05"), ("list[time]", ["03:04:00.500000"]), ("timedelta", "P1DT2H3.5S"), ("timedelta", "-PT1.5S"), ("list[timedelta]", ["P2D", "PT0S", "-PT1S"]),
    ("Decimal", "1.50"), ("list[Decimal]", ["1.50"]), ("UUID", "12345678-1234-5678-1234-567812345678"), ("list[UUID]", ["12345678-1234-5678-1234-567812345678"]), ("tuple[int, str]", [1, "x"]),
    ("tuple[int]", [1]), ("set[int]", [1]), ("set[int]", []), ("frozenset[int]", [1]), ("dict[int, Color]", {"1": "red"}), ("Color", "dark blue"), ("Level", 2), ("list[Color]", ["red"]), ("Mood", 0),
    ("Address", HOME), ("Person", SOMEONE), ("list[Person]", [SOMEONE]), ("Optional[Person]", SOMEONE), ("Person", {"name": "unfinished"}), ("Team", {"members": [SOMEONE], "scores": {"a": 1}}),
    ("Point", {"x": 1.0, "y": 1e16}), ("list[Point]", [{"x": 0.5, "y": -0.25}]), ("Movie", {"title": "M", "year": 1931}), ("Badge", {"label": "L"}), ("list[Badge]", [{"label": "L"}]),
    ("Moment", {"at": "2020-01-02T03:04:05", "lasts": "PT1H", "price": "0.1", "id": "12345678-1234-5678-1234-567812345678"}), ("Node", {"value": 1, "next": {"value": 2}}), ("Empty", {}),
    ("Image", IMAGE), ("Image", DATA_IMAGE), ("list[Image]", [IMAGE, DATA_IMAGE]), ("Scan", {"images": [IMAGE], "code": "x = 1"}), ("Scan", {"images": [], "code": "x"}),
    ("Tool", {"name": "find", "desc": "Finds\nit", "args": {"q": {"type": "string"}}}), ("list[Tool]", [{"name": "find", "args": {}}]), ("ToolCalls", {"tool_calls": [{"name": "find", "args": {"q": 1}}]}),
    ("Code", "print(1)"), ("History", {"messages": [{"given": "before", "answer": "then"}]}),
]


def typed_formats():
    """Both adapters that show more of types than the others: every output type, every kind of value."""
    cases = []

    def add(adapter, inputs, outputs, values, demos=()):
        signature = {"instructions": "Do it.", "inputs": [{"name": name, "type": kind} for name, kind in inputs], "outputs": [{"name": name, "type": kind} for name, kind in outputs]}
        cases.append({"adapter": adapter, "native_fc": False, "signature": signature, "types": classes_in(*(kind for _, kind in [*inputs, *outputs])), "demos": list(demos), "inputs": values})

    for kind in SHOWN_TYPES:
        add("BAMLAdapter", [("question", "str")], [("answer", kind), ("more", "int")], {"question": "Why?"})
    for kind, value in SHOWN_VALUES:
        for adapter in ("BAMLAdapter", "TwoStepAdapter"):
            add(adapter, [("given", kind), ("also", "str")], [("answer", "str")], {"given": value, "also": "x"})
    for adapter in ("BAMLAdapter", "TwoStepAdapter"):
        demo = {"question": "Who?", "answer": SOMEONE, "level": 2}
        add(adapter, [("question", "str")], [("answer", "Person"), ("level", "Level")], {"question": " padded "}, [demo, {"question": "No answer?", "level": 1}, {"question": "nothing"}])
        add(adapter, [], [("answer", "list[int]")], {})
    return cases


def typed_replies():
    cases = []
    for kind, *texts in [
        ("str", "plain", '"quoted"', "5"), ("int", "7", '"7"', "x"), ("list[int]", "[1, 2]", "1"), ("Person", '{"name": "A", "age-in-years": 3, "state": "bad"}', '{"name": "A"}'),
        ("Color", '"red"', '"green"'), ("Optional[Level]", "2", "null", "9"), ("Point", '{"x": 1, "y": 2}', "[]"), ("Movie", '{"title": "M", "year": "1931"}'), ("date", '"2020-01-02"', '"soon"'),
        ("dict[str, Address]", '{"a": {"street": "s", "country": "CA"}}', '{"a": {"street": "s", "country": "DE"}}'), ("Literal['a', 1]", '"a"', "1", '"b"'),
    ]:
        signature = {"instructions": "Do it.", "inputs": [{"name": "question", "type": "str"}], "outputs": [{"name": "answer", "type": kind}]}
        shared = {"signature": signature, "types": classes_in(kind)}
        for text in texts:
            cases.append({"adapter": "BAMLAdapter", **shared, "completion": '{"answer": ' + text + "}"})
            cases.append({"adapter": "TwoStepAdapter", **shared, "completion": "Well, it is so.", "extraction": "[[ ## answer ## ]]\n" + text + "\n\n[[ ## completed ## ]]"})
    answer = {"instructions": "Do it.", "inputs": [{"name": "question", "type": "str"}], "outputs": [{"name": "answer", "type": "int"}]}
    for extraction in (["no header", '{"answer": 4}'], ["[[ ## answer ## ]]\nfour", '{"answer": "four"}'], ["no header", "no JSON"], ["", '{"answer": 4}'], ["no header"], ['{"answer": 4}']):
        cases.append({"adapter": "TwoStepAdapter", "signature": answer, "completion": "Four.", "extraction": extraction})
    for text in ("", "no JSON", '```json\n{"answer": 4}\n```', 'So: {"answer": 4} it is', "{answer: 4", '{"other": 4}', "[4]"):
        cases.append({"adapter": "BAMLAdapter", "signature": answer, "completion": text})
    return cases


def parse():
    cases, add = replies("ChatAdapter")
    add(
        "qa",
        "[[ ## answer ## ]]\nParis\n\n[[ ## completed ## ]]", "[[ ## answer ## ]]\nParis", "[[ ## answer ## ]] Paris", "[[ ## answer ## ]]Paris\nand more",
        "Paris", "", "   \n", "[[ ## completed ## ]]", "[[ ## answer ## ]]", "[[ ## answer ## ]]\n\n[[ ## completed ## ]]",
        "Sure!\n[[ ## answer ## ]]\nParis\n[[ ## completed ## ]]\nAnything else?", "[[ ## answer ## ]]\nfirst\n[[ ## answer ## ]]\nsecond",
        "[[ ## Answer ## ]]\nParis", "[[## answer ##]]\nParis", "[[ ## answer ##]]\nParis", "  [[ ## answer ## ]]  \n  Paris  \n", "text [[ ## answer ## ]]\nParis",
        "[[ ## answer ## ]]\nsee [[ ## other ## ]] inline\n[[ ## other ## ]]\ngone", "[[ ## answer ## ]]\nline 1\n\nline 3\n\n\n[[ ## completed ## ]]",
        "[[ ## answer ## ]]\r\nParis\r\n[[ ## completed ## ]]\r\n", "[[ ## answer ## ]]\u2028Paris\x85[[ ## completed ## ]]", "[[ ## answer ## ]]\na\x0bb\x0cc\x1cd\x1de\x1ef",
        "[[ ## answer ## ]]\n日本 😀\u00a0\n", "[[ ## answer ## ]]\n\"quoted\"", "[[ ## answer ## ]]\n{\"json\": 1}", "[[ ## answer ## ]]\n\x00nul",
        "[[ ## answer ## ]]\n```\ncode\n```", "[[ ## answer ## ]]\nNone", "[[ ## answer ## ]]\n[[ ## question ## ]]\nechoed", "\ufeff[[ ## answer ## ]]\nParis",
        "[[ ## an\u0301swer ## ]]\nParis", "**[[ ## answer ## ]]**\nParis", "[[ ## answer ## ]]:\nParis", "[[ ## answer ## ]]\t\tParis\t",
    )
    add("two", "[[ ## reasoning ## ]]\nbecause\n[[ ## answer ## ]]\nyes\n[[ ## completed ## ]]", "[[ ## answer ## ]]\nyes\n[[ ## reasoning ## ]]\nbecause",
        "[[ ## reasoning ## ]]\nbecause", "[[ ## reasoning ## ]]\n\n[[ ## answer ## ]]\n", "[[ ## reasoning ## ]] a [[ ## answer ## ]] b")

    def typed(label="bug", urgent="True", score="0.5"):
        return f"[[ ## label ## ]]\n{label}\n[[ ## urgent ## ]]\n{urgent}\n[[ ## score ## ]]\n{score}\n[[ ## completed ## ]]"

    add("typed", typed(), *(typed(label=text) for text in ("'bug'", '"bug"', "Bug", "bug.", "Literal[bug]", " other ", "", "bug\nbilling")),
        *(typed(urgent=text) for text in ("true", "no", "1", "maybe", "None", "False.", "")), *(typed(score=text) for text in ("1", "1e-3", "50%", "nan", "Infinity", "-0.0", "1,5", "", "0.50")),
        "[[ ## label ## ]]\nbug\n[[ ## urgent ## ]]\nTrue")

    def nested(best, table):
        return f"[[ ## best ## ]]\n{best}\n\n[[ ## table ## ]]\n{table}\n\n[[ ## completed ## ]]"

    add("nested", nested("3", '{"a": [1, 2]}'), nested("null", "{}"), nested("None", "{'a': [1]}"), nested("x", "{}"), nested("1.0", '```json\n{"a": [1]}\n```'),
        nested("1", '{"a": [1, "2"]}'), nested("1", '{"a": [1, "x"]}'), nested("1", '{"a": 1}'), nested("12345678901234567890", "{a: [1,]"),
        "[[ ## table ## ]]\n{\"a\": [1]}", "[[ ## best ## ]]\n1")
    add("union", "[[ ## c ## ]]\n5\n[[ ## d ## ]]\n[1, null]", "[[ ## c ## ]]\nfive\n[[ ## d ## ]]\n[]", "[[ ## d ## ]]\n[1, None, 3]", "[[ ## c ## ]]\nnull\n[[ ## d ## ]]\nnull",
        "[[ ## c ## ]]\n5")
    add("unicode", "[[ ## antwort ## ]]\ngrößer\n[[ ## 名前 ## ]]\n花子", "[[ ## antwort ## ]]\ngro\u0308ßer\n[[ ## 名前 ## ]]\nx")
    add("literals", "[[ ## choice ## ]]\n1\n[[ ## picks ## ]]\n['up']", "[[ ## choice ## ]]\nTrue\n[[ ## picks ## ]]\n[]", "[[ ## choice ## ]]\nnull\n[[ ## picks ## ]]\n[\"down\", \"up\"]",
        "[[ ## choice ## ]]\nx\n[[ ## picks ## ]]\nup, down", "[[ ## choice ## ]]\ny\n[[ ## picks ## ]]\n[]")
    add("bare", *(f"[[ ## result ## ]]\n{text}" for text in ("42", "true", "text", "[1, {\"a\": null}]", "{'a': (1, 2)}", "", "1.0", "NaN", "123456789012345678901234567890")))
    add("descs", "[[ ## label ## ]]\na\n[[ ## why ## ]]\nw\n[[ ## plain ## ]]\np")
    add("limits", "[[ ## score ## ]]\n0.9\n[[ ## steps ## ]]\n[2, 4]", "[[ ## score ## ]]\n0.1\n[[ ## steps ## ]]\n[1]")
    add("defaults", "[[ ## answer ## ]]\na", "[[ ## answer ## ]]\na\n[[ ## confidence ## ]]\n0.9\n[[ ## note ## ]]\nn\n[[ ## rank ## ]]\n1", "[[ ## confidence ## ]]\n0.9",
        "[[ ## answer ## ]]\na\n[[ ## rank ## ]]\nnull\n[[ ## note ## ]]\nnull", "[[ ## answer ## ]]\na\n[[ ## confidence ## ]]\nhigh")

    # Every way of writing a section, times what may stand in it.
    random_ = random.Random("parse")
    heads = ["[[ ## {} ## ]]\n", "[[ ## {} ## ]] ", " [[ ## {} ## ]]\n\n", "[[ ## {} ## ]]\r\n", "\n[[ ## {} ## ]]\u2028"]
    contents = ["bug", "True", "0.25", "1", "null", "'other'", "", "text\nover\nlines", "[1]", '{"a": 1}', "billing "]
    for _ in range(50):
        names = random_.sample(["label", "urgent", "score", "completed", "stranger"], random_.randint(2, 5))
        add("typed", "".join(random_.choice(heads).format(name) + random_.choice(contents) + random_.choice(["\n", "\n\n"]) for name in names))
    return cases + parse_json() + parse_xml() + typed_inputs.parse() + typed_replies()


def parse_json():
    cases, add = replies("JSONAdapter")
    add(
        "qa",
        '{"answer": "Paris"}', '```json\n{"answer": "Paris"}\n```', 'Sure! {"answer": "Paris"} Anything else?', "{'answer': 'Paris'}", '{answer: Paris}', '{"answer": "Paris"',
        '{"answer": "Pa', '[{"answer": "Paris"}]', '[{"answer": "a"}, {"answer": "b"}]', '{"answer": "a"}{"answer": "b"}', '{"answer": "a"}\n\n{"answer": "b", "more": 1}',
        '{"answer": null}', '{"answer": 1.50}', '{"answer": true}', '{"answer": {"k": [1, null]}}', '{"answer": ["a", 1]}', '{"answer": ""}', '{"Answer": "x"}', '{"other": "x"}', "{}",
        "", "  ", "Paris", '"Paris"', "42", "null", "[]", '["answer", "Paris"]', '{"answer": "a", "answer": "b"}', '{"answer": "x", "stranger": 1}', '{"answer": "line\nbreak\ttab"}',
        '{"answer": "\\u00e9\\ud83d\\ude00"}', '{"answer": "\u2028日本"}', '<think>{"a": 1}</think>{"answer": "x"}', 'I used {braces} here: {"answer": "x"}', '{{"answer": "x"}}',
        '{"answer": "}"}', "{ { { {\"answer\": \"x\"}", '} {"answer": "x"} {', '{"answer": 12345678901234567890123}', '{"answer": "a" "b"}', '{"answer": "say "hi" now"}', "answer: Paris",
        '[[ ## answer ## ]]\nParis', '{"answer": "x",}', '// note\n{"answer": "x"}', '{"result": {"answer": "x"}}', '\ufeff{"answer": "x"}', '{"answer": NaN}', '{"answer": -0.0}',
    )
    add("two", '{"reasoning": "r", "answer": "a"}', '{"answer": "a", "reasoning": "r"}', '{"reasoning": "r"}', '{"reasoning": "r", "answer": }')
    add("typed", *(f'{{"label": {label}, "urgent": {urgent}, "score": {score}}}' for label, urgent, score in (
        ('"bug"', "true", "0.5"), ('"Bug"', "true", "1"), ('"bug"', '"yes"', '"0.5"'), ('"bug"', "1", "1e3"), ('"bug"', "2", "0"), ('"bug"', "null", "0"), ('null', "true", "0"),
        ('"\'bug\'"', "false", '"nan"'), ('["bug"]', "true", "1"), ('"other"', '"False"', "-1"), ('"bug"', "true", '"high"'), ('"bug"', "True", "1_000"), ('bug', "true", ".5"))))
    add("nested", '{"best": 3, "table": {"a": [1, 2]}}', '{"best": null, "table": {}}', '{"table": {"a": ["1"]}}', '{"best": 3.0, "table": {"a": [1.5]}}', '{"best": "3", "table": "{\'a\': [1]}"}',
        '{"best": true, "table": {}}', '{"best": 3, "table": []}', '{"best": 3, "table": {"a": 1}}', '{"best": 3}')
    add("union", '{"c": 5, "d": [1, null]}', '{"c": "5", "d": ["1"]}', '{"c": null, "d": []}', '{"c": 1.5, "d": [1.0]}', '{"d": []}', '{"c": {"k": 1}, "d": []}', '{"c": "x", "d": "[1, 2]"}', '{"c": "x", "d": null}')
    add("literals", '{"choice": 1, "picks": ["up"]}', '{"choice": true, "picks": []}', '{"choice": "x", "picks": ["down", "up"]}', '{"choice": "1", "picks": ["sideways"]}', '{"choice": null, "picks": "up"}')
    add("bare", '{"result": [1, {"a": null}]}', '{"result": "text"}', '{"result": "[1]"}', '{"result": null}', '{"result": 1e400}')
    add("unicode", '{"antwort": "größer", "名前": "花子"}', '{"antwort": "gr\\u00f6\\u00dfer", "名前": ""}')
    add("defaults", '{"answer": "a"}', '{"answer": "a", "confidence": null}', '{"answer": "a", "confidence": "0.1", "note": null, "rank": "2"}', '{"confidence": 1}')
    return cases


def parse_xml():
    cases, add = replies("XMLAdapter")
    add(
        "qa",
        "<answer>\nParis\n</answer>", "<answer>Paris</answer>", "Sure!\n<answer>Paris</answer>\nAnything else?", "```xml\n<answer>Paris</answer>\n```", "<answer></answer>", "<answer/>", "<answer />",
        "<answer>a</answer><answer>b</answer>", "<Answer>x</Answer>", "<other>x</other>", "", "Paris", "<answer>Paris", "Paris</answer>", "<answer>a & b</answer>", "<answer>a &amp; b &lt;c&gt; &quot;&apos;</answer>",
        "<answer>&#233;&#x1F600;&#xD800;</answer>", "<answer>&#233;&#x1F600;</answer>", "<answer>&nbsp;</answer>", "<answer>&#0;</answer>", "<answer>1 < 2</answer>", "<answer>1 > 2</answer>", "<answer>]]></answer>",
        "<answer><![CDATA[a < b & c]]></answer>", "<answer>a<![CDATA[b]]>c</answer>", "<answer><![CDATA[a]]</answer>", "<answer>a<!-- note -->b</answer>", "<answer>a<!-- no -- note -->b</answer>", "<answer><?pi x?>a</answer>",
        "<?xml version='1.0'?><answer>a</answer>", "<!DOCTYPE x><answer>a</answer>", "<answer>some <b>bold</b> text</answer>", "<answer><b>bold</b></answer>", "<answer>x <b k='1' l=\"a&amp;&lt;&quot;'\">t</b> y<br/>z</answer>",
        "<answer lang='en'>Paris</answer>", "<answer lang=en>Paris</answer>", "<answer lang='a' lang='b'>x</answer>", "<answer lang='a<b'>x</answer>", "<answer\n>x</answer\n>", "< answer>x</answer>", "<answer>x</ answer>",
        "<out><answer>x</answer></out>", "<answer>x</answer><note>unclosed", "<a:answer>x</a:answer>", "<answer xml:lang='en'>x</answer>", "<entry key='answer'>x</entry>", "<entry key='answer'>x</entry><answer>y</answer>", "<entry>x</entry>",
        "<answer>line 1\n\n  line 3\n</answer>", "<answer>a\r\nb\rc</answer>", "<answer>\u2028日本\x85</answer>", "<answer>nul\x00</answer>", "<answer>bell\x07</answer>", "<answer>\ufffe</answer>", "<answer>a</answer ><b></b>",
        "<answer>a<b>c</answer></b>", "<a-b.c>1</a-b.c><answer>x</answer>", "<1>x</1><answer>y</answer>", "<é>x</é><answer>y</answer>", "<answer>None</answer>", "<!-- only --><answer>x</answer><!-- b -->",
        "<answer>a<!-- x -->b<c/>d<!-- y -->e</answer>", "<answer k>x</answer>", "<answer>x</answer>&", "<answer>&amp</answer>", "<answer>&#xZZ;</answer>", "<![CDATA[<answer>no</answer>]]><answer>x</answer>",
    )
    add("two", "<reasoning>r</reasoning>\n\n<answer>a</answer>", "<answer>a</answer><reasoning>r</reasoning>", "<reasoning>r</reasoning>", "<reasoning>a < b</reasoning><answer>a</answer>")
    add("typed", *(f"<label>{label}</label>\n<urgent>{urgent}</urgent>\n<score>\n{score}\n</score>" for label, urgent, score in (
        ("bug", "True", "0.5"), (" bug ", "yes", "1"), ("'bug'", "0", "1e3"), ("Bug", "True", "1"), ("bug", "maybe", "1"), ("bug", "True", "high"), ("bug", "", "1"), ("<b>bug</b>", "True", "1"), ("bug", "True", "<v>1</v>"), ("bug", "True", "nan"))))
    add("nested", *(f"<best>{best}</best><table>{table}</table>" for best, table in (
        ("3", "<a><item>1</item><item>2</item></a>"), ("", ""), ("null", "{}"), ("3", "<a>1</a><a>2</a>"), ("3", "<a>1</a>"), ("3", "<a>[1, 2]</a>"), ("3", "<a/>"), ("3", '{"a": [1]}'), ("x", "<a>1</a>"), ("<b>3</b>", ""), (" ", " "),
        ("3.0", "<entry key='a b'><item>1</item></entry><entry key='1'>[2]</entry>"), ("3", "<a><item>x</item></a>"), ("3", "<a><item>1</item>text<item>2</item></a>"), ("3", "<a><other>1</other></a>"))), "<table/>", "<best>1</best>")
    add("union", "<c>5</c><d><item>1</item><item/></d>", "<c>five</c><d/>", "<c/><d>[1, null]</d>", "<c>null</c><d><item>None</item></d>", "<d></d>", "<c><x>1</x></c><d></d>", "<c>5</c><d>1</d><d>2</d>", "<c>5</c><d>1, 2</d>", "<c>5</c><d><item><item>1</item></item></d>")
    add("literals", "<choice>1</choice><picks><item>up</item></picks>", "<choice>True</choice><picks></picks>", "<choice>x</choice><picks><item>down</item><item>up</item></picks>", "<choice>y</choice><picks/>", "<choice>None</choice><picks>up</picks>", "<choice></choice><picks><item>left</item></picks>")
    add("bare", "<result>42</result>", "<result>text</result>", "<result><a>1</a><b>x</b></result>", "<result><item>1</item><item>2</item></result>", "<result/>", "<result>[1, {}]</result>", "<result>1</result><result>2</result>")
    add("unicode", "<antwort>größer</antwort><名前>花子</名前>")
    add("defaults", "<answer>a</answer>", "<answer>a</answer><confidence/>", "<answer>a</answer><confidence>0.1</confidence><note/><rank>2</rank>", "<answer>a</answer><note>n</note><rank></rank>", "<confidence>1</confidence>")
    return cases


def stream():
    def chunked(text, sizes):
        pieces, at = [], 0
        for size in itertools.cycle(sizes):
            if at >= len(text):
                return pieces
            pieces.append(text[at:at + size])
            at += size

    def case(adapter, field, pieces, allow_reuse=False, field_type="str"):
        chunks = [piece if isinstance(piece, dict) else {"content": piece, "reasoning": None} for piece in pieces]
        return {"adapter": adapter, "field": field, "allow_reuse": allow_reuse, "field_type": field_type, "chunks": chunks}

    def thought(text, content=None):
        return {"content": content, "reasoning": text}

    chat = "[[ ## reasoning ## ]]\n  Two [[ steps ]]:\n\n1. look \n2. [count] é 日本 😀\t\n\n[[ ## answer ## ]]\nlow [[ ##\n\n[[ ## completed ## ]]\n"
    json_ = '{\n  "reasoning": "Two \\"steps\\", {1}: é 😀 \\ud83d\\ude00\\n",\n  "answer": "low, } and \\\\",\n "rows": [1, {"a": [null]}, -2.5e3]}\n'
    xml = "<reasoning>\n  Two <b>steps</b> &amp; é 日本 😀 </ x\n</reasoning>\n<answer>\nlow < high\n</answer>"
    cases = [case(adapter, field, chunked(text, sizes)) for adapter, text in (("ChatAdapter", chat), ("JSONAdapter", json_), ("XMLAdapter", xml)) for field in ("reasoning", "answer")
             for sizes in ([1], [2, 5, 3], [7], [17, 4], [60, 30], [1000])]
    cases += [case("JSONAdapter", "rows", chunked(json_, sizes)) for sizes in ([1], [3], [11], [1000])]
    # The same listener for further replies.
    cases += [case(adapter, "answer", chunked(text, [9]) * 2 + [""] + chunked(text, [5]), reuse) for adapter, text in (("ChatAdapter", chat), ("JSONAdapter", json_), ("XMLAdapter", xml)) for reuse in (True, False)]
    # Marks that are missing, cut off, or of another field.
    cases += [case("ChatAdapter", "answer", chunked(text, [6])) for text in
              ("no marks at all", "[[ ## answer ## ]]\nno end [[ ## ", "[[ ## answer ## ]]\n", "[[ ## answers ## ]]\nx\n[[ ## answer ## ]]\ny", "[[ [[ ## [[ ## answer ## ]] z [[ ## näme ## ]]", "[[ ## answer ## ]]\nx [[ ## a b ## ]] y [[ ## - ## ]]")]
    cases += [case("JSONAdapter", "answer", chunked(text, [5])) for text in
              ('{"answer": "no end', '{"answer" : "x"}', '{"answer": tru, "b": 1}', '{"answer": [1 2], "b": 3}', '{"answer": {"b": 1}, "answer": 2, "c": 3}', '{"answer": 1}}', '{"answer": "\\ud83d", "b": ""}', '{"answer": -1.e5, "b": 2} ', '{"answer": "x", "k\\u00e9y": "y"}',
               '[{"answer": "x"}, {"answer": "y"}]', '{"answer": NaN, "b": -Infinity, "c": [}', '{"answer": ' + "[" * 201 + "]" * 201 + ', "b": 1}')]
    cases += [case("XMLAdapter", "answer", chunked(text, [4])) for text in ("<answer>no end </answ", "<answer >x</answer>", "<answer/>", "<answers>x</answers><answer>y</answer>z", "< <answer>x</other></answer>")]
    # Whole in a chunk, which DSPy takes for a reply from a cache, also when the field has begun.
    cases += [case("ChatAdapter", "answer", pieces) for pieces in (["[[ ## answer ## ]]\nx\n[[ ## completed ## ]]", "more"], ["[[ ## answer ##", " ]]\nx", " [[ ## answer ## ]]y[[ ## b ## ]]", "z"], ["a ", "[[ ## answer ## ]]", "", "x", " ", "\n", "y"])]
    # What the model thinks.
    thoughts = [thought("First, "), thought(""), thought("then.", "[[ ## reasoning ## ]]\nx"), "[[ ## reasoning", " ## ]]\nwritten", " too", thought(None), " \n[[ ## answer ## ]]", thought("late"), "x"]
    cases += [case("ChatAdapter", "reasoning", thoughts, reuse, kind) for reuse in (True, False) for kind in ("Reasoning", "str")]
    return cases


TOOLS = [
    {"name": "tide", "desc": "Tide height\nfor a port.", "args": {"port": {"type": "string"}, "day": {"type": "integer", "default": 1}}},
    {"name": "plain"},
    {"name": "odd", "desc": "it's \"odd\"", "args": {"x": {"enum": ["a'b", 1, None, True]}, "größe": {}}},
]


def agents():
    """Modules of several predictors, with the texts that they make."""
    cases = []
    for module in ("MultiChainComparison", "ReAct", "ProgramOfThought", "CodeAct"):
        for text, told in [("question -> answer", None), ("question -> answer", "Be brief."), ("a, b: int -> c: list[str], d: Optional[float]", "Two\nlines"),
                           ("text -> label: Literal['x', \"y's\"]", "  padded\n    more\n"), ("trajectory: int, error -> generated_code, note", ""), ("q -> next_thought: bool", "\n \n   a\n  b")]:
            cases.append(one(module, text, told) | {"instructions": told} | ({"tools": TOOLS[: len(cases) % 4]} if module == "ReAct" else {}) | ({"args": {"M": len(cases) % 4}} if module == "MultiChainComparison" else {}))
    cases.append(one("MultiChainComparison", "q -> a"))
    cases.append(one("ReAct", "q -> a") | {"tools": [TOOLS[1], {"name": "finish", "desc": "mine"}, {"name": "plain", "desc": "the second"}]})
    for text, tools in [("history -> a", []), ("q -> history", []), ("tools: list[str] -> a", []), ("q -> a, termination_reason", TOOLS[:1]), ("q -> a", [{"name": "submit"}])]:
        cases.append(one("ReActV2", text) | {"tools": tools})  # which it refuses
    return cases
def response_format():
    known = signatures()
    cases = [known[name] for name in ("qa", "two", "typed", "union", "unicode", "bare", "nested", "descs", "limits", "defaults")]
    # A display name does not tell escapes, see format_.
    types = [text for text in OUTPUT_TYPES if "both" not in text]
    cases += [{"instructions": None, "inputs": [field("q")], "outputs": [field("value", text)]} for text in types]
    names = ["a", "snake_case_name", "camelCase", "HTTPServer2go", "x1y2", "größe", "éÀ_ß", "名前", "a__b", "trailing_", "шаг_два"]
    cases.append({"instructions": None, "inputs": [field("q")], "outputs": [field(name) for name in names]})
    # Where every output has a default value, pydantic requires nothing and DSPy does so afterwards.
    for defaults in ({"a": 3, "b": None}, {"a": None}, {"b": [{"z": 1, "a": {"y": [], "b": 1.5}}]}, {"a": "text", "b": {}}):
        outputs = [field(name, "Any", **({"default": defaults[name]} if name in defaults else {})) for name in ("a", "b")]
        cases.append({"instructions": None, "inputs": [field("q")], "outputs": outputs})
    random_ = random.Random("response_format")
    scalars = ["str", "int", "float", "bool", "Any", "dict", "list", "NoneType", "Literal['x', 'y']", "Literal[1]", "Literal[True, 2, 'z']", "Literal[0.5]"]

    def type_(depth):
        kind = random_.choice(["list", "Optional", "Union", "dict", "scalar"]) if depth else "scalar"
        if kind == "scalar":
            return random_.choice(scalars)
        if kind == "dict":
            return f"dict[{random_.choice(['str', 'int', 'str'])}, {type_(depth - 1)}]"
        return f"{kind}[{', '.join(type_(depth - 1) for _ in range(2 if kind == 'Union' else 1))}]"

    for _ in range(40):
        outputs = [field(f"out_{k}", type_(3)) for k in range(random_.randint(1, 3))]
        cases.append({"instructions": None, "inputs": [field("q")], "outputs": outputs})
    return [{"signature": signature} for signature in cases]


def module_signature():
    signatures_ = ["question -> answer", "a, b: int -> c: list[str], d: Optional[float]", "frage -> größe: float",
                   "searchQuery, k2 -> topHits: list[str]", "text -> label: Literal['x', 'y']"]
    instructions = [None, "Be brief.", "", "Two\nlines", "  padded\n    more\n"]
    return [{"module": module, "signature": text, "instructions": told}
            for module in ("Predict", "ChainOfThought") for text in signatures_ for told in (instructions if text == signatures_[0] else [None])] + agents()


def one(module, signature, instructions=None):
    return {"module": module, "signature": signature} | ({"instructions": instructions} if instructions is not None else {})


PROGRAMS = {
    "predict": one("Predict", "question -> answer"),
    "cot": one("ChainOfThought", "question, lang -> answer: int", "Count.\nExactly."),
    "two": {"gen": one("Predict", "question -> query"), "qa": one("ChainOfThought", "question, query -> answer")},
    "list": {"hops": [one("Predict", "question -> query"), one("Predict", "query -> passages: list[str]")], "last": one("Predict", "passages: list[str] -> answer")},
    "keys": {"by": {"de": one("Predict", "frage -> antwort"), "a b": one("ChainOfThought", "q -> a")}},
}
AGENT_PROGRAMS = {
    "react": one("ReAct", "question -> answer: int", "Look it up.") | {"tools": TOOLS},
    "compare": one("MultiChainComparison", "question -> answer") | {"args": {"M": 2}},
    "thought": one("ProgramOfThought", "question -> answer: float"),
    "act": one("CodeAct", "question -> answer"),
    "nested": {"plan": one("Predict", "question -> steps: list[str]"), "agents": [one("ReAct", "step -> found") | {"tools": TOOLS[:1]}, one("ReAct", "step -> found") | {"tools": []}],
               "by": {"x": one("MultiChainComparison", "q -> a")}},
}
LM_SETTINGS = [
    {"model": "openai/gpt-x"}, {"model": "gpt-x", "temperature": 0.0, "max_tokens": 64, "cache": False, "num_retries": 0}, {"model": "openai/gpt-x", "top_p": 0.9, "stop": ["a"], "temperature": 0.5, "model_type": "text"},
    {"model": "openai/gpt-x", "api_key": "sk-secret", "api_base": "http://localhost:1", "headers": {"x": "y"}}, {"model": "a/b", "rollout_id": None}, {"model": "a/b", "rollout_id": 3, "temperature": 1},
    {"model": "openai/o3-mini", "max_tokens": 16000, "temperature": 1.0, "reasoning_effort": "low"}, {"model": "gpt-5.1-codex"}, {"model": "gpt-5.1-chat", "max_tokens": 5}, {"model": "o4-mini-2025-04-16", "use_developer_role": True},
    {"model": "m", "engine": "lm15", "use_developer_role": True, "finetuning_model": "f", "launch_kwargs": {"gpus": 1}, "train_kwargs": {"é": [1.0, None]}}, {"model": "m", "engine": "auto", "seed": 7, "n": 2},
]
ODD_DEMOS = [
    {"question": "é \"q\" 😀\n\u2028 \\ \x7f", "answer": "a", "augmented": True},
    {"question": "", "answer": None, "n": 1.0, "big": 2**62, "small": 5e-324, "e": 1e16, "neg": -0.5, "l": [1, [2.5, None, []]], "d": {"k": False, "": {}}},
    {"question": "tab\tcr\rnul\x00", "answer": [], "nested": {"z": 1, "a": [{"b": "c"}]}},
]


def save_state():
    cases = [{"program": program} for program in PROGRAMS.values()]
    cases.append({"program": PROGRAMS["predict"], "edit": {"self": {"demos": ODD_DEMOS}}})
    cases.append({"program": PROGRAMS["predict"], "edit": {"self": {"instructions": "Neu: \"größer\"\n\ttab \u2028 \x01", "demos": []}}})
    cases.append({"program": PROGRAMS["two"], "edit": {"gen": {"demos": [{"question": "q", "query": "s"}]}, "qa.predict": {"instructions": "Edited.", "demos": ODD_DEMOS[:1]}}})
    cases.append({"program": PROGRAMS["list"], "edit": {"hops[1]": {"demos": [{"query": "x", "passages": ["a", "b"]}]}, "last": {"instructions": ""}}})
    cases.append({"program": PROGRAMS["keys"], "edit": {"by['a b'].predict": {"demos": [{"q": 1, "reasoning": "r", "a": 2.0}]}}})
    cases.append({"program": PROGRAMS["predict"], "edit": {"self": {"demos": [{"question": text, "answer": value} for text, value in
                  zip(TRICKY_TEXTS, [n for n in TRICKY_NUMBERS if not isinstance(n, dict) and abs(n) < 2**63], strict=False)]}}})
    cases.append({"program": PROGRAMS["cot"], "edit": {"predict": {"demos": [{"question": "q", "lang": "de", "reasoning": "r", "answer": 3}], "descs": {"lang": "the language", "answer": ""}}}})
    cases += [{"program": program} for program in AGENT_PROGRAMS.values()]
    cases.append({"program": AGENT_PROGRAMS["react"], "edit": {"react": {"demos": [{"question": "q", "trajectory": "", "next_thought": "t", "next_tool_name": "tide", "next_tool_args": {"port": "Kiel", "day": 2.0}}]},
                                                               "extract.predict": {"instructions": "Read it off.", "descs": {"reasoning": "why"}}}})
    cases.append({"program": AGENT_PROGRAMS["nested"], "edit": {"agents[1].extract.predict": {"demos": [{"step": "s", "trajectory": "t", "reasoning": "r", "found": "f", "augmented": True}]}, "plan": {"lm": LM_SETTINGS[2]}}})
    cases += [{"program": PROGRAMS["predict"], "edit": {"self": {"lm": settings}}} for settings in LM_SETTINGS]
    cases.append({"program": PROGRAMS["predict"], "edit": {"self": {"demos": [{"v": nested} for nested in TRICKY_NESTED if "$float" not in repr(nested) and "big" not in repr(nested)]}}})
    return cases


def load_state(saved):
    """`saved`: the texts of save_state's cases, with what programs they are of."""
    cases = [{"program": case["program"], "json": case["json"]} for case in saved]
    flat = saved[0]["json"]
    lm = ('"lm": {\n    "_dspy_lm_class": "dspy.clients.lm.LM",\n    "model": "openai/gpt-x",\n    "model_type": "chat",\n    "cache": true,\n    "num_retries": 3,\n'
          '    "temperature": 0.5,\n    "max_tokens": 64,\n    "finetuning_model": null,\n    "launch_kwargs": {},\n    "train_kwargs": {}\n  }')
    variants = [
        flat.replace('"lm": null', lm), flat.replace('"lm": null', lm.replace("dspy.clients.lm.LM", "somebody.elses.Model")),
        flat.replace('"lm": null', '"lm": null, "extended_signature": {}'),
        flat.replace('"description": "${question}"', '"description": "what is asked"').replace('"Answer:"', '"A -"'),
        flat.replace('"prefix": "Question:",\n', ""), flat.replace('"lm": null,\n', ""), flat.replace('"demos": [],\n', ""), flat.replace('"traces": [],\n', "").replace('"train": [],\n', ""),
        flat.replace('"instructions": "', '"instructions": "  Indented.\\n    More.\\n\\n"').replace('Given the fields `question`, produce the fields `answer`.', ""),
        flat.replace('Given the fields `question`, produce the fields `answer`.', ""), flat.replace('"${answer}"', '""'),
        flat.replace('"signature"', '"sig"'), flat.replace('"instructions"', '"told"'), flat.replace('"metadata"', '"meta"'), flat.replace('"dependency_versions"', '"versions"'),
        flat.replace('"python": "*",', ""), flat.replace('"fields": [', '"fields": [\n').replace('"prefix": "Answer:",', '"prefix": "Answer:", "name": "answer", "extra": [1],'),
        flat.replace('"lm": null', '"lm": null, "extra": {"ours": 1}'), flat.replace("{\n  \"traces\"", "{\n  \"extra_first\": 1,\n  \"traces\"", 1),
        "{}", '{"metadata": {"dependency_versions": {}}}',
    ]
    cases += [{"program": PROGRAMS["predict"], "json": text} for text in variants]
    two = next(case["json"] for case in saved if case["program"] == PROGRAMS["two"])
    cases += [{"program": PROGRAMS["two"], "json": text} for text in (two.replace('"qa.predict"', '"qa"'), two.replace('"gen": {', '"other": {}, "gen": {'), flat)]
    cases.append({"program": PROGRAMS["cot"], "json": flat})
    field = '{\n        "prefix": "Question:",\n        "description": "${question}"\n      }'
    of_lm = [lm.replace(old, new) for old, new in [
        ('"model"', '"name"'), ('"openai/gpt-x"', '"openai/"'), ('"openai/gpt-x"', '"openai/o1"'), ('"openai/gpt-x"', '"o1", "max_completion_tokens": 20000'), ('"num_retries": 3', '"num_retries": -1'), ('"num_retries": 3', '"num_retries": true'),
        ('"cache"', '"api_base": "http://evil", "base_url": "b", "model_list": [], "api_key": "k", "cache"'), ('"cache"', '"engine": "lm15", "cache"'), ('"cache"', '"engine": {"class": "os:system", "state": {}}, "cache"'), ('"cache"', '"engine": "mine", "cache"'),
        ('"cache"', '"async_engine": {"class": "os:system"}, "cache"'), ('"_dspy_lm_class": "dspy.clients.lm.LM",', ""), ('"dspy.clients.lm.LM"', "null"), ('"cache"', '"prompt_cache": 5, "cache"')]]
    more = [
        *(flat.replace('"lm": null', text) for text in [*of_lm, '"lm": {}', '"lm": ""', '"lm": 0', '"lm": "gpt-x"', '"lm": [1]', '"lm": {"api_base": "http://evil"}']),
        flat.replace(field + ",", ""), flat.replace(field, field + ", " + field), flat.replace('"fields": [', '"fields": [], "more": ['),
        flat.replace('"metadata"', '"fields": {}, "metadata"'), flat.replace('"metadata"', '"fields": {"answer": {}}, "metadata"'), flat.replace('"metadata"', '"fields": [], "metadata"'),
        flat.replace('"python": "*"', '"python": 3, "numpy": "1"'), flat.replace('"dependency_versions": {', '"dependency_versions": [], "was": {'), "[]", "7", "null", '"text"', "{", flat + "}",
        flat.replace('"Question:"', '"Answer:"'), flat.replace("question", "query").replace("Question", "Query"),
    ]
    cases += [{"program": PROGRAMS["predict"], "json": text} for text in more]
    react = next(case["json"] for case in saved if case["program"] == AGENT_PROGRAMS["react"])
    cases += [{"program": AGENT_PROGRAMS["react"], "json": text} for text in (react.replace('"extract.predict"', '"extract"'), react.replace("(1) tide", "(1) other"), flat)]
    return cases


ANSWER_PAIRS = [
    ("Paris", "paris."), ("the Eiffel Tower", "Eiffel Tower"), ("", ""), ("the", "a"), ("", "x"), ("yes", "no"), ("yes", "yes it is"), ("noanswer", "noanswer"),
    ("Yes!", "yes"), ("an apple a day", "apple day"), ("theater", "ater"), ("a-b", "ab"), ("U.S.A.", "usa"), ("3.14", "314"), ("É", "e\u0301"), ("straße", "STRASSE"),
    ("İ", "i"), ("ﬁne", "fine"), ("Ａ", "a"), ("red red blue", "red blue blue"), ("one two three", "three four"), ("“curly”", "curly"), ("tab\tnew\nline", "tab new line"),
    ("non\u00a0breaking", "non breaking"), ("a\u2028b", "b"), ("日本 語", "日本 語"), ("ΑΣ", "ας"), ("ΑΣ", "ασ"), ("_the_", "the"), ("the2 the", "the2"), ("x" * 50, "x" * 50),
    ("anan a", "anan"), ("C++", "c"), ("$5", "5"), ("`code`", "code"), ("ǅ", "ǆ"), ("\u200bzero", "zero"), ("1 2 3", "3 2 1"),
]


def metric():
    cases = []
    for k, (prediction, truth) in enumerate(ANSWER_PAIRS):
        for fn in ("em_score", "f1_score", "hotpot_f1_score", "precision_score")[: 4 if k % 3 == 0 else 2]:
            cases.append({"fn": fn, "args": {"prediction": prediction, "ground_truth": truth}})
    for fn in ("EM", "F1", "HotPotF1"):
        cases.append({"fn": fn, "args": {"prediction": "Rome", "answers": ["Paris", "rome!"]}})
        cases.append({"fn": fn, "args": {"prediction": "yes", "answers": ["no", "yes sir"]}})
        cases.append({"fn": fn, "args": {"prediction": "old red barn", "answers": ["red barn", "the old barn door", ""]}})
    for example, pred, more in [("x", "X", {}), (["Oslo", "Bergen"], "bergen!", {}), (["Oslo"], "Bergen", {}), ("one two three", "one two", {"frac": 0.8}), ("one two three", "one two", {"frac": 0.9})]:
        cases.append({"fn": "answer_exact_match", "args": {"example": {"answer": example}, "pred": {"answer": pred}, **more}})
    for example, context in [("U.S.", ["the U.S. army"]), ("é", ["Café é"]), (["a cat", "dog"], ["The cats", "a dog ran"]), ("x", []), ("new york", ["New-York City", "in New York, NY"])]:
        cases.append({"fn": "answer_passage_match", "args": {"example": {"answer": example}, "pred": {"context": context}}})
    return cases


def normalize_text():
    return [{"text": text} for text in dict.fromkeys([*TRICKY_TEXTS, *(text for pair in ANSWER_PAIRS for text in pair)])]


def majority():
    lists = [["a", "b", "a"], ["The Cat", "cat!", "dog"], ["dog", "The Cat", "cat!"], ["2", "2.0", "two"], ["x"], ["", "the", "x"], ["", "the"], ["a", "an"], ["b", "a b", "a b."], ["É", "é", "e\u0301"], ["x y", "x  y", "X\nY"]]
    cases = [{"completions": [{"reasoning": str(k), "answer": text} for k, text in enumerate(texts)], **how} for texts in lists for how in ({}, {"normalize": "none"})]
    plain = [[1, 1.0, 2], [True, 1, 0], [None, None, "a"], [None, None], [2**70, 1, 2**70], [0, False, MINUS_ZERO], [NAN, 1], [1, NAN], [INF, 1, INF], [2**53, float(2**53)]]
    cases += [{"completions": [{"k": k, "answer": value} for k, value in enumerate(values)], "normalize": "none"} for values in plain]
    two = [{"a": "x", "b": "1"}, {"a": "y", "b": "2"}, {"a": "y", "b": "1"}]
    return cases + [{"completions": two}, {"completions": two, "field": "a"}, {"completions": two, "field": "a", "normalize": "none"}]


def judge():
    rng = random.Random(11)
    shares = ["0.0", "1.0", "1", "0", "0.5", "0.25", "0.1", "0.7", "0.3", "0.66", "1.5", "-0.25", "1e-9", "0.3333333333333333", "inf", "-inf"]
    pairs = [("0.5", "1.0"), ("0.0", "0.0"), ("1.0", "1.0"), ("0.66", "0.66"), ("0.5", "0.9"), ("2", "0.5"), ("-1", "0.5"), ("inf", "0.5"), ("0.1", "0.3")] + [(rng.choice(shares), rng.choice(shares)) for _ in range(40)]
    ways = [("SemanticF1", {}), ("SemanticF1", {"decompositional": True}), ("CompleteAndGrounded", {}), ("SemanticF1", {"threshold": 0.5}), ("CompleteAndGrounded", {"threshold": 0.9})]
    contexts = ["The pier closes at dusk.", "", ["One passage.", "Another, on\ntwo lines."]]
    return [
        {"judge": name, "args": args, "example": {"question": "When does the pier close?", "response": "At dusk."}, "pred": {"response": f"At {k} o'clock.", "context": contexts[k % 3]}, "for_demos": k % 2 == 1, "said": list(pair)}
        for k, (pair, (name, args)) in enumerate((pair, way) for pair in pairs for way in ways)
    ]


def tool_call():
    args = {"port": {"type": "string", "minLength": 2}, "day": {"type": "integer", "minimum": 0}, "opts": {"type": "object", "properties": {"u": {"enum": ["m", "ft"]}, "deep": {"type": "array", "items": {"type": "array", "uniqueItems": True}}},
            "required": ["u"], "additionalProperties": False}, "either": {"type": ["string", "null"], "maxLength": 3}, "one": {"anyOf": [{"type": "integer"}]}, "any": {"type": "Any", "minimum": 5}, "wrong": {"type": "integr"}, "none": None,
            "tree": {"type": "object", "$ref": "#/$defs/node", "$defs": {"node": {"properties": {"left": {"$ref": "#/$defs/node"}, "v": {"type": "number", "multipleOf": 0.5}}}}}}
    calls = [
        {}, {"port": "Kiel"}, {"port": "K"}, {"port": "é😀"}, {"port": 1}, {"port": None}, {"day": 2}, {"day": 2.0}, {"day": 2.5}, {"day": -1}, {"day": True}, {"day": "2"}, {"day": 2**70}, {"day": NAN}, {"opts": {"u": "m"}}, {"opts": {}}, {"opts": {"u": "km"}},
        {"opts": {"u": "m", "v": 1}}, {"opts": {"u": "m", "deep": [[1, 2], [1, True]]}}, {"opts": {"u": "m", "deep": [[1, 1.0]]}}, {"opts": [1]}, {"either": None}, {"either": "four"}, {"one": "text"}, {"any": 1}, {"wrong": 1}, {"none": 1},
        {"tree": {"left": {"left": {"v": 1.5}}}}, {"tree": {"left": {"left": {"v": 1.2}}}}, {"tree": {"v": "x"}}, {"port": "Kiel", "day": "x"},
    ]
    return [{"args_schema": args, "call": call} for call in calls] + [{"args_schema": args, "call": {"unknown": [1.0]}}, *({"args_schema": args, "call": call, "others": False} for call in ({"unknown": 1}, {"port": "Kiel"}))]


def tool_calls_parse():
    values = [
        {"tool_calls": []}, {"tool_calls": [{"id": "x", "name": "f", "args": {"a": [1.0, None]}}]}, {"tool_calls": [{"name": "f"}, {"name": "g", "arguments": {"b": 1}}]}, {"tool_calls": [{"name": "f", "args": None}]},
        {"tool_calls": [{"name": "f", "args": '{"a": 1}'}]}, {"tool_calls": [{"name": "f", "args": "{'a': True,}"}]}, {"tool_calls": [{"name": "f", "args": ""}]}, {"tool_calls": [{"name": "f", "args": "[1]"}]}, {"tool_calls": [{"name": "f", "args": [1]}]},
        {"tool_calls": [{"id": "", "call_id": "c", "name": "f"}]}, {"tool_calls": [{"id": 5, "name": "f"}]}, {"tool_calls": [{"id": 0, "name": "f"}]}, {"tool_calls": [{"name": 1}]}, {"tool_calls": [{"args": {}}]}, {"tool_calls": [1]}, {"tool_calls": None}, {"tool_calls": {"name": "f", "args": {}}},
        {"tool_calls": [{"function": {"name": "f", "arguments": '{"x": "é'}, "id": "1", "type": "function"}]}, {"tool_calls": [{"function": {"arguments": {}}, "name": "outer"}]}, {"tool_calls": [{"function": None, "name": "f"}]}, {"tool_calls": [{"function": "f", "name": "f"}]},
        {"tool_calls": [{"function": {"name": "f", "arguments": None}}], "tool_call_results": 5}, {"name": "f", "args": {}}, {"name": "f", "arguments": "{}"}, {"name": "f"}, {"function": {"name": "f"}}, [{"function": {"name": "g", "arguments": "{}"}}, {"name": "f", "args": {}}],
        [{"name": "f", "args": {}}, {"name": "g"}], [], [1], {}, None, "text", 5,
    ]
    return [{"value": value} for value in values]


def evaluate():
    lists = [[True, False], [1, 1, 1], [0.5, "raise", 1], [0.1] * 10, ["raise", "raise"], [1 / 3, 2 / 3, 0.005], [0.125, 0.0], [True, 0.5, 0, False, 2], [-1, 1, 0.25], [0.123456789],
             [1] * 7 + [0] * 9, [0.1, 0.2, 0.3], [1e-9, 0.99999], [True] * 200 + [False]]
    cases = [{"scores": scores, "args": {}} for scores in lists]
    cases += [{"scores": ["raise", 0.25], "args": {"failure_score": 0.75}}, {"scores": ["raise", 1, 1], "args": {"failure_score": -1}}]
    cases += [{"scores": scores, "args": {}} for scores in ([False] * 3, [2, 3.5], ["raise"] * 3 + [True] * 4, [1 / 7] * 7, [0.335, 0.335], [1e300, 1.0], [0.00005, 0.0], [0.045] * 3)]
    return cases


def cache_key():
    base = {"model": "openai/gpt-x", "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "é \"q\" 😀\n\u2028"}], "temperature": None}
    ignored = ["api_key", "api_base", "base_url"]
    return [
        {"request": base, "ignored": ignored}, {"request": {**base, "api_key": "secret"}, "ignored": ignored}, {"request": {**base, "api_key": "secret"}, "ignored": None},
        {"request": {**base, "temperature": 0}, "ignored": ignored}, {"request": {**base, "temperature": 0.0}, "ignored": ignored}, {"request": {**base, "temperature": 0.7, "rollout_id": 3}, "ignored": ignored},
        {"request": dict(reversed(base.items())), "ignored": ignored}, {"request": {}, "ignored": None}, {"request": {"b": 1, "a": {"d": [1, 2], "c": None}}, "ignored": []},
        {"request": {"é": 1, "z": 2, "A": 3, "日": 4, "😀": 5, "\uffff": 6}, "ignored": None}, {"request": {"x": 1e16, "y": 1e-7, "z": 123456789.125, "w": 1.0, "v": 2**63 - 1, "u": -0.0 + 0}, "ignored": None},
        {"request": {"ctl": "\x00\x1f\x7f\x80\u2028", "slash": "</a>\\/", "tab": "\t\b\f\r\n"}, "ignored": None}, {"request": {"list": [], "dict": {}, "t": True, "f": False}, "ignored": None},
        {"request": {"x": 1e22, "y": 1.7976931348623157e308, "z": 5e-324, "w": 0.1, "a": 100000.0, "b": 1e21, "c": MINUS_ZERO, "d": NAN, "e": INF}, "ignored": None},
    ]


def call(*messages, **settings):
    return {"model": "openai/gpt-x", "messages": list(messages) or [user("Hi")], **settings}


def user(*content, **more):
    return {"role": "user", "content": content[0] if len(content) == 1 else list(content), **more}


def assistant(content=None, **more):
    return {"role": "assistant", "content": content, **more}


def text(words, **more):
    return {"type": "text", "text": words, **more}


def called(name, arguments, id="call_1", **more):
    return {"id": id, "type": "function", "function": {"name": name, "arguments": arguments}, **more}


def function(name, **more):
    return {"type": "function", "function": {"name": name, **more}}


SYSTEM = {"role": "system", "content": "Be brief."}
RESULT = {"role": "tool", "tool_call_id": "call_1", "content": "12 °C"}
SEARCH = function("search", description="Look it up.", parameters={"type": "object", "properties": {"q": {"type": "string"}}, "required": ["q"]})
MARK = {"prompt_cache_breakpoint": {"mode": "explicit"}}


def image(url, **more):
    return {"type": "image_url", "image_url": {"url": url, **more}}


def chat_calls():
    """Calls that both translations of a chat-shaped call are given."""
    pdf, png = "data:application/pdf;base64,JVBERi0xLjQK", "data:image/png;base64,iVBORw0KGgo="
    audio = {"type": "input_audio", "input_audio": {"data": "UklGRg==", "format": "wav"}}
    return [
        call(), call(SYSTEM, user("é 😀\n\u2028")), call(SYSTEM, user("a"), assistant("b"), user("c")), call({"role": "developer", "content": "D"}, user("a")),
        call(user("a"), {"role": "system", "content": "Later."}, {"role": "developer", "content": [text("p"), text("q")]}),
        call({"role": "system", "content": [text("one"), text("two")]}, user("a")), call({"role": "system", "content": [text("one")]}, user("a")), call(SYSTEM), call({"role": "system", "content": ""}, user("a")),
        call(user(text("What is it?"), image("https://example.com/a.JPG"), image(png, detail="low"), text("?"))), call(user(image("https://example.com/a.png?size=2"), image("x.svgz"), image("b.gif.gz"), image("c.d/e"))),
        call(user([image("https://example.com/a.png")])), call(user([image("data:image/png,plain")])), call(user([image("data:image/png;base64,QQ")])), call(user([image("a.png", detail="huge")])),
        call(user(text("Hear."), audio)), call(user(text("Hear."), {"type": "input_audio", "input_audio": {"data": "SUQz", "format": "mp3"}})), call(user([{"type": "input_audio", "input_audio": {"data": "SUQz", "format": "ogg"}}])),
        call(user(text("Read."), {"type": "file", "file": {"file_data": pdf}})), call(user(text("Read."), {"type": "file", "file": {"file_id": "file-1"}})), call(user(text("Read."), {"type": "file", "file": {"file_data": "data:image/svg+xml;base64,PHN2Zy8+"}})),
        call(user(text("Read."), {"type": "file", "file": {"file_data": pdf, "filename": "a.pdf"}})), call(user([{"type": "file", "file": {"file_data": pdf, "file_id": "file-1"}}])), call(user([{"type": "file", "file": {}}])),
        call(user(text("Read."), {"type": "document", "source": {"type": "text", "data": "x"}})), call(user([])), call(user(None)), call(user("a", name="Ada")), call(user("a", name=None)),
        call(user("a"), assistant(tool_calls=[called("search", '{"q": "é 😀\\u007f", "n": 1.50}')]), RESULT, user("and?"), tools=[SEARCH]),
        call(user("a"), assistant("One moment.", tool_calls=[called("search", "{}"), called("search", {"k": [1, None]}, id="call_2")]), RESULT, {**RESULT, "tool_call_id": "call_2", "name": "search", "content": [text("x"), text("y")]}, tools=[SEARCH]),
        call(user("a"), assistant(tool_calls=[called("search", "")]), {**RESULT, "content": [text("See:"), image(png)]}), call(user("a"), assistant(tool_calls=[called("search", "[1]")])), call(user("a"), assistant(tool_calls=[called("search", "{")])),
        call(user("a"), assistant(tool_calls=[called("search", '{"n": NaN}')])), call(user("a"), assistant(tool_calls=[called("search", '{"n": 123456789012345678901234567890, "f": 1E5}')])), call(user("a"), {**RESULT, "content": []}), call(user("a"), {**RESULT, "tool_call_id": None}),
        call(user("a"), assistant("Because.", reasoning_content="Hm.", refusal="No.")), call(user("a"), assistant([text("p"), {"type": "refusal", "refusal": "q"}])), call(user("a"), assistant()), call(user("a"), assistant("", tool_calls=[])),
        call(user("a"), assistant("See é there.", annotations=[{"type": "url_citation", "url_citation": {"url": "https://a.org", "title": "A", "start_index": 4, "end_index": 5}}])), call(user("a"), assistant("b", images=[], thinking_blocks=None, provider_specific_fields={"refusal": None})),
        call(user("a"), assistant("b", function_call={"name": "f", "arguments": "{}"})), call(user("a"), {"role": "function", "name": "f", "content": "1"}), call(user("a"), {"role": "narrator", "content": "b"}), call("a"),
        call(temperature=1, top_p=0.5, max_tokens=64.0, seed=7, frequency_penalty=0, presence_penalty=-2, stop="END", n=3, stream=True), call(max_tokens=5, max_completion_tokens=5), call(max_tokens=5, max_completion_tokens=6), call(max_tokens=0), call(max_tokens=1e20), call(temperature=2.1), call(temperature=True),
        call(stop=["a", "b"], top_k=3), call(stop=[]), call(stop=[""]), call(logprobs=True), call(logprobs=True, top_logprobs=4), call(top_logprobs=4), call(logprobs=False), call(temperature=None, stop=None, tools=None, unheard_of=None), call(unheard_of=1), call(modalities=["audio"]),
        call(reasoning_effort="low"), call(reasoning_effort="none"), call(reasoning_effort="xhigh"), call(reasoning_effort="most"), call(reasoning={"effort": "low"}), call(reasoning=None, reasoning_effort="high"),
        call(response_format={"type": "text"}), call(response_format={"type": "json_object"}), call(response_format={"type": "json_schema", "json_schema": {"name": "A", "schema": {"type": "object"}, "strict": True}}), call(response_format={"type": "json_schema", "json_schema": {"schema": {}}}),
        call(response_format={"type": "json_schema", "json_schema": {"name": "A"}}), call(response_format={"type": "yaml"}), call(response_format={"type": "json_object"}, text={"verbosity": "low"}),
        call(tools=[SEARCH, function("bare"), function("empty", description="", parameters={}, strict=False)]), call(tools=[function("f", strict=True)]), call(tools=[SEARCH, SEARCH]), call(tools=[{"type": "web_search"}]), call(tools=[]), call(functions=[{"name": "f"}], function_call={"name": "f"}),
        call(tools=[SEARCH], tool_choice="required", parallel_tool_calls=False), call(tools=[SEARCH], tool_choice="none"), call(tools=[SEARCH], tool_choice="none", parallel_tool_calls=True), call(tools=[SEARCH], parallel_tool_calls=True), call(tools=[SEARCH], tool_choice={"type": "function", "function": {"name": "search"}}),
        call(tools=[SEARCH], tool_choice={"type": "function", "function": {"name": "find"}}), call(tools=[SEARCH], tool_choice="any"), call(tools=[SEARCH], tool_choice={"type": "function"}),
        call(tools=[SEARCH, function("f")], tool_choice={"type": "allowed_tools", "allowed_tools": {"mode": "auto", "tools": [{"type": "function", "function": {"name": "f"}}]}}),
        call({"role": "system", "content": [text("S", **MARK)]}, user("a")), call(SYSTEM, user([text("a", **MARK)]), user("b"), prompt_cache_key="k", prompt_cache_retention="24h"), {**call(SYSTEM, user([text("a", **MARK)])), "model": "gpt-5.6-mini"}, call(user(text("a", **MARK), text("b"))),
        call(user("a"), assistant([text("b", **MARK)])), {**call(prompt_cache_options={"mode": "explicit"}), "model": "gpt-6.0"}, call(prompt_cache_options={"mode": "explicit"}), call(prompt_cache_options={"mode": "explicit"}, prompt_cache_key="k"), call(prompt_cache_retention="1h"),
        call(user="u", service_tier="flex", store=False, metadata={"a": "b"}, logit_bias={"50": -1}, verbosity="low", provider={"order": ["x"]}), call(safety_identifier="s"), call(user="u", safety_identifier="s"), call(user_id="u"), call(api_key="k", api_base="https://x", timeout=3, rollout_id=1),
        {"model": "", "messages": [user("a")]}, {"messages": [user("a")]}, {"model": "m"}, {"model": "m", "messages": {}}, {"model": "m", "messages": []},
    ]


def openai_chat_wire():
    return [{"request": given} for given in chat_calls()]


def chat_to_responses():
    own = [
        call(user({"type": "input_text", "text": "a"}, {"type": "custom", "deep": [1]}, {"type": "image_url", "image_url": "https://x/a.png"}, {"type": "text"})), call(user([{"type": ["text"]}])), call(user([{"type": "image_url"}])), call(user([5])),
        call({"role": "tool", "content": [text("a"), {"type": "input_text", "text": "b"}, "c", 1.0, None, {"type": "x", "k": "it's"}], "tool_call_id": "t"}), call({"role": "tool", "content": 0}), call({"role": "tool", "content": {"a": 1}}), call({"role": "tool", "content": [text(None)]}),
        call(assistant("", tool_calls=[{"name": "f", "arguments": {"a": 1}, "call_id": "c", "id": "d"}, {"function": {}, "id": ""}])), call(assistant(tool_calls="x")), call(user("a", tool_calls="x")), call(assistant(None, tool_calls=None, name="N")),
        call(max_tokens=None, max_completion_tokens=5), call(max_completion_tokens=None), call(max_output_tokens=1, max_tokens=2), call(reasoning_effort=None), call(reasoning_effort="low", reasoning={"effort": "high"}),
        call(tools=[{"type": "function", "strict": True, "name": "outer", "function": {"name": "f", "description": None, "type": "custom"}}, {"type": "web_search"}, {"type": "function", "name": "g", "description": None}]), call(tools=["function"]), call(tools=[{"function": None}]), call(tools={}),
        call(tool_choice={"function": {}}), call(response_format={"type": "json_object"}, text=None), call(n=None, logprobs=None, stop=[], seed=None, input="gone", odd=NAN), call(user(NAN)),
    ]
    return [{"request": given} for given in chat_calls() + own]


def usage():
    flat = {"prompt_tokens": 10, "completion_tokens": 2, "total_tokens": 12}
    deep = {**flat, "prompt_tokens_details": {"cached_tokens": 3, "audio_tokens": None}, "cost": 0.5, "is_byok": False, "tier": "flex"}
    return [
        {"data": data}
        for data in [
            {}, {"m": []}, {"m": [flat]}, {"m": [flat, flat], "n": [flat]}, {"m": [flat, deep]}, {"m": [deep, flat]}, {"m": [deep, deep, deep]}, {"m": [{}, deep, {}]}, {"m": [deep, {**deep, "is_byok": True, "tier": "auto", "cost": 1}]},
            {"m": [{"a": None}, {"a": None}, {"a": 1}]}, {"m": [{"a": 1}, {"a": None}]}, {"m": [{"a": 1}, {"a": "x"}]}, {"m": [{"a": True}, {"a": 1}]}, {"m": [{"a": 1}, {"a": True}]}, {"m": [{"d": {}}, {"d": 0}]}, {"m": [{"d": None}, {"d": {"x": 1}}]},
            {"m": [{"d": {"x": {"y": 1}}}, {"d": {"x": {"y": 2, "z": 3}, "w": [1]}}, {"d": {"w": [2]}}]}, {"m": [{"a": 9007199254740993}, {"a": 1}]}, {"m": [{"a": 1}, {"a": MINUS_ZERO}]}, {"m": [{"a": 1}, {"b": None, "c": None}]},
        ]
    ]


def compile_few_shot():
    words = {"query": ["sea level", "spring tide", "moon phase"], "reasoning": ["It follows.", "Two steps:\n1. look\n2. count"], "answer": ["low", "high", "none"], "draft": ["d1", "d2"]}
    programs = {
        "one": one("Predict", "question -> answer"),
        "cot": one("ChainOfThought", "question -> answer", "Say how the water stands."),
        "two": {"gen": one("Predict", "question -> query"), "qa": one("Predict", "question, query -> answer")},
        "mixed": {"gen": one("ChainOfThought", "question -> query"), "qa": one("Predict", "question, query -> answer: Literal['low', 'high', 'none']")},
        "three": {"gen": one("Predict", "question -> query"), "write": one("Predict", "question, query -> draft"), "qa": one("ChainOfThought", "question, draft -> answer")},
    }

    def rows(letter, n):
        return [{"question": f"{letter}{k}: how is the water at pier {k * 7 % 11}?", "answer": words["answer"][k * k % 3]} for k in range(n)]

    def case(optimizer, program, args, metric=None, train=12, val=6, noise=0.0, **more):
        made = {"optimizer": optimizer, "program": programs[program], "inputs": ["question"], "args": args, "metric": metric or {"kind": "hash", "field": "answer", "passes": 0.4},
                "lm": {"noise": noise, "words": words}, "trainset": rows("q", train), **more}
        if optimizer == "BootstrapFewShotWithRandomSearch":
            made["valset"] = rows("v", val)
        return made

    # Noise only without labeled demos: after a reply that cannot be read DSPy does not give the teacher the demo back that
    # it took away for that example, and we do.
    equal, graded = {"kind": "equal", "field": "answer"}, {"kind": "graded", "field": "answer"}
    labeled = [case("LabeledFewShot", program, args, train=train) for program, args, train in
               [("one", {"k": 4}, 12), ("one", {}, 5), ("two", {"k": 4}, 12), ("three", {"k": 20}, 40), ("one", {"k": 3, "sample": False}, 12), ("mixed", {"k": 16}, 100), ("one", {"k": 0}, 4)]]
    bootstrap = [case("BootstrapFewShot", program, args, **more) for program, args, more in [
        ("one", {}, {}), ("two", {}, {}), ("cot", {}, {}), ("three", {}, {"train": 20}), ("mixed", {"max_bootstrapped_demos": 2, "max_labeled_demos": 5}, {}),
        ("one", {"max_bootstrapped_demos": 3, "max_labeled_demos": 3}, {"metric": equal}), ("two", {"max_labeled_demos": 0}, {"metric": equal}),
        ("two", {"max_rounds": 3}, {"metric": {"kind": "hash", "field": "answer", "passes": 0.8}}), ("one", {"max_rounds": 2}, {"metric": {"kind": "hash", "field": "answer", "passes": 2}}),
        ("cot", {"max_rounds": 2, "max_bootstrapped_demos": 6, "max_labeled_demos": 0}, {"noise": 0.4}), ("two", {"max_bootstrapped_demos": 8, "max_labeled_demos": 0}, {"noise": 0.3, "train": 9}),
        ("one", {"metric_threshold": 0.6}, {"metric": graded}), ("mixed", {"metric_threshold": 0.9, "max_rounds": 2}, {"metric": graded}),
        ("one", {"max_bootstrapped_demos": 0, "max_labeled_demos": 4}, {}), ("one", {"max_bootstrapped_demos": 20, "max_labeled_demos": 4}, {"train": 6}),
        ("one", {"max_labeled_demos": 0}, {"demos": {"self": [{"question": "known", "answer": "low"}]}}), ("one", {"max_labeled_demos": 2}, {"demos": {"self": [{"question": "known", "answer": "low"}]}}),
    ]]
    search = [case("BootstrapFewShotWithRandomSearch", program, args, **more) for program, args, more in [
        ("one", {"num_candidate_programs": 6, "max_bootstrapped_demos": 3, "max_labeled_demos": 4}, {}),
        ("two", {"num_candidate_programs": 5, "max_bootstrapped_demos": 2, "max_labeled_demos": 4}, {"metric": equal}),
        ("cot", {"num_candidate_programs": 4}, {"metric": graded, "train": 20, "val": 10}),
        ("mixed", {"num_candidate_programs": 4, "max_bootstrapped_demos": 3, "max_labeled_demos": 6, "max_rounds": 2}, {"val": 9}),
        ("two", {"num_candidate_programs": 4, "max_bootstrapped_demos": 3, "max_labeled_demos": 0, "max_rounds": 2}, {"noise": 0.2, "val": 9}),
        ("three", {"num_candidate_programs": 3, "max_bootstrapped_demos": 2, "max_labeled_demos": 2}, {"metric": equal}),
        ("one", {"num_candidate_programs": 8, "max_bootstrapped_demos": 4, "max_labeled_demos": 0, "metric_threshold": 0.5}, {"metric": graded}),
        ("one", {"num_candidate_programs": 10, "max_bootstrapped_demos": 1, "max_labeled_demos": 16, "stop_at_score": 60}, {"metric": equal, "val": 5}),
        ("two", {"num_candidate_programs": 3, "max_bootstrapped_demos": 2, "max_labeled_demos": 3, "labeled_sample": False}, {}),
        ("one", {"num_candidate_programs": 0}, {"metric": equal}),
        ("one", {"num_candidate_programs": 3, "max_bootstrapped_demos": 4, "max_labeled_demos": 0}, {"noise": 1.0}),
    ]]
    return labeled + bootstrap + search
