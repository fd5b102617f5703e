#include <catch2/catch_all.hpp>
#include <strop/schema/parse_type.hpp>
#include <strop/schema/parse_value.hpp>
#include <strop/schema/read_value.hpp>
#include <strop/value/dump_json.hpp>

using namespace strop;

namespace {

std::string read(std::string_view text, std::string_view type) {
  const Result<Json> result = read_value(Json(text), *parse_type(type));
  return result ? dump_json(*result, JsonStyle::compact) : "!" + result.error().message;
}

}  // namespace

TEST_CASE("what parse_value rejects is read as a careful person would") {
  const std::tuple<const char*, const char*, const char*> cases[] = {
      {"int", "1,000", "1000"},
      {"int", "-12,345,678.", "-12345678"},
      {"int", "**42**", "42"},
      {"int", "`42`.", "42"},
      {"float", "1,234.5", "1234.5"},
      {"Union[int, float]", "1,000", "1000"},
      {"bool", "Yes.", "true"},
      {"bool", "**False**!", "false"},
      {"Literal['yes', 'no']", "Yes", "\"yes\""},
      {"Literal['yes', 'no']", "`no`.", "\"no\""},
      {"Literal['yes', 'no']", "“yes”", "\"yes\""},
      {"Literal['yes', 'no']", "```\nno\n```", "\"no\""},
      {"Literal['in_progress', 'done']", "In Progress", "\"in_progress\""},
      {"Literal['a', 'A']", "`A`.", "\"A\""},
      {"Literal['1', '-1']", "-1.", "\"-1\""},
      {"Literal[1, 2]", "\"2\".", "2"},
      {"Optional[Literal['a', 'b']]", "A", "\"a\""},
      {"Optional[int]", "N/A", "null"},
      {"Optional[int]", "none.", "null"},
      {"Optional[int]", "", "null"},
      {"Optional[list[str]]", "N/A", "null"},
      {"list[str]", "- a\n- b", R"(["a","b"])"},
      {"list[str]", "Here they are:\n\n1. a\n2) b", R"(["a","b"])"},
      {"list[str]", "a\nb: c\nd", R"(["a","b: c","d"])"},
      {"list[str]", "```\n* a\n```", R"(["a"])"},
      {"list[int]", "- 1\n- 2,000", "[1,2000]"},
      {"list[float]", "1.5\n-2.5", "[1.5,-2.5]"},
      {"list", "• a\n• b", R"(["a","b"])"},
      {"list[Literal['x', 'y']]", "* X\n* y.", R"(["x","y"])"},
      {"list[str]", "[\"a\", 1]", R"(["a","1"])"},
      {"dict[str, list[int]]", "{\"a\": [\"1,000\"]}", R"({"a":[1000]})"}};
  for (const auto& [type, text, json] : cases) {
    INFO(type << " from " << text);
    CHECK(read(text, type) == json);
    CHECK_FALSE(parse_value(Json(text), *parse_type(type)));
  }
}

TEST_CASE("what has no certain reading stays wrong") {
  const std::pair<const char*, const char*> cases[] = {{"int", "42 apples"},
                                                       {"int", "1,00"},
                                                       {"int", "1,0000"},
                                                       {"int", "10%"},
                                                       {"int", ""},
                                                       {"float", "50%"},
                                                       {"float", "1,5"},
                                                       {"bool", "maybe"},
                                                       {"bool", "yes and no"},
                                                       {"list[str]", "N/A"},
                                                       {"list[str]", "a, b"},
                                                       {"list[str]", "I cannot say."},
                                                       {"list[str]", "- a\n  - b"},
                                                       {"list[str]", "- a\nb"},
                                                       {"list[str]", "a\n\nb"},
                                                       {"list[int]", "- 1\n- two"},
                                                       {"list[list[int]]", "- 1"},
                                                       {"list[int]", "None"},
                                                       {"Literal['a', 'b']", "c"},
                                                       {"dict", "a: 1"},
                                                       {"Literal['a', 'b']", "a, b"},
                                                       {"int", "N/A"}};
  for (const auto& [type, text] : cases) {
    INFO(type << " from " << text);
    CHECK(read(text, type).starts_with("!"));
  }
  CHECK(read("ab", "Literal['Ab', 'aB']") == "!it could mean 'Ab' or 'aB'");
  CHECK(read("n/a", "Optional[Literal['N/A', 'x']]") == "!it could mean 'N/A' or None");
}

TEST_CASE("what parse_value takes means the same") {
  CHECK(read("None", "Optional[str]") == "\"None\"");
  CHECK(read("[1, 2]", "str") == "\"[1, 2]\"");
  CHECK(read("1,000", "list[int]") == "[1,0]");
}
