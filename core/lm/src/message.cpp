#include <iterator>
#include <strop/lm/message.hpp>
#include <strop/value/dump_json.hpp>
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

std::string messages_text(const std::vector<Message>& messages) {
  std::string text = "[";
  const char* comma = "";
  for (const Message& message : messages) {
    append_json_string((text += comma) += "{\"role\":", message.role);
    append_json(text += ",\"content\":", message.content, JsonStyle::compact);
    for (const auto& [name, value] : members(message.more)) {
      append_json_string(text += ',', name);
      append_json(text += ':', value, JsonStyle::compact);
    }
    text += '}';
    comma = ",";
  }
  return text += ']';
}

std::string prompt_text(const Prompt& prompt) {
  std::string text = "{\"messages\":" + messages_text(prompt.messages);
  text += prompt.completion ? ",\"completion\":true" : ",\"completion\":false";
  append_json(text += ",\"stop\":", prompt.stop, JsonStyle::compact);
  return text += '}';
}

}  // namespace strop
