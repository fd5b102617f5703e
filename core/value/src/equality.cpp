#include <cmath>
#include <strop/text/sort.hpp>
#include <strop/value/dump_json.hpp>
#include <strop/value/equality.hpp>
#include <strop/value/number.hpp>
#include <vector>

namespace strop {
namespace {

void append_number(std::string& text, const Json& value) {
  constexpr double beyond_64_bits = 9.2233720368547758e18;
  const double number = as_double(value);
  const bool whole_float = value.is_number_float() && number == std::trunc(number) && std::abs(number) < beyond_64_bits;
  if (whole_float)
    text += integer_text(Json(static_cast<std::int64_t>(number)));
  else if (is_integer(value))
    text += integer_text(value);
  else
    append_float(text, number);
}

void append(std::string& text, const Json& value) {
  if (value.is_array()) {
    text += '[';
    for (const Json& item : value) append(text, item), text += ',';
    text += ']';
  } else if (value.is_object()) {
    std::vector<const Json::object_t::value_type*> sorted;
    for (const auto& member : value.get_ref<const Json::object_t&>()) sorted.push_back(&member);
    sort(sorted, [](const auto* a, const auto* b) { return a->first < b->first; });
    text += '{';
    for (const auto* member : sorted) {
      append_json_string(text, member->first);
      text += ':';
      append(text, member->second);
      text += ',';
    }
    text += '}';
  } else if (value.is_number_float() || is_integer(value)) {
    append_number(text, value);
  } else {
    append_json(text, value, JsonStyle::compact);
  }
}

}  // namespace

std::string equality_text(const Json& value) {
  std::string text;
  append(text, value);
  return text;
}

}  // namespace strop
