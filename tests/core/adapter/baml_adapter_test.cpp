#include <catch2/catch_all.hpp>
#include <strop/adapter/adapter.hpp>
#include <strop/value/parse_json.hpp>

using namespace strop;
using Catch::Matchers::ContainsSubstring;

namespace {

Json json(std::string_view text) { return *parse_json(text); }

Signature with_classes(std::string_view text, std::string_view classes) {
  const Result<ClassTable> table = ClassTable::from_json(json(classes));
  REQUIRE(table);
  const Result<Signature> signature = parse_signature(text, "Do it.", &*table);
  REQUIRE(signature);
  return *signature;
}

std::string system_text(const Signature& signature) {
  return baml_adapter().stable(signature, {}).messages[0].content.get<std::string>();
}

constexpr std::string_view people = R"({
  "Home": {"kind": "model", "doc": "Where.\n\n  Exactly.", "fields": [{"name": "street"}]},
  "Person": {"kind": "model", "fields": [
    {"name": "name", "desc": "Full name"}, {"name": "age", "type": "int", "alias": "years"},
    {"name": "home", "type": "Optional[Home]"}, {"name": "tags", "type": "list[str]"}]},
  "Node": {"kind": "model", "fields": [{"name": "next", "type": "Optional[Node]", "default": null}]},
  "Twice": {"kind": "model", "fields": [{"name": "a", "type": "Home"}, {"name": "b", "type": "Home"}]}})";

}  // namespace

TEST_CASE("outputs are described in a compact notation") {
  const auto shown = [](std::string_view type) {
    const std::string text = system_text(*parse_signature(std::string("q -> a: ").append(type)));
    const std::string begin = "should be of type: ";
    const std::size_t at = text.find(begin) + begin.size();
    return text.substr(at, text.find("\n\n[[ ## completed", at) - at);
  };
  CHECK(shown("bool") == "boolean");
  CHECK(shown("Optional[list[int]]") == "int[] or null");
  CHECK(shown("dict[str, float]") == "dict[string, float]");
  CHECK(shown("Literal['a', True, None, 1.5]") == R"("a" or true or null or 1.5)");
  CHECK(shown("tuple[int, str]") == "tuple");
  CHECK(
      shown("ToolCalls") ==
      "{\n  tool_calls: [\n    {\n      id: string or null,\n      name: string,\n      args: dict[string, Any],\n    "
      "}\n  ],\n  tool_call_results: Any or null,\n}");
}

TEST_CASE("models are shown with descriptions, aliases and what nested ones say of themselves") {
  const Signature signature = with_classes("q -> p: Person, all: list[Home]", people);
  CHECK_FALSE(baml_adapter().objection(signature));
  CHECK_THAT(system_text(signature),
             ContainsSubstring("should be of type: {\n  # Full name\n  name: string,\n  # alias: years\n  age: int,\n"
                               "  # Where.\n  # Exactly.\n  home:   {\n    street: string,\n  } or null,\n"
                               "  tags: string[],\n}\n\n") &&
                 ContainsSubstring("should be of type: [\n  {\n    street: string,\n  }\n]\n\n"));
}

TEST_CASE("a model that contains itself, or another twice, is objected to") {
  for (const char* text : {"q -> a: Node", "q -> a: list[Twice]"}) {
    const auto objection = baml_adapter().objection(with_classes(text, people));
    REQUIRE(objection);
    CHECK(objection->code == "bad_output_type");
    CHECK_THAT(objection->message, ContainsSubstring("'a'") && ContainsSubstring("another adapter"));
  }
  CHECK_FALSE(json_adapter().objection(with_classes("q -> a: Node", people)));
  CHECK_FALSE(baml_adapter().objection(with_classes("n: Node -> a", people)));
}

TEST_CASE("a chain of classes that is too deep is objected to") {
  Json classes = Json::object();
  for (int k = 0; k < 900; ++k) {
    Json field = Json::object();
    field["name"] = "next";
    field["type"] = k < 899 ? "C" + std::to_string(k + 1) : "int";
    Json fields = Json::array();
    fields.push_back(field);
    Json made = Json::object();
    made["kind"] = "model";
    made["fields"] = fields;
    classes["C" + std::to_string(k)] = made;
  }
  const ClassTable table = *ClassTable::from_json(classes);
  const auto objection = baml_adapter().objection(*parse_signature("q -> a: C0", {}, &table));
  REQUIRE(objection);
  CHECK_THAT(objection->message, ContainsSubstring("too deep"));
}

TEST_CASE("models among the inputs are indented JSON by alias, media within them blocks") {
  const Signature person = with_classes("p: Person -> a", people);
  const std::string text = baml_adapter()
                               .call(person, json(R"({"p": {"name": "A", "years": 3, "home": null, "tags": []}})"))
                               .messages[0]
                               .content.get<std::string>();
  CHECK_THAT(text, ContainsSubstring("[[ ## p ## ]]\n{\n  \"name\": \"A\",\n  \"years\": 3,\n  \"home\": null,\n  "
                                     "\"tags\": []\n}\n\nRespond with a JSON object"));
  const Signature scan = with_classes(
      "s: Scan -> a", R"({"Scan": {"kind": "model", "fields": [{"name": "images", "type": "list[Image]"}]}})");
  const Json content =
      baml_adapter().call(scan, json(R"({"s": {"images": [{"url": "https://a.b/c"}]}})")).messages[0].content;
  REQUIRE(content.is_array());
  CHECK(content[0]["text"] == "[[ ## s ## ]]\n{\n  \"images\": [\n    \"");
  CHECK(content[1]["image_url"]["url"] == "https://a.b/c");
}
