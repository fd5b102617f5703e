#include <cmath>
#include <string>
#include <strop/evaluate/majority.hpp>
#include <strop/evaluate/metrics.hpp>
#include <strop/text/sort.hpp>
#include <strop/value/equality.hpp>
#include <vector>

namespace strop {
namespace {

bool is_nan(const Json& value) { return value.is_number_float() && std::isnan(value.get<double>()); }

Json counted(const Json& value, bool normalize) {
  if (value.is_boolean()) return value.get<bool>() ? 1 : 0;
  if (!normalize || !value.is_string()) return value;
  std::string text = normalize_text(value.get_ref<const std::string&>());
  return text.empty() ? Json() : Json(std::move(text));
}

}  // namespace

Result<std::size_t> majority(const Json& values, bool normalize) {
  if (!values.is_array() || values.empty()) return Failure{"metric", "a majority needs at least one completion"};
  struct Vote {
    std::string of;
    std::size_t place;
  };
  std::vector<Vote> votes;
  std::size_t unequal = 0;
  for (std::size_t k = 0; k < values.size(); ++k) {
    const Json value = counted(values[k], normalize);
    if (is_nan(value))
      votes.push_back({"nan " + std::to_string(unequal++), k});
    else if (!value.is_null())
      votes.push_back({equality_text(value), k});
  }
  if (votes.empty()) return 0;
  sort(votes, [](const Vote& a, const Vote& b) { return a.of != b.of ? a.of < b.of : a.place < b.place; });
  std::size_t most = 0, chosen = 0;
  for (std::size_t k = 0; k < votes.size();) {
    const std::size_t first = k;
    while (k < votes.size() && votes[k].of == votes[first].of) ++k;
    const std::size_t count = k - first, place = votes[first].place;
    if (count > most || (count == most && place < chosen)) most = count, chosen = place;
  }
  // What equals nothing is not found again, and DSPy then takes the last one.
  return is_nan(values[chosen]) ? values.size() - 1 : chosen;
}

}  // namespace strop
