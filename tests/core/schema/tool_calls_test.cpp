#include <catch2/catch_all.hpp>
#include <strop/schema/tool_calls.hpp>
#include <strop/value/dump_json.hpp>
#include <strop/value/parse_json.hpp>

using namespace strop;

namespace {

std::string text(const Result<Json>& result) {
  return result ? dump_json(*result, JsonStyle::compact) : "refused " + result.error().message;
}

std::string calls(const char* value) { return text(read_tool_calls(parse_json(value).value())); }

std::string checked(const char* arguments, const char* schemas, bool others = false) {
  return text(check_arguments(parse_json(arguments).value(), parse_json(schemas).value(), others));
}

}  // namespace

TEST_CASE("calls are read in DSPy's and in OpenAI's form") {
  CHECK(calls(R"({"tool_calls": [{"id": "x", "name": "f", "args": {"a": 1.0}}]})") ==
        R"([{"id":"x","name":"f","args":{"a":1.0}}])");
  CHECK(calls(R"({"function": {"name": "f", "arguments": "{'a': True}"}, "call_id": "c"})") ==
        R"([{"id":"c","name":"f","args":{"a":true}}])");
  CHECK(calls(R"([{"name": "f", "arguments": {}}, {"name": "g", "args": [1]}])") ==
        R"([{"id":null,"name":"f","args":{}},{"id":null,"name":"g","args":{}}])");
  CHECK(calls(R"({"tool_calls": [{"name": "f"}]})") == R"([{"id":null,"name":"f","args":{}}])");
  CHECK(calls("[]") == "[]");
}

TEST_CASE("what holds no calls is refused") {
  for (const char* value : {"\"text\"", "null", "{}", R"({"name": "f"})", R"([{"name": "f"}])", R"({"tool_calls": {}})",
                            R"({"tool_calls": [1]})", R"({"tool_calls": [{}]})", R"({"name": 1, "args": {}})",
                            R"({"name": "f", "args": "[1]"})", R"({"name": "f", "args": ""})",
                            R"({"name": "f", "args": {}, "id": 5})", R"({"function": "f"})"}) {
    CAPTURE(value);
    CHECK_THAT(calls(value), Catch::Matchers::StartsWith("refused"));
  }
}

TEST_CASE("arguments are held against their schemas") {
  const char* const schemas =
      R"({"port": {"type": "string"}, "free": {"enum": [1]}, "any": {"type": "Any"}, "odd": 1})";
  CHECK(checked(R"({"port": "Kiel"})", schemas) == R"({"port":"Kiel"})");
  CHECK(checked("{}", schemas) == "{}");
  CHECK(checked(R"({"free": 2, "any": []})", schemas) == R"({"free":2,"any":[]})");  // without a type, as in DSPy
  CHECK(checked(R"({"port": 1})", schemas) == R"(refused argument "port": 1 is not of type "string")");
  CHECK(checked(R"({"x": 1})", schemas) == R"(refused the tool has no argument "x")");
  CHECK(checked(R"({"x": 1})", schemas, true) == R"({"x":1})");
  CHECK_THAT(checked(R"({"odd": 1})", schemas), Catch::Matchers::StartsWith("refused"));
  CHECK_THAT(checked("[]", schemas), Catch::Matchers::StartsWith("refused"));
}
