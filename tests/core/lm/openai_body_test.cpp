#include <catch2/catch_all.hpp>
#include <strop/lm/chat_request.hpp>
#include <strop/lm/chat_to_responses.hpp>
#include <strop/lm/openai_body.hpp>
#include <strop/value/dump_json.hpp>
#include <strop/value/members.hpp>
#include <strop/value/parse_json.hpp>

using namespace strop;

namespace {

Json canonical(const char* call) {
  auto request = read_chat_request(*parse_json(call));
  REQUIRE(request);
  return *request;
}

std::string text_of(const Json& value) { return dump_json(value, JsonStyle::compact); }

}  // namespace

TEST_CASE("a tool's call, its result and settings in both bodies") {
  const Json request = canonical(R"({"model": "m", "messages": [{"role": "user", "content": "a"},
      {"role": "assistant", "content": null, "tool_calls": [{"id": "1", "type": "function", "function": {"name": "f",
       "arguments": "{\"q\": \"é😀\\u007f\"}"}}]}, {"role": "tool", "tool_call_id": "1", "content": "r"}],
      "max_tokens": 5, "seed": 1, "reasoning_effort": "low", "user": "u"})");
  CHECK(
      text_of(*openai_chat_body(request)) ==
      R"({"model":"m","messages":[{"role":"user","content":"a"},{"role":"assistant","content":null,"tool_calls":[{"id":"1","type":"function","function":{"name":"f","arguments":"{\"q\":\"\\u00e9\\ud83d\\ude00\\u007f\"}"}}]},{"role":"tool","tool_call_id":"1","content":"r"}],"max_completion_tokens":5,"seed":1,"reasoning_effort":"low","user":"u"})");
  CHECK(
      text_of(openai_responses_body(request)) ==
      R"({"model":"m","input":[{"role":"user","content":[{"type":"input_text","text":"a"}]},{"type":"function_call","call_id":"1","name":"f","arguments":"{\"q\":\"\\u00e9\\ud83d\\ude00\\u007f\"}"},{"type":"function_call_output","call_id":"1","output":"r"}],"stream":false,"max_output_tokens":5,"reasoning":{"effort":"low"},"safety_identifier":"u"})");
}

TEST_CASE("a tool's empty description is in the bodies, and not in lm15's JSON") {
  const Json request = canonical(
      R"({"model": "m", "messages": [{"role": "user", "content": "a"}], "tools": [{"type": "function", "function":
         {"name": "f", "description": "", "parameters": {}}}, {"type": "function", "function": {"name": "g"}}]})");
  const Json chat = *openai_chat_body(request);
  CHECK(text_of(member(chat["tools"][0], "function")) == R"({"name":"f","description":"","parameters":{}})");
  CHECK(text_of(member(chat["tools"][1], "function")) ==
        R"({"name":"g","description":null,"parameters":{"type":"object","properties":{}}})");
  CHECK(text_of(lm15_json(request)["tools"][0]) == R"({"type":"function","name":"f","parameters":{}})");
}

TEST_CASE("what only Responses has a place for") {
  const Json request = canonical(
      R"({"model": "m", "messages": [{"role": "user", "content": [{"type": "input_audio", "input_audio": {"data": "SUQz",
         "format": "mp3"}}, {"type": "file", "file": {"file_data": "data:image/svg+xml;base64,QUJD"}}]}]})");
  CHECK(openai_chat_body(request).error().code == "unsupported_request");
  CHECK(
      text_of(openai_responses_body(request)["input"][0]["content"]) ==
      R"([{"type":"input_audio","audio":"SUQz","format":"mp3"},{"type":"input_file","filename":"file.svg","file_data":"data:image/svg+xml;base64,QUJD"}])");
}

TEST_CASE("options for the cache are for gpt-5.6 and later") {
  for (const auto& [model, has] : std::initializer_list<std::pair<const char*, bool>>{{"gpt-5.6", true},
                                                                                      {"GPT-5.10-mini", true},
                                                                                      {"gpt-0006.0", true},
                                                                                      {"gpt-99999999999.0", true},
                                                                                      {"gpt-5.5", false},
                                                                                      {"gpt-5", false},
                                                                                      {"gpt-6.", false},
                                                                                      {"my-gpt-5.6", false},
                                                                                      {"gpt", false}}) {
    Json call = *parse_json(
        R"({"messages": [{"role": "user", "content": "a"}], "prompt_cache_options": {"mode": "explicit"}})");
    call["model"] = model;
    const Json request = *read_chat_request(call);
    CHECK(openai_responses_body(request).contains("prompt_cache_options") == has);
    CHECK(openai_chat_body(request)->contains("prompt_cache_options") == has);
  }
}

TEST_CASE("a chat-shaped call for LiteLLM's Responses") {
  const auto translated = chat_to_responses(*parse_json(
      R"({"model": "m", "messages": [{"role": "assistant", "content": "b"}, {"role": "tool", "content": [{"k": "it's"}]}],
         "max_tokens": 5, "stop": [], "tools": [{"x": 1, "name": "own", "function": {"name": "f", "description": null}}]})"));
  REQUIRE(translated);
  CHECK(
      text_of(*translated) ==
      R"({"model":"m","input":[{"role":"assistant","content":[{"type":"output_text","text":"b"}]},{"type":"function_call_output","output":"{'k': \"it's\"}"}],"max_output_tokens":5,"tools":[{"type":"function","x":1,"name":"f"}]})");
  for (const char* call : {"1", R"({"messages": null})", R"({"messages": [1]})", R"({"tools": ["function"]})",
                           R"({"messages": [{"content": [{"type": []}]}]})", R"({"tool_choice": {"function": {}}})"})
    CHECK_FALSE(chat_to_responses(*parse_json(call)));
}
