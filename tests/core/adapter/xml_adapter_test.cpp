#include <catch2/catch_all.hpp>
#include <strop/adapter/adapter.hpp>
#include <strop/value/dump_json.hpp>
#include <strop/value/parse_json.hpp>

using namespace strop;

namespace {

Json json(std::string_view text) { return *parse_json(text); }
std::string read(std::string_view signature, std::string_view reply) {
  const Result<Json> outputs = xml_adapter().parse(*parse_signature(signature), reply, Reading::dspy);
  return outputs ? dump_json(*outputs, JsonStyle::compact) : "!" + outputs.error().message;
}

}  // namespace

TEST_CASE("an XML prompt: an element for each field, lists and dicts as elements in elements") {
  const Signature signature = *parse_signature("q -> a, rows: list[dict[str, int]]", "Answer.");
  const Prompt prompt = join(xml_adapter().stable(signature, {json(R"({"q": "<1>", "a": "x < y & z", "rows":
                                 [{"n": 1, "two words": 2}, {}]})")}),
                             xml_adapter().call(signature, json(R"({"q": "2"})")));
  REQUIRE(prompt.messages.size() == 4);
  const auto content = [&](std::size_t k) { return prompt.messages[k].content.get<std::string>(); };
  CHECK_THAT(content(0), Catch::Matchers::ContainsSubstring(
                             "<q>\n{q}\n</q>\n\n<a>\n{a}\n</a>\n\n<rows><item>...</item></rows>\nIn adhering"));
  CHECK(content(1) == "<q>\n<1>\n</q>");
  CHECK(content(2) ==
        "<a>\nx &lt; y &amp; z\n</a>\n\n<rows><item><n>1</n><entry key=\"two "
        "words\">2</entry></item><item></item></rows>");
  CHECK(
      content(3) ==
      "<q>\n2\n</q>\n\nRespond with the corresponding output fields wrapped in XML tags `<a>`, then `<rows>`. Use this "
      "nested XML structure: <rows><item>...</item></rows>");
}

TEST_CASE("an XML reply is read as its types say") {
  CHECK(read("q -> a", "Well:\n<a>\n 1 &lt; 2 \n</a>") == R"({"a":"1 < 2"})");
  CHECK(read("q -> a", "<a>some <b>bold</b> text</a>") == R"({"a":"some <b>bold</b> text"})");
  CHECK(read("q -> a: list[int]", "<a><item>1</item><item>2</item></a>") == R"({"a":[1,2]})");
  CHECK(read("q -> a: list[int]", "<a>1</a><a>2</a>") == R"({"a":[1,2]})");
  CHECK(read("q -> a: list[int]", "<a>[1, 2]</a>") == R"({"a":[1,2]})");
  CHECK(read("q -> a: dict[str, list[str]]", "<a><k><item>x</item></k><entry key='two words'>y</entry></a>") ==
        R"({"a":{"k":["x"],"two words":["y"]}})");
  CHECK(read("q -> a: Optional[int], b: list[str]", "<a/><b></b>") == R"({"a":null,"b":[]})");
}

TEST_CASE("an XML reply of very many names is read, each once") {
  std::string reply = "<a>";
  for (int i = 0; i < 50'000; ++i) reply += "<k" + std::to_string(i) + ">v</k" + std::to_string(i) + ">";
  const auto outputs = xml_adapter().parse(*parse_signature("q -> a: dict[str, str]"), reply + "<k0>w</k0></a>");
  REQUIRE_FALSE(outputs);  // the first name has two values
  CHECK(xml_adapter().parse(*parse_signature("q -> a: dict[str, str]"), reply + "</a>")->at("a").size() == 50'000);
}

TEST_CASE("an XML reply that is not well-formed says where") {
  CHECK_THAT(read("q -> a", "<a>R & D</a>"),
             Catch::Matchers::ContainsSubstring("line 1, column 6: an & that begins no"));
  CHECK_THAT(read("q -> a", "<a>x"), Catch::Matchers::ContainsSubstring("<a> is not closed"));
  CHECK_THAT(read("q -> a", "x"), Catch::Matchers::ContainsSubstring("the field 'a' is missing"));
  CHECK_THAT(read("q -> a: int", "<a>many</a>"), Catch::Matchers::ContainsSubstring("the field 'a' is wrong"));
}
