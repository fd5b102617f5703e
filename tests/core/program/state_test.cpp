#include <catch2/catch_all.hpp>
#include <strop/program/state.hpp>
#include <strop/value/parse_json.hpp>

using namespace strop;
using Catch::Matchers::ContainsSubstring;

namespace {

Json json(const std::string& text) { return parse_json(text).value(); }

Program predict(const char* signature) {
  return Program::from_json(json(R"({"module": "Predict", "signature": ")" + std::string(signature) + "\"}")).value();
}

std::string why(const Program& program, const Json& state, const LoadRules& rules = {}) {
  const auto loaded = load_state(program, state, rules);
  return loaded ? "accepted" : loaded.error().message;
}

Json saved(const char* signature) { return json(state_json(predict(signature), StateFormat::dspy)); }

}  // namespace

TEST_CASE("a file whose fields have other names is explained") {
  const Json state = saved("question, lang -> answer");
  CHECK(why(predict("question, lang -> answer"), state) == "accepted");
  CHECK_THAT(why(predict("query, lang -> answer"), state),
             ContainsSubstring("signature.fields[0]: the saved program has \"question\" (Question:) where this "
                               "signature has \"query\" (Query:)"));
  CHECK_THAT(why(predict("lang, question -> answer"), state), ContainsSubstring("fields[0]"));
  CHECK_THAT(why(predict("question -> answer"), state),
             ContainsSubstring("has 3 fields and this signature (question -> answer) has 2"));
}

TEST_CASE("labels and descriptions that were edited are taken, but not those of another field") {
  const Program program = predict("question, lang -> answer");
  Json state = saved("question, lang -> answer");
  Json& fields = state["signature"]["fields"];
  fields[0]["prefix"] = "What is asked:";
  fields[1]["description"] = "the language";
  fields[2]["prefix"] = "The Answer:";
  CHECK(why(program, state) == "accepted");
  fields[1]["prefix"] = "Question:";  // with a description that tells nothing
  CHECK_THAT(why(program, state), ContainsSubstring("has \"question\""));
}

TEST_CASE("by position any number of fields goes, as in DSPy") {
  const LoadRules rules{.by_position = true};
  const auto loaded = load_state(predict("query -> answer"), saved("question, lang -> answer"), rules).value();
  CHECK(loaded.predictors()[0].signature.fields()[1].prefix == "Lang:");
  CHECK(why(predict("a, b, c -> d"), saved("question -> answer"), rules) == "accepted");
}

TEST_CASE("metadata that DSPy would not load is refused") {
  const Program program = predict("a -> b");
  Json state = saved("a -> b");
  state["metadata"]["dependency_versions"] = json(R"({"python": "0", "dspy": 1, "cloudpickle": null})");
  CHECK(why(program, state) == "accepted");
  state["metadata"]["dependency_versions"]["numpy"] = "1";
  CHECK_THAT(why(program, state), ContainsSubstring("\"numpy\""));
  state["metadata"] = "x";
  CHECK_THAT(why(program, state), ContainsSubstring("metadata.dependency_versions"));
}

TEST_CASE("criteria of decisions are refused, none are not") {
  Json state = saved("a -> b");
  state["fields"] = Json::object();
  CHECK(why(predict("a -> b"), state) == "accepted");
  state["fields"]["b"] = 1;
  CHECK_THAT(why(predict("a -> b"), state), ContainsSubstring("criteria"));
}

TEST_CASE("a file of any size is answered in a few words and little time") {
  std::string text = "{";
  for (int k = 0; k < 100'000; ++k) text += "\"" + std::string(200, 'p') + std::to_string(k) + "\": {}, ";
  text += R"("metadata": {"dependency_versions": {}}})";
  const Program two = Program::from_json(json(R"({"modules": {
    "a": {"type": "Predict", "signature": "x -> y"}, "b": {"type": "Predict", "signature": "y -> z"}}})"))
                          .value();
  const std::string message = why(two, json(text));
  CHECK(message.size() < 2'000);
  CHECK_THAT(message, ContainsSubstring("has no predictor \"a\""));

  Json state = saved("a -> b");
  for (int k = 0; k < 100'000; ++k) state["signature"]["fields"].push_back(state["signature"]["fields"][0]);
  CHECK_THAT(why(predict("a -> b"), state), ContainsSubstring("100002 fields"));
  CHECK(parse_json(std::string(100'000, '[')).error().code == "json_too_deep");
}

/// What a JSON pointer without escapes points at; "-" is behind a list.
static Json& at_path(Json& json, std::string_view path) {
  if (path.empty()) return json;
  const std::size_t end = std::min(path.find('/', 1), path.size());
  const std::string key(path.substr(1, end - 1));
  if (json.is_array() && key == "-") json.push_back(nullptr);
  Json& inner = !json.is_array() ? json[key] : key == "-" ? json.back() : json[std::stoul(key)];
  return at_path(inner, path.substr(end));
}

TEST_CASE("a value of any wrong type is refused where it stands") {
  const Program program = predict("a -> b");
  const Json good = saved("a -> b");
  for (const char* wrong : {"null", "true", "1", "1.5", "\"x\"", "[]", "[[1]]", "{\"k\": [null]}"}) {
    CAPTURE(wrong);
    const Json value = json(wrong);
    const auto with = [&](const char* pointer) {
      Json state = good;
      at_path(state, pointer) = value;
      return why(program, state);
    };
    CHECK(with("") != "accepted");
    CHECK_THAT(with("/signature"), ContainsSubstring("signature"));
    CHECK_THAT(with("/signature/fields"), ContainsSubstring("fields"));
    CHECK_THAT(with("/signature/fields/1"), ContainsSubstring("fields[1]"));
    if (!value.is_string()) {
      CHECK_THAT(with("/signature/instructions"), ContainsSubstring("instructions"));
      CHECK_THAT(with("/signature/fields/0/prefix"), ContainsSubstring("fields[0]"));
      CHECK_THAT(with("/signature/fields/0/description"), ContainsSubstring("fields[0]"));
    }
    if (!value.is_array()) CHECK_THAT(with("/demos"), ContainsSubstring("demos"));
    if (!value.is_object()) CHECK_THAT(with("/demos/-"), ContainsSubstring("demos[0]"));
    if (!value.is_null() && value != Json::array()) CHECK_THAT(with("/lm"), ContainsSubstring("lm"));
  }
}
