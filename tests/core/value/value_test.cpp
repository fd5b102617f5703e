#include <catch2/catch_all.hpp>
#include <cmath>
#include <limits>
#include <random>
#include <strop/value/dump_json.hpp>
#include <strop/value/number.hpp>
#include <strop/value/parse_json.hpp>
#include <strop/value/python_literal.hpp>
#include <strop/value/python_value.hpp>

using namespace strop;

namespace {
Json parsed(std::string_view text) {
  Result<Json> json = parse_json(text);
  INFO(text << ": " << (json ? "" : json.error().message));
  REQUIRE(json);
  return *json;
}
std::string round_trip(std::string_view text) { return dump_json(parsed(text), JsonStyle::compact); }
std::string failure(std::string_view text) {
  const Result<Json> json = parse_json(text);
  return json ? "" : json.error().message;
}
std::string float_text(double number) {
  std::string text;
  append_float(text, number);
  return text;
}
}  // namespace

TEST_CASE("JSON is read and written as Python does") {
  for (const char* text : {"null",
                           "true",
                           "false",
                           "0",
                           "-1",
                           "1.5",
                           "\"\"",
                           "[]",
                           "{}",
                           R"([1,2.0,"x",{"b":1,"a":[null]}])",
                           "NaN",
                           "Infinity",
                           "-Infinity",
                           "1e+16",
                           "9223372036854775807",
                           "-9223372036854775808",
                           "9223372036854775808",
                           "123456789012345678901234567890",
                           "-123456789012345678901234567890",
                           R"("é\n\"\\\u0001")"}) {
    CHECK(round_trip(text) == text);
  }
  CHECK(round_trip(" [ 1 , 2 ] \n") == "[1,2]");
  CHECK(round_trip(R"({"a":1,"b":2,"a":3})") == R"({"a":3,"b":2})");
  CHECK(parsed(R"("\u00e9\ud83d\ude00\ud83d")") == "é😀\uFFFD");
  CHECK(parsed("\"\xFF\"") == "\uFFFD");
  CHECK(round_trip("1E400") == "Infinity");
  CHECK(dump_json(parsed(R"({"a":[1,{"b":null}],"c":{}})")) == R"({"a": [1, {"b": null}], "c": {}})");
  CHECK(dump_json(parsed(R"({"a":[1,{"b":null}],"c":{},"d":[]})"), JsonStyle::indented) ==
        "{\n  \"a\": [\n    1,\n    {\n      \"b\": null\n    }\n  ],\n  \"c\": {},\n  \"d\": []\n}");
  CHECK(dump_json("/\u2028\x7f") == "\"/\u2028\x7f\"");
}

TEST_CASE("what is no JSON is refused with its place") {
  for (const char* text : {"",        " ",           "nul",      "01",         "-",     "1.",     "+1",
                           ".5",      "'a'",         "[1,]",     "{\"a\":1,}", "{a:1}", "[1 2]",  "\"a",
                           "\"\\x\"", "\"\\u12g4\"", "\"a\nb\"", "1 2",        "[",     "{\"a\"", "\xEF\xBB\xBF{}"}) {
    INFO(text);
    CHECK_FALSE(parse_json(text));
  }
  CHECK(failure("{\n  \"é\": tru\n}") == "line 2, column 8: expected a value");
  CHECK(failure("[1, 2") == "line 1, column 6: expected ',' or ']' in an array");
}

TEST_CASE("hostile JSON is bounded") {
  CHECK(parse_json(std::string(256, '[') + std::string(256, ']')));
  const Result<Json> deep = parse_json(std::string(1'000'000, '['));
  REQUIRE_FALSE(deep);
  CHECK(deep.error().code == "json_too_deep");
  CHECK(parse_json("[1,2,3]", {.bytes = 6}).error().code == "json_too_large");

  std::string many = "{";  // many keys take linear time
  for (int i = 0; i < 200'000; ++i) many += '"' + std::to_string(i % 150'000) + "\":" + std::to_string(i) + ',';
  many.back() = '}';
  const Json object = parsed(many);
  CHECK(object.size() == 150'000);
  CHECK(object.begin().value() == 150'000);
}

TEST_CASE("floats are written as Python's repr") {
  const std::pair<double, const char*> cases[] = {{1, "1.0"},
                                                  {-0.0, "-0.0"},
                                                  {0.1, "0.1"},
                                                  {1e15, "1000000000000000.0"},
                                                  {1e16, "1e+16"},
                                                  {123456789012345680.0, "1.2345678901234568e+17"},
                                                  {1e-4, "0.0001"},
                                                  {1e-5, "1e-05"},
                                                  {1.5e-7, "1.5e-07"},
                                                  {1e22, "1e+22"},
                                                  {1e100, "1e+100"},
                                                  {5e-324, "5e-324"},
                                                  {1.7976931348623157e308, "1.7976931348623157e+308"}};
  for (const auto& [number, text] : cases) CHECK(float_text(number) == text);
  std::mt19937_64 random(7);
  for (int i = 0; i < 10'000; ++i) {
    const double number = std::bit_cast<double>(random());
    if (std::isfinite(number)) CHECK(double_from_text(float_text(number)) == number);
  }
}

TEST_CASE("canonical JSON sorts keys and has floats as orjson") {
  CHECK(canonical_json(parsed(R"({"b":1e16,"a":[1e-5,1.5e-05,1e-6,-1e-5,NaN],"é":{"z":1,"y":2}})")) ==
        R"({"a":[0.00001,0.000015,1e-6,-0.00001,null],"b":1e+16,"é":{"y":2,"z":1}})");
}

TEST_CASE("integers have no limit") {
  const Json big = integer_from_text("-00123456789012345678901234567890");
  CHECK(is_big_integer(big));
  CHECK(integer_text(big) == "-123456789012345678901234567890");
  CHECK(integer_from_text("+007") == 7);
  CHECK(as_double(big) == -123456789012345678901234567890.0);
  CHECK_FALSE(same_value(parsed("18446744073709551615"), -1));
  CHECK_FALSE(same_value(1, 1.0));
  CHECK_FALSE(same_value(1, true));
  CHECK(python_equal(1, true));
  CHECK(python_equal(1.0, 1));
  CHECK(python_str(big) == "-123456789012345678901234567890");
}

TEST_CASE("values are shown as Python's str and repr") {
  CHECK(python_str("it's") == "it's");
  CHECK(python_repr("it's") == "\"it's\"");
  CHECK(python_repr("both\"'") == R"('both"\'')");
  CHECK(python_repr("a\n\t\\\x01é\u00a0\u2028😀") == R"('a\n\t\\\x01é\xa0\u2028😀')");
  CHECK(python_str(parsed(R"([1,2.0,true,null,"a",{"k":[]}])")) == "[1, 2.0, True, None, 'a', {'k': []}]");
  CHECK(python_str(parsed("NaN")) == "nan");
}

TEST_CASE("a field's value in a prompt") {
  CHECK(format_value("as {it} is", true) == "as {it} is");
  CHECK(format_value(true, false) == "True");
  CHECK(format_value(nullptr, false) == "None");
  CHECK(format_value(parsed("-Infinity"), false) == "-inf");
  CHECK(format_value(parsed(R"(["é",{"a":Infinity}])"), false) == R"(["é", {"a": null}])");
  CHECK(format_value(Json::array(), true) == "N/A");
  CHECK(format_value(parsed(R"(["one"])"), true) == "«one»");
  CHECK(format_value(parsed(R"(["one","two\nlines",3,["«"]])"), true) ==
        "[1] «one»\n[2] «««\n    two\n    lines\n»»»\n[3] «3»\n[4] «['«']»");
}

TEST_CASE("Python literals") {
  const std::pair<const char*, const char*> cases[] = {{"1", "1"},
                                                       {" -0x1F", "-31"},
                                                       {"1_000.5e1", "10005.0"},
                                                       {"0b101", "5"},
                                                       {"(1,)", "[1]"},
                                                       {"(1)", "1"},
                                                       {"1, 'a'", "[1,\"a\"]"},
                                                       {"{1, 2}", "[1,2]"},
                                                       {"{'a': (1, None), True: [],}", R"({"a":[1,null],"True":[]})"},
                                                       {"'a' \"b\"", "\"ab\""},
                                                       {R"(r'\d' '\x41\u00e9\101')", R"("\\dAéA")"},
                                                       {"'''x\ny'''", R"("x\ny")"},
                                                       {"[ # note\n1]", "[1]"},
                                                       {"--1", "1"},
                                                       {"True", "true"},
                                                       {".5", "0.5"},
                                                       {"0x1_0000_0000_0000_0000_0000", "1208925819614629174706176"},
                                                       {"()", "[]"}};
  for (const auto& [text, json] : cases) {
    INFO(text);
    const Result<Json> value = parse_python_literal(text);
    REQUIRE(value);
    CHECK(dump_json(*value, JsonStyle::compact) == json);
  }
  for (const char* text :
       {"", "a", "1 2", "01", "[1", "'a", "f'x'", "b'x'", "1+1", "{1: 2, 3}", "{[]: 1}", "1__0", "Truex", "print(1)"}) {
    INFO(text);
    CHECK_FALSE(parse_python_literal(text));
  }
  CHECK_FALSE(parse_python_literal(std::string(100'000, '[')));
  CHECK_FALSE(parse_python_literal(std::string(100'000, '-') + "1"));
}
