#include <strop/lm/chat_request.hpp>
#include <strop/value/members.hpp>
#include <utility>

#include "reader.hpp"

namespace strop {
namespace {

/// Parameters of the connection, of DSPy's own, and of how the call is made.
bool asks_for_nothing(std::string_view key) {
  return is_one_of(key, {"api_key", "api_base", "base_url", "headers", "extra_headers", "timeout", "api_version",
                         "azure_ad_token_provider", "organization", "project", "extra_query", "custom_llm_provider",
                         "n", "rollout_id", "num_generations", "stream", "stream_options"});
}

bool is_known(std::string_view key) {
  return is_one_of(key, {"model",
                         "messages",
                         "tools",
                         "tool_choice",
                         "parallel_tool_calls",
                         "functions",
                         "function_call",
                         "max_completion_tokens",
                         "max_tokens",
                         "temperature",
                         "top_p",
                         "top_k",
                         "stop",
                         "seed",
                         "frequency_penalty",
                         "presence_penalty",
                         "logprobs",
                         "top_logprobs",
                         "response_format",
                         "service_tier",
                         "store",
                         "user",
                         "safety_identifier",
                         "user_id",
                         "reasoning_effort",
                         "reasoning",
                         "thinking",
                         "enable_thinking",
                         "chat_template_kwargs",
                         "reasoning_format",
                         "prompt_cache_key",
                         "prompt_cache_retention",
                         "prompt_cache_options",
                         "logit_bias",
                         "metadata",
                         "verbosity",
                         "moderation",
                         "provider",
                         "prediction"});
}

}  // namespace

Result<Json> read_chat_request(const Json& call) {
  if (!call.is_object()) return Failure{"bad_request", "a call must be an object"};
  Refusals refusals;
  for (const auto& [key, value] : members(call))
    if (!value.is_null() && !asks_for_nothing(key) && !is_known(key))
      refusals.unsupported({nullptr, key}, "has no place in a request: leave it out");

  Object request;
  request.set("model", need_text(member(call, "model"), {nullptr, "model"}, refusals, false));
  Conversation conversation = read_messages(member(call, "messages"), refusals);
  const Json &functions = member(call, "functions"), &given_tools = member(call, "tools");
  if (!functions.is_null() && !given_tools.is_null())
    refusals.bad({nullptr, "functions"}, "cannot be given with tools");
  Json tools = functions.is_null() ? read_tools(given_tools, refusals) : read_functions(functions, refusals);
  Json config = read_config(call, conversation.mark, tools, refusals);
  if (refusals.first()) return *refusals.first();

  request.set("messages", std::move(conversation.messages));
  if (!conversation.system.is_null()) request.set("system", std::move(conversation.system));
  if (!tools.empty()) request.set("tools", std::move(tools));
  if (!config.empty()) request.set("config", std::move(config));
  return Json(request);
}

Json lm15_json(Json request) {
  if (const auto tools = request.find("tools"); tools != request.end())
    for (Json& tool : *tools)
      if (text_member(tool, "description").empty()) tool.erase("description");
  return request;
}

}  // namespace strop
