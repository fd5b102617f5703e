#include <catch2/catch_all.hpp>
#include <strop/adapter/adapter.hpp>
#include <strop/value/parse_json.hpp>

using namespace strop;

namespace {

Json json(std::string_view text) { return *parse_json(text); }

std::string shown(std::string_view type, std::string_view value, std::string_view classes = "{}") {
  const ClassTable table = *ClassTable::from_json(json(classes));
  const Signature signature = *parse_signature(std::string("v: ").append(type).append(" -> a"), {}, &table);
  Json inputs = Json::object();
  inputs["v"] = json(value);
  return two_step_adapter().call(signature, inputs).messages[0].content.get<std::string>().substr(3);
}

}  // namespace

TEST_CASE("the first prompt is in free form") {
  const Signature signature = *parse_signature("q, n: int -> a, b: list[str]", "Think.");
  const Prompt prompt = two_step_adapter().stable(
      signature, {json(R"({"q": "1", "n": 2, "a": "x", "b": ["y"]})"), json(R"({"q": "1", "a": "x"})")});
  REQUIRE(prompt.messages.size() == 5);
  CHECK(prompt.messages[0].content ==
        "You are a helpful assistant that can solve tasks based on user input.\nAs input, you will be provided with:\n"
        "1. `q` (str): \n2. `n` (int):\nYour outputs must contain:\n1. `a` (str): \n2. `b` (list[str]):\n"
        "You should lay out your outputs in detail so that your answer can be understood by another agent\n"
        "Specific instructions: Think.");
  CHECK(prompt.messages[1].content ==
        "This is an example of the task, though some input or output fields are not supplied.\n\nq: 1");
  CHECK(prompt.messages[2].content == "a: x");
  CHECK(prompt.messages[3].content == "q: 1\n\nn: 2");
  CHECK(prompt.messages[4].content == "a: x\n\nb: ['y']");
}

TEST_CASE("values are shown as Python's str() shows them") {
  constexpr std::string_view classes = R"({
    "Color": {"kind": "enum", "members": {"RED": "red"}},
    "Person": {"kind": "model", "fields": [{"name": "name"}, {"name": "age", "type": "float", "alias": "years"}]},
    "Point": {"kind": "dataclass", "fields": [{"name": "x", "type": "int"}]}})";
  CHECK(shown("dict[str, Any]", R"({"a": [true, null, "it's"]})") == R"({'a': [True, None, "it's"]})");
  CHECK(shown("Color", "\"red\"", classes) == "Color.RED");
  CHECK(shown("list[Color]", "[\"red\"]", classes) == "[<Color.RED: 'red'>]");
  CHECK(shown("Person", R"({"name": "N", "years": 3})", classes) == "name='N' age=3.0");
  CHECK(shown("list[Person]", R"([{"name": "N", "years": 3}])", classes) == "[Person(name='N', age=3.0)]");
  CHECK(shown("Point", R"({"x": 1})", classes) == "Point(x=1)");
  CHECK(shown("datetime", "\"2020-01-02T03:04:05Z\"") == "2020-01-02 03:04:05+00:00");
  CHECK(shown("list[datetime]", "[\"2020-01-02T03:04:00-01:30\"]") ==
        "[datetime.datetime(2020, 1, 2, 3, 4, tzinfo=TzInfo(-5400))]");
  CHECK(shown("timedelta", "\"-PT0.5S\"") == "-1 day, 23:59:59.500000");
  CHECK(shown("list[timedelta]", "[\"P1DT1S\"]") == "[datetime.timedelta(days=1, seconds=1)]");
  CHECK(shown("tuple[int]", "[1]") == "(1,)");
  CHECK(shown("set[int]", "[]") == "set()");
  CHECK(shown("list[bytes]", "[\"é'\"]") == R"([b"\xc3\xa9'"])");
  CHECK(shown("date", "\"no date\"") == "no date");
}

TEST_CASE("the second call extracts the outputs from a text") {
  const Signature made = extraction_signature(*parse_signature("q -> a, n: int", "Think."));
  REQUIRE(made.inputs().size() == 1);
  CHECK(made.inputs()[0].name == "text");
  CHECK(made.outputs().size() == 2);
  CHECK(made.instructions() ==
        "The input is a text that should contain all the necessary information to produce the fields `a`, `n`.         "
        "    Your job is to extract the fields from the text verbatim. Extract precisely the appropriate value "
        "(content) for each field.");
  // As in DSPy, an output of that name takes the input's place.
  CHECK(extraction_signature(*parse_signature("q -> text")).inputs().empty());
}

TEST_CASE("what was extracted is read as the chat adapter reads it") {
  const Signature signature = *parse_signature("q -> n: int");
  CHECK((*two_step_adapter().parse(signature, "[[ ## n ## ]]\n4"))["n"] == 4);
  const Result<Json> wrong = two_step_adapter().parse(signature, "[[ ## n ## ]]\nfour");
  REQUIRE_FALSE(wrong);
  CHECK(wrong.error().code == "adapter_parse");
  CHECK(adapter_named("two_step") == &two_step_adapter());
  CHECK(adapter_named("baml") == &baml_adapter());
}
