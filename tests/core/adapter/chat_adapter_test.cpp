#include <catch2/catch_all.hpp>
#include <strop/adapter/adapter.hpp>
#include <strop/value/dump_json.hpp>
#include <strop/value/parse_json.hpp>

using namespace strop;

namespace {
Json json(std::string_view text) { return *parse_json(text); }
std::string content(const Prompt& prompt, std::size_t index) {
  return prompt.messages.at(index).content.get<std::string>();
}
Result<Json> parse(std::string_view signature, std::string_view reply) {
  return chat_adapter().parse(*parse_signature(signature), reply);
}
std::string read(std::string_view signature, std::string_view reply) {
  const Result<Json> outputs = chat_adapter().parse(*parse_signature(signature), reply, Reading::dspy);
  return outputs ? dump_json(*outputs, JsonStyle::compact) : "!" + outputs.error().message;
}
}  // namespace

TEST_CASE("the system message describes fields, format and task") {
  Signature signature = *parse_signature("question, hints: list[str] -> answer: int", "Think.\n\n  Then answer.");
  signature = *signature.with_updated_field({.name = "question", .desc = "what is asked"});
  signature = *signature.with_updated_field(
      {.name = "answer", .type = {Type::Kind::integer}, .role = Role::output, .constraints = {{"ge", 0}}});
  CHECK(content(chat_adapter().stable(signature, {}), 0) ==
        "Your input fields are:\n"
        "1. `question` (str): what is asked\n"
        "2. `hints` (list[str]):\n"
        "Your output fields are:\n"
        "1. `answer` (int): \n"
        "Constraints: greater than or equal to: 0\n"
        "All interactions will be structured in the following way, with the appropriate values filled in.\n\n"
        "[[ ## question ## ]]\n{question}\n\n"
        "[[ ## hints ## ]]\n{hints}\n\n"
        "[[ ## answer ## ]]\n{answer}        # note: the value you produce must be a single int value\n\n"
        "[[ ## completed ## ]]\n"
        "In adhering to this structure, your objective is: \n"
        "        Think.\n        \n        Then answer.");
}

TEST_CASE("the call's message has the inputs and the reminder") {
  const Signature signature = *parse_signature("a, b: list[str] -> c, d: Optional[int]");
  CHECK(content(chat_adapter().call(signature, json(R"({"other": 1, "b": ["x"], "a": " text "})")), 0) ==
        "[[ ## a ## ]]\n text \n\n[[ ## b ## ]]\n[\"x\"]\n\n"
        "Respond with the corresponding output fields, starting with the field `[[ ## c ## ]]`, then `[[ ## d ## ]]` "
        "(must be formatted as a valid Python Union[int, NoneType]), and then ending with the marker for `[[ ## "
        "completed ## ]]`.");
  CHECK(content(chat_adapter().call(signature, json("{}")), 0).starts_with("Respond with"));
}

TEST_CASE("demos: incomplete ones first, useless ones dropped") {
  const Signature signature = *parse_signature("q -> r, a");
  const Prompt prompt = chat_adapter().stable(
      signature, {json(R"({"q": "1", "r": "why", "a": "one"})"), json(R"({"q": "2", "a": "two"})"),
                  json(R"({"q": "3"})"), json(R"({"a": "4"})"), json("5")});
  REQUIRE(prompt.messages.size() == 5);
  CHECK(content(prompt, 1) ==
        "This is an example of the task, though some input or output fields are not supplied.\n\n[[ ## q ## ]]\n2");
  CHECK(content(prompt, 2) ==
        "[[ ## r ## ]]\nNot supplied for this particular example. \n\n[[ ## a ## ]]\ntwo\n\n[[ ## completed ## ]]\n");
  CHECK(content(prompt, 3) == "[[ ## q ## ]]\n1");
  CHECK(content(prompt, 4) == "[[ ## r ## ]]\nwhy\n\n[[ ## a ## ]]\none\n\n[[ ## completed ## ]]\n");
}

TEST_CASE("replies are read as DSPy reads them") {
  CHECK(read("q -> a, n: int", "[[ ## a ## ]]\nParis\n\n[[ ## n ## ]]\n42\n\n[[ ## completed ## ]]") ==
        R"({"a":"Paris","n":42})");
  CHECK(read("q -> a, n: int", "Sure!\n[[ ## n ## ]] 42\r\n[[ ## a ## ]] two\r\nlines \n\n") ==
        R"({"a":"two\nlines","n":42})");
  CHECK(read("q -> a", "[[ ## a ## ]]\nfirst\n[[ ## a ## ]]\nsecond") == R"({"a":"first"})");
  CHECK(read("q -> a", "[[ ## a ## ]]\nx\n[[ ## zzz ## ]]\ny\n[[ ## no-header ## ]]") == R"({"a":"x"})");
  CHECK(read("q -> a", "[[ ## a ## ]]\nx [[ ## b ## ]] y") == R"({"a":"x [[ ## b ## ]] y"})");
  CHECK(read("q -> größe", "[[ ## größe ## ]]\nx") == R"({"größe":"x"})");
  CHECK(read("q -> a", "  [[ ## a ## ]] foo") == R"({"a":"]] foo"})");
  CHECK(read("q -> a, b: Optional[int]", "[[ ## a ## ]]\nx") == R"({"a":"x","b":null})");
  CHECK(read("q -> a", "[[ ## a ## ]]\n") == R"({"a":""})");
}

TEST_CASE("what cannot be read says what was expected, found and said") {
  const Failure missing = parse("q -> a, n: int", "[[ ## n ## ]]\n1\n").error();
  CHECK(missing.code == "adapter_parse");
  CHECK(missing.message ==
        "The chat adapter cannot read the reply: the field 'a' is missing. Expected: a (str), n (int). Found: n. "
        "Reply: [[ ## n ## ]]\n1\n");
  CHECK_THAT(parse("q -> n: int", "[[ ## n ## ]]\nmany").error().message,
             Catch::Matchers::ContainsSubstring("the field 'n' is wrong: expected an integer, found \"many\""));
  CHECK_THAT(parse("q -> a", "").error().message, Catch::Matchers::EndsWith("Found: nothing. Reply: (empty)"));
  CHECK(parse("q -> a", std::string(1'000'000, 'x')).error().message.size() < 1'000);
  CHECK(read("q -> a", "**[[ ## a ## ]]**\nx").starts_with("!"));
  CHECK(read("q -> a", "[[## a ##]]\nx").starts_with("!"));
}

TEST_CASE("a reply that only repeats the format is wrong") {
  for (const char* echo : {"{a}", "${a}", " {a} "}) {
    INFO(echo);
    CHECK_FALSE(parse("q -> a", std::string("[[ ## a ## ]]\n") + echo));
  }
  CHECK(read("q -> a", "[[ ## a ## ]]\n{a}") == R"({"a":"{a}"})");  // DSPy takes it
  CHECK(parse("q -> a", "[[ ## a ## ]]\n{b}"));
  CHECK(parse("q -> a", "[[ ## a ## ]]\nit is {a}"));
  const Signature list = *parse_signature("q -> a: list[str]");
  CHECK_FALSE(chat_adapter().parse(list, "[[ ## a ## ]]\n" + placeholder(list.fields()[1])));
}

TEST_CASE("a missing output takes its default value") {
  Signature signature = *parse_signature("q -> a, n: int");
  signature = *signature.with_updated_field(
      {.name = "n", .type = {Type::Kind::integer}, .role = Role::output, .default_value = 7});
  CHECK(dump_json(*chat_adapter().parse(signature, "[[ ## a ## ]]\nx")) == R"({"a": "x", "n": 7})");
}

TEST_CASE("adapters are found by name") {
  CHECK(adapter_named("chat") == &chat_adapter());
  CHECK(adapter_named("compact") == &compact_adapter());
  CHECK(adapter_named("json") == &json_adapter());
  CHECK(adapter_named("xml") == &xml_adapter());
  CHECK(adapter_named("yaml") == nullptr);
}
