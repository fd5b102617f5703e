#include <catch2/catch_all.hpp>
#include <strop/adapter/adapter.hpp>
#include <strop/value/dump_json.hpp>
#include <strop/value/parse_json.hpp>

using namespace strop;

namespace {

Json json(std::string_view text) { return *parse_json(text); }
std::string read(std::string_view signature, std::string_view reply) {
  const Result<Json> outputs = json_adapter().parse(*parse_signature(signature), reply, Reading::dspy);
  return outputs ? dump_json(*outputs, JsonStyle::compact) : "!" + outputs.error().message;
}

}  // namespace

TEST_CASE("a JSON prompt: headers around the inputs, one object for the outputs") {
  const Signature signature = *parse_signature("q -> a, n: float", "Answer.");
  const Prompt prompt = join(
      json_adapter().stable(signature, {json(R"({"q": "1", "a": "é\n", "n": 1e-7})"), json(R"({"q": "2", "n": 1})")}),
      json_adapter().call(signature, json(R"({"q": "3"})")));
  REQUIRE(prompt.messages.size() == 6);
  const auto content = [&](std::size_t k) { return prompt.messages[k].content.get<std::string>(); };
  CHECK_THAT(
      content(0),
      Catch::Matchers::ContainsSubstring(
          "Inputs will have the following structure:\n\n[[ ## q ## ]]\n{q}\n\nOutputs will be a JSON object with "
          "the following fields.\n\n{\n  \"a\": \"{a}\",\n  \"n\": \"{n}        # note: the value you produce must "
          "be a single float value\"\n}\nIn adhering to this structure, your objective is: \n        Answer."));
  CHECK(content(2) == "{\n  \"a\": \"Not supplied for this particular example. \",\n  \"n\": 1\n}");
  CHECK(content(4) == "{\n  \"a\": \"é\\n\",\n  \"n\": 1e-07\n}");
  CHECK(content(5) ==
        "[[ ## q ## ]]\n3\n\nRespond with a JSON object in the following order of fields: `a`, then `n` (must be "
        "formatted "
        "as a valid Python float).");
}

TEST_CASE("a JSON reply is found and read as what was meant") {
  CHECK(read("q -> a", R"({"a": "x"})") == R"({"a":"x"})");
  CHECK(read("q -> a, n: int", "Sure:\n```json\n{'n': '3', a: \"x\", }\n```") == R"({"a":"x","n":3})");
  CHECK(read("q -> a", R"([{"a": "x"}])") == R"({"a":"x"})");
  CHECK(read("q -> a", R"({"a": null, "other": 1})") == R"({"a":"None"})");
  CHECK(read("q -> a, b: Optional[int]", R"({"a": {"k": [1, true]}})") == R"({"a":"{'k': [1, True]}","b":null})");
}

TEST_CASE("a JSON reply that cannot be read is quoted") {
  CHECK(read("q -> a", "I would rather not say.") ==
        "!The json adapter cannot read the reply: there is no JSON object in it. Expected: a (str). Found: nothing. "
        "Reply: I would rather not say.");
  CHECK_THAT(read("q -> a, n: int", R"({"a": "x"})"), Catch::Matchers::ContainsSubstring("the field 'n' is missing"));
  CHECK_THAT(read("q -> n: int", R"({"n": "many"})"), Catch::Matchers::ContainsSubstring("the field 'n' is wrong"));
  CHECK(read("q -> a", R"({"a": "{a}"})") == R"({"a":"{a}"})");
  CHECK(read("q -> a", std::string(1'000'000, '{')).starts_with("!"));
  CHECK(read("q -> a", std::string(300'000, '[') + std::string(300'000, '}')).starts_with("!"));
}
