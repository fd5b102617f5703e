#include <catch2/catch_all.hpp>
#include <strop/schema/json_schema_check.hpp>
#include <strop/value/parse_json.hpp>

using namespace strop;
using Catch::Matchers::ContainsSubstring;

namespace {

std::string check(const char* value, const std::string& schema) {
  const auto failure = check_json_schema(parse_json(value).value(), parse_json(schema).value());
  return failure ? std::string(failure->code) + " " + failure->message : "fits";
}

}  // namespace

TEST_CASE("a value is held against a schema, and the place is named") {
  const char* const schema = R"({"type": "object", "properties": {"opts": {"type": "object", "properties":
    {"u": {"enum": ["m", "ft"]}}, "additionalProperties": false}, "tags": {"type": "array", "items": {"type": "string"}}},
    "required": ["opts"]})";
  CHECK(check(R"({"opts": {"u": "m"}, "tags": ["a"], "more": 1})", schema) == "fits");
  CHECK(check(R"({"opts": {"u": "km"}})", schema) == R"(bad_value opts.u: "km" is not one of ["m", "ft"])");
  CHECK(check(R"({"opts": {}, "tags": ["a", 1]})", schema) == R"(bad_value tags[1]: 1 is not of type "string")");
  CHECK(check(R"({"opts": {"v": 1}})", schema) == R"(bad_value opts: there can be no "v")");
  CHECK(check("{}", schema) == R"(bad_value "opts" is missing)");
}

TEST_CASE("numbers are those of JSON Schema") {
  CHECK(check("1.0", R"({"type": "integer"})") == "fits");
  CHECK(check("true", R"({"type": "number"})") != "fits");
  CHECK(check("1", R"({"enum": [true, 1.0]})") == "fits");
  CHECK(check("true", R"({"enum": [1]})") != "fits");
  CHECK(check("0.3", R"({"multipleOf": 0.1})") != "fits");  // as Python divides
  CHECK(check("1e308", R"({"multipleOf": 0.5})") == "fits");
  CHECK(check("123456789012345678901234567890", R"({"type": "integer", "minimum": 0})") == "fits");
}

TEST_CASE("choices, conditions and references") {
  CHECK(check("3", R"({"oneOf": [{"type": "integer"}, {"minimum": 2}]})") != "fits");
  CHECK(check("1", R"({"oneOf": [{"type": "integer"}, {"minimum": 2}]})") == "fits");
  CHECK(check("1", R"({"if": {"type": "integer"}, "then": {"maximum": 0}})") != "fits");
  CHECK(check("[1, 2, 1]", R"({"uniqueItems": true})") != "fits");
  CHECK(check("[[1], [true]]", R"({"uniqueItems": true})") == "fits");
  CHECK(check("[1, \"a\"]", R"({"contains": {"type": "string"}, "maxContains": 1})") == "fits");
  const char* const tree = R"({"$ref": "#/$defs/n", "$defs": {"n": {"properties": {"l": {"$ref": "#/$defs/n"},
    "v": {"type": "integer"}}}}})";
  CHECK(check(R"({"l": {"l": {"v": 1}}})", tree) == "fits");
  CHECK(check(R"({"l": {"l": {"v": "x"}}})", tree) == R"(bad_value l.l.v: "x" is not of type "integer")");
  CHECK(check("1", R"({"$ref": "#/a~1b", "a/b": {"minimum": 2}})") != "fits");
}

TEST_CASE("what is no schema, or not known, is refused") {
  CHECK_THAT(check("1", R"({"type": "integr"})"), ContainsSubstring("bad_schema \"type\""));
  CHECK_THAT(check("1", R"({"properties": {"a": {"minimum": "x"}}})"), ContainsSubstring("bad_schema \"minimum\""));
  CHECK_THAT(check("1", R"({"required": ["a", "a"]})"), ContainsSubstring("bad_schema"));
  CHECK_THAT(check("1", "[]"), ContainsSubstring("bad_schema"));
  CHECK_THAT(check("1", R"({"patternProperties": {}})"), ContainsSubstring("unsupported"));
  CHECK_THAT(check("1", R"({"anyOf": [{"$ref": "#/none"}, true]})"), ContainsSubstring("not there"));
  CHECK_THAT(check("1", R"({"$ref": "http://example.org"})"), ContainsSubstring("not a place within it"));
}

TEST_CASE("schemas that refer to themselves end") {
  CHECK_THAT(check("1", R"({"$ref": "#"})"), ContainsSubstring("too often"));
  CHECK_THAT(check("1", R"({"anyOf": [{"$ref": "#"}, {"$ref": "#"}]})"), ContainsSubstring("too often"));
  CHECK_THAT(check("1", R"({"not": {"$ref": "#"}})"), ContainsSubstring("too often"));
}
