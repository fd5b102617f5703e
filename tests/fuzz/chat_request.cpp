#include <string>
#include <strop/lm/chat_request.hpp>
#include <strop/lm/chat_to_responses.hpp>
#include <strop/lm/openai_body.hpp>
#include <strop/lm/usage.hpp>
#include <strop/value/dump_json.hpp>
#include <strop/value/parse_json.hpp>

#include "fuzz.hpp"

namespace {

/// A call in which the fuzzer's JSON stands in every place that a host can fill.
void read(const std::string& before, const strop::Json& json, const std::string& after) {
  const auto call = strop::parse_json(before + strop::dump_json(json) + after);
  if (!call) return;  // too deep by now
  if (const auto translated = strop::chat_to_responses(*call)) demand(translated->contains("input"));
  const auto request = strop::read_chat_request(*call);
  if (!request) {
    demand(request.error().code == "bad_request" || request.error().code == "unsupported_request");
    return;
  }
  const auto chat = strop::openai_chat_body(*request);
  const strop::Json responses = strop::openai_responses_body(*request);
  demand(!chat || chat->contains("messages"));
  demand(responses.contains("input") && strop::lm15_json(*request).contains("messages"));
  // JSON that any server reads, without NaN.
  for (const strop::Json& body : {chat ? *chat : strop::Json(), responses}) {
    const std::string text = strop::dump_json(body, strop::JsonStyle::compact);
    demand(strop::dump_json(*strop::parse_json(text), strop::JsonStyle::compact) == text);
    demand(strop::canonical_json(body) == strop::canonical_json(*strop::parse_json(text)));
  }
}

}  // namespace

/// A call is translated or refused, whatever stands in it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto json = strop::parse_json(text_of(data, size));
  if (!json) return 0;
  read("", *json, "");
  read(R"({"model": "m", "messages": )", *json, "}");
  for (const char* role : {"user", "assistant", "tool"})
    read(std::string(
             R"({"model": "m", "messages": [{"role": "user", "content": "a"}, {"tool_call_id": "1", "role": ")") +
             role + R"(", "content": )",
         *json, "}]}");
  read(R"({"model": "m", "messages": [{"role": "user", "content": "a"}], "tools": )", *json, "}");
  for (const char* setting : {"tool_choice", "response_format", "stop", "max_tokens", "seed"})
    read(std::string(R"({"model": "m", "messages": [{"role": "user", "content": "a"}], ")") + setting + "\": ", *json,
         "}");
  if (const auto total = strop::total_usage(*json)) demand(total->size() == json->size());
  return 0;
}
