// Past turns of a conversation as messages.
#include <algorithm>
#include <strop/schema/parse_value.hpp>
#include <strop/value/dump_json.hpp>
#include <strop/value/members.hpp>
#include <strop/value/python_value.hpp>

#include "common.hpp"
#include "conversation.hpp"

namespace strop::detail {
namespace {

const Type calls_type{Type::Kind::tool_calls};

struct TurnCalls {
  std::string_view field;  ///< empty: the turn has none
  Json calls = {};         ///< {"tool_calls", "tool_call_results"?}
};

TurnCalls calls_in(const Json& turn) {
  for (const auto& [name, value] : members(turn)) {
    if (!value.is_object() || !value.contains("tool_calls")) continue;
    if (Result<Json> calls = validate(value, calls_type)) return {name, std::move(*calls)};
  }
  return {};
}

/// Results in full: a list, {"tool_call_results": list}, or one.
Json results_of(const Json& calls) {
  const Json& given = strop::member(calls, "tool_call_results");
  const Json& inner = given.is_object() ? strop::member(given, "tool_call_results") : given;
  Json one = Json::array();
  if (given.is_object() && inner.is_null()) one.push_back(given);
  Json list = Json::array();
  for (const Json& result : inner.is_array() ? inner : one) {
    list.push_back(Object()
                       .set("call_id", strop::member(result, "call_id"))
                       .set("name", strop::member(result, "name"))
                       .set("value", strop::member(result, "value"))
                       .set("is_error", strop::member(result, "is_error") == true));
  }
  return list;
}

}  // namespace

void Conversation::append_history(std::vector<Message>& messages, const Signature& signature, const Json& history,
                                  const CallOptions& options) const {
  for (const Json& turn : strop::member(history, "messages")) append_turn(messages, signature, turn, options);
}

void Conversation::append_turn(std::vector<Message>& messages, const Signature& signature, const Json& turn,
                               const CallOptions& options) const {
  const auto inputs = signature.inputs();
  const bool any_input =
      std::any_of(inputs.begin(), inputs.end(), [&](const Field& field) { return member(turn, field.name); });
  if (any_input) messages.push_back(user_message(signature, turn, "", true));
  TurnCalls found = calls_in(turn);
  if (options.native_tools && !found.field.empty()) return append_native_turn(messages, signature, turn, found.calls);

  const bool has_results = !found.field.empty() && !strop::member(found.calls, "tool_call_results").is_null();
  Json shown_turn = turn;
  Json results = has_results ? results_of(found.calls) : Json();
  if (has_results) {
    found.calls.erase("tool_call_results");
    shown_turn[std::string(found.field)] = found.calls;
  }
  if (std::string text = reply(signature, shown_turn, nullptr); !text.empty())
    messages.push_back({"assistant", std::move(text)});
  if (!has_results) return;
  Content content;
  const Field field{.name = "tool_call_results", .type = Type{Type::Kind::any}};
  append_input(content, field, Object().set("tool_call_results", std::move(results)));
  messages.push_back({"user", std::move(content).finish()});
}

void Conversation::append_native_turn(std::vector<Message>& messages, const Signature& signature, const Json& turn,
                                      const Json& calls) const {
  Signature told = signature;
  for (const Field& field : signature.outputs()) {
    const Json* value = member(turn, field.name);
    if (field.type.kind == Type::Kind::tool_calls || !value || value->is_null()) told = told.remove(field.name);
  }
  const std::string text = told.outputs().empty() ? "" : reply(told, turn, nullptr);
  const Json results = results_of(calls);
  const Json& list = calls["tool_calls"];
  bool answered = !strop::member(calls, "tool_call_results").is_null() && results.size() == list.size();
  for (std::size_t k = 0; answered && k < results.size(); ++k) {
    const Json& id = strop::member(list[k], "id");
    answered = id.is_string() && id != "" && results[k]["call_id"] == id;
  }
  if (text.empty() && !answered) return;
  Message message{"assistant", text.empty() ? Json() : Json(text)};
  if (answered) {
    Json made = Json::array();
    for (const Json& call : list) {
      made.push_back(
          Object()
              .set("id", call["id"])
              .set("type", "function")
              .set("function", Object().set("name", call["name"]).set("arguments", dump_json(call["args"]))));
    }
    message.more = Object().set("tool_calls", std::move(made));
  }
  messages.push_back(std::move(message));
  for (const Json& result : answered ? results : Json::array()) {
    const Json& value = result["value"];
    messages.push_back({"tool", value.is_string() ? value : Json(dump_json(value)),
                        Object().set("tool_call_id", result["call_id"]).set("name", result["name"])});
  }
}

}  // namespace strop::detail
