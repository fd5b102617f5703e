#include <algorithm>
#include <cmath>
#include <strop/value/members.hpp>

#include "reader.hpp"

namespace strop {

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> texts) {
  return std::find(texts.begin(), texts.end(), text) != texts.end();
}

bool is_empty(const Json& value) { return value.is_null() || (value.is_structured() && value.empty()); }

bool is_whole_json(const Json& value) {
  if (value.is_number_float()) return std::isfinite(value.get<double>());
  for (const auto& [key, item] : members(value))
    if (!is_whole_json(item)) return false;
  if (value.is_array())
    for (const Json& item : value)
      if (!is_whole_json(item)) return false;
  return true;
}

void only_keys(const Json& object, std::initializer_list<std::string_view> allowed, const Place& place,
               Refusals& refusals) {
  for (const auto& [key, value] : members(object))
    if (!is_one_of(key, allowed)) return refusals.unsupported({&place, key}, "has no place in a request: leave it out");
}

const std::string& need_text(const Json& value, const Place& place, Refusals& refusals, bool may_be_empty) {
  static const std::string none;
  if (!value.is_string()) return refusals.bad(place, "must be a text"), none;
  const auto& text = value.get_ref<const std::string&>();
  if (text.empty() && !may_be_empty) refusals.bad(place, "must not be empty");
  return text;
}

const Json& need_object(const Json& value, const Place& place, Refusals& refusals) {
  static const Json none = Json::object();
  if (!value.is_object()) refusals.bad(place, "must be an object");
  const Json& found = value.is_object() ? value : none;
  return found;
}

const Json& need_list(const Json& value, const Place& place, Refusals& refusals) {
  static const Json none = Json::array();
  if (!value.is_array()) refusals.bad(place, "must be a list");
  const Json& found = value.is_array() ? value : none;
  return found;
}

}  // namespace strop
