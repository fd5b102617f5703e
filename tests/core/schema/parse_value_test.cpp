#include <catch2/catch_all.hpp>
#include <strop/schema/parse_type.hpp>
#include <strop/schema/parse_value.hpp>
#include <strop/text/format.hpp>
#include <strop/value/dump_json.hpp>
#include <strop/value/parse_json.hpp>

using namespace strop;

namespace {
/// The value as compact JSON, or the failure's message behind a '!'.
std::string read(const Json& value, std::string_view type) {
  const Result<Json> result = parse_value(value, parse_type(type).value());
  return result ? dump_json(*result, JsonStyle::compact) : "!" + result.error().message;
}
std::string read_json(std::string_view json, std::string_view type) { return read(*parse_json(json), type); }
}  // namespace

TEST_CASE("texts are read as the declared type") {
  const std::tuple<const char*, const char*, const char*> cases[] = {
      {"str", "[1, 2]", "\"[1, 2]\""},
      {"int", "42", "42"},
      {"int", " 42.0 ", "42"},
      {"int", "1e3", "1000"},
      {"int", "0x10", "16"},
      {"int", "+5", "5"},
      {"int", "123456789012345678901234567890", "123456789012345678901234567890"},
      {"float", "12", "12.0"},
      {"float", "1_000.5", "1000.5"},
      {"float", "NaN", "NaN"},
      {"float", "-inf", "-Infinity"},
      {"bool", "true", "true"},
      {"bool", "Yes", "true"},
      {"bool", "0", "false"},
      {"bool", "off", "false"},
      {"list[int]", "[1, \"2\", 3.0]", "[1,2,3]"},
      {"list[int]", "```json\n[1]\n```", "[1]"},
      {"dict[str, int]", "{'a': '1'}", R"({"a":1})"},
      {"dict[int, str]", R"({"1": "x"})", R"({"1":"x"})"},
      {"Optional[int]", "null", "null"},
      {"Optional[int]", "None", "null"},
      {"Optional[str]", "null", "\"null\""},
      {"Optional[str]", "", "\"\""},
      {"Any", "[1, {\"a\": null}]", R"([1,{"a":null}])"},
      {"Any", "plain words", "\"plain words\""},
      {"Literal['yes', 'no']", " \"yes\" ", "\"yes\""},
      {"Literal['yes', 'no']", "Literal[no]", "\"no\""},
      {"Literal['yes', 'no']", "str['no']", "\"no\""},
      {"Literal[1, 2]", "2", "2"},
      {"Literal[True]", "true", "true"},
      {"Union[list[str], int]", "1", "1"},
      {"None", "null", "null"}};
  for (const auto& [type, text, json] : cases) {
    INFO(type << " from " << text);
    CHECK(read(text, type) == json);
  }
}

TEST_CASE("values are coerced as in pydantic's lax mode") {
  const std::tuple<const char*, const char*, const char*> cases[] = {
      {"str", "null", "\"None\""},
      {"str", R"({"a": [true]})", "\"{'a': [True]}\""},
      {"int", "true", "1"},
      {"int", "2.0", "2"},
      {"float", "true", "1.0"},
      {"bool", "1", "true"},
      {"bool", "0.0", "false"},
      {"list[float]", "[1, \"2\"]", "[1.0,2.0]"},
      {"Union[int, str]", "\"5\"", "5"},
      {"Union[str, int]", "true", "1"},
      {"Union[float, int]", "3", "3"},
      {"Union[int, bool]", "true", "true"},
      {"Union[list[int], list[str]]", "[\"1\"]", "[\"1\"]"},
      {"Union[list[str], list[int]]", "[1.0]", "[1]"},
      {"Literal[1, 2]", "1.0", "1.0"},
      {"Optional[Literal[1, True]]", "1.0", "true"}};
  for (const auto& [type, value, json] : cases) {
    INFO(type << " from " << value);
    CHECK(read_json(value, type) == json);
  }
}

TEST_CASE("a long Literal chooses as a short one does") {
  std::string many = "[0.5, -0.0, True, 1, 2, 'v1'";
  for (int i = 10; i < 200; ++i) many += strop::format(", {}, 'v{}'", {i, i});
  for (const char* value : {"[1]", "[1.0]", "[true]", "[2.0]", "[0]", "[false]", "[0.5]", R"(["v1"])", "[199.0]",
                            R"(["v199"])", "[0, \"v150\", 1.0, true, 150]"}) {
    INFO(value);
    const std::string shorter = "Literal[0.5, -0.0, True, 1, 2, 'v1', 199, 'v199', 150, 'v150']";
    CHECK(read_json(value, "list[Literal" + many + "]]") == read_json(value, "list[" + shorter + "]"));
  }
  CHECK(read_json("[9]", "list[Literal" + many + "]]") == "!at [0]: expected one of 386 values, found 9");
}

TEST_CASE("what does not fit says what was wanted and where") {
  CHECK(read("abc", "int") == "!expected an integer, found \"abc\"");
  CHECK(read("1.5", "int") == "!expected an integer, found 1.5");
  CHECK(read("1,000", "int").starts_with("!"));
  CHECK(read("", "int").starts_with("!"));
  CHECK(read("2", "bool") == "!expected True or False, found 2");
  CHECK(read("maybe", "Literal['yes', 'no']") == "!expected Literal['yes', 'no'], found \"maybe\"");
  CHECK(read("YES", "Literal['yes', 'no']").starts_with("!"));
  CHECK(read(R"({"a": [1, "x"]})", "dict[str, list[int]]") == "!at .a[1]: expected an integer, found \"x\"");
  CHECK(read_json("1", "Optional[str]") == "!expected Union[str, NoneType], found 1");
  CHECK(read_json("1e30", "int").starts_with("!"));
  CHECK(read("not json or literal", "dict").starts_with("!expected a dict"));
  CHECK(read(std::string(100'000, '['), "list").starts_with("!"));
}
