// Calls of models as they go over the wire.
#include <strop/lm/chat_request.hpp>
#include <strop/lm/chat_to_responses.hpp>
#include <strop/lm/openai_body.hpp>
#include <strop/lm/usage.hpp>

#include "json_io.hpp"

namespace strop::surface {

Reply chat_wire(std::string_view input) {
  const auto call = parse_json(input);
  if (!call) return call.error();
  auto request = read_chat_request(*call);
  if (!request) return request.error();
  auto chat = openai_chat_body(*request);
  Json responses = openai_responses_body(*request);
  Object reply;
  reply.set("request", lm15_json(std::move(*request)));
  if (chat)
    reply.set("chat", std::move(*chat));
  else
    reply.set("chat", nullptr).set("refused", chat.error().message);
  return json_reply(reply.set("responses", std::move(responses)));
}

Reply responses_call(std::string_view input) {
  const auto call = parse_json(input);
  if (!call) return call.error();
  auto translated = chat_to_responses(*call);
  if (!translated) return translated.error();
  return json_reply(*translated);
}

Reply total_usage(std::string_view input) {
  const auto usage = parse_json(input);
  if (!usage) return usage.error();
  auto total = strop::total_usage(*usage);
  if (!total) return total.error();
  return json_reply(*total);
}

}  // namespace strop::surface
