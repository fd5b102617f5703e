#include <catch2/catch_all.hpp>
#include <chrono>
#include <strop/schema/class_type.hpp>
#include <strop/schema/parse_type.hpp>
#include <strop/schema/parse_value.hpp>
#include <strop/value/dump_json.hpp>
#include <strop/value/members.hpp>
#include <strop/value/parse_json.hpp>

using namespace strop;

namespace {
ClassTable table_of(const char* definitions) {
  Result<ClassTable> table = ClassTable::from_json(*parse_json(definitions));
  INFO(definitions << ": " << (table ? "" : table.error().message));
  REQUIRE(table);
  return *table;
}
std::string error_of(const char* definitions) {
  const Result<ClassTable> table = ClassTable::from_json(*parse_json(definitions));
  return table ? "accepted" : std::string(table.error().code);
}
std::string read(const ClassTable& table, const char* type, const char* json) {
  const Result<Json> value = parse_value(*parse_json(json), *parse_type(type, &table));
  return value ? dump_json(*value) : "-";
}

constexpr const char* ports = R"({
  "Level": {"kind": "enum", "members": {"LOW": "low", "HIGH": "high", "FLOOD": "high"}},
  "Rank": {"kind": "enum", "members": {"FIRST": 1, "SECOND": 2}, "base": "int"},
  "Port": {"kind": "model", "doc": "A port.\n    With a quay.\n", "fields": [
    {"name": "name", "type": "str", "min_length": 1}, {"name": "level", "type": "Level", "default": "low"},
    {"name": "near", "type": "list[Port]", "alias": "near-by", "default": []}]},
  "Plain": {"kind": "dataclass", "fields": [{"name": "a", "type": "int"}]},
  "Dict": {"kind": "typeddict", "fields": [{"name": "a", "type": "int"}, {"name": "b", "type": "str", "required": false}]},
  "Strict": {"kind": "model", "config": {"extra": "forbid"}, "fields": [{"name": "a", "type": "Optional[float]", "ge": 0}]},
  "Ports": {"kind": "alias", "target": "list[Port]"}})";
}  // namespace

TEST_CASE("objects of a class are read by their keys, with defaults and bounds") {
  const ClassTable table = table_of(ports);
  CHECK(read(table, "Port", R"({"name": "x", "near-by": [{"name": "y", "level": "high"}]})") ==
        R"({"name": "x", "level": "low", "near": [{"name": "y", "level": "high", "near": []}]})");
  CHECK(read(table, "Port", R"({"name": ""})") == "-");
  CHECK(read(table, "Port", R"({"near-by": []})") == "-");
  CHECK(read(table, "Ports", R"([{"name": "x"}, 1])") == "-");
  CHECK(read(table, "Strict", R"({"a": -1})") == "-");
  CHECK(read(table, "Strict", R"({"a": null})") == R"({"a": null})");
  CHECK(read(table, "Strict", R"({"a": 1, "b": 2})") == "-");
  CHECK(read(table, "Dict", R"({"a": "1"})") == R"({"a": 1})");
}

TEST_CASE("members of an enum are found by value, then by name") {
  const ClassTable table = table_of(ports);
  CHECK(read(table, "Level", R"("FLOOD")") == R"("high")");
  CHECK(read(table, "Level", R"("Low")") == "-");
  CHECK(read(table, "Rank", "2.0") == "2");
  CHECK(read(table, "Rank", R"("1")") == "-");
  CHECK(read(table, "list[Rank]", R"(["1", true])") == "[1, 1]");
  CHECK(read(table, "dict[Level, int]", R"({"low": 1})") == R"({"low": 1})");
}

TEST_CASE("of a union's classes the one with most fields fits, then the one that fits best") {
  const ClassTable table = table_of(ports);
  CHECK(read(table, "Union[Plain, Dict]", R"({"a": 1, "b": "x"})") == R"({"a": 1, "b": "x"})");
  CHECK(read(table, "Union[dict[str, Decimal], Plain]", R"({"a": 1})") == R"({"a": 1})");
  CHECK(read(table, "Union[dict[str, float], Plain]", R"({"a": 1})") == R"({"a": 1.0})");
  CHECK(read(table, "Union[tuple[int, ...], ToolCalls]", "[]") == R"({"tool_calls": []})");
}

TEST_CASE("sets keep what Python can hash, once") {
  const ClassTable table = table_of(ports);
  CHECK(read(table, "set[Any]", "[1, 1.0, true, \"1\"]") == R"([1, "1"])");
  CHECK(read(table, "set", "[[1]]") == "-");
  CHECK(read(table, "set[Plain]", R"([{"a": 1}])") == "-");
  CHECK(read(table, "set[tuple[int, int]]", "[[1, 2], [1, 2.0]]") == "[[1, 2]]");
  CHECK(read(table, "set[set[int]]", "[[1]]") == "-");
  CHECK(read(table, "set[frozenset[int]]", "[[1]]") == "[[1]]");
}

TEST_CASE("schemas are pydantic's") {
  const ClassTable table = table_of(ports);
  const auto schema = [&](const char* type) { return dump_json(prompt_schema(*parse_type(type, &table))); };
  CHECK(schema("Level") == R"({"type": "string", "enum": ["low", "high", "high"], "title": "Level"})");
  CHECK(
      schema("Strict") ==
      R"({"type": "object", "additionalProperties": false, "properties": {"a": {"anyOf": [{"type": "number", "minimum": 0}, {"type": "null"}], "title": "A"}}, "required": ["a"], "title": "Strict"})");
  CHECK(schema("Port").starts_with(R"({"$defs": {"Level": )"));
  CHECK(schema("Port").find(R"("description": "A port.\nWith a quay.")") != std::string::npos);
  CHECK(schema("Port").find(R"("title": "Near-By")") != std::string::npos);
  CHECK(
      schema("dict[date, Literal['a']]") ==
      R"({"type": "object", "additionalProperties": {"type": "string", "const": "a"}, "propertyNames": {"format": "date"}})");
}

TEST_CASE("definitions that mean nothing are refused") {
  CHECK(error_of("[]") == "bad_type");
  CHECK(error_of(R"({"a b": {"kind": "model", "fields": []}})") == "bad_type");
  CHECK(error_of(R"({"A": {"kind": "thing"}})") == "bad_type");
  CHECK(error_of(R"({"A": {"kind": "enum", "members": {}}})") == "bad_type");
  CHECK(error_of(R"({"A": {"kind": "model", "fields": [{"name": "x", "type": "Unknown"}]}})") == "unknown_type");
  CHECK(error_of(R"({"A": {"kind": "alias", "target": "list[A]"}})") == "unknown_type");
  CHECK(error_of(R"({"A": {"kind": "alias", "target": "B"}, "B": {"kind": "alias", "target": "A"}})") ==
        "unknown_type");
  std::string many = "{";
  for (int k = 0; k < 100'000; ++k) many += "\"C" + std::to_string(k) + "\": {\"kind\": \"model\"},";
  many.back() = '}';
  CHECK(error_of(many.c_str()) == "bad_type");
}

TEST_CASE("classes outlive their table, and are told apart by what they are") {
  Type type = *table_of(ports).find("Port");
  Json definitions = Json::object();
  collect_definitions(type, definitions);
  CHECK(definitions.size() == 2);
  CHECK(*ClassTable::from_json(definitions)->find("Port") == type);
  CHECK_FALSE(*table_of(R"({"Port": {"kind": "model", "fields": []}})").find("Port") == type);
}

TEST_CASE("reading many objects takes linear time") {
  const ClassTable table = table_of(ports);
  const Type type = *parse_type("list[Port]", &table);
  const auto seconds = [&](std::size_t size) {
    std::string text = "[";
    while (text.size() < size) text += R"({"name": "pier", "level": "high", "near-by": [{"name": "x"}]},)";
    text.back() = ']';
    const auto begin = std::chrono::steady_clock::now();
    REQUIRE(parse_value(text, type));
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  };
  seconds(1 << 17);
  CHECK(seconds(1 << 20) < 40 * seconds(1 << 17) + 0.05);
}
