#include "strop/text/repair.hpp"

#include <catch2/catch_all.hpp>
#include <random>
#include <string>
#include <vector>

#include "strop/text/json.hpp"
#include "strop/text/utf8.hpp"

using namespace strop;

namespace {

struct Case {
  std::string text, json;
};

void check(const std::vector<Case>& cases) {
  for (const Case& one : cases) {
    CAPTURE(one.text);
    CHECK(repair_json(one.text) == one.json);
  }
}

/// It is JSON for Python too, which has NaN and Infinity; these texts do not lead to them.
bool is_json(const std::string& text) { return is_valid_utf8(text) && Json::accept(text); }

std::string repeated(std::string_view piece, std::size_t bytes) {
  std::string text;
  while (text.size() < bytes) text += piece;
  return text;
}

}  // namespace

// What is expected below are the results of json_repair 0.64.6.

TEST_CASE("repair_json: prose and fences around it") {
  check({
      {R"(Sure! Here it is: {"a": 1, "b": [2, 3]} Anything else?)", R"({"a": 1, "b": [2, 3]})"},
      {"```json\n{\"a\": 1}\n```", R"({"a": 1})"},
      {"```\n[1, 2]\n```", "[1, 2]"},
      {"{\"a\": 1}\nNoneNone", R"({"a": 1})"},
      {R"(The answer (a guess): {"a": 1})", R"({"a": 1})"},
      {R"(<json>{"a": 1}</json>)", R"({"a": 1})"},
      {"[[ ## x ## ]]\n{\"a\": 1}\n\n[[ ## completed ## ]]", R"([[[]], {"a": 1}, [[]]])"},
      {"[[ ## x ## ]]\ntext", "[[]]"},
  });
}

TEST_CASE("repair_json: nothing found") {
  check({
      {"", R"("")"},
      {"  ", R"("")"},
      {"plain words", R"("")"},
      {"2024-11-27", R"("")"},
      {R"(print("x"))", R"("")"},
      {R"(Yes: "quoted")", R"("")"},
      {"None", R"("")"},
      {"True", R"("")"},
  });
}

TEST_CASE("repair_json: scalars are values only alone") {
  check({
      {"42", "42"},
      {" 1.5 ", " 1.5 "},
      {R"("text")", R"("text")"},
      {"true", "true"},
      {"NaN", "NaN"},
      {"5 apples", R"("")"},
  });
}

TEST_CASE("repair_json: Python literals and quotes") {
  check({
      {"{'a': None, 'b': True, 'c': False}", R"({"a": null, "b": true, "c": false})"},
      {R"({'a': "it's", 'b': 'it\'s'})", R"({"a": "it's", "b": "it's"})"},
      {R"({"a": True})", R"({"a": true})"},
      {"('a', 1)", R"(["a", 1])"},
      {"(1)", "1"},
      {R"({"a": (1, 2), "b": (3), "c": ()})", R"({"a": [1, 2], "b": 3, "c": []})"},
      {"{1, 2}", "[1, 2]"},
      {"[1, 2, ...]", "[1, 2]"},
      {"{'a': 'don't', 'b': 'c'}", R"({"a": "don't", "b": "c"})"},
  });
}

TEST_CASE("repair_json: missing quotes") {
  check({
      {"{a: 1, b: two words, c: true}", R"({"a": 1, "b": "two words", "c": true})"},
      {R"({"a: 1})", R"({"a": 1})"},
      {R"({"a": b, "c": d})", R"({"a": "b", "c": "d"})"},
      {R"({"a": x"b": 1})", R"({"a": "x", "x\"b": 1})"},
      {R"({"city": New York, "n": 2})", R"({"city": "New York", "n": 2})"},
      {R"(["a, b])", R"(["a, b"])"},
      {R"({"a": "b, "c": "d"})", R"({"a": "b", "c": "d"})"},
      {R"({"a": “b”, “c”: “d”})", R"({"a": "b", "c": "d"})"},
      {R"({"a": ""b"", "c": 1})", R"({"a": "b", "c": 1})"},
      {"{`a`: `b`}", R"({"a`": "b`"})"},
  });
}

TEST_CASE("repair_json: missing and stray commas, colons and brackets") {
  check({
      {R"({"a": 1 "b": 2})", R"({"a": 1, "b": 2})"},
      {R"([1 2 "c" "d"])", R"([1, 2, "c", "d"])"},
      {R"({"a": [1, 2, "b": 3})", R"({"a": [1, 2], "b": 3})"},
      {"[1, 2,]", "[1, 2]"},
      {R"({"a": 1,, "b": 2,})", R"({"a": "1,", "b": 2})"},
      {R"({"a" 1})", R"({"a": ""})"},
      {R"({"a": , "b": 2})", R"({"a": "", "b": 2})"},
      {R"("a": 1, "b": 2})", R"({"a": 1, "b": 2})"},
      {R"({"a": {"b": 1})", R"({"a": {"b": 1}})"},
      {R"([{"a": 1}, {"b": 2])", R"([{"a": 1}, {"b": 2}])"},
      {R"({"a": 1}}})", R"({"a": 1})"},
      {R"(}{"a": 1})", R"({"a": 1})"},
      {R"({"a": [1, 2], [3, 4]})", R"({"a": [1, 2, 3, 4]})"},
      {R"({"rows": [[1, 2], [3, 4]], [5, 6]})", R"({"rows": [[1, 2], [3, 4], [5, 6]]})"},
      {R"([{"a": 1, "b": 2 "a": 3, "b": 4}])", R"([{"a": 1, "b": 2}, {"a": 3, "b": 4}])"},
      {R"({"a": 1, "a": 2,})", R"({"a": 2})"},
  });
}

TEST_CASE("repair_json: cut off") {
  check({
      {"{", "{}"},
      {"[", "[]"},
      {R"({"a)", R"(["a"])"},
      {R"({"a")", R"(["a"])"},
      {R"({"a":)", R"({"a": ""})"},
      {R"({"a": "b)", R"({"a": "b"})"},
      {R"({"a": "b",)", R"({"a": "b"})"},
      {R"({"a": [1, {"b": "c)", R"({"a": [1, {"b": "c"}]})"},
      {R"({"a": tru)", R"({"a": "tru"})"},
      {"{\"text\": \"One, two\nthree", R"({"text": "One, two\u000athree"})"},
      {R"({"a": "b\)", R"({"a": "b\\"})"},
  });
}

TEST_CASE("repair_json: quotes inside of strings") {
  check({
      {R"({"a": "He said "hi" to me", "b": 1})", R"({"a": "He said \"hi\" to me", "b": 1})"},
      {R"({"a": "He said "hi"", "b": 1})", R"({"a": "He said \"hi\"", "b": 1})"},
      {R"({"a": ""hi" he said", "b": 1})", R"({"a": "\"hi\" he said", "b": 1})"},
      {R"(["he said "yes" loudly", "b"])", R"(["he said \"yes\" loudly", "b"])"},
      {R"~({"code": "print("x")", "n": 1})~", R"~({"code": "print(\"x\")", "n": 1})~"},
      {R"({"regex": "[^"]+", "b": 1})", R"({"regex": "[^\"]+", "b": 1})"},
      {R"({"a": "x, {b: c}, y", "d": 1,})", R"({"a": "x, {b: c}, y", "d": 1})"},
      {R"({"a": "„tief“ und “hoch”",})", R"({"a": "„tief“ und “hoch”"})"},
  });
}

TEST_CASE("repair_json: line ends and code in strings") {
  check({
      {"{\"a\": \"one\ntwo\", \"b\": 1}", R"({"a": "one\u000atwo", "b": 1})"},
      {"{\"code\": \"def f(x):\n  return {'a': x}\n\", \"n\": 1}",
       R"({"code": "def f(x):\u000a  return {'a': x}", "n": 1})"},
      {"{\"a\": \"Use:\n```js\nf() { }\n```\nDone\", \"b\": 1}",
       R"({"a": "Use:\u000a```js\u000af() { }\u000a```\u000aDone", "b": 1})"},
      {"```json\n{\"a\": \"if (x) { y(); }\n\"}\n```", R"({"a": "if (x) { y(); }"})"},
  });
}

TEST_CASE("repair_json: comments") {
  check({
      {"{\"a\": 1, // one\n \"b\": 2}", R"({"a": 1, "b": 2})"},
      {R"({"a": 1, /* one */ "b": 2})", R"({"a": 1, "b": 2})"},
      {"{\"a\": 1, # one\n \"b\": 2}", R"({"a": 1, "b": 2})"},
      {"// first\n[1]", "[1]"},
      {R"({"a": "http://x # y",})", R"({"a": "http://x # y"})"},
  });
}

TEST_CASE("repair_json: several values") {
  check({
      {R"({"a": 1}{"b": 2})", R"([{"a": 1}, {"b": 2}])"},
      {"{\"a\": 1}\n{\"a\": 2}", R"({"a": 2})"},
      {R"({"a": 1}, {"a": 2})", R"([{"a": 1}, {"a": 2}])"},
      {"[1] and [2, 3]", "[[1], [2, 3]]"},
      {R"([] {"a": 1})", R"({"a": 1})"},
  });
}

TEST_CASE("repair_json: numbers") {
  check({
      {R"({"a": 1_000, "b": .5, "c": 5., "d": -.5e3, "e": 007, "f": -0})",
       R"({"a": 1000, "b": 0.5, "c": 5.0, "d": -0.5e3, "e": 7, "f": 0})"},
      {R"({"a": 1,000})", R"({"a": "1,000"})"},
      {R"({"a": 1e})", R"({"a": 1})"},
      {R"({"a": 1/2})", R"({"a": "1/2"})"},
      {R"({"a": 2024-01-02})", R"({"a": "2024-01-02"})"},
      {R"({"a": 12abc})", R"({"a": "12abc"})"},
      {R"({"a": 0x10})", R"({"a": "0x10"})"},
      {R"({"a": +5})", R"({"a": 5})"},
      {R"({"a": -})", R"({"a": ""})"},
      {"[1.2.3, 1e5, 1E-5, 123456789012345678901234567890,]",
       R"(["1.2.3", 1e5, 1E-5, 123456789012345678901234567890])"},
  });
}

TEST_CASE("repair_json: escapes") {
  check({
      {R"({"a": "\u00e9\ud83d\ude00",})", R"({"a": "é😀"})"},
      {R"({"a": "\x41\q\/",})", R"({"a": "A\\q\\/"})"},
      {R"({"a": "\t\n\\",})", R"({"a": "\u0009\u000a\\"})"},
      {R"({\"a\": 1, \"b\": \"c\"})", R"({"a": 1, "b": "c"})"},
      {R"({"a": "\\"b\\"", "c": 1})", R"({"a": "\"b\"", "c": 1})"},
  });
}

TEST_CASE("repair_json: valid JSON stays as it is") {
  for (const std::string text :
       {R"( {"b":1,  "a": [1.50, -0, 1e400, NaN, "\u00e9\/"], "b": 2} )", "[]", "\"\"", "-Infinity"})
    CHECK(repair_json(text) == text);
}

TEST_CASE("repair_json: whatever the bytes, the result is JSON") {
  const std::string whole =
      "Here:\n```json\n{'a': [1, 2.5, {\"b c\": \"x \\\"y\\\" \\u00e9 \xe2\x80\x9cz\xe2\x80\x9d\"}], // why\n k: None, "
      "\"t\": (1, 'two'), s: {3, 4}, \"code\": \"if (x) { y[\"z\"]; }\n```\n\"}\n``` [[ ## end ## ]] {\\\"e\\\": 1}";
  for (std::size_t n = 0; n <= whole.size(); ++n) {
    CAPTURE(n);
    CHECK(is_json(repair_json(whole.substr(0, n))));
    CHECK(is_json(repair_json(whole.substr(n))));
  }
  std::mt19937 random(1);
  const std::string_view marks = "\"'{}[](),:\\/#`*-.0 1eat\n\xe2\x80\x9c\x9d\x9e\xff\xc3";
  for (int round = 0; round < 3000; ++round) {
    std::string text = round % 2 ? whole : "";
    for (int i = 0; i < 20; ++i)
      text.insert(text.begin() + static_cast<std::ptrdiff_t>(random() % (text.size() + 1)),
                  marks[random() % marks.size()]);
    CAPTURE(round, text);
    CHECK(is_json(repair_json(text)));
  }
}

TEST_CASE("repair_json: bytes that are no UTF-8 become U+FFFD") {
  CHECK(repair_json("{'a': '\xff\xc3'}") == "{\"a\": \"\xef\xbf\xbd\xef\xbf\xbd\"}");
  CHECK(repair_json("[\"\xff\"]") == "[\"\xef\xbf\xbd\"]");
  CHECK(repair_json(R"({'a': '\ud83d'})") == "{\"a\": \"\xef\xbf\xbd\"}");
}

TEST_CASE("repair_json: nesting is bounded") {
  const std::string open(256, '['), close(256, ']');
  CHECK(repair_json(open + close) == open + close);
  CHECK(repair_json(open + "1" + close + ";") == open + "1" + close);
  CHECK(repair_json("[" + open + "1" + close + "]") == "\"\"");
  for (const std::string_view deep : {"[", "{\"a\":", "{a:[{"}) CHECK(repair_json(repeated(deep, 100'000)) == "\"\"");
}

/// Each of these takes minutes when every look ahead goes to the end of the text.
TEST_CASE("repair_json: what looks ahead for long is cut short") {
  for (const std::string_view start : {"", "{\"a\": \"", "[\"", "{\"a\": ["})
    for (const std::string_view piece : {"\"b, c: d, ", "{b: ", "} ", "{1},", "{1,", "\", # ", "'", "\\", "[1],",
                                         "\"x\": \"} ", "(", "\n(", "/*", "```json"}) {
      CAPTURE(start, piece);
      CHECK(is_json(repair_json(std::string(start) + repeated(piece, 100'000))));
    }
  CHECK(is_json(repair_json("{\"a\": [" + repeated("1,", 100'000) + "[]," + repeated("\"k\": 1},", 100'000))));
}
