#include <catch2/catch_all.hpp>
#include <strop/lm/chat_request.hpp>
#include <strop/value/dump_json.hpp>
#include <strop/value/members.hpp>
#include <strop/value/parse_json.hpp>

using namespace strop;

namespace {

/// The canonical request of a call that asks for `more` beside one message.
Result<Json> read(const std::string& more) {
  return read_chat_request(
      *parse_json(R"({"model": "m", "messages": [{"role": "user", "content": "a"}])" + more + "}"));
}

/// Its settings, as text.
std::string config(const std::string& more) {
  const auto request = read(", " + more);
  return request ? dump_json(member(*request, "config"), JsonStyle::compact) : request.error().message;
}

/// Its messages where these are `rows`, as text.
std::string messages(const std::string& rows) {
  const auto request = read_chat_request(*parse_json(R"({"model": "m", "messages": [)" + rows + "]}"));
  return request ? dump_json(member(*request, "messages"), JsonStyle::compact) : request.error().message;
}

std::string image_type(const std::string& url) {
  const auto request = read_chat_request(*parse_json(
      R"({"model": "m", "messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": ")" + url +
      R"("}}]}]})"));
  return request ? (*request)["messages"][0]["parts"][0]["media_type"].get<std::string>() : request.error().message;
}

}  // namespace

TEST_CASE("a call becomes the canonical request") {
  const auto request = read_chat_request(*parse_json(
      R"({"model": "m", "messages": [{"role": "system", "content": "S"}, {"role": "user", "content": "a"}],
          "temperature": 1, "n": 2, "api_key": "k", "stop": null})"));
  REQUIRE(request);
  CHECK(
      dump_json(lm15_json(*request), JsonStyle::compact) ==
      R"({"model":"m","messages":[{"role":"user","parts":[{"type":"text","text":"a"}]}],"system":"S","config":{"temperature":1.0}})");
}

TEST_CASE("results that follow each other are one message") {
  CHECK(
      messages(R"({"role": "user", "content": "a"}, {"role": "tool", "tool_call_id": "1", "content": "x"},
                  {"role": "tool", "tool_call_id": "2", "name": "f", "content": [{"type": "text", "text": "y"}]})") ==
      R"([{"role":"user","parts":[{"type":"text","text":"a"}]},{"role":"tool","parts":[{"type":"tool_result","id":"1","content":[{"type":"text","text":"x"}]},{"type":"tool_result","id":"2","name":"f","content":[{"type":"text","text":"y"}]}]}])");
}

TEST_CASE("settings have one form, and what is out of range is refused") {
  CHECK(config(R"("max_tokens": 64.0, "seed": -1e19, "top_p": 1)") ==
        R"({"max_tokens":64,"top_p":1.0,"seed":-10000000000000000000})");
  CHECK(config(R"("seed": 1e23)") == R"({"seed":99999999999999991611392})");  // as Python's int(1e23)
  CHECK(config(R"("max_completion_tokens": 5, "max_tokens": 5)") == R"({"max_tokens":5})");
  CHECK(config(R"("max_completion_tokens": 5, "max_tokens": 5.0)") == "max_tokens is not max_completion_tokens");
  CHECK(config(R"("max_tokens": 0)") == "max_tokens must be positive");
  CHECK(config(R"("max_tokens": 1.5)") == "max_tokens must be a whole number");
  CHECK(config(R"("temperature": NaN)") == "temperature must be a number from 0 to 2");
  CHECK(config(R"("temperature": true)") == "temperature must be a number from 0 to 2");
  CHECK(config(R"("stop": "a")") == R"({"stop":["a"]})");
  CHECK(config(R"("stop": "")") == "stop must not be empty");
  CHECK(config(R"("reasoning_effort": "none")") == R"({"reasoning":{"effort":"off"}})");
  CHECK(config(R"("logprobs": true, "top_logprobs": 2)") == R"({"logprobs":2})");
  CHECK(config(R"("top_logprobs": 2)") == "top_logprobs needs logprobs to be true");
}

TEST_CASE("what has no place is refused by its name, never dropped") {
  CHECK(read(R"(, "unheard_of": 1)").error().code == "unsupported_request");
  CHECK(config(R"("unheard_of": 1)") == "unheard_of has no place in a request: leave it out");
  CHECK(config(R"("unheard_of": null, "store": true)") == R"({"store":true})");
  CHECK(messages(R"({"role": "user", "content": [{"type": "text", "text": "a", "bold": true}]})") ==
        "messages[0].content[0].bold has no place in a request: leave it out");
  CHECK(config(R"("tools": [{"type": "function", "function": {"name": "f", "strict": true}}])") ==
        "tools[0].function.strict has no place in a request");
}

TEST_CASE("an image's type is guessed by its address as Python guesses it") {
  CHECK(image_type("https://example.com/a.JPG") == "image/jpeg");
  CHECK(image_type("a.svgz") == "image/svg+xml");
  CHECK(image_type("a.gif.gz") == "image/gif");
  CHECK(image_type("a.webp") == "image/webp");
  CHECK(image_type("DATA:image/gif;base64,QQ==") == "image/gif");
  // What is no image's, and what is no extension: then it is said to be a PNG.
  for (const char* url : {"a.txt", "a", "b.gif/c", "a/.gif", "x:.gif", "a.gif?b", "a.tgz", "DATA:a=image/gif,x"})
    CHECK(image_type(url) == "image/png");
}

TEST_CASE("inline data must be base64") {
  CHECK(image_type("data:image/gif;base64,QUJD") == "image/gif");
  CHECK(image_type("data:image/gif;base64, QU JD\\n") == "image/gif");
  const std::string where = "messages[0].content[0].image_url.url ";
  for (const char* data : {"QUJ", "QU=D", "Q===", "QU D", "QUJé"})
    CHECK(image_type(std::string("data:image/gif;base64,") + data) == where + "must be base64");
  for (const char* uri : {"data:image/gif,x", "data:;base64,QQ==", "data:image/gif;base64,", "data:"})
    CHECK(image_type(uri) == where + "must be a data URI: data:<media type>;base64,<data>");
}

TEST_CASE("one mark says up to where to cache") {
  const std::string mark = R"("prompt_cache_breakpoint": {"mode": "explicit"})";
  const auto marked = read_chat_request(*parse_json(
      R"({"model": "m", "messages": [{"role": "user", "content": [{"type": "text", "text": "a", )" + mark + "}]}]}"));
  REQUIRE(marked);
  CHECK(member(member(*marked, "config"), "cache") == *parse_json(R"({"mode": "auto", "prefix_until_index": 0})"));
  CHECK(messages(R"({"role": "user", "content": [{"type": "text", "text": "a", )" + mark +
                 R"(}, {"type": "text", "text": "b"}]})") ==
        "messages[0].content[1] follows a prompt_cache_breakpoint, which is for the last block");
}

TEST_CASE("what annotations cite is cut by characters, and has a bound") {
  const auto note = [](int from, int to) {
    return R"({"type": "url_citation", "url_citation": {"url": "u", "start_index": )" + std::to_string(from) +
           R"(, "end_index": )" + std::to_string(to) + "}}";
  };
  CHECK(messages(R"({"role": "assistant", "content": "é😀b", "annotations": [)" + note(1, 2) + "," + note(1, 4) +
                 "]}") == R"([{"role":"assistant","parts":[{"type":"text","text":"é😀b"},)"
                          R"({"type":"citation","text":"😀","url":"u"},{"type":"citation","url":"u"}]}])");
  const std::size_t length = std::size_t{1} << 20;
  std::string notes = note(0, static_cast<int>(length));
  for (int i = 0; i < 64; ++i) notes += "," + note(0, static_cast<int>(length));
  CHECK(messages(R"({"role": "assistant", "content": ")" + std::string(length, 'a') + R"(", "annotations": [)" + notes +
                 "]}") == "messages[0].annotations[64] cites too much: 64 MiB are the most");
}

TEST_CASE("calls that are nothing of the sort are refused") {
  for (const char* call :
       {"null", "[]", "{}", R"({"model": 1})", R"({"model": "m", "messages": {}})",
        R"({"model": "m", "messages": [1]})", R"({"model": "m", "messages": [{"role": ["user"], "content": "a"}]})",
        R"({"model": "m", "messages": [{"role": "system", "content": "a"}]})",
        R"({"model": "m", "messages": [{"role": "assistant", "tool_calls": [{"function": {"arguments": "{"}}]}]})"}) {
    const auto request = read_chat_request(*parse_json(call));
    CHECK_FALSE(request);
  }
  const std::string deep = std::string(200'000, '[') + std::string(200'000, ']');
  CHECK(
      messages(R"({"role": "assistant", "tool_calls": [{"id": "1", "function": {"name": "f", "arguments": "{\"a\": )" +
               deep + R"(}"}}]})") == "messages[0].tool_calls[0].function.arguments must be JSON");
}
