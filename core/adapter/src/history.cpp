// Past turns of a conversation as messages.
#include <algorithm>
#include <optional>
#include <strop/schema/parse_value.hpp>
#include <strop/text/format.hpp>
#include <strop/text/utf8.hpp>
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
  Json calls = {};         ///< {"tool_calls", "tool_call_results"?}, the results as a list
};

Result<Json> read_result(const Json& given) {
  const Json& id = strop::member(given, "call_id");
  const Result<Json> is_error =
      given.contains("is_error") ? validate(given["is_error"], Type{Type::Kind::boolean}) : Result<Json>(Json(false));
  if (!strop::member(given, "name").is_string() || !given.contains("value") || !is_error ||
      (!id.is_null() && !id.is_string()))
    return bad_value(R"(a tool's result, {"call_id"?, "name", "value", "is_error"?})", given);
  return Json(
      Object().set("call_id", id).set("name", given["name"]).set("value", given["value"]).set("is_error", *is_error));
}

/// Results in full: a list, {"tool_call_results": list}, or one.
Result<Json> read_results(const Json& given) {
  Json one = Json::array();
  if (given.is_object() && !given.contains("tool_call_results")) one.push_back(given);
  const Json& list = given.is_object() ? strop::member(given, "tool_call_results") : given;
  if (!list.is_array() && one.empty()) return bad_value("results of tools", given);
  Json results = Json::array();
  for (const Json& item : list.is_array() ? list : one) {
    Result<Json> result = read_result(item);
    if (!result) return result;
    results.push_back(std::move(*result));
  }
  return results;
}

/// The turn's first object with tool calls.
Result<TurnCalls> calls_in(const Json& turn) {
  for (const auto& [name, value] : members(turn)) {
    if (!value.is_object() || !value.contains("tool_calls")) continue;
    Result<Json> calls = validate(value, calls_type);
    if (!calls) return std::move(calls).error();
    if (const Json& given = strop::member(*calls, "tool_call_results"); !given.is_null()) {
      Result<Json> results = read_results(given);
      if (!results) return std::move(results).error();
      (*calls)["tool_call_results"] = std::move(*results);
    }
    return TurnCalls{name, std::move(*calls)};
  }
  return TurnCalls{};
}

}  // namespace

std::optional<std::string> objection_to_turns(const Json& turns) {
  for (const Json& turn : turns) {
    if (const auto calls = calls_in(turn); !calls) return calls.error().message;
  }
  return std::nullopt;
}

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
  Result<TurnCalls> calls = calls_in(turn);
  TurnCalls found = calls ? std::move(*calls) : TurnCalls{};
  if (options.native_tools && !found.field.empty()) return append_native_turn(messages, signature, turn, found.calls);

  const bool has_results = !found.field.empty() && !strop::member(found.calls, "tool_call_results").is_null();
  Json shown_turn = turn;
  Json results = strop::member(found.calls, "tool_call_results");
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
  const Json& results = strop::member(calls, "tool_call_results");
  const Json& list = calls["tool_calls"];
  bool answered = results.is_array() && results.size() == list.size();
  for (std::size_t k = 0; answered && k < results.size(); ++k) {
    const Json& id = strop::member(list[k], "id");
    answered = id.is_string() && !id.get_ref<const std::string&>().empty() && results[k]["call_id"] == id;
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
