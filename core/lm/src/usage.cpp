#include <strop/lm/usage.hpp>
#include <strop/text/format.hpp>
#include <strop/value/members.hpp>
#include <strop/value/number.hpp>
#include <utility>

#include "member_index.hpp"

namespace strop {
namespace {

bool is_nothing(const Json& usage) {
  if (usage.is_string()) return usage.get_ref<const std::string&>().empty();
  return usage.is_null() || (usage.is_structured() && usage.empty());
}
bool is_count(const Json& value) { return is_integer(value) || value.is_number_float(); }

Result<Json> sum(const Json& a, const Json& b) {
  if (a.is_number_float() || b.is_number_float()) return Json(as_double(a) + as_double(b));
  std::int64_t both = 0;
  if (is_big_integer(a) || is_big_integer(b) ||
      __builtin_add_overflow(a.get<std::int64_t>(), b.get<std::int64_t>(), &both))
    return Failure{"bad_usage", "counts beyond 64 bits cannot be added"};
  return Json(both);
}

/// What `more` has is added to `all`, or stays out where it is no count.
Result<Json> add(Json all, const Json& more) {
  if (is_nothing(all) && more.is_object()) return more;
  if (is_nothing(all) && (is_nothing(more) || python_equal(more, false))) return Json::object();
  if (all.is_object() && is_nothing(more)) return all;
  if (!all.is_object() || !more.is_object()) return Failure{"bad_usage", "an object is added to what is none"};
  Json::object_t::Container& added = all.get_ref<Json::object_t&>();
  Json::object_t::Container others;  // apart, as the index refers to names where they are
  const MemberIndex index(all);
  const std::size_t known = added.size();
  for (const auto& [name, value] : members(more)) {
    const std::size_t at = index.find(name);
    if (at == known) {
      if (!value.is_null()) others.emplace_back(name, value);
      continue;
    }
    Json& current = added.begin()[static_cast<std::ptrdiff_t>(at)].second;
    if (value.is_object() || current.is_object()) {
      auto merged = add(std::move(current), value);
      if (!merged) return merged;
      current = std::move(*merged);
    } else if (current.is_null()) {
      current = value;
    } else if (is_count(current) && is_count(value)) {
      auto total = sum(current, value);
      if (!total) return total;
      current = std::move(*total);
    }
  }
  for (auto& [name, value] : others) added.emplace_back(name, std::move(value));
  return all;
}

}  // namespace

Result<Json> total_usage(const Json& usage) {
  if (!usage.is_object()) return Failure{"bad_usage", "usage must be an object: {model: [usage of a call, …]}"};
  Object totals;
  for (const auto& [model, entries] : members(usage)) {
    Json total = Json::object();
    if (!entries.is_array()) return Failure{"bad_usage", format("the usage of {} must be a list", {model})};
    for (const Json& entry : entries) {
      if (!entry.is_object() && !entry.is_null())
        return Failure{"bad_usage", format("a call's usage of {} must be an object", {model})};
      auto added = add(std::move(total), entry);
      if (!added) return Failure{"bad_usage", format("the usage of {}: {}", {model, added.error().message})};
      total = std::move(*added);
    }
    totals.set(model, std::move(total));
  }
  return Json(totals);
}

}  // namespace strop
