#include <catch2/catch_all.hpp>
#include <strop/adapter/adapter.hpp>
#include <strop/value/dump_json.hpp>

using namespace strop;

namespace {

std::string read(const Adapter& adapter, std::string_view signature, std::string_view reply) {
  const Result<Json> outputs = adapter.parse(*parse_signature(signature), reply);
  return outputs ? dump_json(*outputs, JsonStyle::compact) : "!" + outputs.error().message;
}

struct Case {
  const char *signature, *reply, *outputs;  ///< outputs: JSON, or "!" and a part of the failure
};

void check(const Adapter& adapter, std::initializer_list<Case> cases) {
  for (const auto& [signature, reply, outputs] : cases) {
    INFO(signature << " from " << reply);
    const std::string found = read(adapter, signature, reply);
    if (*outputs != '!') {
      CHECK(found == outputs);
      // Each of these is something that DSPy reads otherwise or not at all.
      const Result<Json> dspy = adapter.parse(*parse_signature(signature), reply, Reading::dspy);
      CHECK_FALSE((dspy && dump_json(*dspy, JsonStyle::compact) == outputs));
    } else {
      CHECK_THAT(found, Catch::Matchers::ContainsSubstring(outputs + 1) && Catch::Matchers::StartsWith("!"));
    }
  }
}

}  // namespace

TEST_CASE("chat headers in other spellings are headers") {
  check(chat_adapter(),
        {{"q -> a", "**[[ ## a ## ]]**\nx", R"({"a":"x"})"},
         {"q -> a", "### [[ ## a ## ]]\nx", R"({"a":"x"})"},
         {"q -> a", "> `[[ ## a ## ]]`: x", R"({"a":"x"})"},
         {"q -> a", "[[## a ##]]\nx", R"({"a":"x"})"},
         {"q -> a", "[[ ##a## ]] x", R"({"a":"x"})"},
         {"q -> a", "[[ ### a ]]\nx", R"({"a":"x"})"},
         {"q -> final_answer", "[[ ## Final Answer ## ]]\nx", R"({"final_answer":"x"})"},
         {"q -> größe", "[[ ## GRÖSSE ## ]]\nx", "!'GRÖSSE' of no output"},
         {"q -> größe", "[[ ## GRÖßE ## ]]\nx", R"({"größe":"x"})"},
         {"q -> a", "  [[ ## a ## ]] foo", R"({"a":"foo"})"},
         {"q -> a, n: int", "Sure: [[ ## a ## ]] Paris [[ ## n ## ]] 42 [[ ## completed ## ]]",
          R"({"a":"Paris","n":42})"},
         {"q -> a, n: int", "[[ ## a ## ]] Paris **[[ ## n ## ]]** 42", R"({"a":"Paris","n":42})"},
         {"q -> a, n: int", "[[ ## a ## ]]\nsee [[ ## b ## ]]\n[[ ##n## ]]\n1", R"({"a":"see [[ ## b ## ]]","n":1})"},
         {"q -> a", "[[ ## a ## ]]\n{a}\n[[ ## a ## ]]\nx", R"({"a":"x"})"},
         {"q -> a_b, A_b", "[[ ## a b ## ]]\nx", "!'a b' could be the field 'a_b' or 'A_b'"},
         {"q -> answer", "**[[ ## anwser ## ]]**\nx", "!Found: nothing, and 'anwser' of no output."}});
}

TEST_CASE("the end marker is no part of a value") {
  check(chat_adapter(), {{"q -> a", "[[ ## a ## ]]\nx\n[[## completed ##]]", R"({"a":"x"})"},
                         {"q -> a", "[[ ## a ## ]]\nx [[ ## completed ## ]]", R"({"a":"x"})"},
                         {"q -> a", "[[ ## a ## ]] x [[ ## completed ## ]]", R"({"a":"x"})"},
                         {"q -> a", "[[ ## a ## ]]\nx\n\n**[[ ## Completed ## ]]**\nBye!", R"({"a":"x"})"},
                         {"q -> a", "[[ ## a ## ]]\nx\n\n[[ ## completed", R"({"a":"x"})"}});
  CHECK(read(chat_adapter(), "q -> a", "[[ ## a ## ]]\nsay `[[ ## completed ## ]]`") ==
        R"({"a":"say `[[ ## completed ## ]]`"})");
  CHECK(read(chat_adapter(), "q -> completed", "[[ ## completed ## ]]\nyes") == R"({"completed":"yes"})");
}

TEST_CASE("thinking is no part of a reply") {
  check(chat_adapter(), {{"q -> a", "<think>\n[[ ## a ## ]]\ndraft</think>\n[[ ## a ## ]]\nx", R"({"a":"x"})"},
                         {"q -> answer", "<think>Answer: 1</think>\nAnswer: 2", R"({"answer":"2"})"}});
  check(json_adapter(), {{"q -> a", R"(I say {"A": "draft"}</think>{"A": "x"})", R"({"a":"x"})"},
                         {"q -> a",
                          R"(<think>{"a": "x"}</think>)"
                          R"({"A": "y"})",
                          R"({"a":"y"})"}});
  CHECK(read(json_adapter(), "q -> a", R"(<think>{"a": "draft"}</think>{"a": "x"})") == R"({"a":"x"})");
  CHECK(read(json_adapter(), "q -> a", R"(<thinking>{1}</thinking> {"a": "x"})") == R"({"a":"x"})");
  // Nothing of use is left without it, an output is called so, or it is only spoken of.
  CHECK(read(chat_adapter(), "q -> a", "<think>[[ ## a ## ]]\nx\n</think>") == R"({"a":"x\n</think>"})");
  CHECK(read(xml_adapter(), "q -> think, a", "<think>why</think><a>x</a>") == R"({"think":"why","a":"x"})");
  CHECK(read(chat_adapter(), "q -> a", "[[ ## a ## ]]\nuse <think>x</think> here") ==
        R"({"a":"use <think>x</think> here"})");
}

TEST_CASE("without headers, a chat reply may be labelled, or JSON") {
  check(chat_adapter(), {{"q -> answer", "Answer: Paris", R"({"answer":"Paris"})"},
                         {"q -> answer", "Sure!\n\n**Answer:** Paris\nin France", R"({"answer":"Paris\nin France"})"},
                         {"q -> answer", "**Answer**: Paris", R"({"answer":"Paris"})"},
                         {"q -> reasoning, answer", "Reasoning: because\nof: this\n\nanswer: Paris",
                          R"({"reasoning":"because\nof: this","answer":"Paris"})"},
                         {"q -> reasoning, final_answer", "## Reasoning\nwhy\n\n## Final Answer\nParis",
                          R"({"reasoning":"why","final_answer":"Paris"})"},
                         {"q -> answer", "Answer: x\nAnswer: y", "!the label of 'answer' is there twice"},
                         {"q -> a, n: int", "```json\n{\"a\": \"x\", \"n\": 3}\n```", R"({"a":"x","n":3})"},
                         {"q -> a, n: int", "Sure {\"A\": \"x\", \"n\": \"3\"}", R"({"a":"x","n":3})"},
                         {"q -> a", "Paris", "!the field 'a' is missing"},
                         {"q -> answer", "My answer is: Paris", "!the field 'answer' is missing"}});
}

TEST_CASE("JSON replies: other keys, wrappers, prose, null, chat headers") {
  check(json_adapter(),
        {{"q -> final_answer", R"({"Final Answer": "x"})", R"({"final_answer":"x"})"},
         {"q -> final_answer", R"({"final-answer": "x"})", R"({"final_answer":"x"})"},
         {"q -> a", R"({"output": {"a": "x"}, "ok": true})", R"({"a":"x"})"},
         {"q -> a", R"({"o": {"a": "x"}, "p": {"a": "y"}})", "!several JSON objects with different outputs"},
         {"q -> a", R"({"A": "x"} {"A": "y"})", "!several JSON objects with different outputs"},
         {"q -> a_b", R"({"A b": "x", "a-b": "y"})", "!two keys may mean the field 'a_b'"},
         {"q -> a", R"(The set {1, 2}: {"A": "x"} {3})", R"({"a":"x"})"},
         {"q -> a", R"(so {"A": "x", )", R"({"a":"x"})"},
         {"q -> a", R"({"a": null})", "!the field 'a' is missing"},
         {"q -> a, b: Optional[str]", R"({"A": "x", "b": null})", R"({"a":"x","b":null})"},
         {"q -> a", "[[ ## a ## ]]\nx", R"({"a":"x"})"},
         {"q -> a", R"({"b": 1})", "!Found: nothing, and 'b' of no output"}});
}

TEST_CASE("XML replies that are not well-formed") {
  check(xml_adapter(), {{"q -> a", "<a>R & D</a>", R"({"a":"R & D"})"},
                        {"q -> a", "<a>R & D &amp; 1 < 2 <b>x</b></a>", R"({"a":"R & D & 1 < 2 <b>x</b>"})"},
                        {"q -> a, b", "<a>x</a>\n<b>not closed & more", R"({"a":"x","b":"not closed & more"})"},
                        {"q -> a, b", "<a>x\n<b>y</b>", R"({"a":"x","b":"y"})"},
                        {"q -> a", "```xml\n<a>x & y\n```", R"({"a":"x & y"})"},
                        {"q -> answer", "<output><Answer>x</Answer></output>", R"({"answer":"x"})"},
                        {"q -> final_answer", "<final-answer>x</final-answer>", R"({"final_answer":"x"})"},
                        {"q -> a: list[str]", "<A><item>x & y</item><item>z</item></A>", R"({"a":["x & y","z"]})"},
                        {"q -> a: Optional[int], b", "<A/><b>x</b>&", R"({"a":null,"b":"x"})"},
                        {"q -> a, n: int", R"({"a": "x", "n": 3})", R"({"a":"x","n":3})"},
                        {"q -> a, n: int", "<a>x</a><m>3</m>", "!Found: a, and 'm' of no output"},
                        {"q -> a", "x", "!the field 'a' is missing"}});
}

TEST_CASE("values are read as a careful person would, in every adapter") {
  check(chat_adapter(), {{"q -> n: int", "[[ ## n ## ]]\n```\n1,000\n```", R"({"n":1000})"}});
  check(json_adapter(), {{"q -> n: list[int]", R"({"n": ["1,000", 2]})", R"({"n":[1000,2]})"}});
  check(xml_adapter(), {{"q -> n: int", "<n>1,000</n>", R"({"n":1000})"},
                        {"q -> k: Literal['yes', 'no']", "<k>YES.</k>", R"({"k":"yes"})"}});
}

TEST_CASE("a reply that is made to be slow to read is read in linear time") {
  const std::tuple<const Adapter&, const char*, const char*> cases[] = {
      {chat_adapter(), "", "[[ ## b"},         {chat_adapter(), "", "[[#completed#]]  "},
      {chat_adapter(), "", "a: x\n"},          {chat_adapter(), "[[ ## a ## ]]\n", "- x\n"},
      {chat_adapter(), "", "<think>"},         {json_adapter(), "", "{\"x\":{"},
      {json_adapter(), "", "**[[ ## b ## ]]"}, {xml_adapter(), "", "<a>"},
      {xml_adapter(), "<a>", "& < "}};
  for (const auto& [adapter, begin, part] : cases) {
    INFO(adapter.name() << " " << begin << part);
    constexpr std::size_t megabyte = 1'000'000;
    std::string text = begin;
    while (text.size() < megabyte) text += part;
    const auto outputs = adapter.parse(*parse_signature("q -> a: list[str], b: int"), text);
    CHECK((!outputs && outputs.error().code == "adapter_parse"));
  }
}
