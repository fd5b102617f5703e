#include <catch2/catch_all.hpp>
#include <strop/schema/parse_type.hpp>
#include <strop/value/dump_json.hpp>
#include <strop/value/parse_json.hpp>

using namespace strop;

namespace {
Type type_of(std::string_view text) {
  Result<Type> type = parse_type(text);
  INFO(text << ": " << (type ? "" : type.error().message));
  REQUIRE(type);
  return *type;
}
Failure failure_of(std::string_view text) {
  const Result<Type> type = parse_type(text);
  INFO(text);
  REQUIRE_FALSE(type);
  return type.error();
}
}  // namespace

TEST_CASE("types are named as DSPy names them") {
  const std::pair<const char*, const char*> cases[] = {
      {"str", "str"},
      {" ( int ) ", "int"},
      {"None", "NoneType"},
      {"List[int]", "list[int]"},
      {"typing.Dict[str, Any]", "dict[str, Any]"},
      {"Optional[str]", "Union[str, NoneType]"},
      {"str | None", "Union[str, NoneType]"},
      {"None | int", "Union[NoneType, int]"},
      {"NoneType | int", "Union[int, NoneType]"},
      {"Union[int, Union[str, int], None]", "Union[int, str, NoneType]"},
      {"int | int", "int"},
      {"Optional[None]", "NoneType"},
      {"list[None]", "list[None]"},
      {"list['int']", "list[int]"},
      {"dict[str, list[Optional[float]]]", "dict[str, list[Union[float, NoneType]]]"},
      {"list[int,]", "list[int]"},
      {"Literal['a', \"it's\", 'say \"hi\"', 'both\"\\'', 1, True, None, 1.5, -2]",
       "Literal['a', \"it's\", 'say \"hi\"', 'both\"\\'', 1, True, None, 1.5, -2]"},
      {"Literal[('a', 'b')]", "Literal['a', 'b']"},
      {"Literal['a' 'b', Literal['c'], 'c']", "Literal['ab', 'c']"},
      {"Literal[1, True, 1.0, 1]", "Literal[1, True, 1.0]"},
      {"list # of what\n[int]", "list[int]"},
      {"Text", "str"}};
  for (const auto& [text, name] : cases) {
    INFO(text);
    CHECK(display_name(type_of(text)) == name);
    CHECK(parse_type(type_text(type_of(text))).value() == type_of(text));
  }
  CHECK(display_name(type_of(R"(Literal['a\nb\\'])")) == "Literal['a\nb\\']");
  CHECK(type_text(type_of(R"(Literal['a\nb\\'])")) == R"(Literal['a\nb\\'])");
}

TEST_CASE("what is no type is refused with column and fix") {
  const std::tuple<const char*, const char*, const char*> cases[] = {
      {"", "bad_type", "column 1: a type is missing here, such as str, int or list[str]"},
      {"string", "unknown_type", "column 1: unknown type string: write str"},
      {"list[number]", "unknown_type", "column 6: unknown type number: write float or int"},
      {"str[]", "bad_type", "column 4: str[] is no Python type: write list[str]"},
      {"complex", "unsupported_type", ""},
      {"pydantic.BaseModel", "unsupported_type", ""},
      {"Colour", "unknown_type", ""},
      {"dict[str]", "bad_type", "column 1: dict takes two types: dict[str, int]"},
      {"list[int, str]", "bad_type", ""},
      {"list[int", "bad_type", "column 5: this '[' is never closed"},
      {"list[]", "bad_type", "column 5: a type is missing between the brackets"},
      {"Literal[yes]", "bad_type", "column 9: a text in a Literal needs quotes: \"yes\""},
      {"Literal['yes]", "bad_type", "column 9: this quote is never closed"},
      {"Literal[]", "bad_type", ""},
      {"Optional", "bad_type", ""},
      {"Optional[int, str]", "bad_type", ""},
      {"int | ", "bad_type", ""},
      {"int str", "bad_type", "column 5: the type ends before this"},
      {"(int, str)", "bad_type", ""},
      {"'int'", "bad_type", ""},
      {"List", "bad_type", ""},
      {"é|", "unknown_type", ""},
      {"int[str]", "bad_type", ""},
      {"Literal[f'x']", "bad_type", ""},
      {"5", "bad_type", "column 1: expected a type such as str, int or list[str], found '5'"}};
  for (const auto& [text, code, message] : cases) {
    const Failure failure = failure_of(text);
    CHECK(failure.code == code);
    if (*message) CHECK(failure.message == message);
  }
}

TEST_CASE("hostile types are bounded") {
  std::string deep;
  for (int i = 0; i < 10'000; ++i) deep += "list[";
  CHECK_FALSE(parse_type(deep));
  CHECK_FALSE(parse_type(std::string(100'000, '(')));
  std::string literals;
  for (int i = 0; i < 10'000; ++i) literals += "Literal[";
  CHECK_FALSE(parse_type(literals));
}

TEST_CASE("JSON Schemas are pydantic's in DSPy's order") {
  const std::pair<const char*, const char*> cases[] = {
      {"list", R"({"type": "array", "items": {}})"},
      {"list[bool]", R"({"type": "array", "items": {"type": "boolean"}})"},
      {"dict", R"({"type": "object", "additionalProperties": true})"},
      {"dict[str, Any]", R"({"type": "object", "additionalProperties": true})"},
      {"dict[Literal['a', 'b'], int]",
       R"({"type": "object", "additionalProperties": {"type": "integer"}, "propertyNames": {"enum": ["a", "b"]}})"},
      {"None | int | str", R"({"anyOf": [{"type": "integer"}, {"type": "string"}, {"type": "null"}]})"},
      {"Union[list, list[Any]]", R"({"type": "array", "items": {}})"},
      {"Optional[Literal['a']]", R"({"anyOf": [{"type": "string", "const": "a"}, {"type": "null"}]})"},
      {"list[Literal['a', 1]]", R"({"type": "array", "items": {"enum": ["a", 1]}})"},
      {"Any", "{}"},
      {"Literal[1.5, 2.5]", R"({"type": "number", "enum": [1.5, 2.5]})"}};
  for (const auto& [text, schema] : cases) {
    INFO(text);
    CHECK(dump_json(prompt_schema(type_of(text))) == schema);
  }
}
