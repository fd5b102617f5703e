#include "keywords.hpp"

#include <cmath>
#include <strop/text/format.hpp>
#include <strop/text/utf8.hpp>
#include <strop/value/members.hpp>
#include <strop/value/number.hpp>
#include <strop/value/python_value.hpp>

namespace strop::detail {
namespace {

std::string number_objection(double number, const std::string& name, const Json& bound) {
  const double limit = as_double(bound);
  const auto says = [&](std::string_view words) { return format("{} {}", {words, python_str(bound)}); };
  if (name == "minimum" && !(number >= limit)) return says("a number of at least");
  if (name == "maximum" && !(number <= limit)) return says("a number of at most");
  if (name == "exclusiveMinimum" && !(number > limit)) return says("a number greater than");
  if (name == "exclusiveMaximum" && !(number < limit)) return says("a number less than");
  if (name == "multipleOf" && limit != 0) {
    const double rest = std::abs(std::remainder(number, limit));
    if (rest > std::abs(limit) * 1e-9) return says("a multiple of");
  }
  return {};
}

}  // namespace

std::string objection_by_keywords(const Json& value, const Json& keywords) {
  for (const auto& [name, bound] : members(keywords)) {
    const bool is_bound = is_integer(bound) || bound.is_number_float();
    if (!is_bound) continue;
    if (is_integer(value) || value.is_number_float()) {
      if (std::string objection = number_objection(as_double(value), name, bound); !objection.empty()) return objection;
      continue;
    }
    const bool text = value.is_string() && (name == "minLength" || name == "maxLength");
    const bool list = value.is_array() && (name == "minItems" || name == "maxItems");
    const bool dict = value.is_object() && (name == "minProperties" || name == "maxProperties");
    if (!text && !list && !dict) continue;
    const std::size_t length = text ? count_code_points(value.get_ref<const std::string&>()) : value.size();
    const bool least = name.starts_with("min");
    const double size = static_cast<double>(length), limit = as_double(bound);
    if (least ? size >= limit : size <= limit) continue;
    return format("{} {} {}", {least ? "at least" : "at most", python_str(bound), text ? "characters" : "items"});
  }
  return {};
}

}  // namespace strop::detail
