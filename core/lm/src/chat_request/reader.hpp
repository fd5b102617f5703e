#pragma once
#include <initializer_list>
#include <string>
#include <string_view>
#include <strop/text/json.hpp>

#include "place.hpp"

/// The parts of read_chat_request. Each reads what it is given, refuses what it must, and gives what goes into the
/// canonical request.
namespace strop {

/// Where the prefix of the prompt ends that a provider is to cache, if a mark says so.
struct CacheMark {
  bool system = false;
  std::int64_t message = -1;  ///< index in the canonical messages, or -1
};

struct Conversation {
  Json system = nullptr;  ///< a text, a list of parts, or null
  Json messages = Json::array();
  CacheMark mark;
};

Conversation read_messages(const Json& rows, Refusals& refusals);

/// Functions in OpenAI's form: [{"type": "function", "function": {…}}].
Json read_tools(const Json& tools, Refusals& refusals);

/// The older form: [{"name", "description", "parameters"}].
Json read_functions(const Json& functions, Refusals& refusals);

/// {"mode", "allowed"?, "parallel"?}, or null. `tools` are those of the canonical request.
Json read_tool_choice(const Json& call, const Json& tools, Refusals& refusals);

/// All settings, without those that are not set.
Json read_config(const Json& call, const CacheMark& mark, const Json& tools, Refusals& refusals);

/// How many bytes of text the annotations of a call may cite in all.
inline constexpr std::size_t most_cited_bytes = std::size_t{64} << 20;

// What all of them need.

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> texts);
bool is_empty(const Json& value);       ///< null, [] or {}
bool is_whole_json(const Json& value);  ///< no number in it is NaN or infinite

/// Refuses every key that is not `allowed`: there would be no place for what it says.
void only_keys(const Json& object, std::initializer_list<std::string_view> allowed, const Place& place,
               Refusals& refusals);

/// The text, or "" where it is none, which is refused.
const std::string& need_text(const Json& value, const Place& place, Refusals& refusals, bool may_be_empty = true);

/// The object, or an empty one where it is none, which is refused.
const Json& need_object(const Json& value, const Place& place, Refusals& refusals);

/// The list, or an empty one where it is none, which is refused.
const Json& need_list(const Json& value, const Place& place, Refusals& refusals);

}  // namespace strop
