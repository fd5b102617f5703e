#include <iterator>
#include <strop/lm/message.hpp>
#include <strop/value/members.hpp>
#include <utility>

namespace strop {

Prompt join(Prompt stable, const Prompt& call) {
  if (!call.stop.empty()) stable.stop = call.stop;
  if (!stable.completion) {
    stable.messages.insert(stable.messages.end(), call.messages.begin(), call.messages.end());
    return stable;
  }
  if (stable.messages.empty()) stable.messages.push_back({"user", ""});
  auto& text = stable.messages.front().content.get_ref<std::string&>();
  for (std::size_t i = 1; i < stable.messages.size(); ++i)
    text += stable.messages[i].content.get_ref<const std::string&>();
  for (const Message& message : call.messages) text += message.content.get_ref<const std::string&>();
  stable.messages.resize(1);
  return stable;
}

Json messages_json(const std::vector<Message>& messages) {
  Json json = Json::array();
  for (const Message& message : messages) {
    json.push_back(Object().set("role", message.role).set("content", message.content));
    if (message.more.is_object()) json.back().update(message.more);
  }
  return json;
}

Json to_json(const Prompt& prompt) {
  return Object()
      .set("messages", messages_json(prompt.messages))
      .set("completion", prompt.completion)
      .set("stop", prompt.stop);
}

}  // namespace strop
