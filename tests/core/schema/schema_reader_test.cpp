#include <catch2/catch_all.hpp>
#include <strop/schema/class_type.hpp>
#include <strop/schema/parse_type.hpp>
#include <strop/schema/parse_value.hpp>
#include <strop/value/dump_json.hpp>
#include <strop/value/members.hpp>
#include <strop/value/parse_json.hpp>

using namespace strop;

namespace {
Type add(ClassTable& table, const char* schema, const char* name = "field") {
  Result<Type> type = table.add_schema(*parse_json(schema), name);
  INFO(schema << ": " << (type ? "" : type.error().message));
  REQUIRE(type);
  return *type;
}
std::string error_of(const std::string& schema) {
  const Result<Type> type = ClassTable().add_schema(*parse_json(schema), "field");
  return type ? "accepted" : std::string(type.error().code);
}
}  // namespace

TEST_CASE("a schema that pydantic wrote is read as the type it was of") {
  for (const char* text : {"int",
                           "list[str]",
                           "dict[str, float]",
                           "Optional[int]",
                           "Union[int, str]",
                           "tuple[int, str]",
                           "set[int]",
                           "date",
                           "datetime",
                           "time",
                           "timedelta",
                           "UUID",
                           "bytes",
                           "list[Optional[bool]]",
                           "Literal['a', 'b']",
                           "Literal['a']",
                           "Literal[1, 'a']",
                           "dict[str, list[date]]",
                           "list",
                           "dict",
                           "Any"}) {
    INFO(text);
    const Type type = *parse_type(text);
    ClassTable table;
    const Result<Type> read = table.add_schema(json_schema(type), "field");
    REQUIRE(read);
    CHECK(json_schema(*read) == json_schema(type));
    CHECK(display_name(*read) == display_name(type));
  }
}

TEST_CASE("classes in schemas keep their names, fields and rules") {
  ClassTable table;
  const Type type =
      add(table, R"({"title": "Node", "type": "object", "properties": {"value": {"type": "integer", "minimum": 0},
      "children": {"type": "array", "items": {"$ref": "#/$defs/Node"}}}, "required": ["value"], "additionalProperties": false,
      "$defs": {"Node": {"title": "Node", "type": "object", "properties": {"value": {"type": "integer"},
      "children": {"type": "array", "items": {"$ref": "#/$defs/Node"}}}, "required": ["value"]}}})");
  CHECK(parse_value(*parse_json(R"({"value": 1, "children": [{"value": "2"}]})"), type));
  CHECK_FALSE(parse_value(*parse_json(R"({"value": -1})"), type));
  CHECK_FALSE(parse_value(*parse_json(R"({"value": 1, "more": 2})"), type));
}

TEST_CASE("a schema may refer to itself") {
  ClassTable table;
  const Type type =
      add(table, R"##({"type": "object", "properties": {"next": {"anyOf": [{"$ref": "#"}, {"type": "null"}]}}})##",
          "chain");
  CHECK(display_name(type) == "Chain");
  CHECK(parse_value(*parse_json(R"({"next": {"next": null}})"), type));
  CHECK_FALSE(parse_value(*parse_json(R"({"next": {"next": 1}})"), type));
}

TEST_CASE("fields share a class that is the same, and do not mix those that only share a name") {
  ClassTable table;
  const char* port =
      R"({"title": "Port", "type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]})";
  const char* other =
      R"({"title": "Port", "type": "object", "properties": {"number": {"type": "integer"}}, "required": ["number"]})";
  const Type a = add(table, port, "a"), b = add(table, port, "b"), c = add(table, other, "c");
  CHECK(display_name(a) == "Port");
  CHECK(display_name(b) == "Port");
  CHECK(display_name(c) == "Port2");
  CHECK(parse_value(*parse_json(R"({"number": 1})"), c));
  CHECK_FALSE(parse_value(*parse_json(R"({"number": 1})"), b));
}

TEST_CASE("what no schema can mean is refused") {
  CHECK(error_of("3") == "bad_schema");
  CHECK(error_of(R"({"type": "thing"})") == "bad_schema");
  CHECK(error_of(R"({"$ref": "#/$defs/Nowhere"})") == "bad_schema");
  CHECK(error_of(R"({"enum": []})") == "bad_schema");
  CHECK(error_of(R"({"$ref": "#/$defs/Nowhere", "$defs": {"": {"properties": {}}}})") == "bad_schema");
  CHECK(error_of(R"({"$defs": {"A": {"$ref": "#/$defs/B"}, "B": {"$ref": "#/$defs/A"}}, "$ref": "#/$defs/A"})") ==
        "bad_schema");
  std::string deep = "{}";
  for (int k = 0; k < 200; ++k) deep = R"({"type": "array", "items": )" + deep + "}";
  CHECK(error_of(deep) == "bad_schema");
}

TEST_CASE("what zod writes for every integer is no constraint in a prompt") {
  ClassTable table;
  const Type type = add(table, R"({"type": "integer", "minimum": -9007199254740991, "maximum": 9007199254740991})");
  CHECK(dump_json(json_schema(type)) == R"({"type": "integer"})");
  CHECK(dump_json(json_schema(add(table, R"({"type": "integer", "minimum": 0, "maximum": 9007199254740991})"))) ==
        R"({"type": "integer", "minimum": 0})");
}
