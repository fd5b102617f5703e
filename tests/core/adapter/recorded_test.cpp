#include <catch2/catch_all.hpp>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <strop/adapter/adapter.hpp>
#include <strop/lm/request.hpp>
#include <strop/schema/parse_type.hpp>
#include <strop/schema/parse_value.hpp>
#include <strop/signature/signature.hpp>
#include <strop/text/infer_prefix.hpp>
#include <strop/text/repair.hpp>
#include <strop/value/dump_json.hpp>
#include <strop/value/number.hpp>
#include <strop/value/parse_json.hpp>
#include <strop/value/python_value.hpp>

using namespace strop;

namespace {

/// What is left when a case needs a type or an operation that is not here.
struct OutOfScope {};

std::string text(const Json& json) { return json.is_string() ? json.get<std::string>() : throw OutOfScope{}; }

/// The values that JSON lacks are recorded as {"$float": "nan"}.
Json decoded(const Json& json) {
  if (json.is_object() && json.contains("$value")) throw OutOfScope{};
  if (json.is_object() && json.contains("$float")) {
    const std::string name = json["$float"];
    if (name == "-0.0") return -0.0;
    if (name == "nan") return std::numeric_limits<double>::quiet_NaN();
    return name[0] == '-' ? -std::numeric_limits<double>::infinity() : std::numeric_limits<double>::infinity();
  }
  Json result = json;
  if (result.is_structured()) {
    for (Json& item : result) item = decoded(item);
  }
  return result;
}

/// Equal as the cases mean it: numbers by value, the order of keys left aside.
bool equal(const Json& a, const Json& b) {
  if (a.is_boolean() != b.is_boolean()) return false;
  if (a.is_number_float() && b.is_number_float() && std::isnan(a.get<double>())) return std::isnan(b.get<double>());
  if (a.is_array() && b.is_array()) return std::equal(a.begin(), a.end(), b.begin(), b.end(), equal);
  if (a.is_object() && b.is_object()) {
    if (a.size() != b.size()) return false;
    for (const auto& [key, value] : a.items()) {
      if (!b.contains(key) || !equal(value, b[key])) return false;
    }
    return true;
  }
  return python_equal(a, b);
}

Type type_of(const Json& name) {
  Result<Type> type = parse_type(text(name));
  if (!type) throw OutOfScope{};
  return *type;
}

Field field_of(const Json& json, Role role) {
  if (!json.value("constraints", Json()).is_null()) throw OutOfScope{};
  if (json["schema"].is_object() && json["schema"].contains("title")) throw OutOfScope{};  // Reasoning
  if (!json.value("required", true) && !json.contains("default") && role == Role::output) throw OutOfScope{};
  Field field{.name = text(json["name"]), .type = type_of(json["type"]), .role = role};
  if (json["desc"] != "${" + field.name + "}") field.desc = text(json["desc"]);
  if (json.contains("default")) field.default_value = json["default"];
  REQUIRE(display_name(field.type) == text(json["type"]));
  return field;
}

Signature signature_of(const Json& json) {
  if (json.is_string()) {
    Result<Signature> signature = parse_signature(text(json));
    if (!signature) throw OutOfScope{};
    return *signature;
  }
  std::vector<Field> fields;
  for (const Json& field : json["inputs"]) fields.push_back(field_of(field, Role::input));
  for (const Json& field : json["outputs"]) fields.push_back(field_of(field, Role::output));
  return Signature(fields, text(json["instructions"]));
}

struct Outcome {
  Json expected, actual;
};

Outcome infer_prefix_case(const Json& c) { return {c["result"], infer_prefix(text(c["name"]))}; }

Outcome signature_string_case(const Json& c) {
  Result<Signature> signature = parse_signature(text(c["text"]));
  if (!signature && signature.error().code == "unsupported_type") throw OutOfScope{};
  if (!signature && signature.error().code == "unknown_type" && c["error"].is_null()) throw OutOfScope{};
  Json actual = {{"rejected", !signature}, {"fields", nullptr}};
  if (signature) {
    actual["fields"] = Json::array();
    for (const Field& field : signature->fields()) {
      actual["fields"].push_back({{"name", field.name},
                                  {"type", display_name(field.type)},
                                  {"dir", field.role == Role::input ? "input" : "output"}});
    }
  }
  return {{{"rejected", !c["error"].is_null()}, {"fields", c["error"].is_null() ? c["fields"] : Json()}}, actual};
}

Outcome translate_case(const Json& c) {
  return {c["result"], placeholder({.name = text(c["name"]),
                                    .type = type_of(c["type"]),
                                    .role = c["dir"] == "input" ? Role::input : Role::output})};
}

Outcome format_value_case(const Json& c) {
  return {c["result"], format_value(decoded(c["value"]), c["ann_is_str"].get<bool>())};
}

Outcome parse_value_case(const Json& c) {
  const Type type = type_of(c["type"]);
  const Result<Json> value = parse_value(decoded(c["value"]), type);
  return {{{"failed", !c["error"].is_null()}, {"result", decoded(c["result"])}},
          {{"failed", !value}, {"result", value ? *value : Json()}}};
}

Outcome format_case(const Json& c) {
  if (c["adapter"] != "ChatAdapter" || c.contains("types")) throw OutOfScope{};
  if (!c.value("error", Json()).is_null()) throw OutOfScope{};
  const Signature signature = signature_of(c["signature"]);
  std::vector<Json> demos;
  for (const Json& demo : c["demos"]) demos.push_back(decoded(demo));
  for (const Json& message : c["messages"]) text(message["content"]);  // parts are media
  const Adapter& adapter = chat_adapter();
  return {
      c["messages"],
      messages_json(join(adapter.stable(signature, demos), adapter.call(signature, decoded(c["inputs"]))).messages)};
}

Outcome parse_case(const Json& c) {
  if (c["adapter"] != "ChatAdapter" || c.contains("types")) throw OutOfScope{};
  const Result<Json> outputs = chat_adapter().parse(signature_of(c["signature"]), text(c["completion"]));
  return {{{"failed", !c["error"].is_null()}, {"fields", decoded(c["fields"])}},
          {{"failed", !outputs}, {"fields", outputs ? *outputs : Json()}}};
}

Outcome cache_key_case(const Json& c) {
  std::vector<std::string> ignored;
  for (const Json& key : c["ignored"]) ignored.push_back(key);
  return {c["key"], request_key(decoded(c["request"]), ignored)};
}

Outcome json_repair_case(const Json& c) {
  const Result<Json> repaired = parse_json(repair_json(text(c["text"])));
  return {decoded(c["result"]), repaired ? *repaired : Json("no JSON: " + repaired.error().message)};
}

struct Count {
  int passed = 0, failed = 0, out_of_scope = 0;
};

}  // namespace

TEST_CASE("DSPy's recorded cases", "[recorded]") {
  const char* path = std::getenv("STROP_CASES");
  if (!path) SKIP("STROP_CASES names no file of recorded cases");
  const std::map<std::string, Outcome (*)(const Json&)> kinds = {{"infer_prefix", infer_prefix_case},
                                                                 {"signature_string", signature_string_case},
                                                                 {"translate", translate_case},
                                                                 {"format_value", format_value_case},
                                                                 {"parse_value", parse_value_case},
                                                                 {"format", format_case},
                                                                 {"parse", parse_case},
                                                                 {"cache_key", cache_key_case},
                                                                 {"json_repair", json_repair_case}};
  std::map<std::string, Count> counts;
  std::ifstream file(path);
  REQUIRE(file);
  std::size_t number = 0;
  for (std::string line; std::getline(file, line);) {
    ++number;
    const Result<Json> record = parse_json(line);
    REQUIRE(record);
    const auto kind = kinds.find(record->at("kind"));
    if (kind == kinds.end()) continue;
    Count& count = counts[kind->first];
    try {
      const Outcome outcome = kind->second(*record);
      const bool same = equal(outcome.expected, outcome.actual);
      ++(same ? count.passed : count.failed);
      if (!same) {
        std::printf("line %zu, %s\n  expected %s\n  actual   %s\n", number, kind->first.c_str(),
                    dump_json(outcome.expected).c_str(), dump_json(outcome.actual).c_str());
      }
    } catch (const OutOfScope&) {
      ++count.out_of_scope;
    }
  }
  int failed = 0;
  for (const auto& [kind, count] : counts) {
    std::printf("%-18s %5d passed %5d failed %5d out of scope\n", kind.c_str(), count.passed, count.failed,
                count.out_of_scope);
    failed += count.failed;
  }
  CHECK_FALSE(counts.empty());
  CHECK(failed == 0);
}
