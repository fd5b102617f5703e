#include <catch2/catch_all.hpp>
#include <strop/adapter/adapter.hpp>
#include <strop/value/dump_json.hpp>
#include <strop/value/parse_json.hpp>

using namespace strop;

namespace {
Json json(std::string_view text) { return *parse_json(text); }
std::string read(std::string_view signature, std::string_view reply) {
  const Result<Json> outputs = compact_adapter().parse(*parse_signature(signature), reply);
  return outputs ? dump_json(*outputs, JsonStyle::compact) : "!" + outputs.error().message;
}
}  // namespace

TEST_CASE("the prompt is one text that the model continues") {
  const Signature signature =
      *parse_signature("message -> kind: Literal['bug', 'praise']", "Say what kind of message this is.");
  const Prompt stable = compact_adapter().stable(
      signature, {json(R"({"message": "It crashes.", "kind": "bug"})"),
                  json(R"({"message": "Nice!", "kind": "praise"})"), json(R"({"message": "?"})")});
  const Prompt prompt = join(stable, compact_adapter().call(signature, json(R"({"message": "So slow"})")));
  CHECK(prompt.completion);
  CHECK(prompt.stop == std::vector<std::string>{"\n"});
  REQUIRE(prompt.messages.size() == 1);
  CHECK(prompt.messages[0].content ==
        "Say what kind of message this is. Answer with one of: bug, praise.\n\n"
        "Message: It crashes.\nKind: bug\n\n"
        "Message: Nice!\nKind: praise\n\n"
        "Message: So slow\nKind:");
}

TEST_CASE("several outputs: demos look like replies") {
  const Signature signature = *parse_signature("question -> reasoning, urgent: bool", "Judge.");
  const Prompt prompt = join(
      compact_adapter().stable(signature, {json(R"({"question": "Q", "reasoning": "one\n\n two ", "urgent": true})")}),
      compact_adapter().call(signature, json(R"({"question": "R"})")));
  CHECK(prompt.stop == std::vector<std::string>{"\n\n"});
  CHECK(prompt.messages[0].content ==
        "Judge. Urgent: one of: True, False.\n\nQuestion: Q\nReasoning: one\ntwo\nUrgent: True\n\nQuestion: "
        "R\nReasoning:");
}

TEST_CASE("one output is the first line that is not empty") {
  CHECK(read("q -> answer", " Paris \nQ: next") == R"({"answer":"Paris"})");
  CHECK(read("q -> answer", "\n\n  Paris") == R"({"answer":"Paris"})");
  CHECK(read("q -> answer", "Answer: Paris") == R"({"answer":"Paris"})");
  CHECK(read("q -> answer", "answer:\nParis") == R"({"answer":"Paris"})");
  CHECK(read("q -> n: int", " 42.") == R"({"n":42})");
  CHECK(read("q -> tags: list[str]", " [\"a\", \"b\"]") == R"({"tags":["a","b"]})");
}

TEST_CASE("a choice is known in spite of case, quotes and punctuation") {
  for (const char* reply : {"yes", " Yes.", "\"yes\"", "**YES**", "'yes'.", "`yes`"}) {
    INFO(reply);
    CHECK(read("q -> a: Literal['yes', 'no']", reply) == R"({"a":"yes"})");
  }
  CHECK(read("q -> a: bool", " true.") == R"({"a":true})");
  CHECK(read("q -> a: Literal['yes', 'no']", "yes and no").starts_with("!"));
}

TEST_CASE("several outputs follow their labels") {
  CHECK(read("q -> reasoning, answer", " It is\nthe capital.\nAnswer: Paris") ==
        R"({"reasoning":"It is\nthe capital.","answer":"Paris"})");
  CHECK(read("q -> reasoning, answer", "Reasoning: It is.\nanswer: Paris\n\nQ: and Rome?\nReasoning: no") ==
        R"({"reasoning":"It is.","answer":"Paris"})");
  CHECK(read("q -> reasoning, answer", "Sure:\nReasoning: It is.\nAnswer: Paris") ==
        R"({"reasoning":"It is.","answer":"Paris"})");
  CHECK(read("q -> a, b, c", "1\nC: 3\nB: 2") == R"({"a":"1","b":"2","c":"3"})");
  CHECK(read("q -> a, b: Optional[int]", "1") == R"({"a":"1","b":null})");
}

TEST_CASE("an empty, partial or echoed reply is wrong") {
  CHECK(read("q -> answer", " \n ") ==
        "!The compact adapter cannot read the reply: the field 'answer' is missing. Expected: answer (str). Found: "
        "nothing. Reply:  \n ");
  CHECK(read("q -> reasoning, answer", "It is.")
            .starts_with("!The compact adapter cannot read the reply: the field 'answer' is missing."));
  CHECK(read("q -> answer", "{answer}").starts_with("!"));
  CHECK(read("q -> answer", "Answer: ${answer}").starts_with("!"));
  CHECK(read("q -> answer", "Q: another").starts_with("!"));
}
