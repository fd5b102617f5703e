#include "member_index.hpp"

#include <algorithm>
#include <strop/text/sort.hpp>
#include <strop/value/members.hpp>

namespace strop {

MemberIndex::MemberIndex(const Json& object) {
  for (const auto& [name, value] : members(object)) sorted_.emplace_back(name, sorted_.size());
  sort(sorted_);
}

std::size_t MemberIndex::find(std::string_view name) const {
  const auto found = std::lower_bound(sorted_.begin(), sorted_.end(), std::pair(name, std::size_t{0}));
  return found != sorted_.end() && found->first == name ? found->second : sorted_.size();
}

}  // namespace strop
