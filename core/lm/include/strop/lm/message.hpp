#pragma once
#include <string>
#include <strop/text/json.hpp>
#include <vector>

namespace strop {

struct Message {
  std::string role;  ///< system, user, assistant or tool
  Json content;      ///< a text, an array of parts, or null beside tool calls
  Json more = {};    ///< further members, such as "tool_calls"; an object, or null
};

/// What a model is to read. For a completion the messages have one content after the other, and the model goes on.
struct Prompt {
  std::vector<Message> messages = {};
  bool completion = false;
  std::vector<std::string> stop = {};  ///< the reply ends before any of these
};

/// The stable part of a prompt and what a call adds to it. A completion becomes one message, else the
/// messages follow each other. The call's stops replace the others where it has any.
Prompt join(Prompt stable, const Prompt& call);

/// [{"role", "content"}, …] as compact JSON; linear. Written as text at once: a prompt of many demos as a Json first
/// takes longer than all the rest of a prompt.
std::string messages_text(const std::vector<Message>& messages);

/// {"messages", "completion", "stop"} as compact JSON.
std::string prompt_text(const Prompt& prompt);

}  // namespace strop
